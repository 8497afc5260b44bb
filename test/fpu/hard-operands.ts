/**
 * Operands on which arithmetic goes wrong: the ends of every range, one bit away from a tie, long runs of ones and
 * zeros, and pairs that cancel, barely touch, or meet at the ends of the exponent range.
 */
import type { Random } from "../../zoo/scene/random.ts";

/** A binary interchange format by its number in assembly/fpu/codes.ts. */
export interface FormatShape {
  readonly width: number;
  readonly fractionBits: number;
  readonly exponentBits: number;
}

export const SHAPES: readonly FormatShape[] = [
  { width: 16, fractionBits: 10, exponentBits: 5 },
  { width: 32, fractionBits: 23, exponentBits: 8 },
  { width: 64, fractionBits: 52, exponentBits: 11 },
];

const mask = (bits: number): bigint => (1n << BigInt(bits)) - 1n;

/** `bits` random bits. */
export function randomBits(random: Random, bits: number): bigint {
  const value = (BigInt(random.word()) << 32n) | BigInt(random.word());
  return value & mask(bits);
}

/** The numbers that a textbook would list, each with both signs: some sixty. */
export function landmarks({ width, fractionBits, exponentBits }: FormatShape): bigint[] {
  const field = (value: bigint): bigint => value << BigInt(fractionBits);
  const bias = mask(exponentBits - 1);
  const infinity = field(mask(exponentBits));
  const one = field(bias);
  const quiet = 1n << BigInt(fractionBits - 1);
  const positive = [
    0n,
    1n,
    2n,
    quiet - 1n,
    quiet,
    quiet + 1n,
    // around the smallest normal number, and twice and half of it
    ...[field(1n), field(2n)].flatMap((at) => [at - 2n, at - 1n, at, at + 1n]),
    ...[one, field(bias + 1n), field(bias - 1n)].flatMap((at) => [at - 1n, at, at + 1n]),
    one | quiet,
    one | (quiet + 1n),
    one | mask(fractionBits),
    // where integers end to have fractions, and to be exact
    field(bias + BigInt(fractionBits)),
    field(bias + BigInt(fractionBits)) + 1n,
    field(bias + BigInt(fractionBits) - 1n) + 1n,
    infinity - field(1n),
    infinity - 2n,
    infinity - 1n,
    infinity,
    infinity + 1n,
    infinity | (quiet - 1n),
    infinity | quiet,
    infinity | quiet | 1n,
    infinity | mask(fractionBits),
  ];
  return positive.flatMap((value) => [value, value | (1n << BigInt(width - 1))]);
}

/** A fraction of `bits` bits: random, or runs of ones and zeros, or few ones. */
function fraction(random: Random, bits: number): bigint {
  const at = (): bigint => BigInt(random.between(0, bits));
  switch (random.between(0, 5)) {
    case 0:
      return 0n;
    case 1:
      return (mask(bits) << at()) & mask(bits);
    case 2:
      return mask(bits) >> at();
    case 3:
      return ((1n << at()) | (1n << at()) | (1n << at())) & mask(bits);
    case 4:
      return (mask(bits) ^ (1n << at())) & mask(bits);
    default:
      return randomBits(random, bits);
  }
}

/** Operands of one format, and operands that suit those that are already chosen. */
export class HardOperands {
  readonly #shape: FormatShape;
  readonly #random: Random;
  readonly #landmarks: readonly bigint[];

  constructor(shape: FormatShape, random: Random) {
    this.#shape = shape;
    this.#random = random;
    this.#landmarks = landmarks(shape);
  }

  /** Any number, infinity or NaN. */
  any(): bigint {
    const { width, fractionBits, exponentBits } = this.#shape;
    const random = this.#random;
    switch (random.between(0, 5)) {
      case 0:
        return random.pick(this.#landmarks);
      case 1:
        // zeros of both signs on every tenth draw or so
        if (random.chance(2)) return this.#compose(random.between(0, 1), 0, 0n);
        return this.#compose(random.between(0, 1), this.#endOfRange(), fraction(random, fractionBits));
      case 2:
      case 3:
        return this.#compose(random.between(0, 1), this.#nearOne(), fraction(random, fractionBits));
      case 4:
        return randomBits(random, width);
      default:
        return this.#compose(
          random.between(0, 1),
          random.between(0, 2 ** exponentBits - 1),
          fraction(random, fractionBits),
        );
    }
  }

  /** A number that is likely to cancel, to be added a digit away, or to take the result to the end of the range. */
  beside(other: bigint): bigint {
    const { width, fractionBits, exponentBits } = this.#shape;
    const random = this.#random;
    const sign = random.between(0, 1);
    const exponent = Number((other >> BigInt(fractionBits)) & mask(exponentBits));
    const bias = 2 ** (exponentBits - 1) - 1;
    switch (random.between(0, 5)) {
      case 0:
        return BigInt.asUintN(width, (other ^ (BigInt(sign) << BigInt(width - 1))) + BigInt(random.between(-2, 2)));
      case 1: {
        const distance = random.pick([
          0,
          1,
          2,
          fractionBits - 1,
          fractionBits,
          fractionBits + 1,
          fractionBits + 2,
          fractionBits + 3,
        ]);
        return this.#compose(sign, exponent + random.pick([-1, 1]) * distance, fraction(random, fractionBits));
      }
      case 2: {
        // products and quotients at the ends of the range, and around the smallest subnormal number
        const target =
          random.pick([0, 1, 2, -fractionBits, -fractionBits - 1, 2 * bias, 2 * bias + 1]) + random.between(-1, 1);
        const partner = random.between(0, 1) === 0 ? target - exponent + bias : exponent - target + bias;
        return this.#compose(sign, partner, fraction(random, fractionBits));
      }
      default:
        return this.any();
    }
  }

  #compose(sign: number, exponent: number, bits: bigint): bigint {
    const { width, fractionBits, exponentBits } = this.#shape;
    const field = Math.min(Math.max(exponent, 0), 2 ** exponentBits - 1);
    return (BigInt(sign) << BigInt(width - 1)) | (BigInt(field) << BigInt(fractionBits)) | bits;
  }

  #endOfRange(): number {
    const past = this.#random.between(0, 3);
    return this.#random.between(0, 1) === 0 ? past : 2 ** this.#shape.exponentBits - 1 - past;
  }

  /** Up to the numbers that integers of 64 bits reach. */
  #nearOne(): number {
    return 2 ** (this.#shape.exponentBits - 1) - 1 + this.#random.between(-3, 66);
  }
}

/** An integer of 64 bits, unsigned: of any length, next to powers of two, or a few bits and a tie behind them. */
export function hardInteger(random: Random): bigint {
  const power = 1n << BigInt(random.between(0, 63));
  switch (random.between(0, 3)) {
    case 0:
      return BigInt.asUintN(64, power + BigInt(random.between(-2, 2)));
    case 1:
      return BigInt.asUintN(64, -power + BigInt(random.between(-2, 2)));
    case 2:
      return (fraction(random, 64) >> BigInt(random.between(0, 63))) & mask(64);
    default:
      return BigInt.asUintN(64, BigInt(random.word()) * power + (power >> 1n) + BigInt(random.between(-1, 1)));
  }
}
