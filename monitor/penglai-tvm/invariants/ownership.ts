/**
 * The ownership map says what the records say: every page of every block belongs to the block's holder, and no page has an
 * owner of that kind for nothing. Penglai reference §2.2 (`page_meta`), §6.11.
 */

import type { PageNo } from "../../../core/units.ts";
import { describePage, PUBLIC } from "../../kernel/page-owner.ts";
import type { Invariant } from "../../kernel/personality.ts";
import { describeOwner, METADATA } from "../owner.ts";
import type { MonitorState } from "../state.ts";
import { type Holding, holdings } from "./holdings.ts";

export const oneHolder: Invariant<MonitorState> = {
  name: "one-holder",
  rule: "a page lies in at most one block (Penglai reference §6.11)",
  violation: (state) => {
    const held = holdings(state);
    for (const [index, { pages, owner }] of held.entries()) {
      const before = held[index - 1];
      if (before !== undefined && before.pages.to > pages.from)
        return `${describePage(pages.from)} is in a block of ${describeOwner(owner)} and in one of ${describeOwner(before.owner)}`;
    }
    return undefined;
  },
};

export const ownersAgree: Invariant<MonitorState> = {
  name: "owners-agree",
  rule: "the ownership map names the holder of each page, and nobody for any other (Penglai reference §2.2)",
  violation: (state) => {
    const expected = merged(holdings(state));
    const actual = ownedRuns(state);
    for (let i = 0; i < Math.max(expected.length, actual.length); i++) {
      const [want, have] = [expected[i], actual[i]];
      if (want !== undefined && have !== undefined && isSame(want, have)) continue;
      return `the records say ${describe(want)}, the map says ${describe(have)}`;
    }
    return undefined;
  },
};

const isSame = (a: Holding, b: Holding): boolean =>
  a.owner === b.owner && a.pages.from === b.pages.from && a.pages.to === b.pages.to;

const describe = (held: Holding | undefined): string =>
  held === undefined
    ? "no more"
    : `${held.pages.to - held.pages.from} pages from ${describePage(held.pages.from)} on belong to ${describeOwner(held.owner)}`;

/** Neighbouring blocks of one owner as one, as the map keeps them. */
function merged(held: readonly Holding[]): Holding[] {
  const runs: Holding[] = [];
  for (const { pages, owner } of held) {
    const last = runs.at(-1);
    if (last !== undefined && last.owner === owner && last.pages.to === pages.from)
      runs[runs.length - 1] = { owner, pages: { from: last.pages.from, to: pages.to } };
    else runs.push({ pages, owner });
  }
  return runs;
}

function ownedRuns({ owners, config: { ram } }: MonitorState): Holding[] {
  const runs: Holding[] = [];
  for (const { from, to, value } of owners.runs())
    if (value !== PUBLIC && value !== METADATA)
      runs.push({ owner: value, pages: { from: (ram.from + from) as PageNo, to: (ram.from + to) as PageNo } });
  return runs;
}
