/**
 * Each invariant of penglai-tvm notices what it is there for: a state, or a word of memory, that was spoilt on purpose. That
 * they hold where nobody spoilt anything is random.test.ts's to show.
 */
import { describe, expect, test } from "vitest";
import { PAGE_SIZE, type PageNo, pa, pageNoOf } from "../../core/units.ts";
import { type Owner, PUBLIC } from "../../monitor/kernel/page-owner.ts";
import { INVARIANTS } from "../../monitor/penglai-tvm/invariants.ts";
import { METADATA, ofEnclave } from "../../monitor/penglai-tvm/owner.ts";
import { type Enclave, type MonitorState, withEnclave } from "../../monitor/penglai-tvm/state.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

const MMAP = 1;
const BLOCK_PAGES = 4;

/** Two enclaves, the first with an mmap block and on the hart; a fork of a shadow. */
function scene(): { host: TestHost; eid: number; fork: number; shadow: number; block: number } {
  const host = TestHost.booted();
  const shadow = host.createShadow();
  const fork = host.fork(shadow.eid);
  host.timer();
  const { eid } = host.create();
  host.create();
  host.run(eid);
  host.enclaveCall(ENCLAVE_FID.OCALL, MMAP, 0, (BLOCK_PAGES - 1) * PAGE_SIZE);
  const block = host.allocate(BLOCK_PAGES);
  host.must(FID.RESUME, eid, 2, MMAP, block, BLOCK_PAGES * PAGE_SIZE);
  return { host, eid, fork: fork.eid, shadow: shadow.eid, block };
}

type Scene = ReturnType<typeof scene>;

/** The names of the invariants that a state violates. */
const violated = ({ host }: Scene, state: MonitorState): string[] =>
  INVARIANTS.filter(({ violation }) => violation(state, host.platform) !== undefined).map(({ name }) => name);

const spoilt = ({ host, eid }: Scene, change: (enclave: Enclave) => Partial<Enclave>): MonitorState => {
  const enclave = host.monitor.state.enclaves.get(eid)!;
  return withEnclave(host.monitor.state, { ...enclave, ...change(enclave) });
};

const owned = ({ host }: Scene, page: number, owner: number): MonitorState => {
  const { owners, config } = host.monitor.state;
  return { ...host.monitor.state, owners: owners.set(page - config.ram.from, owner as Owner) };
};

test("all hold in the scene, and before the machine was set up", () => {
  const all = scene();
  expect(violated(all, all.host.monitor.state)).toEqual([]);
  expect(new TestHost().monitor.violation()).toBeUndefined();
  expect(new Set(INVARIANTS.map(({ name }) => name)).size).toBe(INVARIANTS.length);
});

const SPOILT_STATES: readonly [what: string, spoil: (all: Scene) => MonitorState, names: readonly string[]][] = [
  ["a hart is forgotten", ({ host }) => ({ ...host.monitor.state, running: [] }), ["running"]],
  [
    "one enclave has two harts",
    ({ host }) => ({ ...host.monitor.state, running: [...host.monitor.state.running, host.monitor.state.running[0]] }),
    ["running"],
  ],
  ["an enclave waits for nothing", (all) => spoilt(all, () => ({ status: "ocalling" })), ["running", "pending-ocall"]],
  ["an id is given again", ({ host }) => ({ ...host.monitor.state, nextEid: 1 }), ["identity"]],
  [
    "a context runs on another root",
    (all) => spoilt(all, ({ hart }) => ({ hart: { ...hart, csrs: { ...hart.csrs, satp: at.satp(at.POOL) } } })),
    ["identity"],
  ],
  ["a kbuffer is forgotten", (all) => spoilt(all, () => ({ kbuffer: undefined })), ["shares", "enclave-tables"]],
  ["a fork is forgotten", (all) => withoutParent(all), ["forks", "enclave-tables"]],
  ["a record is made", ({ host }) => ({ ...host.monitor.state, freeRecords: 100 }), ["free-records"]],
  ["a block is in two lists", (all) => spoilt(all, ({ mmaps }) => ({ heap: mmaps })), ["one-holder", "owners-agree"]],
  ["a block is forgotten", (all) => spoilt(all, () => ({ mmaps: [] })), ["owners-agree", "enclave-tables"]],
  [
    "a page of a block is another's",
    (all) => owned(all, pageNoOf(pa(all.block)) + 1, ofEnclave(all.fork)),
    ["owners-agree"],
  ],
  ["a page of a block is public", (all) => owned(all, pageNoOf(pa(all.block)) + 1, PUBLIC), ["owners-agree"]],
  [
    "a page that is shared with the host is the monitor's",
    (all) => owned(all, pageNoOf(at.KBUFFER), METADATA),
    ["free-records", "shared-is-public", "host-tables"],
  ],
  [
    "a block is said to be elsewhere",
    (all) => spoilt(all, ({ mmaps }) => ({ mmaps: mmaps.map((held) => ({ ...held, va: held.va - 4096n })) })),
    ["blocks-mapped"],
  ],
];

