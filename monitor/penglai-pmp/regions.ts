/**
 * Secure regions and the blocks in them: a binary buddy allocator for each region. Penglai reference §2.3: "Each region is
 * pow2 NAPOT with a buddy allocator".
 *
 *     region of order 3   | block of order 1 | free 0 | block 0 |      free, order 2      |
 *
 * A block of order n is 2^n pages, naturally aligned, so that one PMP entry can guard it. Values, never changed in place.
 * Deviation: of several blocks that fit, the smallest and of these the lowest is taken (published: the one freed last), and
 * the lists live here and not in the free memory itself.
 */
import type { PageNo } from "../../core/units.ts";
import type { PageRange } from "../kernel/span.ts";

/** "13 secure regions" (§2.3). */
export const REGION_COUNT = 13;

/** 2^order pages from `page` on. */
export interface Block {
  readonly page: PageNo;
  readonly order: number;
}

export interface Region extends Block {
  /** Ascending by page. */
  readonly free: readonly Block[];
}

/** By number; region n is guarded by PMP entry n + 2. */
export type Regions = readonly (Region | undefined)[];

export const pagesOfBlock = ({ page, order }: Block): PageRange => ({
  from: page,
  to: (page + 2 ** order) as PageNo,
});

/** The number of the region that holds a page. */
export function regionAt(regions: Regions, page: number): number | undefined {
  const index = regions.findIndex((region) => region !== undefined && contains(region, page));
  return index < 0 ? undefined : index;
}

const contains = (block: Block, page: number): boolean => page >= block.page && page < block.page + 2 ** block.order;

/** No block of it is allocated. */
export const isUnused = ({ order, free }: Region): boolean => free.length === 1 && free[0]!.order === order;

/** @returns the block and the regions without it, or undefined if no region has one; the lowest region goes first */
export function allocate(
  regions: Regions,
  order: number,
): { readonly regions: Regions; readonly block: Block } | undefined {
  for (const [index, region] of regions.entries()) {
    const found = region && smallest(region.free, order);
    if (!region || !found) continue;
    const block = { page: found.page, order };
    // The low part is the block; each part that is cut off is twice as large as the one before.
    const rest: Block[] = [];
    for (let half = order; half < found.order; half++)
      rest.push({ page: (found.page + 2 ** half) as PageNo, order: half });
    const free = ascending([...region.free.filter((other) => other !== found), ...rest]);
    return { regions: withRegion(regions, index, { ...region, free }), block };
  }
  return undefined;
}

/** @param joins whether free buddies become one. @returns the regions with the block free again */
export function giveBack(regions: Regions, block: Block, joins: boolean): Regions {
  const index = regionAt(regions, block.page)!;
  const region = regions[index]!;
  let joined = block;
  let free = region.free;
  while (joins && joined.order < region.order) {
    const { page, order } = joined;
    // Buddies differ in one bit of their page number.
    const buddy = (page % 2 ** (order + 1) === 0 ? page + 2 ** order : page - 2 ** order) as PageNo;
    const found = free.find((other) => other.page === buddy && other.order === order);
    if (!found) break;
    free = free.filter((other) => other !== found);
    joined = { page: Math.min(page, buddy) as PageNo, order: order + 1 };
  }
  return withRegion(regions, index, { ...region, free: ascending([...free, joined]) });
}

export const withRegion = (regions: Regions, index: number, region: Region | undefined): Regions =>
  Array.from({ length: Math.max(regions.length, index + 1) }, (_, i) => (i === index ? region : regions[i]));

const smallest = (free: readonly Block[], order: number): Block | undefined =>
  free.reduce<Block | undefined>(
    (best, block) => (block.order >= order && (best === undefined || block.order < best.order) ? block : best),
    undefined,
  );

const ascending = (blocks: readonly Block[]): readonly Block[] => [...blocks].sort((a, b) => a.page - b.page);
