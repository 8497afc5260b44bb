/**
 * What an enclave has in common with the host: kbuffer, shared memory, and the words where results for the driver go.
 * Penglai reference §6.7, §6.8.
 *
 * All of it is checked against the ownership map *after* the region became private, so nothing here can lie in it.
 * Fixed (B7, B8): everything is public memory; while the enclave lives, kbuffer and shared memory stay public; words are
 * checked again when they are written. The host's pages are mapped readable and writable, never executable.
 */

import { PTE_R, PTE_W, PTE_X } from "../../core/sv39.ts";
import { PAGE_SIZE, type PageNo, pa, pageNoOf } from "../../core/units.ts";
import type { Draft } from "../kernel/draft.ts";
import type { Effect } from "../kernel/effects.ts";
import { isDenial } from "../kernel/guard.ts";
import { hex } from "../kernel/page-owner.ts";
import { pagesOf, type Span } from "../kernel/span.ts";
import { leaf } from "../kernel/sv39.ts";
import type { AddressSpace } from "./address-space.ts";
import { allegedSpan, hostSpan } from "./alleged.ts";
import { isOn } from "./defects.ts";
import { KBUFFER_BASE, MAX_MAPPED_BYTE_LEN, SHM_BASE } from "./enclave-layout.ts";
import { type Denial, deny } from "./guards.ts";
import type { ImageLeaf } from "./image.ts";
import { type AllegedSurroundings, INT_BYTE_LEN } from "./params.ts";
import type { MonitorState, OutPointers } from "./state.ts";

export interface Surroundings {
  readonly kbuffer: Span | undefined;
  readonly shm: Span | undefined;
  readonly out: OutPointers;
  readonly eidPtr: Span;
}

export function checkSurroundings(state: MonitorState, alleged: AllegedSurroundings): Surroundings | Denial {
  const eidPtr = hostSpan(state, "eid_ptr", alleged.eidPtr, BigInt(INT_BYTE_LEN), INT_BYTE_LEN);
  if (isDenial(eidPtr)) return eidPtr;
  const kbuffer = sharedSpan(state, "kbuffer", alleged.kbuffer, alleged.kbufferSize);
  if (isDenial(kbuffer)) return kbuffer;
  const shm = sharedSpan(state, "shm", alleged.shm, alleged.shmSize);
  if (isDenial(shm)) return shm;
  for (const [index, word] of alleged.out.entries()) {
    const span = word === 0n ? undefined : hostSpan(state, OUT_NAMES[index]!, word, 8n, 8);
    if (isDenial(span)) return span;
  }
  const [ocallId, arg0, arg1, , retval] = alleged.out.map((word) => pa(Number(word)));
  return { kbuffer, shm, eidPtr, out: { ocallId: ocallId!, arg0: arg0!, arg1: arg1!, retval: retval! } };
}

const OUT_NAMES = ["ecall_arg0", "ecall_arg1", "ecall_arg2", "ecall_arg3", "retval"];

/** Whole public pages, or none at all (size 0). */
function sharedSpan(state: MonitorState, what: string, address: bigint, size: bigint): Span | undefined | Denial {
  if (size === 0n) return undefined;
  if (size > MAX_MAPPED_BYTE_LEN)
    return deny("TOO_LARGE", `${what} has ${hex(size)} bytes, at most ${hex(MAX_MAPPED_BYTE_LEN)} are mapped at once`);
  const check = isOn(state.config, "B8") ? allegedSpan : hostSpan;
  return check(state, what, address, size, PAGE_SIZE);
}

/** Maps kbuffer and shared memory. */
export function mapSurroundings(
  state: MonitorState,
  space: AddressSpace,
  { kbuffer, shm }: Surroundings,
): Denial | undefined {
  return mapShared(state, space, KBUFFER_BASE, kbuffer) ?? mapShared(state, space, SHM_BASE, shm);
}

function mapShared(state: MonitorState, space: AddressSpace, va: bigint, span: Span | undefined): Denial | undefined {
  if (span === undefined) return undefined;
  const pages = pagesOf(span);
  // Asked first: a huge span fails here at once and not after a million entries.
  if (!space.hasTablesFor(va, pages.to - pages.from))
    return deny("NO_FREE_PAGES", `the tables for ${hex(span.byteLen)} bytes at ${hex(va)} do not fit the free list`);
  return space.map(va, pages, PTE_R | PTE_W | (isOn(state.config, "T57") ? PTE_X : 0n));
}

/** The leaves of kbuffer and shared memory, for a measurement that should not have them (B16). */
export const sharedLeaves = ({ kbuffer, shm }: Surroundings): readonly ImageLeaf[] =>
  (
    [
      [SHM_BASE, shm],
      [KBUFFER_BASE, kbuffer],
    ] as const
  ).flatMap(([base, span]) => {
    if (span === undefined) return [];
    const { from, to } = pagesOf(span);
    return Array.from({ length: to - from }, (_, index) => {
      const page = (from + index) as PageNo;
      return { va: base + BigInt(index * PAGE_SIZE), level: 0, pte: leaf(page, PTE_R | PTE_W), page } as const;
    });
  });

/** Writes a word for the driver, unless it wants none or its page is no longer the host's or does not verify. */
export function tellHost(state: MonitorState, draft: Draft, pointer: number, value: bigint): void {
  const check = isOn(state.config, "T35") ? allegedSpan : hostSpan;
  const span = check(state, "result word", BigInt(pointer), 8n, 8);
  if (!isDenial(span) && draft.verify(pageNoOf(span.pa))) draft.write64(span.pa, value);
}

export const eidEffect = ({ eidPtr }: Surroundings, eid: number): Effect => ({
  kind: "write32",
  pa: eidPtr.pa,
  value: eid,
});
