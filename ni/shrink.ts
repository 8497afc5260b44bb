/**
 * Makes a failing trace small: fewest actions, then simplest secrets. Works on the concrete actions that were carried out
 * and not on the choices behind them, which shrink badly because every later choice changes its meaning (Komodo reference
 * §4.6). Delta debugging: drop halves, then quarters, down to single actions, as long as the same kind of difference
 * remains.
 */
import { kindOf } from "./observation.ts";
import { type SecretPair, type TwoTraceOptions, twoTrace, type Verdict } from "./two-trace.ts";

export type Leak<A> = Extract<Verdict<A>, { equal: false }>;

export interface ShrunkLeak<A> {
  readonly leak: Leak<A>;
  readonly secrets: SecretPair;
  /** Pairs of worlds that were tried. */
  readonly tried: number;
}

/**
 * @param options how the leak was found; its actions are not used
 * @param leak what was found
 * @param simplify variants of an action that are easier to read, simplest first
 */
export async function shrinkLeak<A>(
  options: TwoTraceOptions<A>,
  leak: Leak<A>,
  simplify: (action: A) => readonly A[] = () => [],
): Promise<ShrunkLeak<A>> {
  const search = new Shrinking(options, leak);
  await search.dropActions();
  await search.simplifyActions(simplify);
  await search.simplifySecrets();
  return { leak: search.leak, secrets: search.secrets, tried: search.tried };
}

class Shrinking<A> {
  leak: Leak<A>;
  secrets: SecretPair;
  tried = 0;
  readonly #options: TwoTraceOptions<A>;
  readonly #kind: string;

  constructor(options: TwoTraceOptions<A>, leak: Leak<A>) {
    this.#options = options;
    this.leak = leak;
    this.secrets = options.secrets;
    this.#kind = kindOf(leak.firstDifference.observable);
  }

  get #actions(): readonly A[] {
    return this.leak.left.map(({ action }) => action);
  }

  async dropActions(): Promise<void> {
    let length = Math.ceil(this.#actions.length / 2);
    while ((await this.#dropRuns(length)) || length > 1) length = Math.ceil(length / 2);
  }

  /** Tries to do without each run of `length` actions, from the end. @returns whether one was dropped */
  async #dropRuns(length: number): Promise<boolean> {
    let dropped = false;
    for (let end = this.#actions.length; end > 0; end -= length) {
      const from = Math.max(0, end - length);
      const rest = this.#actions.toSpliced(from, end - from);
      const isShorter = rest.length > 0 && rest.length < this.#actions.length;
      if (isShorter && (await this.#try(rest, this.secrets))) dropped = true;
    }
    return dropped;
  }

  async simplifyActions(simplify: (action: A) => readonly A[]): Promise<void> {
    for (let i = 0; i < this.#actions.length; i++) {
      for (const simpler of simplify(this.#actions[i]!)) {
        if (await this.#try(this.#actions.with(i, simpler), this.secrets)) break;
      }
    }
  }

  /** All zeros against the fewest bytes: first those of the right secret alone, then one of them. */
  async simplifySecrets(): Promise<void> {
    const [left, right] = this.secrets;
    const zeros = new Uint8Array(left.length);
    const at = right.findIndex((byte, i) => byte !== left[i]);
    const one = zeros.with(at, right[at] || left[at]!);
    for (const secrets of [
      [zeros, zeros.with(at, 1)],
      [zeros, one],
      [zeros, right],
    ] as const)
      if (await this.#try(this.#actions, secrets)) return;
  }

  async #try(actions: readonly A[], secrets: SecretPair): Promise<boolean> {
    this.tried++;
    const verdict = await twoTrace({ ...this.#options, actions, secrets });
    if (verdict.equal || kindOf(verdict.firstDifference.observable) !== this.#kind) return false;
    this.leak = verdict;
    this.secrets = secrets;
    return true;
  }
}
