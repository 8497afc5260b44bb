/** Random sequences of calls, monitor and reference in lock step; each seed is one machine from its reset. */
import { Random } from "../../scene/random.ts";
import type { Action } from "./action.ts";
import { Generator } from "./generator.ts";
import { type Failure, LockStep, type LockStepOptions } from "./lock-step.ts";

/**
 * @param count actions
 * @param coverage is added to: outcome of a call -> how often
 * @returns what went wrong, not shrunk
 */
export function runRandomCalls(
  seed: number,
  count: number,
  coverage: Map<string, number>,
  options: LockStepOptions = {},
): Failure | undefined {
  const lockStep = new LockStep(options);
  const generator = new Generator(new Random(seed), lockStep.reference);
  const actions: Action[] = [];
  for (let i = 0; i < count; i++) {
    const action = generator.next();
    actions.push(action);
    const difference = lockStep.act(action);
    if (difference !== undefined) return { actions, difference };
  }
  for (const [outcome, times] of lockStep.coverage) coverage.set(outcome, (coverage.get(outcome) ?? 0) + times);
  return undefined;
}
