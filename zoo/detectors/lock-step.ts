/**
 * Random calls, the monitor beside a naive reference that was written from the document alone: registers, records, bytes,
 * access and invariants at once (REF, INV, RREG, FRAME, ACC). Komodo reference §4.7.
 */
import type { Detector } from "../house.ts";

/** A sequence of actions, and the first difference behind the last of them. */
interface Failure {
  readonly actions: readonly unknown[];
}

export interface LockStepRunner<F extends Failure, Options> {
  /** Actions from one reset; then another machine begins. */
  readonly run: number;
  /** Actions in all. */
  readonly budget: number;
  options(ids: readonly string[], seed: number): Options;
  calls(seed: number, count: number, coverage: Map<string, number>, options: Options): F | undefined;
  shrink(failure: F, options: Options): F;
  describe(failure: F): string;
}

export const lockStep = <F extends Failure, Options>(runner: LockStepRunner<F, Options>): Detector => ({
  name: "lock step",
  unit: "calls",
  budget: runner.budget,
  hunt(ids, { seed, budget }) {
    for (let done = 0, own = seed; done < budget; done += runner.run, own++) {
      const options = runner.options(ids, own);
      const failure = runner.calls(own, Math.min(runner.run, budget - done), new Map(), options);
      if (failure === undefined) continue;
      return { after: done + failure.actions.length, report: runner.describe(runner.shrink(failure, options)) };
    }
    return undefined;
  },
});
