/**
 * A buffer that an enclave names by virtual address. Every page of it is translated (fixed: B17, B25), through tables that
 * only the monitor writes, and must grant the access that the monitor is about to make in the enclave's name.
 */

import { PTE_R, PTE_U, PTE_W } from "../../../core/sv39.ts";
import { PAGE_SIZE, paOfPage } from "../../../core/units.ts";
import type { Effect } from "../../kernel/effects.ts";
import { hex } from "../../kernel/page-owner.ts";
import type { Span } from "../../kernel/span.ts";
import { translate } from "../../kernel/sv39.ts";
import { isOn } from "../defects.ts";
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
  const { config } = call.state;
  if (isOn(config, "B25")) return contiguous(call, va, Number(byteLen));
  const pieces: Span[] = [];
  const end = va + byteLen;
  for (let at = va; at < end; ) {
    const inPage = Number(at % BigInt(PAGE_SIZE));
    const pieceByteLen = Math.min(PAGE_SIZE - inPage, Number(end - at));
    const translation = translate(call.memory, call.state.config.ram, call.enclave.root, at);
    if (translation === undefined) return deny("BAD_BUFFER", `nothing is mapped at ${hex(at)}`);
    if ((translation.entry & needed) !== needed && !isOn(config, "T37"))
      return deny("BAD_BUFFER", `${hex(at)} does not allow to ${access}`);
    pieces.push({ pa: translation.pa, byteLen: pieceByteLen });
    at += BigInt(pieceByteLen);
  }
  return pieces;
}

/** Defect B25: what follows the first page in physical memory, as far as RAM goes. */
function contiguous({ memory, state, enclave }: EnclaveCall, va: bigint, byteLen: number): readonly Span[] | Denial {
  const { ram } = state.config;
  const first = translate(memory, ram, enclave.root, va);
  if (first === undefined || first.pa + byteLen > paOfPage(ram.to)) return deny("BAD_BUFFER", `${hex(va)} is nowhere`);
  return [{ pa: first.pa, byteLen }];
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
