/**
 * A tree of counter nodes: each node's hash is keyed by the counter that its parent keeps for it.
 *
 * RootTree and SubTree are both such trees; they differ in their levels, in where their lines lie and in who holds the
 * counter above the top node (a register on the chip, or the mount table).
 * Source: Penglai reference §3.1 ("a counter tree node's own hash is keyed by its parent's counter, so replay needs
 * the on-chip root").
 * Invariants: a walk starts at a trusted counter and goes down, so a node is believed only after its parent was; `bump`
 * plans all its writes and verifies all lines it will seal again before the first byte is written.
 * Not modelled: an on-chip cache of verified nodes. Every access walks the whole tree, as a cold cache would.
 */
import { bump, type Counter, type CounterNode, counterOf, decodeNode, encodeNode, renew } from "./counters.ts";
import type { CounterLevel } from "./geometry.ts";
import type { Checked } from "./integrity-fault.ts";
import type { LineSeal, LineWrite } from "./line-seal.ts";
import type { MmtDefectId } from "./mmt-defects.ts";
import { NODE_FORMAT } from "./sealed-line.ts";
import type { Pa } from "./units.ts";

/** The trusted counter above a top node. */
export interface TrustedCounter {
  read(topIndex: number): bigint;
  advance(topIndex: number): void;
}

export interface TreePlace {
  /** Top first. */
  readonly levels: readonly CounterLevel[];
  nodePa(level: number, index: number): Pa;
  readonly trusted: TrustedCounter;
}

interface Step {
  readonly level: CounterLevel;
  readonly pa: Pa;
  readonly node: CounterNode;
  /** Which child of the node the walk goes to. */
  readonly slot: number;
  readonly childIndex: number;
}

/** An advance of one child's counter that is verified and planned but not yet written. */
export interface PlannedBump {
  /** The child's new counter. */
  readonly counter: Counter;
  /** The bottom node before and after. */
  readonly before: CounterNode;
  readonly after: CounterNode;
  /** All children of the bottom node have new counters, not the bumped one alone. */
  readonly overflowed: boolean;
  commit(): void;
}

export class CounterTree {
  readonly #seal: LineSeal;
  readonly #place: TreePlace;
  /** Number of children of the bottom level below one node of each level. */
  readonly #childrenBelow: readonly number[];

  constructor(seal: LineSeal, place: TreePlace) {
    this.#seal = seal;
    this.#place = place;
    this.#childrenBelow = place.levels.map((_, i) => place.levels.slice(i).reduce((n, level) => n * level.arity, 1));
  }

  /** @param child index of a child of the bottom level @returns its counter, trusted */
  counter(child: number): Checked<{ counter: Counter }> {
    const path = this.#walk(child);
    if (!path.ok) return path;
    const last = path.steps.at(-1)!;
    return { ok: true, counter: counterOf(last.node, last.slot) };
  }

  /**
   * Advances the counter of a child and of every node above it.
   * @param renewAll give all children of the bottom node a new counter
   */
  bump(child: number, renewAll = false): Checked<{ plan: PlannedBump }> {
    const path = this.#walk(child, "X24");
    if (!path.ok) return path;
    const topIndex = Math.floor(child / this.#childrenBelow[0]!);
    const writes: LineWrite[] = [];
    let parent: Counter = { major: this.#place.trusted.read(topIndex) + 1n, minor: 0 };
    let after: CounterNode | undefined;
    let overflowed = false;
    for (const [i, step] of path.steps.entries()) {
      const isLast = i === path.steps.length - 1;
      const next =
        isLast && renewAll
          ? { node: renew(step.node), overflowed: true }
          : bump(step.level, step.node, step.slot, this.#seal.defects.has("X8"));
      writes.push(this.#seal.seal(NODE_FORMAT, step.pa, parent, encodeNode(step.level, next.node)));
      if (next.overflowed && !isLast) {
        const resealed = this.#resealSiblings(step, i + 1, next.node);
        if (!resealed.ok) return resealed;
        writes.push(...resealed.writes);
      }
      parent = counterOf(next.node, step.slot);
      after = next.node;
      overflowed = next.overflowed;
    }
    const commit = (): void => {
      this.#seal.commit(writes);
      this.#place.trusted.advance(topIndex);
    };
    const before = path.steps.at(-1)!.node;
    return { ok: true, plan: { counter: parent, before, after: after!, overflowed, commit } };
  }

  #walk(child: number, unlooked?: MmtDefectId): Checked<{ steps: Step[] }> {
    const topIndex = Math.floor(child / this.#childrenBelow[0]!);
    let counter: Counter = { major: this.#place.trusted.read(topIndex), minor: 0 };
    const steps: Step[] = [];
    for (const [i, level] of this.#place.levels.entries()) {
      const index = Math.floor(child / this.#childrenBelow[i]!);
      const childIndex = Math.floor((child * level.arity) / this.#childrenBelow[i]!);
      const pa = this.#place.nodePa(i, index);
      const body = this.#seal.open(NODE_FORMAT, level.name, pa, counter, unlooked);
      if (!body.ok) return body;
      const node = decodeNode(level, body.body);
      const slot = childIndex % level.arity;
      steps.push({ level, pa, node, slot, childIndex });
      counter = counterOf(node, slot);
    }
    return { ok: true, steps };
  }

  /** The parent was renewed: its other children keep their bodies and are sealed under their new counters. */
  #resealSiblings(parent: Step, level: number, renewed: CounterNode): Checked<{ writes: LineWrite[] }> {
    const writes: LineWrite[] = [];
    const { name } = this.#place.levels[level]!;
    const first = parent.childIndex - parent.slot;
    for (let slot = 0; slot < parent.level.arity; slot++) {
      if (slot === parent.slot) continue;
      const pa = this.#place.nodePa(level, first + slot);
      const body = this.#seal.open(NODE_FORMAT, name, pa, counterOf(parent.node, slot), "X22");
      if (!body.ok) return body;
      writes.push(this.#seal.seal(NODE_FORMAT, pa, counterOf(renewed, slot), body.body));
    }
    return { ok: true, writes };
  }
}
