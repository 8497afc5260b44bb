/**
 * Nothing stale is ever used. A warm machine runs; its cold twin takes single steps and forgets before each of them
 * everything that is derived: translations, decoded pages. Both run the same random pages under random page tables and
 * PMP, with the same host at work in between: it copies, zeroes and writes pages, remaps them, and changes privilege.
 * Afterwards the frame pool must add up, and what lies between the regions of linear memory must still be zeros.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { Machine } from "../../core/machine.ts";
import { restoreSnapshot, type Snapshot, takeSnapshot } from "../../core/snapshot.ts";
import { describeDifference, diffSnapshots } from "../../core/snapshot-diff.ts";
import type { Stop } from "../../core/stop.ts";
import { type Pa, type PageNo, pa, pageNoOf } from "../../core/units.ts";
import { Random } from "../../zoo/scene/random.ts";
import { framePoolFaults, strayBytes } from "./linear-memory.ts";
import { openPmp, RAM } from "./place.ts";
import { randomInstruction, randomPage } from "./random-page.ts";

const PAGES = 6;
const TABLES = RAM + 0x8_0000;
const LEAVES = TABLES + 8192;
/** Three windows of eight pages each, at random pages. */
const WINDOWS = 0x4000_0000;
const WINDOW_PAGES = 24;
const SUM_MXR = 0xc0000n;
/** mstatus.FS: mostly on, so that floating-point instructions are legal. */
const floatState = (random: Random): bigint => random.pick([0n, 1n, 2n, 3n, 3n]) << 13n;

const pageOf = (random: Random): PageNo => (pageNoOf(pa(RAM)) + random.between(0, PAGES - 1)) as PageNo;
const placeOf = (random: Random): Pa => pa(pageOf(random) * 4096 + random.between(0, 4095));
const codeAddress = (random: Random): bigint =>
  BigInt(WINDOWS + 4096 * random.between(0, WINDOW_PAGES - 1) + (random.word() & 0xffe));

function remap(machine: Machine, random: Random, index: number): void {
  const bits = random.pick([0x0f, 0xcf, 0xcf, 0xdf, 0xdf, 0x1f, 0x4b, 0x59, 0xc9]);
  machine.write64(pa(LEAVES + 8 * index), (BigInt(pageOf(random)) << 10n) | BigInt(bits));
}

function setUp(machine: Machine, seed: number): void {
  const random = new Random(seed);
  for (let page = 0; page < PAGES - 1; page++) machine.writeBytes(pa(RAM + 4096 * page), randomPage(random));
  machine.write64(pa(TABLES + 8), (BigInt(TABLES + 4096) >> 2n) | 1n);
  machine.write64(pa(TABLES + 4096), (BigInt(LEAVES) >> 2n) | 1n);
  for (let index = 0; index < WINDOW_PAGES; index++) remap(machine, random, index);
  openPmp(machine);
  machine.writeCsr(0x180, (8n << 60n) | BigInt(TABLES / 4096));
  for (let register = 1; register < 14; register++) machine.x[register] = BigInt.asUintN(64, random.value());
  machine.x[14] = SUM_MXR | (3n << 13n);
  for (let register = 0; register < 32; register++) machine.f[register] = BigInt.asUintN(64, random.value());
  machine.writeCsr(0x100, floatState(random));
  machine.x[15] = BigInt(randomInstruction(random));
  // few offsets, so that pointers into one page under different addresses meet there
  const offsets = [random.between(2, 500) * 8, random.between(0, 2000) * 2, 4096 - random.between(0, 8)];
  for (let register = 16; register < 32; register++)
    machine.x[register] = BigInt(WINDOWS + 4096 * random.between(0, WINDOW_PAGES - 1) + random.pick(offsets));
  machine.privilege = random.pick([0, 1] as const);
  machine.pc = codeAddress(random);
}

const HOST_ACTS: readonly ((machine: Machine, random: Random) => void)[] = [
  (machine, random) => machine.copyPage(pageOf(random), pageOf(random)),
  (machine, random) => machine.copyPage(pageOf(random), pageOf(random)),
  (machine) => machine.copyPage((TABLES / 4096 + 8) as PageNo, (LEAVES / 4096) as PageNo),
  (machine, random) => machine.zero(pa(pageOf(random) * 4096), random.pick([4096, 100])),
  (machine, random) => machine.writeBytes(pa(pageOf(random) * 4096), randomPage(random)),
  (machine, random) => machine.writeBytes(placeOf(random), Uint8Array.of(random.word(), random.word(), random.word())),
  (machine, random) => {
    machine.privilege = random.pick([0, 1] as const);
  },
  (machine, random) => machine.writeCsr(0x100, (random.chance(2) ? SUM_MXR : 0n) | floatState(random)),
  // half a page: everything below its middle (top of range), or its first half (naturally aligned)
  (machine, random) => machine.writeCsr(0x3b0, (BigInt(pageOf(random)) << 10n) | random.pick([0x1ffn, 0x0ffn])),
  (machine, random) => machine.writeCsr(0x3a0, BigInt(random.pick([0, 0x08, 0x0b, 0x0f, 0x18, 0x19, 0x1b, 0x1c]))),
  (machine, random) => {
    remap(machine, random, random.between(0, WINDOW_PAGES - 1));
    machine.flushTlb();
  },
];

/** The monitor's part: what trapped is skipped; who jumped into nowhere goes on elsewhere. */
function handle(machine: Machine, stop: Stop, random: Random): void {
  if (stop.kind !== "trap") return;
  const isFetch = [0n, 1n, 12n].includes(stop.trap.cause);
  machine.pc = isFetch || random.chance(20) ? codeAddress(random) : stop.trap.epc + 4n;
  if (random.chance(8)) machine.privilege = machine.privilege === 0 ? 1 : 0;
}

describe.each(["functional", "timed"] as const)("a warm %s machine", (flavour) => {
  let warm: Machine;
  let cold: Machine;
  let empty: Snapshot;

  beforeAll(async () => {
    [warm, cold] = [
      await Machine.create({ mode: "monitor", ramSize: 2 ** 22, flavour }),
      await Machine.create({ mode: "monitor", ramSize: 2 ** 22, flavour }),
    ];
    empty = takeSnapshot(warm);
  });

  /** As `run`, in single steps without memory of anything. */
  function runCold(budget: number): Stop {
    const end = cold.cycles + BigInt(budget);
    while (cold.cycles < end) {
      cold.core.exports.restored();
      const stop = cold.step();
      if (stop.kind !== "budget") return stop;
    }
    return { kind: "budget" };
  }

  it("does what its cold twin does", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
        for (const machine of [warm, cold]) {
          restoreSnapshot(machine, empty);
          setUp(machine, seed);
        }
        const random = new Random(~seed);
        for (let round = 0; round < 60; round++) {
          const budget = random.pick([1, 7, 40, 200]);
          const stop = warm.run(budget);
          expect(runCold(budget), `round ${round}`).toEqual(stop);
          const choice = random.word();
          const act = random.chance(3) ? random.pick(HOST_ACTS) : undefined;
          for (const machine of [warm, cold]) {
            handle(machine, stop, new Random(choice));
            act?.(machine, new Random(choice));
          }
          if (round % 20 === 19)
            expect(diffSnapshots(takeSnapshot(warm), takeSnapshot(cold)).map(describeDifference)).toEqual([]);
        }
      }),
      { numRuns: flavour === "functional" ? 60 : 25 },
    );
    for (const machine of [warm, cold]) {
      expect(framePoolFaults(machine)).toEqual([]);
      expect(strayBytes(machine)).toEqual([]);
    }
  });
});
