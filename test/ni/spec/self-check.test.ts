/** The harness is tested by breaking it: every mutant of Komodo reference §4.9, Z1 to Z14, is noticed. */
import { describe, expect, it } from "vitest";
import { judge } from "../../../ni/spec/local-respect.ts";
import { type Compare, differenceOf } from "../../../ni/spec/observe.ts";
import { type PairOptions, runPair } from "../../../ni/spec/pair.ts";
import { Secrets } from "../../../ni/spec/secrets.ts";
import { checkHarness, type PairEngine } from "../../../ni/spec/self-check.ts";
import type { ModelWorld } from "../../../ni/spec/world.ts";

const comparing =
  (compare: Compare): PairEngine =>
  (options) =>
    runPair({ ...options, compare });

/** Compares bytes by identity, as `===` does. */
const byIdentity: Compare = (observer, left, right, pages) => {
  const entries = left.world.model.observeOs(left.world.state);
  const others = right.world.model.observeOs(right.world.state);
  const at = entries.findIndex((entry, i) => entry !== others[i]);
  return at === -1 ? differenceOf(observer, left, right, pages) : { observable: entries[at]![0], left: "", right: "" };
};

/** The right run goes on where the left one is. */
const notReset: PairEngine = <S>(options: PairOptions<S>) => {
  let first: ModelWorld<S> | undefined;
  return runPair({
    ...options,
    makeWorld: (secrets) => {
      first ??= options.makeWorld(secrets);
      return first;
    },
  });
};

/** Serval's defect: the function that should check step consistency calls local respect. */
const localRespectInstead: PairEngine = <S>(options: PairOptions<S>) => {
  const verdict = runPair({ ...options, compare: () => undefined });
  const actions = verdict.steps.map(({ action }) => action);
  const makeWorld = () => {
    const world = options.makeWorld(new Secrets({ seed: 1, differs: () => false }, "left"));
    for (const action of actions.slice(0, -1)) world.act(action);
    return world;
  };
  return { ...verdict, difference: judge(makeWorld, actions.at(-1)!, "LR").difference };
};

const MUTANTS: Readonly<Record<string, PairEngine>> = {
  "Z1 the relation is always true": comparing(() => undefined),
  "Z2 a state is compared with itself": comparing((observer, left, _, pages) =>
    differenceOf(observer, left, left, pages),
  ),
  "Z3 the step checker calls local respect": localRespectInstead,
  "Z4 whose turn it is, is asked of one state twice": comparing((observer, left, right, pages) =>
    differenceOf(observer, left, { ...right, world: left.world }, pages),
  ),
  "Z5 nothing is varied": (options) =>
    runPair({ ...options, drive: (options.drive as readonly never[]).filter(({ do: what }) => what !== "secrets") }),
  "Z6 memory is not looked at": comparing((observer, left, right) => differenceOf(observer, left, right, new Set())),
  "Z7 every pair is rejected": (options) => runPair({ ...options, drive: [] }),
  "Z9 bytes are compared by identity": comparing(byIdentity),
  "Z10 the second run is not reset": notReset,
};

describe("the harness", () => {
  it("can be believed", () => {
    expect(checkHarness()).toEqual([]);
  });

  it.each(Object.entries(MUTANTS))("%s: noticed", (_, engine) => {
    expect(checkHarness(engine)).not.toEqual([]);
  });
  // Z8 (specification and implementation share a wrong function): vectors, and guests that run (test/host).
  // Z11 (the negative test of time): test/ni/timing.test.ts. Z12: golden files are rewritten by a command only.
  // Z13 (no answer counts as proved): a search says how many pairs it tried, and tests demand the number.
  // Z14 (success after a crash): test/cli/ni.test.ts demands the output, not the exit code alone.
});
