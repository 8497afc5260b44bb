/**
 * How a run of several harts is cut makes no difference: not in the middle of a turn, not while harts wait, not over a
 * snapshot. All harts run one random program on the same memory, with traps, timers, software interrupts for each other
 * and code that changes under them.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { Machine } from "../../core/machine.ts";
import { restoreSnapshot, type Snapshot, takeSnapshot } from "../../core/snapshot.ts";
import { describeDifference, diffSnapshots } from "../../core/snapshot-diff.ts";
import { traceRun } from "../../core/trace.ts";
import { Random } from "../../zoo/scene/random.ts";
import { SHARED, together } from "./harts-program.ts";
import { loadRandom } from "./random-machine.ts";

const HARTS = 3;
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const differences = (a: Snapshot, b: Snapshot): string[] => diffSnapshots(a, b).map(describeDifference);

describe.each([
  ["functional", 1],
  ["functional", 37],
  ["functional", 1000],
  ["timed", 100],
] as const)("a %s machine with turns of %i cycles", (flavour, quantum) => {
  let machine: Machine;
  let other: Machine;
  let empty: Snapshot;

  beforeAll(async () => {
    const create = () => Machine.create({ mode: "firmware", ramSize: 2 ** 24, flavour, harts: HARTS, quantum });
    [machine, other] = [await create(), await create()];
    empty = takeSnapshot(machine);
  });

  function load(seed: number): void {
    restoreSnapshot(machine, empty);
    loadRandom(machine, seed);
    const [first, ...rest] = machine.harts;
    // not in step, so that they meet in different places
    for (const hart of rest) hart.pc = first!.pc;
    machine.runClock(BigInt(seed % 50));
  }

  function stateAfter(seed: number, total: bigint, longest: number): Snapshot {
    load(seed);
    const random = new Random(seed + longest);
    while (machine.clock < total) {
      const piece = BigInt(random.between(1, longest));
      const left = total - machine.clock;
      expect(machine.runClock(piece < left ? piece : left).kind).toBe("budget");
    }
    return takeSnapshot(machine);
  }

  it("ends one run as any parts", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 200, max: 6000 }), (seed, total) => {
        const whole = stateAfter(seed, BigInt(total), total);
        for (const longest of [500, 30, 1])
          expect(differences(whole, stateAfter(seed, BigInt(total), longest))).toEqual([]);
      }),
      { numRuns: 12, seed: 4 },
    );
  });

  it("goes on from a snapshot in the middle of a turn, here and on another machine", () => {
    fc.assert(
      fc.property(seeds, fc.bigInt({ min: 1n, max: 4000n }), fc.bigInt({ min: 1n, max: 4000n }), (seed, n, m) => {
        load(seed);
        machine.runClock(n);
        const middle = takeSnapshot(machine);
        machine.runClock(m);
        const end = takeSnapshot(machine);
        for (const replayed of [machine, other]) {
          restoreSnapshot(replayed, middle);
          expect(differences(middle, takeSnapshot(replayed))).toEqual([]);
          replayed.runClock(m);
          expect(differences(end, takeSnapshot(replayed))).toEqual([]);
        }
      }),
      { numRuns: 12, seed: 5 },
    );
  });

  it("is traced without a difference", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 1500 }), (seed, budget) => {
        load(seed);
        const start = takeSnapshot(machine);
        machine.run(budget);
        const end = takeSnapshot(machine);
        const before = machine.retired;
        restoreSnapshot(machine, start);
        const retired = machine.retired;
        let commits = 0;
        traceRun(machine, budget, () => commits++);
        expect(differences(end, takeSnapshot(machine))).toEqual([]);
        expect(BigInt(commits)).toBe(before - retired);
      }),
      { numRuns: 8, seed: 6 },
    );
  });
});

describe("one hart among others that are stopped", () => {
  it("does what it does alone, but for time, which is counted where every hart stands", async () => {
    const source =
      "loop: add s1, s1, s2\n xor s2, s2, s1\n slli s1, s1, 1\n sd s2, 0(s0)\n ld s3, 0(s0)\n addi s0, s0, 8\n j loop";
    const alone = await together(source, 1);
    const among = await together(source, 4, { quantum: 53 });
    for (const hart of among.harts.slice(1)) hart.stop();
    for (const machine of [alone, among]) machine.x[9] = 1n;
    for (const cycles of [53, 106, 5300]) {
      alone.run(cycles);
      among.run(cycles);
      const [first] = among.harts;
      expect([first!.cycles, first!.retired, first!.pc]).toEqual([alone.cycles, alone.retired, alone.pc]);
      expect(first!.x).toEqual(alone.x);
    }
    expect(among.readBytes(SHARED, 4096)).toEqual(alone.readBytes(SHARED, 4096));
  });
});

describe("determinism", () => {
  it("is that two machines end alike", async () => {
    const source = "loop: amoadd.d t0, s1, (s0)\n add s1, s1, t0\n csrr t1, mcycle\n add s1, s1, t1\n j loop";
    const [a, b] = [await together(source, 5, { quantum: 17 }), await together(source, 5, { quantum: 17 })];
    a.run(10_000);
    for (let times = 0; times < 100; times++) b.run(100);
    expect(differences(takeSnapshot(a), takeSnapshot(b))).toEqual([]);
  });
});
