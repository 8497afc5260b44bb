/** Random calls of penglai-tvm, in lock step with its naive reference, over many machines: by hand, a million and more. */
import { describeFailure, runRandomCalls, shrink } from "../../zoo/penglai-tvm/lock-step/random-calls.ts";
import type { FuzzedCalls } from "./call-fuzzer.ts";

/** Actions on one machine. */
const ACTIONS_PER_MACHINE = 1000;
/** Tables and invariants are compared so often; results, owners, records and accesses always. */
const DEEP_EVERY = 64;

/** @throws Error with the shrunk list of calls, if monitor and reference disagree or an invariant breaks */
export function fuzzPenglaiTvmCalls(actions: number, firstSeed: number): FuzzedCalls {
  const coverage = new Map<string, number>();
  const machines = Math.ceil(actions / ACTIONS_PER_MACHINE);
  for (let i = 0; i < machines; i++) {
    const count = Math.min(ACTIONS_PER_MACHINE, actions - i * ACTIONS_PER_MACHINE);
    const failure = runRandomCalls(firstSeed + i, count, coverage, { deepEvery: DEEP_EVERY });
    if (failure) throw new Error(`seed ${firstSeed + i}:\n${describeFailure(shrink(failure))}`);
  }
  return { machines, actions, outcomes: Object.fromEntries([...coverage].sort(([a], [b]) => (a < b ? -1 : 1))) };
}
