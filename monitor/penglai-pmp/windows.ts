/**
 * What an enclave has in common with the host: untrusted memory, kbuffer, and the words where results for the driver go.
 * Penglai reference §6.7, §6.8. All of it is public memory and, while the enclave lives, stays so; words are checked again
 * when they are written (fixed: B8, and the published code ignores a word that it cannot write).
 */
import { PAGE_SIZE, pa, pageNoOf } from "../../core/units.ts";
import type { Draft } from "../kernel/draft.ts";
import { isDenial } from "../kernel/guard.ts";
import { hex } from "../kernel/page-owner.ts";
import type { Span } from "../kernel/span.ts";
import { hostSpan } from "./alleged.ts";
import { MAX_WINDOW_BYTE_LEN } from "./enclave-layout.ts";
import { type Denial, deny } from "./guards.ts";
import { type AllegedCreate, type AllegedWindow, INT_BYTE_LEN } from "./params.ts";
import type { MonitorState, OutPointers, Window } from "./state.ts";

export interface Surroundings {
  readonly eidPtr: Span;
  readonly untrusted: Window;
  readonly kbuffer: Window;
  readonly out: OutPointers;
}

export function checkSurroundings(state: MonitorState, alleged: AllegedCreate): Surroundings | Denial {
  const eidPtr = hostSpan(state, "eid_ptr", alleged.eidPtr, BigInt(INT_BYTE_LEN), INT_BYTE_LEN);
  if (isDenial(eidPtr)) return eidPtr;
  const untrusted = checkWindow(state, "untrusted memory", alleged.untrusted);
  if (isDenial(untrusted)) return untrusted;
  const kbuffer = checkWindow(state, "kbuffer", alleged.kbuffer);
  if (isDenial(kbuffer)) return kbuffer;
  for (const [index, word] of alleged.out.entries()) {
    const span = word === 0n ? undefined : hostSpan(state, `ecall_arg${index}`, word, 8n, 8);
    if (isDenial(span)) return span;
  }
  const [ocallId, arg0] = alleged.out.map((word) => pa(Number(word)));
  return { eidPtr, untrusted, kbuffer, out: { ocallId: ocallId!, arg0: arg0! } };
}

/** Whole public pages, or none at all (size 0). */
function checkWindow(state: MonitorState, what: string, { va, paddr, size }: AllegedWindow): Window | Denial {
  if (size === 0n) return { va, span: undefined };
  const isWhole = va % BigInt(PAGE_SIZE) === 0n && size % BigInt(PAGE_SIZE) === 0n;
  const fits = size <= MAX_WINDOW_BYTE_LEN && BigInt.asUintN(39, va) + size <= 1n << 39n;
  if (!isWhole || !fits) return deny("BAD_WINDOW", `${what} at ${hex(va)} has ${hex(size)} bytes`);
  const span = hostSpan(state, what, paddr, size, PAGE_SIZE);
  return isDenial(span) ? span : { va, span };
}

/** Writes a word for the driver, unless it wants none or its page is no longer the host's or does not verify. */
export function tellHost(state: MonitorState, draft: Draft, pointer: number, value: bigint): void {
  const span = hostSpan(state, "result word", BigInt(pointer), 8n, 8);
  if (!isDenial(span) && draft.verify(pageNoOf(span.pa))) draft.write64(span.pa, value);
}
