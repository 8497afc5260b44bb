/** Random sequences of calls, monitor and reference in lock step; each seed is one machine from its reset. */
import { Random } from "../../scene/random.ts";
import { sequences } from "../../scene/sequences.ts";
import { describeAction } from "./action.ts";
import { Generator } from "./generator.ts";
import { LockStep, type LockStepOptions } from "./lock-step.ts";

export const { runRandomCalls, replay, shrink, describeFailure } = sequences(
  {
    // what is carried out again is short enough to look at everything every time
    begin: (options, seed) => new LockStep(seed === undefined ? { ...options, deepEvery: 1 } : options),
    generator: (seed, { reference }) => {
      const generator = new Generator(new Random(seed), reference);
      return () => generator.next();
    },
    describe: describeAction,
  },
  {} as LockStepOptions,
);
