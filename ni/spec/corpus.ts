/**
 * Valid states to begin in: every one was reached from reset by calls, so it needs no generator of states and no
 * filter, and its trace can be shown and shortened. Grown by state-directed random walks (Komodo reference §4.6, §4.11).
 */
import { Choices } from "../choices.ts";
import type { Action } from "./action.ts";
import { nextAction } from "./generate.ts";
import { PureMachine } from "./pure-machine.ts";
import { mix, Secrets } from "./secrets.ts";
import { ModelWorld, type Outcome, type Subject } from "./world.ts";

/** A state, and how it was reached. */
export interface Start<S> {
  readonly actions: readonly Action[];
  /** Never run itself, only copied. */
  readonly machine: PureMachine;
  readonly state: S;
}

const MAX_STARTS = 400;
/** Longer traces add little and shorten badly. */
const MAX_LENGTH = 70;
const WALK = 6;
/** Of so many states the liveliest is taken, mostly. */
const ROUNDS = 2;

export class Corpus<S> {
  readonly subject: Subject<S>;
  readonly starts: Start<S>[];
  /** How often each outcome was seen on walks. */
  readonly outcomes = new Map<Outcome, number>();
  /** Of the secrets on walks. */
  readonly seed: number;
  readonly #choices: Choices;

  constructor(subject: Subject<S>, seed: number) {
    this.subject = subject;
    this.seed = seed;
    this.#choices = new Choices(numbers(mix(seed)));
    this.starts = [startOf(subject, seed)];
  }

  get root(): Start<S> {
    return this.starts[0]!;
  }

  /** Rather one with enclaves, and with one that runs: most things can happen there. */
  any(choices: Choices): Start<S> {
    const some = Array.from({ length: ROUNDS }, () => choices.of(this.starts));
    return choices.below(4) === 0
      ? some[0]!
      : some.reduce((best, each) => (this.#life(each) > this.#life(best) ? each : best));
  }

  #life({ state }: Start<S>): number {
    const { model } = this.subject;
    return model.observers(state).length + (model.running(state) === undefined ? 0 : 1);
  }

  /** One walk from a known state. */
  grow(): void {
    const any = this.any(this.#choices);
    const from = any.actions.length < MAX_LENGTH ? any : this.root;
    const machine = from.machine.copy();
    const secrets = new Secrets({ seed: this.seed, differs: () => false }, "left");
    const world = new ModelWorld(this.subject, machine, from.state, secrets, stepsTo(this.subject, from));
    const actions = [...from.actions];
    for (let i = 0; i < WALK; i++) {
      const action = nextAction(this.subject, sceneOf(world, this.#choices));
      world.act(action);
      if (world.isHijacked) return;
      actions.push(action);
      this.outcomes.set(world.outcome!, (this.outcomes.get(world.outcome!) ?? 0) + 1);
    }
    const start = { actions, machine: machine.copy(), state: world.state };
    if (this.starts.length < MAX_STARTS) this.starts.push(start);
    else this.starts[1 + this.#choices.below(MAX_STARTS - 1)] = start;
  }
}

export const sceneOf = <S>({ state, machine, world }: ModelWorld<S>, choices: Choices) => ({
  state,
  machine,
  world,
  choices,
});

/** The machine after boot and the model's setup. */
export function startOf<S>(subject: Subject<S>, seed: number): Start<S> {
  const { model, personality } = subject;
  const machine = new PureMachine(model.ramSize);
  const world = new ModelWorld(
    subject,
    machine,
    personality.initial,
    new Secrets({ seed, differs: () => false }, "left"),
  );
  world.monitor.boot();
  setUp(world);
  return { actions: [], machine, state: world.state };
}

/** @throws Error if a call of the setup is refused: a mistake of the model */
export function setUp<S>(world: ModelWorld<S>): void {
  const { model } = world;
  model.stageSetup?.(world.machine);
  for (const action of model.setup ?? []) {
    world.act(action);
    if (!world.outcome?.endsWith(" ok"))
      throw new Error(`the setup of ${model.name} fails: ${world.outcome}: ${world.monitor.lastDenial?.explanation}`);
  }
}

/** A world in a recorded state; its steps count from reset. */
export const worldAt = <S>(subject: Subject<S>, start: Start<S>, secrets: Secrets): ModelWorld<S> =>
  new ModelWorld(subject, start.machine.copy(), start.state, secrets, stepsTo(subject, start));

const stepsTo = <S>({ model }: Subject<S>, { actions }: Start<S>): number =>
  (model.setup?.length ?? 0) + actions.length;

/** Numbers from 0 to 2^32 - 1: a Weyl sequence, mixed. */
export function* numbers(seed: number): Generator<number> {
  for (let x = seed | 0; ; ) {
    x = (x + 0x9e37_79b9) | 0;
    yield mix(x);
  }
}