function withoutParent({ host, fork }: Scene): MonitorState {
  const enclave = host.monitor.state.enclaves.get(fork)!;
  return withEnclave(host.monitor.state, { ...enclave, shadow: undefined });
}

test.each(SPOILT_STATES)("%s", (_, spoil, names) => {
  const all = scene();
  expect(violated(all, spoil(all))).toEqual(names);
});

describe("a word of memory", () => {
  const entry = (all: Scene, va: bigint): number => {
    const { host, eid } = all;
    let table = host.monitor.state.enclaves.get(eid)!.root * PAGE_SIZE;
    for (const shift of [30n, 21n])
      table = Number(host.platform.read64(pa(table + Number((va >> shift) & 511n) * 8)) >> 10n) * PAGE_SIZE;
    return table + Number((va >> 12n) & 511n) * 8;
  };
  const LEAF = at.V | at.R | at.W | at.U;

  test.each<[what: string, word: (all: Scene) => [number, bigint], names: readonly string[]]>([
    ["an enclave maps a page of another", (all) => [entry(all, 0x3000n), at.pte(at.POOL, LEAF)], ["enclave-tables"]],
    [
      "an enclave maps its own table",
      (all) => [entry(all, 0x3000n), at.pte(all.host.monitor.state.enclaves.get(all.eid)!.root * PAGE_SIZE, LEAF)],
      ["enclave-tables"],
    ],
    ["a block is not mapped", (all) => [entry(all, 0x2f_ffff_f000n), 0n], ["blocks-mapped"]],
    [
      "a shared page can be executed",
      (all) => [entry(all, 0x39_0000_0000n), at.pte(at.SHM, LEAF | at.X)],
      ["enclave-tables"],
    ],
    ["the host maps a page of a block", (all) => [at.SPARE_PTE, at.pte(all.block, LEAF)], ["host-tables"]],
    ["the host maps 2 MiB with such a page", () => [at.SPARE_PMD, at.pte(0x8060_0000, LEAF)], ["host-tables"]],
    ["the host points out of its sub-area", () => [at.SPARE_ROOT, at.pte(at.SPARE_PTE, at.V)], ["host-tables"]],
    ["a reserved bit is set", () => [at.SPARE_PTE, at.pte(at.KERNEL, LEAF) | (1n << 63n)], ["host-tables"]],
    ["a leaf stands in the root", () => [at.SPARE_ROOT, at.pte(at.KERNEL, LEAF)], ["host-tables"]],
  ])("%s", (_, word, names) => {
    const all = scene();
    const [address, value] = word(all);
    all.host.platform.write64(pa(address), value);
    expect(violated(all, all.host.monitor.state)).toEqual(names);
    expect(all.host.monitor.violation()).toContain(`${names[0]}: `);
  });

  test("that does not verify hides what is below it, from the walker too", () => {
    const all = scene();
    const { root } = all.host.monitor.state.enclaves.get(all.eid)!;
    const view = { ...viewOf(all.host), verify: (page: PageNo) => page !== root };
    for (const { violation } of INVARIANTS) expect(violation(all.host.monitor.state, view)).toBeUndefined();
  });
});

const viewOf = ({ platform }: TestHost) => ({
  read64: platform.read64.bind(platform),
  readBytes: platform.readBytes.bind(platform),
  backedPages: platform.backedPages.bind(platform),
});
