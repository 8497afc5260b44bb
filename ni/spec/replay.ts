/**
 * A recorded trace again, from reset: the same actions with the same secrets fail the same way. What search.ts finds from a
 * recorded state, shrink.ts shortens and people look at is this.
 */
import type { Difference } from "../observation.ts";
import type { Action } from "./action.ts";
import { type Start, startOf, worldAt } from "./corpus.ts";
import { judge } from "./local-respect.ts";
import type { Compare } from "./observe.ts";
import { type PairStep, runPair } from "./pair.ts";
import type { Finding } from "./search.ts";
import { type SecretPlan, Secrets } from "./secrets.ts";
import type { Stage } from "./stage.ts";
import type { ModelWorld } from "./world.ts";

export interface Replayed {
  readonly difference: Difference | undefined;
  /** Up to the action after which it was seen. */
  readonly steps: readonly PairStep[];
  /** Names of the streams that differed. */
  readonly varied: readonly string[];
}

export class Replay<S> {
  readonly #stage: Stage<S>;
  readonly #root: Start<S>;
  readonly #compare: Compare | undefined;

  constructor(stage: Stage<S>, compare?: Compare) {
    this.#stage = stage;
    this.#root = startOf(stage.subject, 0);
    this.#compare = compare;
  }

  run(
    { property, observer, seed, prefixSeed }: Pick<Finding, "property" | "observer" | "seed" | "prefixSeed">,
    actions: readonly Action[],
    plan: Pick<SecretPlan, "only" | "bit"> = {},
  ): Replayed {
    if (property === "LR" || property === "INV") return this.#single(property, prefixSeed, actions);
    const makeWorld = this.#stage.at(this.#root, prefixSeed);
    const compare = this.#compare;
    const options = { makeWorld, observer: observer!, plan: { seed, ...plan }, prefixSeed, drive: actions };
    const verdict = runPair({ ...options, ...(compare && { compare }) });
    return { difference: verdict.difference, steps: verdict.steps, varied: [...verdict.varied.keys()] };
  }

  /** All actions but the last lead there; the last is judged. */
  #single(property: "LR" | "INV", seed: number, actions: readonly Action[]): Replayed {
    const secrets = new Secrets({ seed, differs: () => false }, "left");
    const steps: PairStep[] = [];
    const makeWorld = (): ModelWorld<S> => {
      const world = worldAt(this.#stage.subject, this.#root, secrets);
      steps.length = 0;
      for (const action of actions.slice(0, -1)) {
        world.act(action);
        steps.push({ action, left: world.outcome ?? "", right: "" });
      }
      return world;
    };
    const last = actions.at(-1);
    if (last === undefined) return { difference: undefined, steps, varied: [] };
    const { difference, outcome } = judge(makeWorld, last, property);
    return { difference, steps: [...steps, { action: last, left: outcome ?? "", right: "" }], varied: [] };
  }
}
