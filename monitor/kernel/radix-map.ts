/**
 * A persistent array: index -> value, cheap to copy, cheap where neighbours are equal. It holds the owner of every page
 * of up to 512 GiB (2^27 pages, a handful of nodes when all are public) and the enclave of every id.
 *
 * A node is either one value for its whole span or a Branch of 32 children:
 *
 *     root (32^h)  ->  Branch [ PUBLIC, PUBLIC, Branch [ PUBLIC, enclave 7, enclave 7, … ], PUBLIC, … ]
 *
 * Invariants: a Branch never has 32 equal values as children; an update shares every node it does not touch; an update
 * that changes nothing returns the same object. `get` and `set` cost O(height); `fill` and `find` cost that plus the
 * number of Branches in the range.
 */

const FANOUT = 32;

class Branch<T> {
  readonly children: readonly Node<T>[];
  constructor(children: readonly Node<T>[]) {
    this.children = children;
  }
}
type Node<T> = Branch<T> | T;

/** Neighbouring indices [from, to) with one value. */
export interface Run<T> {
  readonly from: number;
  readonly to: number;
  readonly value: T;
}

export class RadixMap<T> {
  /** Valid indices are 0 to size - 1. */
  readonly size: number;
  readonly #root: Node<T>;
  readonly #span: number;

  private constructor(size: number, root: Node<T>, span: number) {
    this.size = size;
    this.#root = root;
    this.#span = span;
  }

  /** @returns a map of `size` indices that all hold `value` */
  static uniform<T>(size: number, value: T): RadixMap<T> {
    let span = FANOUT;
    while (span < size) span *= FANOUT;
    return new RadixMap<T>(size, value, span);
  }

  /** @throws RangeError if the index lies outside the map */
  get(index: number): T {
    this.#check(index, index + 1);
    let node = this.#root;
    let rest = index;
    for (let part = this.#span / FANOUT; node instanceof Branch; part /= FANOUT) {
      node = node.children[Math.floor(rest / part)]!;
      rest %= part;
    }
    return node;
  }

  set(index: number, value: T): RadixMap<T> {
    return this.fill(index, index + 1, value);
  }

  /** @returns a map whose indices [from, to) hold `value`. @throws RangeError if the range leaves the map */
  fill(from: number, to: number, value: T): RadixMap<T> {
    this.#check(from, to);
    if (from === to) return this;
    const root = filled(this.#root, this.#span, from, to, value);
    return root === this.#root ? this : new RadixMap(this.size, root, this.#span);
  }

  /** @returns the first index of [from, to) whose value satisfies `matches` */
  find(from: number, to: number, matches: (value: T) => boolean): number | undefined {
    this.#check(from, to);
    return found(this.#root, this.#span, 0, from, to, matches);
  }

  /** The values of [from, to) as runs, ascending and maximal. */
  runs(from = 0, to = this.size): readonly Run<T>[] {
    this.#check(from, to);
    const runs: Run<T>[] = [];
    collect(this.#root, this.#span, 0, from, to, runs);
    return runs;
  }

  /**
   * Where this map differs from an earlier version, as runs of its own values, ascending. Nodes that both share are not
   * looked at, so the cost is that of the changes. @throws RangeError if the sizes differ
   */
  *changesSince(earlier: RadixMap<T>): Generator<Run<T>> {
    if (earlier.size !== this.size) throw new RangeError(`maps of ${this.size} and ${earlier.size} indices`);
    for (const run of differences(this.#root, earlier.#root, this.#span, 0))
      if (run.from < this.size) yield { ...run, to: Math.min(run.to, this.size) };
  }

  #check(from: number, to: number): void {
    if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= this.size))
      throw new RangeError(`[${from}, ${to}) is no range of a map of ${this.size}`);
  }
}

/** `from` and `to` count from the first index of the node and may lie outside it. */
function filled<T>(node: Node<T>, span: number, from: number, to: number, value: T): Node<T> {
  if (from <= 0 && to >= span) return value;
  if (!(node instanceof Branch) && Object.is(node, value)) return node;
  const part = span / FANOUT;
  const children = node instanceof Branch ? node.children.slice() : new Array<Node<T>>(FANOUT).fill(node);
  let changed = false;
  for (let i = Math.floor(Math.max(from, 0) / part); i * part < Math.min(to, span); i++) {
    const child = filled(children[i]!, part, from - i * part, to - i * part, value);
    changed ||= !Object.is(child, children[i]);
    children[i] = child;
  }
  if (!changed) return node;
  const first = children[0]!;
  const uniform = !(first instanceof Branch) && children.every((child) => Object.is(child, first));
  return uniform ? first : new Branch(children);
}

function found<T>(
  node: Node<T>,
  span: number,
  base: number,
  from: number,
  to: number,
  matches: (value: T) => boolean,
): number | undefined {
  if (base >= to || base + span <= from) return undefined;
  if (!(node instanceof Branch)) return matches(node) ? Math.max(base, from) : undefined;
  const part = span / FANOUT;
  for (let i = Math.max(0, Math.floor((from - base) / part)); i < FANOUT && base + i * part < to; i++) {
    const index = found(node.children[i]!, part, base + i * part, from, to, matches);
    if (index !== undefined) return index;
  }
  return undefined;
}

/** A generator through all levels took half of a two-trace search. */
function collect<T>(node: Node<T>, span: number, base: number, from: number, to: number, runs: Run<T>[]): void {
  if (base >= to || base + span <= from) return;
  if (node instanceof Branch) {
    const part = span / FANOUT;
    for (let i = 0; i < FANOUT; i++) collect(node.children[i]!, part, base + i * part, from, to, runs);
    return;
  }
  const last = runs.at(-1);
  const end = Math.min(base + span, to);
  if (last !== undefined && Object.is(last.value, node)) runs[runs.length - 1] = { ...last, to: end };
  else runs.push({ from: Math.max(base, from), to: end, value: node });
}

function* differences<T>(node: Node<T>, earlier: Node<T>, span: number, base: number): Generator<Run<T>> {
  if (Object.is(node, earlier)) return;
  if (!(node instanceof Branch) && !(earlier instanceof Branch)) {
    yield { from: base, to: base + span, value: node };
    return;
  }
  const part = span / FANOUT;
  for (let i = 0; i < FANOUT; i++) yield* differences(childOf(node, i), childOf(earlier, i), part, base + i * part);
}

const childOf = <T>(node: Node<T>, index: number): Node<T> => (node instanceof Branch ? node.children[index]! : node);
