/**
 * Data TLB: flat tables of 64-bit deltas, indexed by virtual address bits 30:12, without tags.
 *
 *     h = va + T[(va >>> 12) & 0x7ffff]          hit if h & (-2^30 | size-1) == 0, then h is the host address
 *
 * Exact, because another va of the same index differs by a multiple of 2^31, so its h has a bit above 29 set, as host
 * addresses stay below 2^30. An empty entry leaves bit 30 set for every va of the index: 2^30 - page in the lower half
 * of a table, and 0 in the upper half, where va itself has that bit, so that untouched memory will do. The low bits of
 * the mask catch a misaligned access in the same test. Worked example: page 0x8000_1000 in host frame 0x0900_5000 is the
 * entry 0x0900_5000 - 0x8000_1000; va 0x8000_1008 gives h = 0x0900_5008, va 0x1_0000_1008 gives 0x8900_5008, a miss.
 *
 * There is a read and a write table for each context: U-mode under satp, S-mode under satp, M-mode. The privilege of an
 * access selects the context, so a trap flushes nothing. (reference: design measured in docs/adr/0003-interpreter.md)
 */
import { TIMED } from "./flavour.ts";
import {
  CONTEXTS,
  FILLED,
  FILLED_MAX,
  FILLED_STRIDE,
  TLB,
  TLB_INDEX_MASK,
  TLB_PHYSICAL,
  TLB_READY,
  TLB_STRIDE,
  TLB_TABLE,
  TLB_WRITE,
} from "./layout.ts";

/** Base of a context's read table; its tables are made at first use, because that costs 4 MiB of host memory. */
export function tableOf(context: u32): u32 {
  const base = TLB + context * TLB_STRIDE;
  const ready = load<u32>(TLB_READY);
  if (!(ready & (1 << context))) {
    store<u32>(TLB_READY, ready | (1 << context));
    clearTable(base);
    clearTable(base + TLB_WRITE);
  }
  return base;
}

function clearTable(table: u32): void {
  for (let at: u32 = 0; at < TLB_TABLE / 2; at += 8) store<i64>(table + at, emptyEntry(at));
}

/** `at` is the entry's offset in its table: 8 bytes a page. */
function emptyEntry(at: u32): i64 {
  return at < TLB_TABLE / 2 ? 0x40000000 - ((<i64>at) << 9) : 0;
}

function listOf(context: u32, isWrite: u32): u32 {
  return FILLED + (context * 2 + isWrite) * FILLED_STRIDE;
}

/** Maps the page of `va` to the host frame; `pa` is where that frame stands for (timed flavour). */
export function fill(context: u32, isWrite: u32, va: i64, frame: u32, pa: i64): void {
  const list = listOf(context, isWrite);
  if (load<u32>(list) == FILLED_MAX) flushTable(context, isWrite);
  const table = tableOf(context) + isWrite * TLB_WRITE;
  const at = table + (<u32>(va >>> 9) & TLB_INDEX_MASK);
  const page = va & ~0xfff;
  store<i64>(at, <i64>frame - page);
  if (TIMED) store<i64>(at + TLB_PHYSICAL, (pa & ~0xfff) - page);
  const count = load<u32>(list);
  store<u32>(list + 4 + (count << 2), at);
  store<u32>(list, count + 1);
}

function flushTable(context: u32, isWrite: u32): void {
  const list = listOf(context, isWrite);
  const table = TLB + context * TLB_STRIDE + isWrite * TLB_WRITE;
  const count = load<u32>(list);
  for (let index: u32 = 0; index < count; index++) {
    const at = load<u32>(list + 4 + (index << 2));
    store<i64>(at, emptyEntry(at - table));
  }
  store<u32>(list, 0);
}

export function flushContext(context: u32): void {
  flushTable(context, 0);
  flushTable(context, 1);
}

export function flushReads(): void {
  for (let context: u32 = 0; context < CONTEXTS; context++) flushTable(context, 0);
}

export function flushWrites(): void {
  for (let context: u32 = 0; context < CONTEXTS; context++) flushTable(context, 1);
}

export function flushData(): void {
  flushReads();
  flushWrites();
}
