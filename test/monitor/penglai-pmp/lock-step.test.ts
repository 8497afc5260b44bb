import { describe, expect, it } from "vitest";
import { DEFECTS, type DefectId } from "../../../monitor/penglai-pmp/defects.ts";
import { describeFailure, replay, runRandomCalls, shrink } from "../../../zoo/penglai-pmp/lock-step/random-calls.ts";

const SEEDS = [0, 1, 2, 3, 4, 5, 6, 7];
const ACTIONS = 1500;

/** Mistakes in measurement, reports and keys: both sides have a stand-in for attestation here (defects/evidence.ts has them). */
const ATTESTED = ["B17", "B22", "P18", "P19", "P20", "P21", "P22"];

/** Seeds that find a mistake sooner than the first one does. */
const SOONER: Partial<Record<DefectId, number>> = { B26: 2, P5: 5, P7: 1, P35: 2, P36: 1 };

function firstFailure(defects: readonly DefectId[]): ReturnType<typeof runRandomCalls> {
  const first = SOONER[defects[0]!] ?? 0;
  for (const seed of [first, ...SEEDS]) {
    const failure = runRandomCalls(seed, ACTIONS, new Map(), { defects, deepEvery: 8 });
    if (failure) return failure;
  }
  return undefined;
}

describe("the monitor and a naive reference", () => {
  it("agree over random sequences of calls, in which every call succeeds and fails", () => {
    const coverage = new Map<string, number>();
    for (const seed of SEEDS.slice(0, 2)) {
      const failure = runRandomCalls(seed, ACTIONS, coverage, { deepEvery: 16 });
      if (failure) expect.fail(describeFailure(shrink(failure, {})));
    }
    const calls = ["MM_INIT", "MEMORY_EXTEND", "ALLOC_ENCLAVE_MM", "CREATE_ENCLAVE", "ATTEST", "RUN", "RESUME", "STOP"];
    const more = ["DESTROY", "MEMORY_RECLAIM", "FREE_ENCLAVE_MEM", "EXIT", "OCALL", "GET_KEY"];
    for (const call of [...calls, ...more]) expect(coverage.get(`${call} success`) ?? 0, call).toBeGreaterThan(3);
    expect(coverage.size).toBeGreaterThan(60);
  });

  it.each((Object.keys(DEFECTS) as DefectId[]).filter((id) => !ATTESTED.includes(id)))(
    "disagree where the monitor makes mistake %s",
    (id) => expect(firstFailure([id])).toBeDefined(),
  );

  it("and what is left of a sequence is short", () => {
    const options = { defects: ["P10"] as const };
    const shrunk = shrink(firstFailure(options.defects)!, options);
    expect(shrunk.actions.length).toBeLessThan(8);
    expect(replay(shrunk.actions, options)?.difference).toBe(shrunk.difference);
    expect(replay(shrunk.actions, {})).toBeUndefined();
    expect(describeFailure(shrunk)).toMatch(/ALLOC\(.*\n[\s\S]*CREATE\(.*\n=> hart \d: read of/);
  });
});
