/** Reproducible choices for generated programs. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A 32-bit word (mulberry32). */
  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** min to max, both included. */
  between(min: number, max: number): number {
    return min + (this.word() % (max - min + 1));
  }

  pick<T>(from: readonly T[]): T {
    return from[this.word() % from.length] as T;
  }

  chance(oneIn: number): boolean {
    return this.word() % oneIn === 0;
  }

  /** A 64-bit value, often one that arithmetic finds hard. */
  value(): bigint {
    const hard = [0n, 1n, -1n, 2n, 1n << 31n, -(1n << 31n), (1n << 31n) - 1n, 1n << 63n, (1n << 63n) - 1n, 0xffffffffn];
    if (this.chance(3)) return BigInt.asIntN(64, this.pick(hard));
    const wide = (BigInt(this.word()) << 32n) | BigInt(this.word());
    return BigInt.asIntN(64, wide >> BigInt(this.between(0, 63)));
  }
}
