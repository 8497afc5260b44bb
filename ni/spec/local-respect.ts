/**
 * LR: an action of somebody who may not influence an observer leaves its view as it was (Komodo reference §4.5). What may
 * influence whom is the model's policy (`mayAffect`), never a weaker view. The same step also answers for the
 * personality's invariants.
 */
import type { Choices } from "../choices.ts";
import type { Difference } from "../observation.ts";
import type { Action } from "./action.ts";
import { type Start, sceneOf, worldAt } from "./corpus.ts";
import { DifferingPages } from "./differing-pages.ts";
import { nextAction } from "./generate.ts";
import { differenceOf, enclaveDifference, type Observer, whoHasHart } from "./observe.ts";
import { actorOf } from "./pair.ts";
import { type Principal, Secrets } from "./secrets.ts";
import type { ModelWorld, Outcome, Subject } from "./world.ts";

export interface SingleStep {
  readonly action: Action;
  readonly outcome: Outcome | undefined;
  readonly observer: Observer | undefined;
  readonly difference: Difference | undefined;
}

/** One drawn action from a recorded state. */
export function localRespect<S>(
  subject: Subject<S>,
  start: Start<S>,
  seed: number,
  choices: Choices,
  property: "LR" | "INV",
): SingleStep {
  const makeWorld = () => worldAt(subject, start, new Secrets({ seed, differs: () => false }, "left"));
  const action = nextAction(subject, sceneOf(makeWorld(), choices));
  return { action, ...judge(makeWorld, action, property) };
}

/** Does the action in one of two equal worlds, and says what it should not have done. */
export function judge<S>(
  makeWorld: () => ModelWorld<S>,
  action: Action,
  property: "LR" | "INV",
): Omit<SingleStep, "action"> {
  const world = makeWorld();
  if (property === "INV") {
    world.act(action);
    const violation = world.monitor.violation();
    const difference =
      violation === undefined ? undefined : { observable: "invariant", left: "holds", right: violation };
    return { outcome: world.outcome, observer: undefined, difference };
  }
  const still = makeWorld();
  const pages = new DifferingPages(still.machine, world.machine);
  const actor = actorOf(world, action);
  const watched = watchers(world, action, actor);
  world.act(action);
  const { outcome } = world;
  const differing = pages.update();
  const changedHands = whoHasHart(still) !== whoHasHart(world);
  for (const observer of watched) {
    // Leaving and entering are releases of their own: the operating system sees why it has the hart again.
    if (changedHands && observer.property === "C-OS") continue;
    const moments = [still, world].map((each) => ({ world: each, seen: [], actor: "nobody" as const }));
    const difference = changedHands
      ? enclaveDifference((observer as { enclave: number }).enclave, moments[0]!, moments[1]!, differing)
      : differenceOf(observer, moments[0]!, moments[1]!, differing);
    if (difference) return { outcome, observer, difference };
  }
  return { outcome, observer: undefined, difference: undefined };
}

/** Everybody whom the action may not affect. */
function watchers<S>({ model, state }: ModelWorld<S>, action: Action, actor: Principal): Observer[] {
  const enclaves = model
    .observers(state)
    .filter((enclave) => enclave !== actor && !model.mayAffect(action, enclave, state));
  const victims = enclaves.map((enclave) => ({ property: "KINT", enclave }) as const);
  return actor === "os" || model.mayAffect(action, "os", state) ? victims : [{ property: "C-OS" }, ...victims];
}
