/**
 * An enclave's first memory as the driver prepares it, before the monitor makes it secure: page tables and contents
 * inside one region. Penglai reference §6.11.
 *
 *   page 0   | page 1     | page 2   | page 3 …                                  | free_mem …
 *   records  | root table | reserved | tables and pages, in the order of the VAs | the monitor's free list
 *
 * Pure: it returns what to store where. Pages of zeros are not in the list, because the region is all zeros before.
 */
import { indexAt, PTE_BYTE_LEN, PTE_V, pteOf } from "../core/sv39.ts";
import { PAGE_SIZE, type Pa, pa, type Va } from "../core/units.ts";
import { type EnclavePage, ZERO_PAGE } from "./enclave-image.ts";

const FIRST_FREE_PAGE = 3;

/** Pages of a region before those of the image, counted from its first one. */
export interface RegionLayout {
  readonly rootPage: number;
  /** The first one for other tables and for contents. */
  readonly firstFreePage: number;
}
const TVM_LAYOUT: RegionLayout = { rootPage: 1, firstFreePage: FIRST_FREE_PAGE };

export interface RegionContents {
  readonly root: Pa;
  /** First byte that nothing uses. */
  readonly freeMem: Pa;
  /** Where each page of the image lies. */
  readonly frames: ReadonlyMap<Va, Pa>;
  /** Pages to store, each PAGE_SIZE bytes; every other page of the region stays zero. */
  readonly stores: readonly { readonly at: Pa; readonly bytes: Uint8Array }[];
}

/** A page outside the region that the enclave sees, too. */
export interface SharedPage extends Omit<EnclavePage, "bytes"> {
  readonly at: Pa;
}

/** @returns tables and contents of the region's first pages; `pagesUsed` says how many those are */
export function regionContents(
  region: Pa,
  pages: readonly EnclavePage[],
  shared: readonly SharedPage[] = [],
  { rootPage, firstFreePage }: RegionLayout = TVM_LAYOUT,
): RegionContents {
  let next = region + firstFreePage * PAGE_SIZE;
  const takePage = (): Pa => {
    next += PAGE_SIZE;
    return pa(next - PAGE_SIZE);
  };
  const root = pa(region + rootPage * PAGE_SIZE);
  const tables = new Map<Pa, DataView>([[root, emptyTable()]]);
  const contents: { at: Pa; bytes: Uint8Array }[] = [];
  const frames = new Map<Va, Pa>();

  /** The table below entry `index` of `table`, made if it is missing. */
  const descend = (table: Pa, index: number): Pa => {
    const view = tables.get(table)!;
    const entry = view.getBigUint64(index * PTE_BYTE_LEN, true);
    if (entry !== 0n) return pa(Number(entry >> 10n) * PAGE_SIZE);
    const below = takePage();
    view.setBigUint64(index * PTE_BYTE_LEN, pteOf(below, PTE_V), true);
    tables.set(below, emptyTable());
    return below;
  };

  const tableOf = ({ va }: Pick<EnclavePage, "va">): DataView =>
    tables.get(descend(descend(root, indexAt(va, 2)), indexAt(va, 1)))!;
  const map = (view: DataView, { va, flags }: Pick<EnclavePage, "va" | "flags">, at: Pa): void =>
    view.setBigUint64(indexAt(va, 0) * PTE_BYTE_LEN, pteOf(at, flags), true);

  for (const page of shared) map(tableOf(page), page, page.at);
  for (const page of pages) {
    const view = tableOf(page);
    const at = takePage();
    frames.set(page.va, at);
    map(view, page, at);
    if (page.bytes !== ZERO_PAGE) contents.push({ at, bytes: page.bytes });
  }
  const tableStores = [...tables].map(([at, view]) => ({ at, bytes: new Uint8Array(view.buffer) }));
  return { root, freeMem: pa(next), frames, stores: [...tableStores, ...contents] };
}

/** Pages of a region that `regionContents` uses: records, root, reserved page, tables and contents. */
export function pagesUsed(pages: readonly Pick<EnclavePage, "va">[]): number {
  return FIRST_FREE_PAGE + tablesBelowRoot(pages.map((page) => page.va)) + pages.length;
}

/** How many level 1 and level 0 tables map these addresses. */
export function tablesBelowRoot(addresses: readonly bigint[]): number {
  return new Set(addresses.map((at) => at >> 30n)).size + new Set(addresses.map((at) => at >> 21n)).size;
}

const emptyTable = (): DataView => new DataView(new ArrayBuffer(PAGE_SIZE));
