/**
 * Sequences of calls that a hostile host and hostile enclaves may make, good ones and bad ones mixed, and what holds after
 * every one of them. The invariants read tables and state afresh; they share no code with the calls that keep them.
 */

import fc from "fast-check";
import { expect, test } from "vitest";
import { PAGE_SIZE, pa, pageNoOf } from "../../core/units.ts";
import type { CallRecord } from "../../monitor/kernel/personal-monitor.ts";
import type { PageRange } from "../../monitor/kernel/span.ts";
import { describeOwner, METADATA } from "../../monitor/penglai-tvm/owner.ts";
import type { MonitorState, SecureBlock } from "../../monitor/penglai-tvm/state.ts";
import type { PenglaiTvmOptions } from "../../monitor/penglai-tvm.ts";
import * as at from "./host.ts";
import { CODE, DATA, ENCLAVE_FID, FID, TestHost } from "./host.ts";

const SLOTS = 6;
const SLOT_PAGES = 40;
const slotAt = (slot: number): number => at.POOL + slot * SLOT_PAGES * PAGE_SIZE;

type Command = (host: TestHost) => void;

/** Builds an image in a slot, unless the slot is not the host's. */
function build(host: TestHost, slot: number): { region: number; size: number; freeMem: number } {
  host.pool = slotAt(slot);
  const size = SLOT_PAGES * PAGE_SIZE;
  if (host.monitor.owner(pa(slotAt(slot))) !== "public" || host.world.kind !== "host")
    return { region: slotAt(slot), size, freeMem: slotAt(slot) + 10 * PAGE_SIZE };
  host.platform.zero(pa(slotAt(slot)), size);
  return host.buildImage([CODE, DATA], SLOT_PAGES);
}

const slot = fc.nat(SLOTS - 1);
const eid = fc.nat(8);
const anyAddress = fc.oneof(
  slot.map(slotAt),
  fc.nat(SLOTS * SLOT_PAGES).map((page) => at.POOL + page * PAGE_SIZE),
  fc.constantFrom(
    0,
    at.MONITOR,
    at.PT_AREA,
    at.PMD_BASE,
    at.PTE_BASE,
    at.MBITMAP,
    at.HUGE_POOL,
    at.RAM_END,
    at.KBUFFER,
  ),
);
const anyEntry = fc.tuple(
  anyAddress,
  fc.constantFrom(0n, at.V, at.V | at.R | at.W, at.R | at.W, 0xfn, 0x8000_0000_0000_0007n),
);
const hostOnly =
  (run: (host: TestHost) => void): Command =>
  (host) =>
    host.world.kind === "host" && run(host);
const enclaveOnly =
  (run: (host: TestHost) => void): Command =>
  (host) =>
    host.world.kind === "enclave" && run(host);

const command: fc.Arbitrary<Command> = fc.oneof(
  slot.map((s) => hostOnly((host) => host.call(FID.CREATE_ENCLAVE, host.createParam(build(host, s))))),
  slot.map((s) => hostOnly((host) => host.call(FID.CREATE_SHADOW, host.createParam(build(host, s))))),
  fc
    .tuple(eid, slot)
    .map(([e, s]) =>
      hostOnly((host) => host.call(FID.RUN_SHADOW, e, host.forkParam(slotAt(s), SLOT_PAGES * PAGE_SIZE))),
    ),
  eid.map((e) => hostOnly((host) => host.call(FID.RUN, e, host.runParam()))),
  fc
    .tuple(eid, fc.nat(2), fc.nat(4), anyAddress, fc.nat(6))
    .map(([e, from, id, address, pages]) =>
      hostOnly((host) => host.call(FID.RESUME, e, from, id, address, pages * PAGE_SIZE)),
    ),
  fc
    .tuple(fc.constantFrom(FID.STOP, FID.DESTROY, FID.DESTROY_SHADOW, FID.ATTEST), eid, anyAddress)
    .map(([fid, e, address]) => hostOnly((host) => host.call(fid, e, address))),
  fc
    .tuple(anyAddress, fc.nat(3))
    .map(([address, pages]) => hostOnly((host) => host.call(FID.MEMORY_EXTEND, address, pages * PAGE_SIZE))),
  fc
    .tuple(fc.nat(255 * 512), anyEntry)
    .map(([index, [address, flags]]) =>
      hostOnly((host) => host.call(FID.SET_PTE, 1, at.PT_AREA + index * 8, at.pte(address, flags))),
    ),
  fc
    .tuple(slot, anyEntry)
    .map(([s, [address, flags]]) =>
      hostOnly((host) => host.call(FID.SET_PTE, 1, host.entryOf(slotAt(s)), at.pte(address, flags))),
    ),
  fc
    .tuple(anyAddress, fc.nat(255))
    .map(([address, page]) =>
      hostOnly((host) =>
        host.call(FID.MAP_PTE, at.PMD_BASE + ((address >> 21) & 511) * 8, at.PT_AREA + page * PAGE_SIZE),
      ),
    ),
  fc
    .constantFrom(ENCLAVE_FID.YIELD, ENCLAVE_FID.EXIT, 97)
    .map((fid) => enclaveOnly((host) => host.enclaveCall(fid, 7))),
  fc.constant(enclaveOnly((host) => host.timer())),
  fc
    .tuple(
      fc.constantFrom(1, 2, 3, 4, 8, 2004, 2005),
      fc.constantFrom(0n, DATA.va, 4096n, -4096n, 0x2f_ffff_f000n),
      fc.nat(3),
    )
    .map(([id, a, pages]) => enclaveOnly((host) => host.enclaveCall(ENCLAVE_FID.OCALL, id, a, pages * PAGE_SIZE))),
);

