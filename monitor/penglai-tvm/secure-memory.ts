/**
 * The page-ownership kernel: public pages become private and public again. Penglai reference §2.2, "Making memory
 * secure". All personalities share it.
 *
 * Public -> private: "all pages public -> set private -> scan all PMD+PTE sub-area entries and clear V on each leaf inside
 * the range". Invariant afterwards: no valid host entry maps the block. Private -> public: wipe, then give the V bits back.
 *
 * Fixed: a 2 MiB leaf across the edge refuses the whole call (B6); pages are wiped (B15); the entries that get V back are
 * those that lost it here, not everything that looks like it (a swap entry would have turned into a mapping); a page that
 * an enclave shares with the host cannot become private; the host must be on tables of pt_area, since in Bare mode no
 * table stands between it and the page.
 */

import { isLeaf, isValid, PTE_V, pageOf } from "../../core/sv39.ts";
import { PAGE_SIZE, type Pa, type PageNo, pageNoOf } from "../../core/units.ts";
import type { Draft, MemoryView } from "../kernel/draft.ts";
import { isDenial } from "../kernel/guard.ts";
import type { Hart } from "../kernel/hart.ts";
import { hex, type Owner, PUBLIC } from "../kernel/page-owner.ts";
import { type PageRange, pagesOf, type Span } from "../kernel/span.ts";
import { entryAddress, MEGAPAGE_PAGES } from "../kernel/sv39.ts";
import { checkPages, isPublic } from "./alleged.ts";
import { isOn } from "./defects.ts";
import { type Denial, deny } from "./guards.ts";
import { checkHostEntry, levelAt } from "./host-pte.ts";
import { checkSatp } from "./satp.ts";
import { type MonitorState, ownerOf, type SecureBlock, withOwner } from "./state.ts";
import { leavesOf, tablesThatReach } from "./table-reach.ts";

/** Makes a public span private and takes it out of the host's tables. */
export function secure(
  state: MonitorState,
  memory: MemoryView,
  draft: Draft,
  hart: Hart,
  span: Span,
  owner: Owner,
): { readonly state: MonitorState; readonly block: SecureBlock } | Denial {
  const pages = pagesOf(span);
  const denial =
    checkSeparated(state) ??
    (isOn(state.config, "T17") ? undefined : checkTranslated(state, hart)) ??
    checkPages(state, "the range to make secure", pages, (of) => isPublic(state.config, of)) ??
    (isOn(state.config, "T14") ? undefined : checkUnshared(state, pages));
  if (denial) return denial;
  const leaves = hostLeavesInside(state, memory, pages);
  if (isDenial(leaves)) return leaves;
  const { inside: hidden } = leaves;
  if (!isOn(state.config, "T16")) for (const address of hidden) draft.write64(address, draft.read64(address) & ~PTE_V);
  // The host may hold a translation of an entry that was just cleared, on any hart (fixed: B11).
  if (!isOn(state.config, "T15")) draft.add({ kind: isOn(state.config, "B11") ? "flushTlb" : "shootDown" });
  return { state: withOwner(leaves.state, pages, owner), block: { ...pages, hidden } };
}

/**
 * Makes a block public again. An entry that the host rewrote meanwhile stays as it is: V comes back only to what SET_PTE
 * would accept now, and only for pages of this block. A 2 MiB leaf comes back with the last part of a block that was split.
 */
export function release(
  state: MonitorState,
  draft: Draft,
  block: SecureBlock,
  contents: "wipe" | "keep contents" = "wipe",
): MonitorState {
  const next = withOwner(state, block, PUBLIC);
  // Wiped while nobody can read it; the host's entries come back after that.
  if (contents === "wipe" && state.config.defences.wipeOnFree)
    draft.zeroPages(isOn(state.config, "T18") ? { from: block.from, to: (block.to - 1) as PageNo } : block);
  if (isOn(state.config, "T19")) return next;
  for (const address of block.hidden) {
    if (!draft.verify(pageNoOf(address))) continue;
    const entry = draft.read64(address);
    const pageCount = levelAt(next.areas!, address) === 1 ? MEGAPAGE_PAGES : 1;
    const isOfBlock = pageOf(entry) + pageCount > block.from && pageOf(entry) < block.to;
    if (isValid(entry) || !isLeaf(entry)) continue;
    if (isOn(state.config, "T20")) draft.write64(address, entry | PTE_V);
    else if (isOfBlock && checkHostEntry(next, next.areas!, address, entry | PTE_V) === undefined)
      draft.write64(address, entry | PTE_V);
  }
  return next;
}

/** Counts one more (or, with -1, one less) live enclave that shares the span with the host. */
export function share(state: MonitorState, span: Span | undefined, change: 1 | -1): MonitorState {
  if (span === undefined) return state;
  const base = state.config.ram.from;
  const pages = pagesOf(span);
  let shares = state.shares;
  for (const run of state.shares.runs(pages.from - base, pages.to - base))
    shares = shares.fill(run.from, run.to, run.value + change);
  return { ...state, shares };
}

export function checkSeparated(state: MonitorState): Denial | undefined {
  if (state.areas?.separation) return undefined;
  return deny("NOT_SEPARATED", "the host page table area has no sub-areas yet");
}

function checkTranslated(state: MonitorState, hart: Hart): Denial | undefined {
  const denial = checkSatp(state, hart.csrs.satp);
  return denial && deny("HOST_UNTRANSLATED", `satp is ${hex(hart.csrs.satp)}`);
}

function checkUnshared(state: MonitorState, pages: PageRange): Denial | undefined {
  const base = state.config.ram.from;
  const index = state.shares.find(pages.from - base, pages.to - base, (count) => count > 0);
  if (index === undefined) return undefined;
  const page = (base + index) as PageNo;
  return deny("PAGE_SHARED", "the range to make secure holds a kbuffer or shared memory", {
    page: { page, owner: ownerOf(state, page) },
  });
}

/** The addresses of all valid leaves of the PMD and PTE sub-areas inside the range, and the state that knows its tables. */
export function hostLeavesInside(
  before: MonitorState,
  memory: MemoryView,
  range: PageRange,
): { readonly state: MonitorState; readonly inside: readonly Pa[] } | Denial {
  const { state, tables } = tablesThatReach(before, memory, range);
  const inside: Pa[] = [];
  for (const table of tables) {
    for (const { index, isValid, from, to } of leavesOf(state, memory, table)) {
      if (!isValid || from >= range.to || to <= range.from) continue;
      const address = entryAddress(table, index);
      if (from < range.from || to > range.to) {
        if (isOn(state.config, "B6")) return { state, inside };
        return deny("PARTLY_COVERED", `the 2 MiB leaf at ${hex(address)} maps ${hex(from * PAGE_SIZE)}`);
      }
      inside.push(address);
    }
  }
  return { state, inside };
}
