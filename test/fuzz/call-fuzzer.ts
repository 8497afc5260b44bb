/** Random calls of Komodo's faces and of penglai-pmp, in lock step with their naive references, over many machines: by hand, a million and more. */
import { describeFailure, runRandomCalls, shrink } from "../../zoo/komodo/lock-step/random-calls.ts";
import { describeRiscvFailure, runRiscvCalls, shrinkRiscvCalls } from "../../zoo/komodo/riscv/lock-step.ts";
import * as pmp from "../../zoo/penglai-pmp/lock-step/random-calls.ts";

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
export const fuzzKomodoCalls = (actions: number, firstSeed: number): FuzzedCalls =>
  overMachines(actions, firstSeed, (seed, count, coverage) => {
    const failure = runRandomCalls(seed, count, coverage, { deepEvery: DEEP_EVERY });
    return failure && `seed ${seed}:\n${describeFailure(shrink(failure, { seed: BigInt(seed) }))}`;
  });

/** The same for `komodo-riscv`. @throws Error with seed and number of the action */
export const fuzzKomodoRiscvCalls = (actions: number, firstSeed: number): FuzzedCalls =>
  overMachines(actions, firstSeed, (seed, count, coverage) => {
    const failure = runRiscvCalls(seed, count, coverage, { deepEvery: DEEP_EVERY });
    return failure && `seed ${seed}:\n${describeRiscvFailure(shrinkRiscvCalls(failure))}`;
  });

/** The same for `penglai-pmp`, with two harts. @throws Error as `fuzzKomodoCalls` */
export const fuzzPenglaiPmpCalls = (actions: number, firstSeed: number): FuzzedCalls =>
  overMachines(actions, firstSeed, (seed, count, coverage) => {
    const failure = pmp.runRandomCalls(seed, count, coverage, { deepEvery: DEEP_EVERY });
    return failure && `seed ${seed}:\n${pmp.describeFailure(pmp.shrink(failure, {}))}`;
  });

/** @param run returns what went wrong */
function overMachines(
  actions: number,
  firstSeed: number,
  run: (seed: number, count: number, coverage: Map<string, number>) => string | undefined,
): FuzzedCalls {
  const coverage = new Map<string, number>();
  const machines = Math.ceil(actions / ACTIONS_PER_MACHINE);
  for (let i = 0; i < machines; i++) {
    const wrong = run(firstSeed + i, Math.min(ACTIONS_PER_MACHINE, actions - i * ACTIONS_PER_MACHINE), coverage);
    if (wrong !== undefined) throw new Error(wrong);
  }
  const known = [...coverage].map(([outcome, times]) => [outcome.replace(/(call|function) \d+/, "$1"), times] as const);
  const outcomes: Record<string, number> = {};
  for (const [outcome, times] of known.sort(([a], [b]) => (a < b ? -1 : 1)))
    outcomes[outcome] = (outcomes[outcome] ?? 0) + times;
  return { machines, actions, outcomes };
}
