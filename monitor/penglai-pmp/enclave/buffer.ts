/**
 * A buffer that an enclave names by virtual address. Every page of it is translated (published: for most of them, P36), through tables that lie in
 * the enclave's block and are mapped for nobody, and must grant the access that the monitor is about to make in its name.
 */
import { PTE_R, PTE_U, PTE_W } from "../../../core/sv39.ts";
import { PAGE_SIZE, pa } from "../../../core/units.ts";
import type { Effect } from "../../kernel/effects.ts";
import { hex } from "../../kernel/page-owner.ts";
import type { Span } from "../../kernel/span.ts";
import { translate } from "../../kernel/sv39.ts";
import { isOn } from "../defects.ts";
import { type Denial, deny } from "../guards.ts";
import type { EnclaveCall } from "../outcome.ts";

/** @returns the physical pieces, one a page, in order; none for an empty buffer */
export function enclaveBuffer(
  call: EnclaveCall,
  va: bigint,
  byteLen: number,
  access: "read" | "write",
): readonly Span[] | Denial {
  const { config } = call.state;
  const isLax = access === "write" && isOn(config, "P31");
  const needed = isLax ? PTE_U : PTE_U | (access === "write" ? PTE_W : PTE_R);
  const pieces: Span[] = [];
  const end = va + BigInt(byteLen);
  for (let at = va; at < end; ) {
    const inPage = Number(at % BigInt(PAGE_SIZE));
    const pieceByteLen = Math.min(PAGE_SIZE - inPage, Number(end - at));
    const first = pieces[0];
    const contiguous = isOn(config, "P36") && first !== undefined ? first.pa + Number(at - va) : undefined;
    const translation = translate(call.memory, config.ram, call.enclave.block.page, at);
    if (translation === undefined) return deny("BAD_BUFFER", `nothing is mapped at ${hex(at)}`);
    if ((translation.entry & needed) !== needed) return deny("BAD_BUFFER", `${hex(at)} does not allow to ${access}`);
    pieces.push({ pa: contiguous === undefined ? translation.pa : pa(contiguous), byteLen: pieceByteLen });
    at += BigInt(pieceByteLen);
  }
  return pieces;
}

export function readBuffer({ memory }: EnclaveCall, pieces: readonly Span[]): Uint8Array {
  return new Uint8Array(pieces.flatMap((piece) => [...memory.readBytes(piece.pa, piece.byteLen)]));
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
