/**
 * Sequences of actions that two carry out in lock step, a monitor and its reference: drawn at random, carried out again,
 * shortened, printed. What an action is and what it does is each monitor's own.
 */

/** The two, from a reset on. */
export interface LockStepped<Action> {
  /** @returns the first difference, as a clause; undefined if both agree */
  act(action: Action): string | undefined;
  /** How often each outcome of each call was seen. */
  readonly coverage: ReadonlyMap<string, number>;
}

/** A run that went wrong: what was done, and what differed after the last action. */
export interface Failure<Action> {
  readonly actions: readonly Action[];
  readonly difference: string;
}

export interface Subject<Action, Options, Both extends LockStepped<Action>> {
  /** @param seed of the sequence that is drawn; undefined where actions are carried out again */
  begin(options: Options, seed?: number): Both;
  /** @returns what draws the next action, from the state that the reference has come to */
  generator(seed: number, both: Both): () => Action;
  /** One line. */
  describe(action: Action): string;
}

/** @throws nothing of its own: what `act` throws goes through */
export function sequences<Action, Options, Both extends LockStepped<Action>>(
  subject: Subject<Action, Options, Both>,
  defaults: Options,
) {
  /** Carries actions out from a fresh start. */
  const replay = (actions: readonly Action[], options = defaults): Failure<Action> | undefined => {
    const both = subject.begin(options);
    for (const [i, action] of actions.entries()) {
      const difference = both.act(action);
      if (difference !== undefined) return { actions: actions.slice(0, i + 1), difference };
    }
    return undefined;
  };

  return {
    replay,

    /**
     * @param count actions
     * @param coverage is added to: outcome of a call -> how often
     * @returns what went wrong, not shortened
     */
    runRandomCalls: (
      seed: number,
      count: number,
      coverage: Map<string, number>,
      options = defaults,
    ): Failure<Action> | undefined => {
      const both = subject.begin(options, seed);
      const next = subject.generator(seed, both);
      const actions: Action[] = [];
      while (actions.length < count) {
        actions.push(next());
        const difference = both.act(actions.at(-1)!);
        if (difference !== undefined) return { actions, difference };
      }
      for (const [outcome, times] of both.coverage) coverage.set(outcome, (coverage.get(outcome) ?? 0) + times);
      return undefined;
    },

    /** Drops halves, quarters, … single actions as long as anything still differs. */
    shrink: (failure: Failure<Action>, options = defaults): Failure<Action> => {
      let best = failure;
      for (let length = Math.ceil(best.actions.length / 2); ; length = Math.ceil(length / 2)) {
        let dropped = false;
        for (let end = best.actions.length; end > 0; end -= length) {
          const shorter = replay(best.actions.toSpliced(Math.max(0, end - length), length), options);
          if (shorter === undefined) continue;
          dropped = true;
          best = shorter;
        }
        if (length === 1 && !dropped) return best;
      }
    },

    describeFailure: ({ actions, difference }: Failure<Action>): string =>
      [...actions.map(subject.describe), `=> ${difference}`].join("\n"),
  };
}
