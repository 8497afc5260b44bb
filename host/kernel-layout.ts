/**
 * Where the kernel puts what the monitor wants from it: the Host Page Table Area and the ownership map ("mbitmap").
 * Penglai reference §2.2.
 *
 *   ramBase                                                                                   ramEnd
 *   | monitor 2 MiB | ... pages for everybody ...  [ PGD | PMD | PTE sub-area ]  [ mbitmap ] ... |
 *                                                  `------- pt_area --------'
 *
 * "Linux side: PGD order 8, PMD order 10, total order = ilog2(totalpages/512 - 1) + 4": 1 GiB gives order 12, a 16 MiB
 * pt_area. Smaller machines keep the proportions of that example (PGD 1/16, PMD 1/4 of the area).
 * Both areas are guarded by one NAPOT PMP entry each, hence powers of two, naturally aligned.
 */
import type { Platform } from "../core/platform.ts";
import { MEGAPAGE } from "../core/sv39.ts";
import { PAGE_SIZE, type Pa, pa, pageNoOf } from "../core/units.ts";
import { UserError } from "../core/user-error.ts";
import { FrameAllocator, orderFor, pagesFor } from "./frame-allocator.ts";

/** The monitor's own memory: PMP0 denies it to everybody else (§2.2). */
export const MONITOR_BYTE_LEN = 2 * 1024 * 1024;
/** "mbitmap = 4 B × pages (min order 9 = 2 MB)". */
const META_BYTE_LEN = 4;
const MIN_BITMAP_ORDER = 9;
const LINUX_PGD_ORDER = 8;
const LINUX_PMD_ORDER = 10;
export const MIN_RAM = 16 * 1024 * 1024;
/** Sv39 maps 2^39 bytes, and all of them are the direct map here. */
export const MAX_RAM = 2 ** 39;

export interface PtArea {
  readonly base: Pa;
  readonly byteLen: number;
  readonly pgdOrder: number;
  readonly pmdOrder: number;
  readonly pmdBase: Pa;
  readonly pteBase: Pa;
  readonly end: Pa;
}

export interface KernelLayout {
  readonly ramBase: Pa;
  /** A multiple of 2 MiB; a smaller rest of RAM is not used. */
  readonly ramEnd: Pa;
  readonly ptArea: PtArea;
  readonly mbitmap: Pa;
  readonly mbitmapByteLen: number;
  /** Every page that nothing above occupies. */
  readonly frames: FrameAllocator;
}

/** Orders of the whole area, of its PGD and of its PMD sub-area, for a machine of `pageCount` pages. */
export function ptAreaOrders(pageCount: number): { total: number; pgd: number; pmd: number } {
  const total = Math.floor(Math.log2(Math.floor(pageCount / 512) - 1)) + 4;
  return { total, pgd: Math.min(LINUX_PGD_ORDER, total - 4), pmd: Math.min(LINUX_PMD_ORDER, total - 2) };
}

/** @throws UserError if the machine's RAM is too small or larger than Sv39 can map */
export function layOut(machine: Pick<Platform, "ramBase" | "ramSize">): KernelLayout {
  if (machine.ramSize < MIN_RAM || machine.ramSize > MAX_RAM)
    throw new UserError(
      `a machine with ${machine.ramSize / 2 ** 20} MiB of RAM cannot host enclaves`,
      "give it between 16 MiB and 512 GiB, for example --memory 1G",
    );
  const ramEnd = pa(machine.ramBase + Math.floor(machine.ramSize / MEGAPAGE) * MEGAPAGE);
  const frames = new FrameAllocator(pageNoOf(pa(machine.ramBase + MONITOR_BYTE_LEN)), pageNoOf(ramEnd));
  const pageCount = (ramEnd - machine.ramBase) / PAGE_SIZE;
  const orders = ptAreaOrders(pageCount);
  const bitmapOrder = Math.max(MIN_BITMAP_ORDER, orderFor(pagesFor(pageCount * META_BYTE_LEN)));
  // An area of at most 1/32 of RAM, and then one of 1/1024 or 2 MiB, always fit an empty machine.
  const base = frames.allocate(orders.total)!;
  const mbitmap = frames.allocate(bitmapOrder)!;
  const pmdBase = pa(base + 2 ** orders.pgd * PAGE_SIZE);
  const pteBase = pa(pmdBase + 2 ** orders.pmd * PAGE_SIZE);
  const byteLen = 2 ** orders.total * PAGE_SIZE;
  return {
    ramBase: machine.ramBase,
    ramEnd,
    ptArea: { base, byteLen, pgdOrder: orders.pgd, pmdOrder: orders.pmd, pmdBase, pteBase, end: pa(base + byteLen) },
    mbitmap,
    mbitmapByteLen: 2 ** bitmapOrder * PAGE_SIZE,
    frames,
  };
}
