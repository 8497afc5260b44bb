/**
 * Where worlds come from: copies of pure machines, thousands a second, or two real machines that are put back where a
 * pair begins. What runs on them is the same.
 */
import { type Start, setUp, worldAt } from "./corpus.ts";
import { MachineBench } from "./machine-bench.ts";
import { Secrets, type Side } from "./secrets.ts";
import { ModelWorld, type Subject } from "./world.ts";

/** A fresh world in the state of `start`; the left and the right one of a pair are told apart by the side of their secrets. */
export type MakeWorld<S> = (secrets: Secrets) => ModelWorld<S>;

export interface Stage<S> {
  readonly subject: Subject<S>;
  /** Pairs that should begin in one state before another is asked for. */
  readonly pairsPerStart: number;
  /** @param seed of the secrets with which the state was reached */
  at(start: Start<S>, seed: number): MakeWorld<S>;
}

export const pureStage = <S>(subject: Subject<S>): Stage<S> => ({
  subject,
  pairsPerStart: 1,
  at: (start) => (secrets) => worldAt(subject, start, secrets),
});

/** Reaching a state costs two milliseconds, going back to it a tenth of one. */
const PAIRS_PER_START = 16;

/** One of the two machines: booted, and from there in the state of a start. */
interface Place<S> {
  readonly bench: MachineBench;
  readonly booted: S;
  readonly steps: number;
  state: S;
  step: number;
}

export class MachineStage<S> implements Stage<S> {
  readonly subject: Subject<S>;
  readonly pairsPerStart = PAIRS_PER_START;
  readonly #places: Readonly<Record<Side, Place<S>>>;
  #start: Start<S> | undefined;

  private constructor(subject: Subject<S>, places: Readonly<Record<Side, Place<S>>>) {
    this.subject = subject;
    this.#places = places;
  }

  static async create<S>(subject: Subject<S>): Promise<MachineStage<S>> {
    const place = async (): Promise<Place<S>> => {
      const bench = await MachineBench.create(subject.model.ramSize);
      const secrets = new Secrets({ seed: 0, differs: () => false }, "left");
      const world = new ModelWorld(subject, bench, subject.personality.initial, secrets);
      world.monitor.boot();
      setUp(world);
      bench.mark();
      return { bench, booted: world.state, steps: world.step, state: world.state, step: world.step };
    };
    return new MachineStage(subject, { left: await place(), right: await place() });
  }

  /** @throws Error if the machine does not come to the state that the pure machine came to: a finding of its own */
  at(start: Start<S>, seed: number): MakeWorld<S> {
    if (start !== this.#start) {
      for (const place of [this.#places.left, this.#places.right]) this.#go(place, start, seed);
      this.#start = start;
    }
    return (secrets) => {
      const { bench, state, step } = this.#places[secrets.side];
      bench.rewind();
      return new ModelWorld(this.subject, bench, state, secrets, step);
    };
  }

  #go(place: Place<S>, { actions, state }: Start<S>, seed: number): void {
    const { subject } = this;
    if (this.#start !== undefined) place.bench.unmark();
    place.bench.rewind();
    const secrets = new Secrets({ seed, differs: () => false }, "left");
    const world = new ModelWorld(subject, place.bench, place.booted, secrets, place.steps);
    for (const action of actions) world.act(action);
    const [expected, reached] = [state, world.state].map((each) => JSON.stringify(subject.model.observeOs(each), text));
    if (expected !== reached) throw new Error(`the machine comes to another state: ${reached} instead of ${expected}`);
    place.state = world.state;
    place.step = world.step;
    place.bench.mark();
  }
}

const text = (_: string, value: unknown): unknown => (typeof value === "bigint" ? `${value}` : value);
