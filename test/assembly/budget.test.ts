/**
 * A budget is exact, and how a run is cut makes no difference: not to blocks that do not fit the budget, to traps in the
 * middle of a block, to instructions across pages, to code that overwrites itself, to timers. Functional: `run(n)` takes
 * n cycles, each an instruction that retires or a trap entry. Timed: it stops at the first instruction that ends n cycles
 * later or more.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { MTVEC } from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import { restoreSnapshot, type Snapshot, takeSnapshot } from "../../core/snapshot.ts";
import { describeDifference, diffSnapshots } from "../../core/snapshot-diff.ts";
import { Random } from "../../zoo/scene/random.ts";
import { place, RAM, setRegisters } from "./place.ts";
import { loadRandom, newMachine } from "./random-machine.ts";

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

describe.each(["functional", "timed"] as const)("budget of a %s machine", (flavour) => {
  let machine: Machine;
  let empty: Snapshot;

  beforeAll(async () => {
    machine = await newMachine(flavour);
    empty = takeSnapshot(machine);
  });

  /** Runs the program of a seed for `total` cycles, in pieces of up to `longest`. */
  function stateAfter(seed: number, total: number, longest: number): Snapshot {
    restoreSnapshot(machine, empty);
    loadRandom(machine, seed);
    const random = new Random(seed + longest);
    while (machine.cycles < total) {
      const { cycles } = machine;
      const piece = Math.min(total - Number(cycles), random.between(1, longest));
      expect(machine.run(piece)).toEqual({ kind: "budget" });
      if (flavour === "functional") expect(machine.cycles - cycles).toBe(BigInt(piece));
      else expect(machine.cycles - cycles).toBeGreaterThanOrEqual(piece);
    }
    return takeSnapshot(machine);
  }

  it("one run equals any parts and single steps, bit for bit", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 4000 }), (seed, total) => {
        const whole = stateAfter(seed, total, total);
        for (const longest of [700, 50, 1]) {
          expect(diffSnapshots(whole, stateAfter(seed, total, longest)).map(describeDifference)).toEqual([]);
        }
      }),
      { numRuns: flavour === "functional" ? 40 : 20 },
    );
  });
});

describe("a functional budget", () => {
  it("is as many instructions where nothing traps", async () => {
    const machine = await place("loop: addi a0, a0, 1\n addi a0, a0, 1\n j loop");
    for (const budget of [1, 2, 5, 1000, 9_000_001]) {
      const before = machine.retired;
      expect(machine.run(budget)).toEqual({ kind: "budget" });
      expect(machine.retired - before).toBe(BigInt(budget));
    }
  });

  it("ends also where the guest does nothing but trap", async () => {
    const machine = await place(".half 0", { mode: "firmware" });
    machine.writeCsr(MTVEC, machine.pc);
    expect(machine.run(1000)).toEqual({ kind: "budget" });
    expect([machine.cycles, machine.retired]).toEqual([1000n, 0n]);
  });
});

describe("a timed budget", () => {
  it("ends with the instruction whose miss used it up, not with its block", async () => {
    const machine = await place("ld a0, 0(t0)\n ld a0, 64(t0)\n ld a0, 128(t0)\n ecall", { flavour: "timed" });
    setRegisters(machine, { t0: RAM + 0x8000 });
    machine.run(101);
    expect([machine.retired, machine.cycles]).toEqual([2n, 200n]);
    machine.run(1);
    expect([machine.retired, machine.cycles]).toEqual([3n, 300n]);
  });
});
