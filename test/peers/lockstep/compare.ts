/** The first thing in which two machines differ behind a program, in the order in which it happened. */
import { decode } from "../../../core/decoder.ts";
import { RESULT_CSRS } from "./csrs.ts";
import type { Piece } from "./image.ts";
import { BLOCK, BLOCK_SIZE, blockOf, MAX_RECORDS, RECORD, SPACE_SIZE, spaceOf } from "./place.ts";

/** What is read of every program. */
export const rangesOf = (index: number): { address: number; byteLen: number }[] => [
  { address: blockOf(index), byteLen: BLOCK_SIZE },
  { address: spaceOf(index), byteLen: SPACE_SIZE },
];

/** One program's block and space behind a run. */
export interface Outcome {
  readonly block: Uint8Array;
  readonly space: Uint8Array;
}

export interface Difference {
  /** What differs: `trap 3 cause`, `mstatus`, `memory 0x9010`. */
  readonly what: string;
  readonly ours: bigint;
  readonly theirs: bigint;
}

export const outcomesOf = (pieces: readonly Piece[]): Outcome[] =>
  Array.from({ length: pieces.length / 2 }, (_, index) => ({
    block: (pieces[2 * index] as Piece).bytes,
    space: (pieces[2 * index + 1] as Piece).bytes,
  }));

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const FIELDS: readonly (readonly [name: string, offset: number])[] = [
  ...(["KIND", "CAUSE", "EPC", "TVAL", "MSTATUS", "MIP", "ITERATION", "FCSR"] as const).map(
    (name) => [name.toLowerCase(), RECORD[name]] as const,
  ),
  ...Array.from({ length: 32 }, (_, index) => [`x${index}`, RECORD.X + 8 * index] as const),
  ...Array.from({ length: 32 }, (_, index) => [`f${index}`, RECORD.F + 8 * index] as const),
];

/** Instructions of the handler between its readings of minstret. */
const RETIRED_PER_TRAP = 75;
const BREAKPOINT = 3n;
const LOAD_ACCESS = 5n;
const STORE_ACCESS = 7n;

const isSvinval = (word: bigint): boolean =>
  decode(Number(word & 0xffff_ffffn))?.row.extensions.includes("Svinval") === true;

/** One trap that the handler wrote down. */
export interface LoggedTrap {
  readonly cause: bigint;
  readonly epc: bigint;
  readonly tval: bigint;
}

/** The traps of a program, in order. */
export function trapsOf({ block }: Outcome, index: number): LoggedTrap[] {
  const view = viewOf(block);
  const end = Number(view.getBigUint64(BLOCK.LOG_NEXT, true)) - blockOf(index);
  const traps: LoggedTrap[] = [];
  for (let at: number = BLOCK.LOG; at < end; at += RECORD.SIZE)
    traps.push({
      cause: view.getBigUint64(at + RECORD.CAUSE, true),
      epc: view.getBigUint64(at + RECORD.EPC, true),
      tval: view.getBigUint64(at + RECORD.TVAL, true),
    });
  return traps;
}

/** Instructions that the program itself retired, by our minstret. `Coverage` counts the same one by one. */
export function retiredOf(outcome: Outcome, index: number): number {
  const counted = Number(viewOf(outcome.block).getBigUint64(BLOCK.RETIRED, true));
  return counted - RETIRED_PER_TRAP * trapsOf(outcome, index).length;
}

/** @returns undefined if there is none */
export function firstDifference(ours: Outcome, theirs: Outcome): Difference | undefined {
  const [mine, other] = [viewOf(ours.block), viewOf(theirs.block)];
  const at = (offset: number, what: string, mask = -1n): Difference | undefined => {
    const [a, b] = [mine.getBigUint64(offset, true) & mask, other.getBigUint64(offset, true) & mask];
    return a === b ? undefined : { what, ours: a, theirs: b };
  };
  for (let trap = 0; trap < MAX_RECORDS; trap++) {
    const record = BLOCK.LOG + trap * RECORD.SIZE;
    for (const [name, offset] of FIELDS) {
      const cause = mine.getBigUint64(record + RECORD.CAUSE, true);
      // "breakpoint-tval" in deviations.ts
      if (name === "tval" && cause === BREAKPOINT) continue;
      // "svinval-tval" in deviations.ts
      if (
        name === "tval" &&
        isSvinval(mine.getBigUint64(record + RECORD.TVAL, true)) &&
        other.getBigUint64(record + RECORD.TVAL, true) === 0n
      )
        continue;
      // "misaligned-nothing" in deviations.ts
      const mask = name === "tval" && (cause === LOAD_ACCESS || cause === STORE_ACCESS) ? ~7n : -1n;
      const difference = at(record + offset, `trap ${trap} ${name}`, mask);
      if (difference) return difference;
    }
  }
  const results = RESULT_CSRS.map((csr, index) => at(BLOCK.RESULTS + 8 * index, csr)).find(Boolean);
  if (results) return results;
  for (let register = 1; register < 32; register++) {
    const difference = at(BLOCK.X + 8 * register, `x${register}`);
    if (difference) return difference;
  }
  return firstInMemory(viewOf(ours.space), viewOf(theirs.space));
}

function firstInMemory(ours: DataView, theirs: DataView): Difference | undefined {
  for (let offset = 0; offset < ours.byteLength; offset += 8) {
    const [a, b] = [ours.getBigUint64(offset, true), theirs.getBigUint64(offset, true)];
    if (a !== b) return { what: `memory 0x${offset.toString(16)}`, ours: a, theirs: b };
  }
  return undefined;
}
