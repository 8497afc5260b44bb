/** Random calls of a monitor, in lock step with its naive reference, over many machines: by hand, a million and more. */
import { describeFailure, shrink } from "../monitor/komodo/lock-step/lock-step.ts";
import { runRandomCalls } from "../monitor/komodo/lock-step/random-calls.ts";

/** Actions on one machine: enough for a dozen enclaves to come and go. */
const ACTIONS_PER_MACHINE = 2000;
/** All bytes and all machine tables are compared so often; registers, database and accesses always. */
const DEEP_EVERY = 16;

export interface FuzzedCalls {
  readonly machines: number;
  readonly actions: number;
  /** Calls and traps by outcome: "MapSecure VA_FREE". */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** @throws Error with the shrunk list of calls, if monitor and reference disagree or an invariant breaks */
export function fuzzKomodoCalls(actions: number, firstSeed: number): FuzzedCalls {
  const coverage = new Map<string, number>();
  const machines = Math.ceil(actions / ACTIONS_PER_MACHINE);
  for (let i = 0; i < machines; i++) {
    const seed = firstSeed + i;
    const count = Math.min(ACTIONS_PER_MACHINE, actions - i * ACTIONS_PER_MACHINE);
    const failure = runRandomCalls(seed, count, coverage, { deepEvery: DEEP_EVERY });
    if (failure) throw new Error(`seed ${seed}:\n${describeFailure(shrink(failure, { seed: BigInt(seed) }))}`);
  }
  const known = [...coverage].map(([outcome, times]) => [outcome.replace(/call \d+/, "call"), times] as const);
  const outcomes: Record<string, number> = {};
  for (const [outcome, times] of known.sort(([a], [b]) => (a < b ? -1 : 1)))
    outcomes[outcome] = (outcomes[outcome] ?? 0) + times;
  return { machines, actions, outcomes };
}
