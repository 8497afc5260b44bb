/**
 * `run(n)` retires exactly n instructions, and how a run is cut makes no difference: not to blocks that do not fit the
 * budget, to traps in the middle of a block, to instructions across pages, to code that overwrites itself, to timers.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Machine } from "../../core/machine.ts";
import { restoreSnapshot, takeSnapshot } from "../../core/snapshot.ts";
import { describeDifference, diffSnapshots } from "../../core/snapshot-diff.ts";
import { Random } from "./random.ts";
import { loadRandom, newMachine } from "./random-machine.ts";

describe("budget", () => {
  let machine: Machine;
  let empty: ReturnType<typeof takeSnapshot>;

  beforeAll(async () => {
    machine = await newMachine();
    empty = takeSnapshot(machine);
  });

  /** Runs the program of a seed in pieces. @returns the state after the last one */
  function stateAfter(seed: number, pieces: readonly number[]): ReturnType<typeof takeSnapshot> {
    restoreSnapshot(machine, empty);
    loadRandom(machine, seed);
    for (const piece of pieces) {
      const before = machine.retired;
      expect(machine.run(piece)).toEqual({ kind: "budget" });
      expect(machine.retired - before).toBe(BigInt(piece));
    }
    return takeSnapshot(machine);
  }

  const pieces = (seed: number, total: number, longest: number): number[] => {
    const random = new Random(seed);
    const result: number[] = [];
    for (let left = total; left > 0; left -= result.at(-1)!) result.push(Math.min(left, random.between(1, longest)));
    return result;
  };

  const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });

  it("one run equals any parts and single steps, bit for bit", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 4000 }), (seed, total) => {
        const whole = stateAfter(seed, [total]);
        for (const cut of [pieces(seed, total, 50), pieces(seed + 1, total, 700), new Array(total).fill(1)]) {
          expect(diffSnapshots(whole, stateAfter(seed, cut)).map(describeDifference)).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });
});
