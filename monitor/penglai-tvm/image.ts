/**
 * The page tables that the host built for an enclave, before anybody trusts them. Penglai reference §6.11, §7.
 *
 *     paddr                                    free_mem              paddr + size
 *     | records | root table | tables and image … | free list …       |
 *
 * Fixed: tables lie in the region (B8), below free_mem, and each is reached once; leaves map pages of the region that are
 * neither tables nor records, each once. Without the second half an enclave and its host could map the enclave's own
 * tables and write themselves entries for any page of the machine. Contents of a 1 GiB leaf would not be measured: refused.
 *
 * The host can no longer write the region when this runs: ownership comes first, looking second.
 */

import { isLeaf } from "../../core/sv39.ts";
import { PAGE_SIZE, type PageNo, paOfPage } from "../../core/units.ts";
import type { MemoryView } from "../kernel/draft.ts";
import { hex } from "../kernel/page-owner.ts";
import type { PageRange } from "../kernel/span.ts";
import { hasReservedBits, MEGAPAGE_PAGES, type Visit, walk } from "../kernel/sv39.ts";
import { isOn } from "./defects.ts";
import { isImageAddress, MAX_IMAGE_PAGES } from "./enclave-layout.ts";
import { type Denial, deny } from "./guards.ts";
import type { MonitorConfig, MonitorState } from "./state.ts";

/** A leaf of the image. */
export interface ImageLeaf {
  readonly va: bigint;
  readonly level: 0 | 1;
  readonly pte: bigint;
  readonly page: PageNo;
}

const RECORD_PAGES = 1;

/**
 * @param region the enclave's pages; the root table is the second one
 * @param freeFrom first page of the free list
 * @param eid whose region it is, for the explanation
 * @returns the leaves, ascending
 */
export function readImage(
  { config }: MonitorState,
  memory: MemoryView,
  region: PageRange,
  freeFrom: PageNo,
  eid: number,
): readonly ImageLeaf[] | Denial {
  const root = (region.from + RECORD_PAGES) as PageNo;
  const used = new Set<PageNo>([root]);
  const isInside = (page: number, pageCount: number): boolean => page > root && page + pageCount <= freeFrom;
  const mayBeAnywhere = (page: PageNo): boolean =>
    isOn(config, "B8") && page >= config.ram.from && page < config.ram.to;
  const leaves: ImageLeaf[] = [];
  for (const visit of walk(memory, root)) {
    const { page, level, va, entry } = visit;
    const found = `the entry ${hex(entry)} for ${hex(va)}`;
    const pageCount = visit.kind === "leaf" && level === 1 ? MEGAPAGE_PAGES : 1;
    if (used.size + pageCount > MAX_IMAGE_PAGES)
      return deny("IMAGE_TOO_LARGE", `${found} is more than page ${MAX_IMAGE_PAGES}`);
    if (hasReservedBits(entry)) return deny("ENCLAVE_RESERVED_BITS", found);
    if (visit.kind === "table") {
      if (!isInside(page, 1) && !mayBeAnywhere(page)) return deny("TABLE_OUTSIDE_REGION", `${found} of enclave ${eid}`);
      if (used.has(page) && !isOn(config, "T55")) return deny("TABLE_REUSED", found);
      used.add(page);
      continue;
    }
    const denial = checkLeaf(visit, found);
    if (denial) return denial;
    const isFree = page >= freeFrom && page + pageCount <= region.to;
    if (!isInside(page, pageCount) && !(isFree && isOn(config, "T56"))) return deny("LEAF_OUTSIDE_REGION", found);
    for (let i = 0; i < pageCount; i++) {
      if (used.has((page + i) as PageNo) && !isOn(config, "T54"))
        return deny("LEAF_ALIASED", `${found}, page ${hex(paOfPage(page) + i * PAGE_SIZE)}`);
      used.add((page + i) as PageNo);
    }
    leaves.push({ va, level: level as 0 | 1, pte: entry, page });
  }
  return leaves;
}

/** The measurement of an image as it lies in memory now (§7); nothing that the host can write is part of it (B16). */
export function measureImage(
  config: MonitorConfig,
  memory: MemoryView,
  entry: bigint,
  leaves: readonly ImageLeaf[],
): Uint8Array {
  const measured = isOn(config, "T53") ? leaves.slice(0, -1) : leaves;
  return config.attestation.measure(isOn(config, "T52") ? 0n : entry, withContents(memory, measured));
}

function* withContents(memory: MemoryView, leaves: readonly ImageLeaf[]) {
  for (const { va, level, pte, page } of leaves) {
    const byteLen = (level === 1 ? MEGAPAGE_PAGES : 1) * PAGE_SIZE;
    yield { va, level, pte, bytes: memory.readBytes(paOfPage(page), byteLen) };
  }
}

function checkLeaf({ va, level, page, entry }: Visit, found: string): Denial | undefined {
  if (level === 2) return deny("HUGE_LEAF", found);
  if (!isLeaf(entry)) return deny("LEAF_OUTSIDE_REGION", `${found}: a pointer in the last level`);
  if (level === 1 && page % MEGAPAGE_PAGES !== 0) return deny("MISALIGNED_LEAF", found);
  if (!isImageAddress(va)) return deny("IMAGE_ADDRESS", found);
  return undefined;
}
