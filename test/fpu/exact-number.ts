/**
 * Floating-point numbers as what they are, rational numbers, and rounding as IEEE 754-2008 defines it: the result is the
 * number of the format that the rounding direction names among the two neighbours of the exact one. Built on BigInt
 * division, without any of the soft-float's ideas (no aligned significands, no sticky bits), and slow.
 */
import { FLAG_NX, FLAG_OF, FLAG_UF, RDN, RMM, RNE, RTZ } from "../../assembly/fpu/codes.ts";
import type { FormatShape } from "./hard-operands.ts";

/** What a bit pattern means: a NaN, an infinity, or (-1)^isNegative * units * 2^exponent. */
export type Datum =
  | { readonly kind: "nan"; readonly isSignaling: boolean }
  | { readonly kind: "infinity"; readonly isNegative: boolean }
  | { readonly kind: "number"; readonly isNegative: boolean; readonly units: bigint; readonly exponent: number };
export type Finite = Extract<Datum, { kind: "number" }>;

/** numerator / denominator * 2^exponent, above zero. */
export interface Positive {
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly exponent: number;
}

/** A bit pattern or an integer of 64 bits, unsigned, and the exceptions that were raised. */
export interface Outcome {
  readonly bits: bigint;
  readonly flags: number;
}

const biasOf = ({ exponentBits }: FormatShape): number => 2 ** (exponentBits - 1) - 1;
/** Exponent of the smallest number above zero, of which all others are multiples. */
const quantumOf = (shape: FormatShape): number => 1 - biasOf(shape) - shape.fractionBits;

export function decode(shape: FormatShape, bits: bigint): Datum {
  const { width, fractionBits, exponentBits } = shape;
  const fraction = BigInt.asUintN(fractionBits, bits);
  const field = Number(BigInt.asUintN(exponentBits, bits >> BigInt(fractionBits)));
  const isNegative = ((bits >> BigInt(width - 1)) & 1n) === 1n;
  if (field === 2 ** exponentBits - 1) {
    if (fraction === 0n) return { kind: "infinity", isNegative };
    return { kind: "nan", isSignaling: fraction >> BigInt(fractionBits - 1) === 0n };
  }
  if (field === 0) return { kind: "number", isNegative, units: fraction, exponent: quantumOf(shape) };
  const units = fraction + (1n << BigInt(fractionBits));
  return { kind: "number", isNegative, units, exponent: quantumOf(shape) + field - 1 };
}

const withSign = ({ width }: FormatShape, isNegative: boolean, magnitude: bigint): bigint =>
  isNegative ? magnitude + (1n << BigInt(width - 1)) : magnitude;

export const infinityOf = (shape: FormatShape, isNegative: boolean): bigint =>
  withSign(shape, isNegative, (2n ** BigInt(shape.exponentBits) - 1n) << BigInt(shape.fractionBits));
export const zeroOf = (shape: FormatShape, isNegative: boolean): bigint => withSign(shape, isNegative, 0n);
/** Positive, quiet, and nothing else set: RISC-V Volume I, 20240411, section 20.3. */
export const canonicalNaNOf = (shape: FormatShape): bigint =>
  infinityOf(shape, false) + (1n << BigInt(shape.fractionBits - 1));

/** units * 2^quantum, where that is a number of the format. */
function encode(shape: FormatShape, isNegative: boolean, units: bigint, quantum: number): bigint {
  const hidden = 1n << BigInt(shape.fractionBits);
  if (units === 2n * hidden) return encode(shape, isNegative, hidden, quantum + 1);
  if (units < hidden) return withSign(shape, isNegative, units);
  const field = BigInt(quantum - quantumOf(shape) + 1);
  return withSign(shape, isNegative, (field << BigInt(shape.fractionBits)) + units - hidden);
}

/** Binary digits of x. */
function lengthOf(x: bigint): number {
  const digits = x.toString(16);
  return 4 * digits.length - Math.clz32(Number.parseInt(digits[0]!, 16)) + 28;
}

