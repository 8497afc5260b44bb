/**
 * The tables that the machine walks for an enclave. An abstract L2 page maps 4 MiB with 1024 entries and an Sv39 table has
 * 512, so the database's tables cannot be the machine's: the monitor keeps two machine tables for every secure page
 * in its own memory, at a place that follows from the page's number, and only L1 and L2 pages use theirs.
 *
 *     page n is an L1:  2n    root     entry 0 -> 2n+1              (1 GiB)
 *                       2n+1  middle   entries 2i, 2i+1 -> the two tables of the L2 page in slot i
 *     page n is an L2:  2n    leaves of its entries 0 to 511
 *                       2n+1  leaves of its entries 512 to 1023
 *
 * Invariant 7 (invariants.ts): while an address space is not stopped, its machine tables say what the database says.
 * "A-bits preset, so no A/D-bit channel" (Komodo reference §1.1). Why so: docs/adr/0012-komodo-tables.md.
 */
import { ENTRIES, PTE_R, PTE_W, PTE_X } from "../../core/sv39.ts";
import { type Pa, type PageNo, paOfPage } from "../../core/units.ts";
import type { Draft } from "../kernel/draft.ts";
import { entryAddress, leaf, pointer } from "../kernel/sv39.ts";
import { isOn } from "./defects.ts";
import type { Mapping, PageNr } from "./page.ts";
import { insecurePage, type KomodoConfig, physicalOf } from "./state.ts";

/** Machine tables of a secure page. */
const TABLES_PER_PAGE = 2;

/** @param half 0 or 1 */
export const machineTable = (config: KomodoConfig, nr: PageNr, half: number): PageNo =>
  (config.tables.from + TABLES_PER_PAGE * nr + half) as PageNo;

/** First byte of the root table of an address space whose L1 table is page `l1`. */
export const rootOfL1 = (config: KomodoConfig, l1: PageNr): Pa => paOfPage(machineTable(config, l1, 0));

/** The machine's entry for a mapping; "insecure mappings never executable" (§0 finding 3). */
function leafOf(config: KomodoConfig, mapping: Mapping): bigint {
  const secure = mapping.kind === "secure";
  const page = secure ? physicalOf(config, mapping.page) : insecurePage(config, mapping.page);
  return leaf(page, PTE_R | (mapping.w ? PTE_W : 0n) | (secure && mapping.x ? PTE_X : 0n));
}

/** Where the machine's entry for entry `index` of an L2 page stands. */
const leafAddress = (config: KomodoConfig, l2: PageNr, index: number): Pa =>
  entryAddress(machineTable(config, l2, index < ENTRIES ? 0 : 1), index % ENTRIES);

/** An L1 table without entries. */
export function makeRoot(draft: Draft, config: KomodoConfig, l1: PageNr): void {
  clear(draft, config, l1);
  draft.write64(entryAddress(machineTable(config, l1, 0), 0), pointer(machineTable(config, l1, 1)));
}

/** An L2 table without entries, in slot `slot` of an L1 table. */
export function makeL2(draft: Draft, config: KomodoConfig, l1: PageNr, slot: number, l2: PageNr): void {
  clear(draft, config, l2);
  // A13: four machine entries of ARM belong to an L1 entry, two of Sv39; unscaled, slot i is written where slot i/2 is.
  const first = isOn(config, "A13") ? slot : TABLES_PER_PAGE * slot;
  for (const half of [0, 1])
    draft.write64(entryAddress(machineTable(config, l1, 1), first + half), pointer(machineTable(config, l2, half)));
}

/** @param also bits that a defect lets through from the mapping word */
export function writeLeaf(draft: Draft, config: KomodoConfig, at: Slot, mapping: Mapping, also = 0n): void {
  draft.write64(leafAddress(config, at.l2, at.index), leafOf(config, mapping) | also);
}

export const clearLeaf = (draft: Draft, config: KomodoConfig, at: Slot): void =>
  draft.write64(leafAddress(config, at.l2, at.index), 0n);

/** An entry of an L2 table. */
export interface Slot {
  readonly l2: PageNr;
  readonly index: number;
}

function clear(draft: Draft, config: KomodoConfig, nr: PageNr): void {
  const from = machineTable(config, nr, 0);
  draft.zeroPages({ from, to: (from + TABLES_PER_PAGE) as PageNo });
}
