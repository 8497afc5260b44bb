/**
 * A buffer that an enclave names by virtual address. Every page of it is translated (fixed: B17, B25), through tables that
 * only the monitor writes, and must grant the access that the monitor is about to make in the enclave's name.
 */

import { PTE_R, PTE_U, PTE_W } from "../../../core/sv39.ts";
import { PAGE_SIZE } from "../../../core/units.ts";
import type { Effect } from "../../kernel/effects.ts";
import { hex } from "../../kernel/page-owner.ts";
import type { Span } from "../../kernel/span.ts";
import { translate } from "../../kernel/sv39.ts";
import { type Denial, deny } from "../guards.ts";
import type { EnclaveCall } from "../outcome.ts";

/**
 * @param maxByteLen bound of this function's buffers
 * @returns the physical pieces, one a page, in order
 */
export function enclaveBuffer(
  call: EnclaveCall,
  va: bigint,
  byteLen: bigint,
  maxByteLen: number,
  access: "read" | "write",
): readonly Span[] | Denial {
  if (byteLen <= 0n || byteLen > BigInt(maxByteLen))
    return deny("BAD_SIZE", `${hex(byteLen)} bytes, 1 to ${hex(maxByteLen)} are possible`);
  const needed = PTE_U | (access === "write" ? PTE_W : PTE_R);
  const pieces: Span[] = [];
  const end = va + byteLen;
  for (let at = va; at < end; ) {
    const inPage = Number(at % BigInt(PAGE_SIZE));
    const pieceByteLen = Math.min(PAGE_SIZE - inPage, Number(end - at));
    const translation = translate(call.memory, call.state.config.ram, call.enclave.root, at);
    if (translation === undefined) return deny("BAD_BUFFER", `nothing is mapped at ${hex(at)}`);
    if ((translation.entry & needed) !== needed) return deny("BAD_BUFFER", `${hex(at)} does not allow to ${access}`);
    pieces.push({ pa: translation.pa, byteLen: pieceByteLen });
    at += BigInt(pieceByteLen);
  }
  return pieces;
}

/** @returns one write for each piece */
export function writeBuffer(pieces: readonly Span[], bytes: Uint8Array): readonly Effect[] {
  let at = 0;
  return pieces.map((piece) => {
    const part = bytes.subarray(at, at + piece.byteLen);
    at += piece.byteLen;
    return { kind: "writeBytes", pa: piece.pa, bytes: part };
  });
}
