/** Where mmap blocks find a place: "mmap below 0x30_0000_0000 down". Penglai reference §6.8. */
import { PAGE_SIZE } from "../../core/units.ts";
import { MMAP_BASE, MMAP_END } from "./enclave-layout.ts";
import type { Mapping } from "./state.ts";

/** The highest place that is free. @param mmaps descending */
export function highestGap(mmaps: readonly Mapping[], size: bigint): bigint | undefined {
  let end = MMAP_END;
  for (const held of mmaps) {
    if (end - (held.va + BigInt(held.byteLen)) >= size) break;
    end = held.va;
  }
  return end - size >= MMAP_BASE ? end - size : undefined;
}

export const isFree = (mmaps: readonly Mapping[], va: bigint, size: bigint): boolean =>
  va % BigInt(PAGE_SIZE) === 0n &&
  va >= MMAP_BASE &&
  va + size <= MMAP_END &&
  mmaps.every((held) => va + size <= held.va || held.va + BigInt(held.byteLen) <= va);

export const withMmap = (mmaps: readonly Mapping[], mapping: Mapping): Mapping[] =>
  [...mmaps, mapping].sort((a, b) => (a.va < b.va ? 1 : -1));
