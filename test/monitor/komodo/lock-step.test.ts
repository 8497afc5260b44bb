import { describe, expect, it } from "vitest";
import { Machine } from "../../../core/machine.ts";
import { ENCLAVE_CALLS, OS_CALLS } from "../../../monitor/komodo/calls.ts";
import { describeFailure, replay, runRandomCalls, shrink } from "../../../zoo/komodo/lock-step/random-calls.ts";

const SEEDS = Array.from({ length: 12 }, (_, i) => i);

describe("the monitor and a naive reference", () => {
  it("agree over random sequences of calls, in which every call ends in every way that it can", () => {
    const coverage = new Map<string, number>();
    for (const seed of SEEDS) {
      const failure = runRandomCalls(seed, 1200, coverage, { deepEvery: 16 });
      if (failure) expect.fail(describeFailure(shrink(failure, { seed: BigInt(seed) })));
    }
    const ways = [...OS_CALLS, ...ENCLAVE_CALLS].flatMap(({ name, checks }) => [
      `${name} success`,
      ...checks.filter(({ only }) => only === undefined).map(({ guard }) => `${name} ${guard}`),
    ]);
    expect(ways.filter((way) => !coverage.has(way))).toEqual([]);
  });

  it("disagree when the monitor has a defect, and what is left of the sequence is short", () => {
    const options = { defects: ["A11"] as const, seed: 0n, deepEvery: 1_000_000 };
    const failure = SEEDS.map((seed) => runRandomCalls(seed, 1500, new Map(), options)).find(
      (found) => found !== undefined,
    );
    const shrunk = shrink(failure!, options);
    expect(shrunk.actions.length).toBeLessThan(6);
    expect(replay(shrunk.actions, options)?.difference).toBe(shrunk.difference);
    expect(replay(shrunk.actions, { seed: 0n })).toBeUndefined();
    expect(describeFailure(shrunk)).toMatch(/OS {6}INIT_ADDRSPACE\(.*\n.*INIT_L2_TABLE/);
  });

  it("agree on the real machine, whose own walker and PMP say what may be accessed", async () => {
    const coverage = new Map<string, number>();
    for (const seed of [100, 101]) {
      const machine = await Machine.create({ mode: "monitor", ramSize: 2 ** 20 });
      const failure = runRandomCalls(seed, 1200, coverage, { machine, deepEvery: 16 });
      if (failure) expect.fail(describeFailure(failure));
    }
    expect([...coverage.keys()].filter((way) => way.endsWith("success")).length).toBeGreaterThan(18);
  });
});