/** Leaves of a Sv39 tree: [first page, number of pages, entry]. */
function* leaves(host: TestHost, table: number, level: number): Generator<readonly [number, number, bigint]> {
  for (let i = 0; i < 512; i++) {
    const entry = host.platform.read64(pa(table + i * 8));
    if ((entry & 1n) === 0n) continue;
    const page = Number((entry >> 10n) & ((1n << 44n) - 1n));
    if ((entry & 14n) !== 0n) yield [page, 512 ** level, entry];
    else if (level > 0) yield* leaves(host, page * PAGE_SIZE, level - 1);
  }
}

const require = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(`invariant broken: ${what}`);
};

/** No valid entry of pt_area maps a page that is not public or pt_area, read at the level of its sub-area. */
function checkHostTables(host: TestHost): void {
  for (const table of host.platform.backedPages(pageNoOf(at.PT_AREA), pageNoOf(pa(at.PT_AREA + at.PT_AREA_SIZE)))) {
    const level = table * PAGE_SIZE < at.PMD_BASE ? 2 : table * PAGE_SIZE < at.PTE_BASE ? 1 : 0;
    const words = new BigUint64Array(host.platform.readBytes(pa(table * PAGE_SIZE), PAGE_SIZE).buffer);
    for (const entry of words) {
      if ((entry & 1n) === 0n) continue;
      const address = Number(entry >> 10n) * PAGE_SIZE;
      if ((entry & 14n) === 0n) {
        const [from, to] = level === 2 ? [at.PMD_BASE, at.PTE_BASE] : [at.PTE_BASE, at.PT_AREA + at.PT_AREA_SIZE];
        require(level > 0 && address >= from && address < to, `0x${entry.toString(16)} points to another sub-area`);
        continue;
      }
      require(level < 2, "a leaf stands in the PGD sub-area");
      for (let i = 0; i < 512 ** level; i++) {
        const owner = host.monitor.owner(pa(address + i * PAGE_SIZE));
        const mayMap = owner === "public" || owner === "the host page table area" || owner.startsWith("nobody");
        require(mayMap, `a host entry maps 0x${address.toString(16)} of ${owner}`);
      }
    }
  }
}

/** Blocks are disjoint and every page of a block belongs to its owner; no other page has an owner of that kind. */
function checkOwnership(state: MonitorState): void {
  const blocks: [SecureBlock, string][] = [];
  for (const { value } of state.enclaves.runs(0, 64))
    if (value)
      for (const block of [value.region, ...[...value.heap, ...value.mmaps].map((held) => held.block)])
        blocks.push([block, `enclave ${value.eid}`]);
  for (const { value } of state.shadows.runs(0, 64))
    if (value) blocks.push([value.region, `shadow enclave ${value.eid}`]);
  const expected = new Map<number, string>();
  for (const [block, owner] of blocks)
    for (let page = block.from; page < block.to; page++) {
      require(!expected.has(page), `page ${page} is in two blocks`);
      expected.set(page, owner);
    }
  const base = state.config.ram.from;
  let owned = 0;
  for (const { from, to, value } of state.owners.runs()) {
    if (value < 8) continue;
    owned += to - from;
    for (let index = from; index < to; index++)
      require(expected.get(base + index) === describeOwner(value), `page ${base + index} is in no block of its owner`);
  }
  require(owned === expected.size, "a block has pages that are not its owner's");
}

const includes = (range: PageRange, page: number): boolean => page >= range.from && page < range.to;

/** An enclave maps its own pages, read-only pages of its shadow, and what it shares with the host, which is public. */
function checkEnclaveTables(host: TestHost, state: MonitorState): void {
  for (const { value: enclave } of state.enclaves.runs(0, 64)) {
    if (!enclave) continue;
    const own = [enclave.region, ...[...enclave.heap, ...enclave.mmaps].map((held) => held.block)];
    const template = enclave.shadow === undefined ? undefined : state.shadows.get(enclave.shadow);
    for (const [page, count, entry] of leaves(host, enclave.root * PAGE_SIZE, 2)) {
      require(count === 1, "the images here have no huge pages");
      const isOwn = own.some((range) => includes(range, page));
      const isTemplates = template !== undefined && includes(template.region, page) && (entry & 4n) === 0n;
      const isShared = page === at.KBUFFER / PAGE_SIZE || page === at.SHM / PAGE_SIZE;
      require(isOwn || isTemplates || isShared, `enclave ${enclave.eid} maps page ${page}`);
      require(!isShared || host.monitor.owner(pa(page * PAGE_SIZE)) === "public", "a shared page is not public");
    }
  }
}

