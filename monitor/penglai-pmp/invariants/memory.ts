/** Invariants of secure memory: regions, their blocks, and who owns each page. Penglai reference §2.3. */
import { hex } from "../../kernel/page-owner.ts";
import type { Invariant } from "../../kernel/personality.ts";
import type { MonitorState } from "../state.ts";

const MAX_REGIONS = 13;

/** First page and page behind the last. */
type Extent = readonly [from: number, to: number, what: string];

const extent = ({ page, order }: { readonly page: number; readonly order: number }, what: string): Extent => [
  page,
  page + 2 ** order,
  what,
];

/** Two neighbours that overlap, or an extent that is not where its size would be aligned. */
function misplaced(extents: readonly Extent[]): string | undefined {
  const ascending = [...extents].sort((a, b) => a[0] - b[0]);
  for (const [index, [from, to, what]] of ascending.entries()) {
    if (from % (to - from) !== 0) return `${what} at page ${hex(from)} is not aligned to its ${to - from} pages`;
    const next = ascending[index + 1];
    if (next !== undefined && next[0] < to) return `${what} and ${next[2]} overlap at page ${hex(next[0])}`;
  }
  return undefined;
}

const liveRegions = (state: MonitorState): readonly Extent[] =>
  state.regions.flatMap((region, index) => (region === undefined ? [] : [extent(region, `region ${index}`)]));

/** Every block that somebody has, and who it is as an owner number. */
function* held(state: MonitorState): Generator<readonly [block: Extent, owner: number]> {
  for (const [hart, grant] of state.grants.entries())
    if (grant !== undefined) yield [extent(grant, `the grant of hart ${hart}`), 3];
  for (const [index, slab] of state.slabs.entries()) yield [extent(slab, `slab ${index}`), 4];
  for (const { value } of state.enclaves.runs())
    if (value !== undefined) yield [extent(value.block, `the block of enclave ${value.eid}`), 8 + value.eid];
}

export const regions: Invariant<MonitorState> = {
  name: "regions",
  rule: "at most 13 regions, powers of two, naturally aligned, in RAM, apart from one another and from the monitor (§2.3)",
  violation: (state) => {
    const all = liveRegions(state);
    const { ram, monitor } = state.config;
    if (all.length > MAX_REGIONS) return `there are ${all.length}`;
    const outside = all.find(([from, to]) => from < ram.from || to > ram.to);
    if (outside !== undefined) return `${outside[2]} leaves RAM`;
    const firmware: Extent = [monitor.pa / 4096, (monitor.pa + monitor.byteLen) / 4096, "the monitor"];
    return misplaced([...all, firmware]);
  },
};

export const buddies: Invariant<MonitorState> = {
  name: "buddies",
  rule: "each region is tiled by free blocks and blocks that somebody has, and no two free buddies are apart (§2.3)",
  violation: (state) => {
    const taken = [...held(state)].map(([block]) => block);
    const isIn = ([from, to]: Extent, region: Extent): boolean => from >= region[0] && to <= region[1];
    const all = liveRegions(state);
    const stray = taken.find((block) => !all.some((region) => isIn(block, region)));
    if (stray !== undefined) return `${stray[2]} lies in no region`;
    for (const [index, region] of state.regions.entries()) {
      if (region === undefined) continue;
      const whole = extent(region, `region ${index}`);
      const free = region.free.map((block) => extent(block, "a free block"));
      const parts = [...free, ...taken.filter((block) => isIn(block, whole))];
      const wrong = misplaced(parts);
      if (wrong !== undefined) return `${whole[2]}: ${wrong}`;
      const pages = parts.reduce((sum, [from, to]) => sum + to - from, 0);
      if (pages !== whole[1] - whole[0]) return `${whole[2]} has ${whole[1] - whole[0]} pages, its blocks ${pages}`;
      const starts = new Map(free.map(([from, to]) => [from, to - from]));
      const split = free.find(([from, to]) => from % (2 * (to - from)) === 0 && starts.get(to) === to - from);
      if (split !== undefined) return `${whole[2]}: two free buddies at page ${hex(split[0])}`;
    }
    return undefined;
  },
};

export const owners: Invariant<MonitorState> = {
  name: "owners",
  rule: "the owner of each page is what regions, blocks and the monitor's place say; memory outside of regions is public",
  violation: (state) => {
    const { ram, monitor } = state.config;
    const expected: (readonly [Extent, number])[] = [
      [[monitor.pa / 4096, (monitor.pa + monitor.byteLen) / 4096, "the monitor"], 1],
      ...state.regions.flatMap((region) =>
        (region?.free ?? []).map((block) => [extent(block, "a free block"), 2] as const),
      ),
      ...held(state),
    ];
    let last = 0;
    for (const [[from, to, what], owner] of expected.sort(([a], [b]) => a[0] - b[0])) {
      const found = [...state.owners.runs(from - ram.from, to - ram.from)].find(({ value }) => value !== owner);
      if (found !== undefined) return `a page of ${what} belongs to owner ${found.value}`;
      const between = last < from - ram.from ? [...state.owners.runs(last, from - ram.from)] : [];
      if (between.some(({ value }) => value !== 0)) return `a page before ${what} is not public`;
      last = to - ram.from;
    }
    const rest = [...state.owners.runs(last)].find(({ value }) => value !== 0);
    return rest === undefined ? undefined : `page ${hex(ram.from + rest.from)} is not public and in no block`;
  },
};
