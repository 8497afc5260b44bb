/**
 * Metadata lines with a hash inside: 56 bytes of body, 8 of hash, in one of two layouts.
 *
 * A counter node keeps its hash at the end (Penglai reference §3.2). An RT leaf has four root entries of 16 bytes and
 * no byte to spare (Penglai reference §3.1), and the sources do not say where its hash lies. Our choice: the counter
 * takes 56 bits (2^56 writes to 4 MB), the SubTree address the 56 bits of a RISC-V physical address, and each entry
 * carries a quarter of the line's hash, so the entry stays 16 bytes and the meta-zone as large as the paper says.
 * ```
 * node    byte 0                                                     56             64
 *              | body                                                | hash         |
 * entry   byte 0              7                      14            16
 *              | root counter | address of the nodes | hash part i |
 * ```
 */
import { BODY_BYTES } from "./counters.ts";
import { LINE_BYTES, type Pa } from "./units.ts";

export const HASH_BYTES = 8;

interface SealedLine {
  readonly body: Uint8Array;
  readonly hash: Uint8Array;
}

export interface LineFormat {
  split(line: Uint8Array): SealedLine;
  join(body: Uint8Array, hash: Uint8Array): Uint8Array;
}

export const NODE_FORMAT: LineFormat = {
  split: (line) => ({ body: line.slice(0, BODY_BYTES), hash: line.slice(BODY_BYTES) }),
  join(body, hash) {
    const line = new Uint8Array(LINE_BYTES);
    line.set(body);
    line.set(hash, BODY_BYTES);
    return line;
  },
};

export const ROOT_ENTRY_BYTES = 16;
const ENTRY_BODY_BYTES = 14;
const HASH_PART_BYTES = ROOT_ENTRY_BYTES - ENTRY_BODY_BYTES;

export const ROOT_LINE_FORMAT: LineFormat = {
  split(line) {
    const body = new Uint8Array(BODY_BYTES);
    const hash = new Uint8Array(HASH_BYTES);
    for (let i = 0; i * ROOT_ENTRY_BYTES < LINE_BYTES; i++) {
      const entry = line.subarray(i * ROOT_ENTRY_BYTES, (i + 1) * ROOT_ENTRY_BYTES);
      body.set(entry.subarray(0, ENTRY_BODY_BYTES), i * ENTRY_BODY_BYTES);
      hash.set(entry.subarray(ENTRY_BODY_BYTES), i * HASH_PART_BYTES);
    }
    return { body, hash };
  },
  join(body, hash) {
    const line = new Uint8Array(LINE_BYTES);
    for (let i = 0; i * ROOT_ENTRY_BYTES < LINE_BYTES; i++) {
      line.set(body.subarray(i * ENTRY_BODY_BYTES, (i + 1) * ENTRY_BODY_BYTES), i * ROOT_ENTRY_BYTES);
      line.set(hash.subarray(i * HASH_PART_BYTES, (i + 1) * HASH_PART_BYTES), i * ROOT_ENTRY_BYTES + ENTRY_BODY_BYTES);
    }
    return line;
  },
};

/** What the RootTree knows of a SubTree. `nodesPa` 0: it has none. */
export interface RootEntry {
  /** Counter that the SubTree root is sealed under, below 2^56. It only grows, over all lives of the SubTree. */
  readonly counter: bigint;
  readonly nodesPa: Pa;
}

const FIELD_BYTES = 7;

function readField(body: Uint8Array, at: number): bigint {
  let value = 0n;
  for (let i = FIELD_BYTES - 1; i >= 0; i--) value = (value << 8n) | BigInt(body[at + i]!);
  return value;
}

function writeField(body: Uint8Array, at: number, value: bigint): void {
  for (let i = 0; i < FIELD_BYTES; i++) body[at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
}

export function readRootEntry(body: Uint8Array, slot: number): RootEntry {
  const at = slot * ENTRY_BODY_BYTES;
  return { counter: readField(body, at), nodesPa: Number(readField(body, at + FIELD_BYTES)) };
}

/** @returns a copy of the body with one entry replaced */
export function withRootEntry(body: Uint8Array, slot: number, entry: RootEntry): Uint8Array {
  const next = body.slice();
  writeField(next, slot * ENTRY_BODY_BYTES, entry.counter);
  writeField(next, slot * ENTRY_BODY_BYTES + FIELD_BYTES, BigInt(entry.nodesPa));
  return next;
}
