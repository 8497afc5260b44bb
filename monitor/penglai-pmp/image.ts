/**
 * The page tables that the kernel built for an enclave, before anybody trusts them: check_enclave_pt. Penglai reference
 * §2.3, §6.11, §7.
 *
 *     paddr                                       paddr + size
 *     | root table | tables and image, anywhere … |
 *
 * Isolation of enclaves in one region rests on this alone. Fixed: tables lie in the block (B8) and each is reached once;
 * leaves have U (B28); a page of the block is mapped once and tables never, so an enclave and its host cannot write
 * themselves an entry; pages of the two windows are exactly those that CREATE names; contents of 1 GiB leaves would not be
 * measured: refused. It runs before the measurement does (published: behind it).
 *
 * The kernel still has its grant on this hart and is not running: a call is atomic. Its grant is closed before it runs again.
 */
import { isLeaf, PTE_R, PTE_U, PTE_W } from "../../core/sv39.ts";
import { PAGE_SIZE, type PageNo, pageNoOf, paOfPage } from "../../core/units.ts";
import type { MemoryView } from "../kernel/draft.ts";
import { hex } from "../kernel/page-owner.ts";
import { hasReservedBits, MEGAPAGE_PAGES, type Visit, walk } from "../kernel/sv39.ts";
import { isOn } from "./defects.ts";
import { MAX_IMAGE_PAGES } from "./enclave-layout.ts";
import { type Denial, deny } from "./guards.ts";
import { type Block, pagesOfBlock } from "./regions.ts";
import type { MonitorConfig, Window } from "./state.ts";

/** A leaf of the image, windows included. */
export interface ImageLeaf {
  readonly va: bigint;
  readonly level: 0 | 1;
  readonly pte: bigint;
  readonly page: PageNo;
}

/** @returns the leaves, ascending */
export function readImage(
  memory: MemoryView,
  config: MonitorConfig,
  block: Block,
  windows: readonly Window[],
): readonly ImageLeaf[] | Denial {
  const { from, to } = pagesOfBlock(block);
  const used = new Set<PageNo>([from]);
  const isInside = (page: number, pageCount: number): boolean => page >= from && page + pageCount <= to;
  const leaves: ImageLeaf[] = [];
  let pages = 1;
  for (const visit of walk(memory, from)) {
    const { page, level, va, entry } = visit;
    const found = `the entry ${hex(entry)} for ${hex(va)}`;
    const pageCount = visit.kind === "leaf" && level === 1 ? MEGAPAGE_PAGES : 1;
    pages += pageCount;
    if (pages > MAX_IMAGE_PAGES) return deny("IMAGE_TOO_LARGE", `${found} is more than page ${MAX_IMAGE_PAGES}`);
    if (hasReservedBits(entry) || (entry & (PTE_R | PTE_W)) === PTE_W) return deny("RESERVED_BITS", found);
    if (visit.kind === "table") {
      const mayLieAnywhere = isOn(config, "P1") && page >= config.ram.from && page < config.ram.to;
      if (!isInside(page, 1) && !mayLieAnywhere) return deny("TABLE_OUTSIDE_BLOCK", found);
      if (used.has(page)) return deny("TABLE_REUSED", found);
      used.add(page);
      continue;
    }
    const denial = checkLeaf(config, visit, found);
    if (denial) return denial;
    leaves.push({ va, level: level as 0 | 1, pte: entry, page });
    const window = windowAt(windows, va);
    if (window !== undefined) {
      if (!isTarget(config, window, visit)) return deny("WINDOW_TARGET", found);
      continue;
    }
    if (!isInside(page, pageCount)) return deny("LEAF_OUTSIDE_BLOCK", found);
    for (let i = 0; i < pageCount; i++) {
      if (used.has((page + i) as PageNo) && !isOn(config, "P30"))
        return deny("LEAF_ALIASED", `${found}, page ${hex(paOfPage(page) + i * PAGE_SIZE)}`);
      used.add((page + i) as PageNo);
    }
  }
  return leaves;
}

export function* withContents(memory: MemoryView, leaves: readonly ImageLeaf[]) {
  for (const { va, level, pte, page } of leaves) {
    const byteLen = (level === 1 ? MEGAPAGE_PAGES : 1) * PAGE_SIZE;
    yield { va, level, pte, bytes: memory.readBytes(paOfPage(page), byteLen) };
  }
}

function checkLeaf(config: MonitorConfig, { va, level, page, entry }: Visit, found: string): Denial | undefined {
  if (level === 2) return deny("HUGE_LEAF", found);
  if (!isLeaf(entry)) return deny("TABLE_OUTSIDE_BLOCK", `${found}: a pointer in the last level`);
  if (level === 1 && page % MEGAPAGE_PAGES !== 0) return deny("MISALIGNED_LEAF", found);
  if ((entry & PTE_U) === 0n && !isOn(config, "B28")) return deny("NOT_USER", `${found}, address ${hex(va)}`);
  return undefined;
}

/** Addresses count by their low 39 bits: the driver may pass them without the ones above. */
const low = (va: bigint): bigint => BigInt.asUintN(39, va);

const windowAt = (windows: readonly Window[], va: bigint): Window | undefined =>
  windows.find((window) => {
    const offset = low(va) - low(window.va);
    return window.span !== undefined && offset >= 0n && offset < BigInt(window.span.byteLen);
  });

/** The page that CREATE named for this address; a 2 MiB leaf in a window is none. */
function isTarget({ defects, ram }: MonitorConfig, { va, span }: Window, visit: Visit): boolean {
  if (isOn({ defects }, "B8")) return visit.page >= ram.from && visit.page < ram.to;
  const index = Number(low(visit.va) - low(va)) / PAGE_SIZE;
  return visit.level === 0 && visit.page === pageNoOf(span!.pa) + index;
}
