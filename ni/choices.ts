/**
 * A stream of choices: the randomness of a strategy. It comes from fast-check, so a seed names it, and both worlds of a
 * pair are driven by one.
 */
export class Choices {
  readonly #numbers: Iterator<number>;

  /** @param numbers 0 to 2^32 - 1; 0 when they run out */
  constructor(numbers: Iterable<number>) {
    this.#numbers = numbers[Symbol.iterator]();
  }

  /** @returns an integer from 0 to bound - 1 */
  below(bound: number): number {
    const { value, done } = this.#numbers.next();
    return done ? 0 : value % bound;
  }

  /** @param list not empty */
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** One of the values, as often as its weight says. */
  weighted<T>(options: readonly (readonly [weight: number, value: T])[]): T {
    let at = this.below(options.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, value] of options) {
      if (at < weight) return value;
      at -= weight;
    }
    throw new RangeError("nothing to choose from");
  }
}
