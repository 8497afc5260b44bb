/** What is remembered of the host's tables, held to looking at all of them. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { PAGE_SIZE, type PageNo, pa, pageNoOf } from "../../core/units.ts";
import { leavesOf, tablesThatReach } from "../../monitor/penglai-tvm/table-reach.ts";
import {
  FID,
  HUGE_POOL,
  PMD_BASE,
  POOL,
  PT_AREA,
  PT_AREA_SIZE,
  PTE_BASE,
  pte,
  R,
  SPARE_PTE,
  TestHost,
  V,
  W,
} from "../../zoo/penglai-tvm/host.ts";

interface Range {
  readonly from: PageNo;
  readonly to: PageNo;
}

/** Addresses of valid leaves that meet the range, from every table there is. */
function slowly({ monitor: { state }, platform }: TestHost, range: Range): string[] {
  const tables = platform.backedPages(pageNoOf(PMD_BASE), pageNoOf(pa(PT_AREA + PT_AREA_SIZE)));
  return leavesIn(state, platform, tables, range);
}

function leavesIn(
  state: TestHost["monitor"]["state"],
  platform: TestHost["platform"],
  tables: readonly PageNo[],
  range: Range,
): string[] {
  return tables.flatMap((table) =>
    [...leavesOf(state, platform, table)]
      .filter(({ isValid, from, to }) => isValid && from < range.to && to > range.from)
      .map(({ index }) => `${table}[${index}]`),
  );
}

/** An entry of a table in the PTE sub-area, the spare one more often than others. */
const entryAt = fc
  .tuple(fc.constantFrom(SPARE_PTE, SPARE_PTE, PTE_BASE, pa(PTE_BASE + PAGE_SIZE)), fc.nat(511))
  .map(([table, index]) => table + 8 * index);
/** A few pages, so that ranges meet what was mapped. */
const target = fc.nat(7).map((i) => POOL + 2 ** 24 + i * PAGE_SIZE);
const operation = fc.oneof(
  fc.record({ at: entryAt, to: target }).map(
    ({ at, to }) =>
      (host: TestHost) =>
        host.call(FID.SET_PTE, 1, at, pte(to, V | R | W)),
  ),
  entryAt.map((at) => (host: TestHost) => host.call(FID.SET_PTE, 2, at, 0, 8)),
  fc.record({ at: entryAt, from: target }).map(
    ({ at, from }) =>
      (host: TestHost) =>
        host.call(FID.SET_PTE, 3, at, from, 8),
  ),
  fc.nat(3).map((i) => (host: TestHost) => {
    const huge = PMD_BASE + (((HUGE_POOL >> 21) & 511) + i) * 8;
    host.call(FID.MAP_PTE, huge, SPARE_PTE - i * PAGE_SIZE);
  }),
  fc.constant((host: TestHost) => {
    if (host.pool < POOL + 2 ** 23) host.create();
  }),
  fc.nat(4).map((eid) => (host: TestHost) => host.call(FID.DESTROY, eid)),
);

test("tables that are left out have no leaf in the range, whatever the host did to them", () => {
  let known = 0;
  const property = fc.property(
    fc.array(fc.tuple(operation, target, fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 30 }),
    (steps) => {
      const host = TestHost.booted();
      for (const [operate, at, pages] of steps) {
        operate(host);
        const range = { from: pageNoOf(pa(at)), to: (pageNoOf(pa(at)) + pages) as PageNo };
        const { tables, state } = tablesThatReach(host.monitor.state, host.platform, range);
        expect(leavesIn(state, host.platform, tables, range)).toEqual(slowly(host, range));
        known += [...host.monitor.state.reach.runs()].filter(({ value }) => value !== undefined).length;
      }
    },
  );
  fc.assert(property, { numRuns: 40, seed: 5 });
  // states that a call has left behind remember something
  expect(known).toBeGreaterThan(1000);
});

test("with pt_area open to the host nothing is remembered", () => {
  const host = TestHost.booted({ defences: { pmpOnPageTableArea: false } });
  host.create();
  expect([...host.monitor.state.reach.runs()].every(({ value }) => value === undefined)).toBe(true);
});
