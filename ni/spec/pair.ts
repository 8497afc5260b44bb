/**
 * A pair of runs: two worlds that begin alike, get secrets of their own where the observer cannot see, and go through the
 * same actions; after each of them the observer's views must be equal. Komodo reference §4.5: over arbitrary valid states this is (weak)
 * step consistency and output consistency, over traces from reset it is the whole-trace property.
 *
 * The actions are drawn from the left world's state and then done by both: "for all actions" includes those that an
 * operating system could not have known to choose.
 */
import type { Difference, Observed } from "../observation.ts";
import type { Action } from "./action.ts";
import { DifferingPages } from "./differing-pages.ts";
import { type Compare, differenceOf, differsFor, type Observer, whoHasHart } from "./observe.ts";
import { type Principal, type SecretPlan, Secrets } from "./secrets.ts";
import type { ModelWorld, Outcome } from "./world.ts";

/** What both worlds showed of a step. */
export interface PairStep {
  readonly action: Action;
  readonly left: string;
  readonly right: string;
}

export interface PairVerdict {
  readonly steps: readonly PairStep[];
  /** After the last step; undefined if the views stayed equal. */
  readonly difference: Difference | undefined;
  /** Of the left world. */
  readonly outcomes: readonly Outcome[];
  /** Streams that differed, by name. */
  readonly varied: ReadonlyMap<string, number>;
  /** Somebody whose secrets differ acted, so that they had a chance to show. */
  readonly secretUsed: boolean;
}

/** What to do next, from the left world; undefined ends the pair. */
export type Drive<S> = (left: ModelWorld<S>, past: readonly PairStep[]) => Action | undefined;

export interface PairOptions<S> {
  /** A world in the state in which the pair begins; everything but the secrets is the same each time. */
  readonly makeWorld: (secrets: Secrets) => ModelWorld<S>;
  readonly observer: Observer;
  readonly plan: Omit<SecretPlan, "differs">;
  /** Of the secrets that both runs have alike, until they differ. */
  readonly prefixSeed?: number;
  readonly drive: Drive<S> | readonly Action[];
  /** Default `differenceOf`. */
  readonly compare?: Compare;
}

/** Both runs draw the same values until the action `secrets`. */
const NOBODY_DIFFERS = (): boolean => false;

export function runPair<S>(options: PairOptions<S>): PairVerdict {
  const { observer, drive, makeWorld } = options;
  const next: Drive<S> = typeof drive === "function" ? drive : (_, past) => drive[past.length];
  const same: SecretPlan = { seed: options.prefixSeed ?? options.plan.seed, differs: NOBODY_DIFFERS };
  const other: SecretPlan = { ...options.plan, differs: differsFor(observer) };
  const left = makeWorld(new Secrets(same, "left"));
  const right = makeWorld(new Secrets(same, "right"));
  const differing = new DifferingPages(left.machine, right.machine);
  const compare = options.compare ?? differenceOf;
  const steps: PairStep[] = [];
  const outcomes: Outcome[] = [];
  let secretUsed = false;
  for (let action = next(left, steps); action !== undefined; action = next(left, steps)) {
    if (action.do === "secrets") {
      left.secrets = new Secrets(other, "left");
      right.secrets = new Secrets(other, "right");
    }
    const [actor, twin] = [actorOf(left, action), actorOf(right, action)];
    const before = left.act(action);
    const after = right.act(action);
    steps.push({ action, left: textOf(left, before), right: textOf(right, after) });
    if (left.outcome !== undefined) outcomes.push(left.outcome);
    secretUsed ||= left.outcome !== undefined && other.differs(actor) && right.secrets.differing.size > 0;
    const moments = [
      { world: left, seen: before, actor },
      { world: right, seen: after, actor: twin },
    ] as const;
    const difference = compare(observer, ...moments, differing.update());
    if (difference) return { steps, difference, outcomes, varied: right.secrets.differing, secretUsed };
  }
  return { steps, difference: undefined, outcomes, varied: right.secrets.differing, secretUsed };
}

/** Who acts; nobody if whoever should does not have the hart. */
export const actorOf = <S>(world: ModelWorld<S>, { by }: Action): Principal => {
  const who = whoHasHart(world);
  return (by === "os") === (who === "os") && by !== "nobody" ? who : "nobody";
};

function textOf<S>(world: ModelWorld<S>, seen: readonly (readonly [string, Observed])[]): string {
  if (world.outcome === undefined) return "";
  const result = seen.find(([name]) => name === "result")?.[1];
  const outcome = world.outcome.split(" ").at(-1)!;
  if (result === undefined) return outcome;
  return `${outcome} ${typeof result === "bigint" ? `0x${BigInt.asUintN(64, result).toString(16)}` : result}`;
}
