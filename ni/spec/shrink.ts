/**
 * Makes a finding small: fewest actions, then arguments that say nothing become 0, then one stream of secrets that differs, then one
 * bit of it. Works on the actions that were carried out, both runs together, and goes on only while the same property
 * fails in the same kind of observable (Komodo reference §4.6).
 */
import { type Difference, kindOf } from "../observation.ts";
import type { Action } from "./action.ts";
import type { Compare } from "./observe.ts";
import type { PairStep } from "./pair.ts";
import { Replay } from "./replay.ts";
import type { Finding } from "./search.ts";
import type { Stage } from "./stage.ts";

/** A finding as small as it gets, from reset. */
export interface ShrunkFinding extends Finding {
  readonly steps: readonly PairStep[];
  /** Streams that have to differ. */
  readonly only: readonly string[];
  /** One bit of this word is enough. */
  readonly bit: number | undefined;
  readonly originalLength: number;
  /** Pairs that were run. */
  readonly tried: number;
}

/** Registers of a party, in words of its stream. */
const REGISTER_WORDS = 64;

/** @throws Error if the finding does not fail again: the harness is not deterministic */
export function shrinkFinding<S>(stage: Stage<S>, finding: Finding, compare?: Compare): ShrunkFinding {
  const shrinking = new Shrinking(new Replay(stage, compare), finding);
  shrinking.dropActions();
  shrinking.simplifyArguments();
  shrinking.dropActions();
  shrinking.dropStreams();
  shrinking.oneBit();
  return shrinking.result(finding.actions.length);
}

class Shrinking<S> {
  readonly #replay: Replay<S>;
  readonly #finding: Finding;
  readonly #kind: string;
  #actions: readonly Action[];
  #steps: readonly PairStep[] = [];
  #difference: Difference;
  #only: ReadonlySet<string> | undefined;
  #bit: number | undefined;
  #varied: readonly string[] = [];
  #tried = 0;

  constructor(replay: Replay<S>, finding: Finding) {
    this.#replay = replay;
    this.#finding = finding;
    this.#kind = kindOf(finding.difference.observable);
    this.#actions = finding.actions;
    this.#difference = finding.difference;
    if (!this.#try(finding.actions))
      throw new Error(`the same trace does not fail again: ${finding.difference.observable}`);
  }

  result(originalLength: number): ShrunkFinding {
    return {
      ...this.#finding,
      actions: this.#actions,
      steps: this.#steps,
      difference: this.#difference,
      only: this.#varied,
      bit: this.#bit,
      originalLength,
      tried: this.#tried,
    };
  }

  /** Delta debugging: halves, quarters, … single actions. */
  dropActions(): void {
    let length = Math.ceil(this.#actions.length / 2);
    while (this.#dropRuns(length) || length > 1) length = Math.ceil(length / 2);
  }

  #dropRuns(length: number): boolean {
    let dropped = false;
    for (let end = this.#actions.length; end > 0; end -= length) {
      const from = Math.max(0, end - length);
      const rest = this.#actions.toSpliced(from, end - from);
      if (rest.length > 0 && this.#try(rest)) dropped = true;
    }
    return dropped;
  }

  simplifyArguments(): void {
    for (let i = 0; i < this.#actions.length; i++) {
      const action = this.#actions[i]!;
      if (action.do !== "call") continue;
      for (let j = 0; j < action.args.length; j++) this.#simplifyArgument(i, j);
    }
  }

  #simplifyArgument(at: number, index: number): void {
    const action = this.#actions[at]!;
    if (action.do !== "call" || action.args[index] === 0n || action.args[index] === "private") return;
    const simpler = { ...action, args: (action.args as readonly bigint[]).with(index, 0n) } as Action;
    this.#try(this.#actions.with(at, simpler));
  }

  /** Of the streams that differ, drops half after half. */
  dropStreams(): void {
    let streams = [...this.#varied];
    for (let length = Math.ceil(streams.length / 2); streams.length > 1 && length > 0; ) {
      let dropped = false;
      for (let from = 0; from < streams.length && streams.length > 1; ) {
        const rest = streams.toSpliced(from, length);
        if (rest.length > 0 && this.#try(this.#actions, new Set(rest))) {
          streams = rest;
          dropped = true;
        } else from += length;
      }
      if (length === 1 && !dropped) break;
      length = length === 1 ? 1 : Math.ceil(length / 2);
    }
  }

  oneBit(): void {
    if (this.#varied.length !== 1) return;
    const offset = /\+ 0x([0-9a-f]+)$/.exec(this.#difference.observable);
    const seen = offset ? [Math.floor(Number.parseInt(offset[1]!, 16) / 8)] : [];
    const only = new Set(this.#varied);
    for (const bit of [...seen, ...Array.from({ length: REGISTER_WORDS }, (_, i) => i)])
      if (this.#try(this.#actions, only, bit)) return;
  }

  #try(actions: readonly Action[], only = this.#only, bit = this.#bit): boolean {
    this.#tried++;
    const { difference, steps, varied } = this.#replay.run(this.#finding, actions, {
      ...(only && { only }),
      ...(bit !== undefined && { bit }),
    });
    if (difference === undefined || kindOf(difference.observable) !== this.#kind) return false;
    this.#actions = steps.map(({ action }) => action);
    this.#steps = steps;
    this.#difference = difference;
    this.#only = only;
    this.#bit = bit;
    this.#varied = varied;
    return true;
  }
}
