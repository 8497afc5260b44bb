/**
 * Searches a personality for a pair that breaks a property, and says what the search was worth: pairs, how many used the
 * secret, which calls came out how, what differed. One seed, one search.
 */
import { Choices } from "../choices.ts";
import type { Difference } from "../observation.ts";
import type { Action } from "./action.ts";
import { Corpus, numbers, type Start, sceneOf } from "./corpus.ts";
import { nextAction } from "./generate.ts";
import { localRespect } from "./local-respect.ts";
import type { Compare, Observer } from "./observe.ts";
import { type Drive, runPair } from "./pair.ts";
import type { NiProperty } from "./property.ts";
import { mix } from "./secrets.ts";
import type { Stage } from "./stage.ts";
import type { Outcome } from "./world.ts";

/** A trace from reset that breaks a property, to be shown and shortened. */
export interface Finding {
  readonly property: NiProperty;
  /** Whose view; undefined for an invariant. */
  readonly observer: Observer | undefined;
  readonly actions: readonly Action[];
  readonly difference: Difference;
  /** Of the secrets that differ, and of those before. */
  readonly seed: number;
  readonly prefixSeed: number;
}

/** What a search did. */
export interface Worth {
  readonly pairs: number;
  /** Pairs in which somebody with a secret acted. */
  readonly pairsThatUsedTheSecret: number;
  readonly steps: number;
  /** By call and result. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** How often values of each kind differed. */
  readonly varied: Readonly<Record<string, number>>;
  /** Valid states that pairs began in. */
  readonly starts: number;
}

export interface SpecSearch {
  readonly property: NiProperty;
  /** Pairs; for LR and INV, steps. */
  readonly budget: number;
  readonly seed: number;
  readonly compare?: Compare;
}

/** Pairs begin in one of these before the search goes on growing them. */
const FIRST_WALKS = 60;
const PAIRS_PER_WALK = 20;
const MAX_STEPS = 3;
const WHOLE_TRACE = 40;

export class Search<S> {
  readonly corpus: Corpus<S>;
  readonly #stage: Stage<S>;
  #start: Start<S>;
  readonly #options: SpecSearch;
  readonly #choices: Choices;
  #pairs = 0;
  #used = 0;
  #steps = 0;
  readonly #outcomes: Record<Outcome, number> = {};
  readonly #varied: Record<string, number> = {};

  constructor(stage: Stage<S>, options: SpecSearch) {
    this.#stage = stage;
    this.#options = options;
    this.#choices = new Choices(numbers(mix(options.seed + 1)));
    this.corpus = new Corpus(stage.subject, options.seed);
    this.#start = this.corpus.root;
    for (let i = 0; i < FIRST_WALKS; i++) this.corpus.grow();
  }

  get worth(): Worth {
    return {
      pairs: this.#pairs,
      pairsThatUsedTheSecret: this.#used,
      steps: this.#steps,
      outcomes: this.#outcomes,
      varied: this.#varied,
      starts: this.corpus.starts.length,
    };
  }

  /** @returns the first pair that breaks the property, undefined when the budget is used up */
  run(): Finding | undefined {
    const { budget } = this.#options;
    while (this.#pairs < budget) {
      if (this.#pairs % PAIRS_PER_WALK === 0) this.corpus.grow();
      this.#pairs++;
      if (this.#pairs % this.#stage.pairsPerStart === 0) this.#start = this.corpus.any(this.#choices);
      const found = this.#one();
      if (found) return found;
    }
    return undefined;
  }

  #one(): Finding | undefined {
    switch (this.#options.property) {
      case "LR":
      case "INV":
        return this.#single(this.#options.property);
      case "WT":
        return this.#pair("WT", { property: "C-OS" }, this.corpus.root, WHOLE_TRACE);
      case "C-OS":
        return this.#pair("C-OS", { property: "C-OS" }, this.#start, this.#length());
      default:
        return this.#withEnclave(this.#options.property);
    }
  }

  #withEnclave(property: "C-ENC" | "KINT"): Finding | undefined {
    const start = this.#start;
    const candidates = this.corpus.subject.model.observers(start.state);
    if (candidates.length === 0) return undefined;
    const running = this.corpus.subject.model.running(start.state);
    const isPresent = running !== undefined && candidates.includes(running) && this.#choices.below(3) === 0;
    const enclave = isPresent ? running : this.#choices.of(candidates);
    return this.#pair(property, { property, enclave }, start, this.#length());
  }

  #length(): number {
    return 1 + this.#choices.below(MAX_STEPS);
  }

  #pair(property: NiProperty, observer: Observer, start: Start<S>, length: number): Finding | undefined {
    const { subject } = this.corpus;
    const { compare } = this.#options;
    const seed = this.#choices.below(2 ** 32);
    const drive: Drive<S> = (left, past) => {
      if (past.length === 0) return { by: "nobody", do: "secrets" };
      return past.length > length ? undefined : nextAction(subject, sceneOf(left, this.#choices));
    };
    const makeWorld = this.#stage.at(start, this.corpus.seed);
    const verdict = runPair({ makeWorld, observer, plan: { seed }, drive, ...(compare && { compare }) });
    this.#steps += verdict.steps.length - 1;
    if (verdict.secretUsed) this.#used++;
    for (const outcome of verdict.outcomes) this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
    for (const name of verdict.varied.keys()) this.#count(name);
    const { difference } = verdict;
    if (difference === undefined) return undefined;
    return {
      property,
      observer,
      actions: [...start.actions, ...verdict.steps.map(({ action }) => action)],
      difference,
      seed,
      prefixSeed: this.corpus.seed,
    };
  }

  /** "saved registers of dispatcher 3": the kind is what stands before the first " of " or number. */
  #count(stream: string): void {
    const kind = stream.replace(/ (of |0x|\d).*$/, "");
    this.#varied[kind] = (this.#varied[kind] ?? 0) + 1;
  }

  #single(property: "LR" | "INV"): Finding | undefined {
    const start = this.#start;
    const seed = this.#choices.below(2 ** 32);
    const result = localRespect(this.corpus.subject, start, this.corpus.seed, this.#choices, property);
    this.#steps++;
    if (result.outcome !== undefined) this.#outcomes[result.outcome] = (this.#outcomes[result.outcome] ?? 0) + 1;
    if (result.difference === undefined) return undefined;
    const actions = [...start.actions, result.action];
    return {
      property,
      observer: result.observer,
      actions,
      difference: result.difference,
      seed,
      prefixSeed: this.corpus.seed,
    };
  }
}