/** Who has the hart is who the state says, and nobody else runs. */
function checkRunning(host: TestHost, state: MonitorState): void {
  const eid = state.running[0]?.eid;
  require(host.world.kind === "host" ? eid === undefined : host.world.eid === eid, "the world is not the state's");
  for (const { value } of state.enclaves.runs(0, 64))
    require(value === undefined || (value.status === "running") === (value.eid === eid), "two enclaves run");
}

/** A page is shared as often as live enclaves have it, and records are neither lost nor made. */
function checkShares(state: MonitorState): void {
  const live = [...state.enclaves.runs(0, 64)].flatMap(({ value }) => value ?? []);
  for (const { from, to, value } of state.shares.runs())
    for (let index = from; value > 0 && index < to; index++) {
      const byteAt = (state.config.ram.from + index) * PAGE_SIZE;
      const sharers = live.flatMap(({ kbuffer, shm }) => [kbuffer, shm]).filter((span) => span?.pa === byteAt);
      require(sharers.length === value, `page ${index} is shared ${value} times by ${sharers.length}`);
    }
  const total = [...state.shares.runs()].reduce((sum, { from, to, value }) => sum + (to - from) * value, 0);
  require(total === 2 * live.length, `${live.length} enclaves share ${total} pages`);
  const shadows = [...state.shadows.runs(0, 64)].flatMap(({ value }) => value ?? []);
  for (const shadow of shadows)
    require(shadow.liveForks === live.filter((fork) => fork.shadow === shadow.eid).length, "forks are miscounted");
  const given = [...state.owners.runs()].some(({ value }) => value === METADATA);
  const records = state.freeRecords + live.length + shadows.length;
  require(given ? records > 100 : records === 100, `there are ${records} records`);
}

/** Plays sequences against a monitor. @returns how many calls it accepted */
function play(options: PenglaiTvmOptions, seed?: number): number {
  let accepted = 0;
  const property = fc.property(fc.array(command, { minLength: 20, maxLength: 60 }), (commands) => {
    const calls: string[] = [];
    const observe = ({ name, args, value, denial, caller }: CallRecord): void => {
      calls.push(`${caller.kind} ${name} ${args.map((arg) => `0x${arg.toString(16)}`).join(" ")} = ${value}`);
      if (value !== undefined && denial === undefined) accepted++;
    };
    const host = TestHost.booted({ ...options, observe });
    accepted -= calls.splice(0).length;
    try {
      for (const run of commands) {
        const before = host.monitor.state;
        run(host);
        const { state } = host.monitor;
        if (state === before) continue;
        checkOwnership(state);
        checkEnclaveTables(host, state);
        checkRunning(host, state);
        checkShares(state);
      }
      checkHostTables(host);
    } catch (error) {
      throw new Error(`${error} after\n${calls.join("\n")}`);
    }
  });
  fc.assert(property, { numRuns: 60, includeErrorInReport: true, ...(seed === undefined ? {} : { seed }) });
  return accepted;
}

test("invariants hold after every call", () => {
  // The generator reaches past the guards: calls that do something, not just refusals.
  expect(play({})).toBeGreaterThan(200);
});

test("the invariants notice a monitor that does not check ownership", () => {
  expect(() => play({ defences: { ownershipCheck: false } }, 1)).toThrow("a host entry maps");
});

test("no registers, cause or address make the monitor throw", () => {
  const word = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.constantFrom(0n, 1n, 2n ** 63n, 2n ** 64n - 1n, 0x100100n, 0x100101n),
    anyAddress.map(BigInt),
    fc.bigInt({ min: 79n, max: 101n }),
  );
  const cause = fc.oneof(fc.constantFrom(2n, 8n, 9n, 13n, 24n, 25n, (1n << 63n) | 7n), word);
  const trap = fc.record({
    cause,
    tval: word,
    epc: word,
    isUser: fc.boolean(),
    x: fc.array(word, { minLength: 8, maxLength: 8 }),
  });
  const property = fc.property(fc.boolean(), fc.array(trap, { maxLength: 30 }), (inEnclave, traps) => {
    const host = TestHost.booted();
    const { eid } = host.create();
    if (inEnclave) host.run(eid);
    for (const { cause, tval, epc, isUser, x } of traps) {
      host.platform.x.set(x, 10);
      host.trap(cause, tval, isUser ? 0 : 1, epc);
    }
    checkHostTables(host);
  });
  fc.assert(property, { numRuns: 100 });
});