/** The integer that x / 2^quantum is rounded to. */
export function roundToMultiple(
  { numerator, denominator, exponent }: Positive,
  quantum: number,
  isNegative: boolean,
  rm: number,
): { readonly multiple: bigint; readonly isExact: boolean } {
  const shift = BigInt(exponent - quantum);
  const dividend = shift > 0n ? numerator << shift : numerator;
  const divisor = shift < 0n ? denominator << -shift : denominator;
  const below = dividend / divisor;
  const rest = dividend - below * divisor;
  if (rest === 0n) return { multiple: below, isExact: true };
  const toTie = 2n * rest - divisor;
  const goesUp =
    rm === RTZ
      ? false
      : rm === RNE
        ? toTie > 0n || (toTie === 0n && below % 2n === 1n)
        : rm === RMM
          ? toTie >= 0n
          : isNegative === (rm === RDN);
  return { multiple: goesUp ? below + 1n : below, isExact: false };
}

/** floor(log2(x)). */
function magnitudeOf(x: Positive): number {
  const estimate = lengthOf(x.numerator) - lengthOf(x.denominator);
  // numerator / denominator lies above 2^(estimate - 1) and below 2^(estimate + 1)
  const isBelow =
    estimate >= 0 ? x.numerator < x.denominator << BigInt(estimate) : x.numerator << BigInt(-estimate) < x.denominator;
  return estimate - (isBelow ? 1 : 0) + x.exponent;
}

/** The number of the format that stands for an exact result. Tininess is detected after rounding. */
export function roundTo(shape: FormatShape, isNegative: boolean, x: Positive, rm: number): Outcome {
  const smallest = quantumOf(shape);
  // "as though the exponent range were unbounded": sections 7.4 and 7.5
  const unbounded = magnitudeOf(x) - shape.fractionBits;
  const free = roundToMultiple(x, unbounded, isNegative, rm);
  const hidden = 1n << BigInt(shape.fractionBits);
  const freeMagnitude = unbounded + shape.fractionBits + (free.multiple === 2n * hidden ? 1 : 0);
  if (freeMagnitude > biasOf(shape)) {
    const staysFinite = rm === RTZ || (rm !== RNE && rm !== RMM && isNegative !== (rm === RDN));
    const largest = infinityOf(shape, isNegative) - 1n;
    return { bits: staysFinite ? largest : infinityOf(shape, isNegative), flags: FLAG_OF | FLAG_NX };
  }
  if (unbounded >= smallest)
    return { bits: encode(shape, isNegative, free.multiple, unbounded), flags: free.isExact ? 0 : FLAG_NX };
  const { multiple, isExact } = roundToMultiple(x, smallest, isNegative, rm);
  const isTiny = freeMagnitude < 1 - biasOf(shape);
  const flags = isExact ? 0 : isTiny ? FLAG_NX | FLAG_UF : FLAG_NX;
  return { bits: encode(shape, isNegative, multiple, smallest), flags };
}

/**
 * A number that every rounding takes for the square root of x: the root itself if it is a multiple of 2^-`digits` of
 * its size, otherwise the middle between two such multiples. No root of a number of p digits is a tie or closer to one
 * than 2^-(2p + 2) of its size without being it.
 */
export function squareRoot({ units, exponent }: Finite, digits: number): Positive {
  const shift = 2 * digits + (Math.abs(exponent) % 2);
  const square = units << BigInt(shift);
  const root = integerRoot(square);
  const isExact = root * root === square;
  return { numerator: 2n * root + (isExact ? 0n : 1n), denominator: 2n, exponent: (exponent - shift) / 2 };
}

/** floor(sqrt(x)) by Newton's iteration from above. */
function integerRoot(x: bigint): bigint {
  let root = 1n << BigInt((lengthOf(x) + 1) >> 1);
  while (true) {
    const next = (root + x / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
