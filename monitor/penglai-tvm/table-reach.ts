/**
 * Which pages each table of the host's reaches, so that a conversion looks only at the tables that matter. The published
 * monitor scans the whole pt_area for every conversion (Penglai reference §2.2, "O(pt_area bytes) regardless of the
 * enclave's size"); with thousands of enclaves that was the most of what an enclave cost (2.7 ms for the ten thousandth
 * against 0.4 ms for the first, Node 24).
 *
 * A reach is remembered once it was computed and forgotten when SET_PTE or MAP_PTE writes to the table. Valid or not, an
 * entry counts: V goes and comes back with the owner of its page, and the reach stays right. Only the monitor writes
 * pt_area (GPT invariant 2); with that defence off, nothing is remembered.
 */
import { ENTRIES } from "../../core/sv39.ts";
import { PAGE_SIZE, type PageNo, pa, pageNoOf, paOfPage } from "../../core/units.ts";
import type { MemoryView } from "../kernel/draft.ts";
import type { Effect } from "../kernel/effects.ts";
import type { RadixMap } from "../kernel/radix-map.ts";
import { type PageRange, pagesOf } from "../kernel/span.ts";
import { MEGAPAGE_PAGES } from "../kernel/sv39.ts";
import type { MonitorState } from "./state.ts";

/** Of a table without leaves. */
const NOWHERE: PageRange = { from: 0 as PageNo, to: 0 as PageNo };
const LEAF_BITS = 0b1110;

/** A leaf of a table: the index of its entry, whether it is valid, and the pages that it maps. */
export interface HostLeaf extends PageRange {
  readonly index: number;
  readonly isValid: boolean;
}

/**
 * All entries that look like leaves, valid or not. Two 32-bit halves instead of one bigint an entry: a kernel that maps 1
 * GiB in 4 KiB pages has 262,144 of them (2 ms against 15, Node 24).
 *
 *     high 31..22 reserved | 21..0 page number 43..22     low 31..10 page number 21..0 | 9..0 flags
 */
export function* leavesOf(state: MonitorState, memory: MemoryView, table: PageNo): Generator<HostLeaf> {
  const pages = table < pageNoOf(state.areas!.separation!.pteBase) ? MEGAPAGE_PAGES : 1;
  const words = new Uint32Array(memory.readBytes(paOfPage(table), PAGE_SIZE).buffer);
  for (let index = 0; index < ENTRIES; index++) {
    const low = words[2 * index]!;
    if ((low & LEAF_BITS) === 0) continue;
    const from = (words[2 * index + 1]! & 0x3f_ffff) * 2 ** 22 + (low >>> 10);
    yield { index, isValid: (low & 1) !== 0, from: from as PageNo, to: (from + pages) as PageNo };
  }
}

/** The tables of the PMD and PTE sub-areas that may have a leaf inside the range, and the state that remembers the rest. */
export function tablesThatReach(
  state: MonitorState,
  memory: MemoryView,
  range: PageRange,
): { readonly tables: readonly PageNo[]; readonly state: MonitorState } {
  const { ptArea, separation } = state.areas!;
  const area = { from: pageNoOf(separation!.pmdBase), to: pageNoOf(pa(ptArea.pa + ptArea.byteLen)) };
  if (!state.config.defences.pmpOnPageTableArea) return { tables: memory.backedPages(area.from, area.to), state };
  const first = state.config.ram.from;
  const [from, to] = [area.from - first, area.to - first];
  const reach = learnt(state, memory, from, to);
  const tables: PageNo[] = [];
  const meets = (known: PageRange | undefined) => known!.from < range.to && known!.to > range.from;
  for (let at = reach.find(from, to, meets); at !== undefined; at = reach.find(at + 1, to, meets))
    tables.push((first + at) as PageNo);
  return { tables, state: reach === state.reach ? state : { ...state, reach } };
}

/** Knows every table of [from, to), counted from the first page of RAM. */
function learnt(state: MonitorState, memory: MemoryView, from: number, to: number): RadixMap<PageRange | undefined> {
  const first = state.config.ram.from;
  const isUnknown = (known: PageRange | undefined) => known === undefined;
  let { reach } = state;
  for (let at = reach.find(from, to, isUnknown); at !== undefined; at = reach.find(at, to, isUnknown)) {
    const end = reach.find(at, to, (known) => known !== undefined) ?? to;
    const backed = memory.backedPages((first + at) as PageNo, (first + end) as PageNo);
    reach = reach.fill(at, end, NOWHERE);
    for (const table of backed) reach = reach.set(table - first, reachOf(state, memory, table));
  }
  return reach;
}

function reachOf(state: MonitorState, memory: MemoryView, table: PageNo): PageRange {
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  for (const leaf of leavesOf(state, memory, table)) {
    from = Math.min(from, leaf.from);
    to = Math.max(to, leaf.to);
  }
  return to === 0 ? NOWHERE : { from: from as PageNo, to: to as PageNo };
}

/** What is known of tables that the effects write is forgotten. */
export function withTablesWritten(state: MonitorState, effects: readonly Effect[]): MonitorState {
  const { from: first, to: end } = state.config.ram;
  let { reach } = state;
  let last: number | undefined;
  for (const effect of effects) {
    const byteLen = effect.kind === "write64" ? 8 : effect.kind === "zero" ? effect.byteLen : 0;
    if (byteLen === 0 || !("pa" in effect)) continue;
    const { from, to } = pagesOf({ pa: effect.pa, byteLen });
    // A copy writes 512 entries of one table.
    if (from < first || to > end || (to === from + 1 && from === last)) continue;
    reach = reach.fill(from - first, to - first, undefined);
    last = from;
  }
  return reach === state.reach ? state : { ...state, reach };
}
