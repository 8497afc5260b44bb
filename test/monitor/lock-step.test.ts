import { describe, expect, it } from "vitest";
import { describeFailure, replay, runRandomCalls, shrink } from "../../zoo/penglai-tvm/lock-step/random-calls.ts";
import { PAIRS } from "./call-guards/rows.ts";

const SEEDS = Array.from({ length: 8 }, (_, i) => i);
const withoutNumber = (outcome: string): string => outcome.replace(/function \d+/, "function");

describe("penglai-tvm and a naive reference", () => {
  it("agree over random sequences of calls, which reach most of the ways in which calls end", () => {
    const coverage = new Map<string, number>();
    for (const seed of SEEDS) {
      const failure = runRandomCalls(seed, 400, coverage, { deepEvery: 50 });
      if (failure) expect.fail(describeFailure(shrink(failure)));
    }
    const known = new Set(PAIRS.map(([call, guard]) => withoutNumber(`${call} ${guard}`)));
    const seen = [...new Set([...coverage.keys()].map(withoutNumber))].filter((outcome) => !outcome.startsWith("trap"));
    const refusals = seen.filter((outcome) => !outcome.endsWith("success"));
    // What is not in the table of call-guards.test.ts cannot happen.
    expect(refusals.filter((outcome) => !known.has(outcome))).toEqual([]);
    expect(refusals.length).toBeGreaterThan(65);
    expect(seen.length - refusals.length).toBeGreaterThan(20);
  });

  it("disagree when the monitor has a defect, and what is left of the sequence is short", () => {
    const options = { defects: ["T22"] as const, deepEvery: 1_000_000 };
    const failure = SEEDS.map((seed) => runRandomCalls(seed, 100, new Map(), options)).find((found) => found);
    const shrunk = shrink(failure!, options);
    expect(shrunk.actions.length).toBeLessThan(6);
    expect(replay(shrunk.actions, options)?.difference).toBe(shrunk.difference);
    expect(replay(shrunk.actions)).toBeUndefined();
  });
});
