/**
 * Looks for a leak: many pairs of worlds, each with its own secrets and its own adaptive trace, drawn by fast-check from
 * one seed. The first difference is made small and printed as a trace in two columns. Komodo reference §4.6.
 *
 * fast-check draws and counts; it does not shrink, because the concrete actions are shrunk instead (shrink.ts).
 * A search without a leak reports how far it got, so that a reader can judge it: pairs, how many of them read the secret,
 * calls, exits, instructions.
 */
import fc from "fast-check";
import { Choices } from "./choices.ts";
import { traceText } from "./report.ts";
import { type Leak, shrinkLeak } from "./shrink.ts";
import type { FirstDifference, SecretPair, Strategy, Tally, TwoTraceOptions, Verdict } from "./two-trace.ts";
import { twoTrace } from "./two-trace.ts";

export interface SearchOptions<A> extends Pick<TwoTraceOptions<A>, "makeWorld" | "observer"> {
  /** A strategy for one trace. */
  readonly strategy: (choices: Choices) => Strategy<A>;
  /** One line for an action. */
  readonly describe: (action: A) => string;
  /** Simpler variants of an action, simplest first. */
  readonly simplify?: (action: A) => readonly A[];
  /** The same seed is the same search. */
  readonly seed: number;
  /** Pairs to try. */
  readonly numRuns: number;
  /** Bytes of the secret. Default 32. */
  readonly secretByteLen?: number;
}

export type SearchResult<A> =
  | {
      readonly found: false;
      readonly pairs: number;
      /** Pairs in which both worlds read the secret. */
      readonly pairsThatUsedTheSecret: number;
      readonly steps: number;
      /** Sum over the left worlds. */
      readonly tally: Tally;
    }
  | {
      readonly found: true;
      /** Pairs until it was found. */
      readonly pairs: number;
      readonly firstDifference: FirstDifference<A>;
      readonly secrets: SecretPair;
      /** The shortened trace, to be given to twoTrace again. */
      readonly actions: readonly A[];
      /** Actions before shortening. */
      readonly originalLength: number;
      /** For people. */
      readonly report: string;
    };

/** @throws what the worlds throw */
export async function findLeak<A>(options: SearchOptions<A>): Promise<SearchResult<A>> {
  const { makeWorld, observer, seed, numRuns, secretByteLen = 32 } = options;
  const common = { makeWorld, ...(observer && { observer }) };
  const count = new Count();
  let found: { readonly secrets: SecretPair; readonly leak: Leak<A> } | undefined;
  const property = fc.asyncProperty(secretPairs(secretByteLen), numbers, async (secrets, stream) => {
    const verdict = await twoTrace({ ...common, secrets, actions: options.strategy(new Choices(stream)) });
    count.add(verdict);
    if (!verdict.equal) found = { secrets, leak: verdict };
    return verdict.equal;
  });
  const details = await fc.check(property, { seed, numRuns, endOnFailure: true });
  if (found === undefined) {
    // Not a leak and still failed: a world threw.
    if (details.failed) throw details.errorInstance;
    return { found: false, ...count.figures };
  }
  const { secrets, leak } = found;
  const shrunk = await shrinkLeak({ ...common, secrets, actions: [] }, leak, options.simplify);
  const trace = { leak: shrunk.leak, secrets: shrunk.secrets, describe: options.describe };
  return {
    found: true,
    pairs: count.figures.pairs,
    firstDifference: shrunk.leak.firstDifference,
    secrets: shrunk.secrets,
    actions: shrunk.leak.left.map(({ action }) => action),
    originalLength: leak.left.length,
    report: `${traceText(trace)}found by seed ${seed} in pair ${count.figures.pairs}, shortened from ${leak.left.length} actions\n`,
  };
}

/** What happened in all pairs. */
class Count {
  #pairs = 0;
  #used = 0;
  #steps = 0;
  readonly #tally: Record<string, number> = {};

  add(verdict: Verdict<unknown>): void {
    this.#pairs++;
    if (!verdict.equal) return;
    this.#steps += verdict.steps;
    if (verdict.secretUsed) this.#used++;
    for (const [key, value] of Object.entries(verdict.tally)) this.#tally[key] = (this.#tally[key] ?? 0) + value;
  }

  get figures() {
    return { pairs: this.#pairs, pairsThatUsedTheSecret: this.#used, steps: this.#steps, tally: { ...this.#tally } };
  }
}

/** Small numbers, the edges of a byte, and anything. */
const interestingByte = fc.oneof(fc.constantFrom(0, 1, 2, 3, 0x7f, 0x80, 0xff), fc.nat(255));

const secret = (byteLen: number) =>
  fc.array(interestingByte, { minLength: byteLen, maxLength: byteLen }).map((bytes) => Uint8Array.from(bytes));

const secretPairs = (byteLen: number): fc.Arbitrary<SecretPair> =>
  fc.noShrink(fc.tuple(secret(byteLen), secret(byteLen)).filter(([a, b]) => a.some((byte, i) => byte !== b[i])));

const numbers = fc.noShrink(fc.infiniteStream(fc.nat(0xffff_ffff), { noHistory: true }));
