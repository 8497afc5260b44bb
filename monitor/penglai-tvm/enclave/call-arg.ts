/**
 * Names and argument structures that an enclave passes by virtual address. Penglai reference §6.7.
 *
 *     call_enclave_arg, 48 B: 0 req_arg · 8 resp_val · 16 req_vaddr · 24 req_size · 32 resp_vaddr · 40 resp_size
 *
 * Fixed (B25): both are read page by page, each page through the enclave's tables. They are read once: a structure in
 * memory that the host shares may change at any moment.
 */
import { PAGE_SIZE } from "../../../core/units.ts";
import type { MemoryView } from "../../kernel/draft.ts";
import type { Effect } from "../../kernel/effects.ts";
import { isDenial } from "../../kernel/guard.ts";
import type { Span } from "../../kernel/span.ts";
import { isOn } from "../defects.ts";
import type { Denial } from "../guards.ts";
import { NAME_BYTE_LEN, nameFrom } from "../names.ts";
import type { EnclaveCall } from "../outcome.ts";
import { enclaveBuffer, writeBuffer } from "./buffer.ts";

const CALL_ARG_BYTE_LEN = 48;

export interface CallArgument {
  readonly reqArg: bigint;
  readonly respVal: bigint;
  readonly reqVaddr: bigint;
  readonly reqSize: bigint;
  readonly respVaddr: bigint;
  readonly respSize: bigint;
  /** Where it lies. */
  readonly pieces: readonly Span[];
}

/** @param access whether the answer to the call will be written to it */
export function readCallArgument(call: EnclaveCall, va: bigint, access: "read" | "write"): CallArgument | Denial {
  const pieces = enclaveBuffer(call, va, BigInt(CALL_ARG_BYTE_LEN), CALL_ARG_BYTE_LEN, access);
  if (isDenial(pieces)) return pieces;
  const words = new BigUint64Array(joined(call.memory, pieces).buffer);
  const [reqArg, respVal, reqVaddr, reqSize, respVaddr, respSize] = words as unknown as readonly [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  return { reqArg, respVal, reqVaddr, reqSize, respVaddr, respSize, pieces };
}

/** Writes what comes back of a call over the caller's structure. req_arg and req_size stay. */
export function answerEffects(
  memory: MemoryView,
  pieces: readonly Span[],
  answer: Pick<CallArgument, "respVal" | "reqVaddr" | "respVaddr" | "respSize">,
): readonly Effect[] {
  const bytes = joined(memory, pieces);
  const words = new BigUint64Array(bytes.buffer);
  words[1] = answer.respVal;
  words[2] = answer.reqVaddr;
  words[4] = answer.respVaddr;
  words[5] = answer.respSize;
  return writeBuffer(pieces, bytes);
}

function joined(memory: MemoryView, pieces: readonly Span[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, { byteLen }) => sum + byteLen, 0));
  let at = 0;
  for (const { pa, byteLen } of pieces) {
    bytes.set(memory.readBytes(pa, byteLen), at);
    at += byteLen;
  }
  return bytes;
}

/** A name in the enclave's memory: up to its NUL, which may be the last byte that is mapped, or 16 bytes. */
export function readName(call: EnclaveCall, va: bigint): string | Denial {
  const bytes = new Uint8Array(NAME_BYTE_LEN);
  for (let read = 0; read < NAME_BYTE_LEN; ) {
    const at = va + BigInt(read);
    const inPage = PAGE_SIZE - Number(at % BigInt(PAGE_SIZE));
    const byteLen = isOn(call.state.config, "B25") ? NAME_BYTE_LEN : Math.min(NAME_BYTE_LEN - read, inPage);
    const pieces = enclaveBuffer(call, at, BigInt(byteLen), NAME_BYTE_LEN, "read");
    if (isDenial(pieces)) return pieces;
    const part = joined(call.memory, pieces);
    bytes.set(part, read);
    if (part.includes(0)) break;
    read += byteLen;
  }
  return nameFrom(bytes);
}
