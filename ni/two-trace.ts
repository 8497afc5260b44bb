/**
 * The two-trace test: two worlds that differ in a secret and in nothing else go through the same actions, and everything
 * that the observer sees must be equal after each of them. Komodo reference §4.3 and §4.5, property WT (whole trace).
 *
 * The worlds run in lock step. An adaptive strategy sees one observation for both: as long as they are equal, what it does
 * next is the same in both, and where they differ the test ends. What an enclave does between two actions of the observer
 * is one step, however long ("local semantics").
 * A verdict "equal" says how much it was worth: whether the secret was read at all, and what happened.
 *
 * ```ts
 * const verdict = await twoTrace({ makeWorld, secrets: [zeros, ones], actions: [{ do: "create", as: "e0", program: "leak" }] });
 * if (!verdict.equal) console.log(verdict.firstDifference);
 * ```
 */
import { type Difference, firstDifference, type Observation, type Observer } from "./observation.ts";

/** How often something happened: `create ok`, `exit yield`, `instructions`. */
export type Tally = Readonly<Record<string, number>>;

/** One run of one system with one secret. Users put their own machine or monitor behind it. */
export interface World<A> {
  /** Carries out an action of the observer's. What the action does may depend on the world, what it is may not. */
  act(action: A): Observation;
  /** Did the program that holds the secret read it? A test without it proves nothing. */
  secretWasUsed(): boolean;
  /** For the non-vacuity figures. */
  tally?(): Tally;
}

export interface Step<A> {
  readonly action: A;
  readonly observation: Observation;
}

/** What an adaptive observer does next, from all it has seen; undefined ends the trace. */
export type Strategy<A> = (past: readonly Step<A>[]) => A | undefined;

/** What the worlds differ in. */
export type SecretPair = readonly [left: Uint8Array, right: Uint8Array];

export interface TwoTraceOptions<A> {
  /** A fresh world. Everything but the secret must be the same each time. */
  readonly makeWorld: (secret: Uint8Array) => Promise<World<A>>;
  readonly secrets: SecretPair;
  readonly actions: readonly A[] | Strategy<A>;
  /** Default: everything that the worlds show. */
  readonly observer?: Observer;
}

export interface FirstDifference<A> extends Difference {
  /** Index of the action after which it was seen. */
  readonly step: number;
  readonly action: A;
}

export type Verdict<A> =
  | { readonly equal: true; readonly steps: number; readonly secretUsed: boolean; readonly tally: Tally }
  | {
      readonly equal: false;
      readonly firstDifference: FirstDifference<A>;
      /** All actions up to that one, with what each world showed. */
      readonly left: readonly Step<A>[];
      readonly right: readonly Step<A>[];
    };

/** @throws what `makeWorld` or a world's `act` throws: a defect of the harness, not a finding */
export async function twoTrace<A>(options: TwoTraceOptions<A>): Promise<Verdict<A>> {
  const { makeWorld, secrets, actions, observer } = options;
  const next = typeof actions === "function" ? actions : replay(actions);
  const worlds = [await makeWorld(secrets[0]), await makeWorld(secrets[1])] as const;
  const left: Step<A>[] = [];
  const right: Step<A>[] = [];
  for (let action = next(left); action !== undefined; action = next(left)) {
    left.push({ action, observation: worlds[0].act(action) });
    right.push({ action, observation: worlds[1].act(action) });
    const difference = firstDifference(left.at(-1)!.observation, right.at(-1)!.observation, observer);
    if (difference) {
      return { equal: false, firstDifference: { ...difference, step: left.length - 1, action }, left, right };
    }
  }
  const secretUsed = worlds.every((world) => world.secretWasUsed());
  return { equal: true, steps: left.length, secretUsed, tally: worlds[0].tally?.() ?? {} };
}

/** The strategy that does these actions whatever it sees. */
export const replay =
  <A>(actions: readonly A[]): Strategy<A> =>
  (past) =>
    actions[past.length];
