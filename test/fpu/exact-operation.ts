/**
 * The operations of F, D and Zfh by their definition, on exact numbers (exact-number.ts): special cases as IEEE 754-2008,
 * sections 6 and 7, and RISC-V Volume I, 20240411, chapters 20 to 23, state them; everything else is computed without
 * error and rounded once.
 */
import { FLAG_DZ, FLAG_NV, FLAG_NX, RDN } from "../../assembly/fpu/codes.ts";
import {
  canonicalNaNOf,
  type Datum,
  decode,
  type Finite,
  infinityOf,
  type Outcome,
  type Positive,
  roundTo,
  roundToMultiple,
  squareRoot,
  zeroOf,
} from "./exact-number.ts";
import type { FormatShape } from "./hard-operands.ts";

const plain = (bits: bigint): Outcome => ({ bits, flags: 0 });
const invalid = (shape: FormatShape): Outcome => ({ bits: canonicalNaNOf(shape), flags: FLAG_NV });
const isSignaling = (datum: Datum): boolean => datum.kind === "nan" && datum.isSignaling;
const nan = (shape: FormatShape, ...operands: Datum[]): Outcome =>
  operands.some(isSignaling) ? invalid(shape) : plain(canonicalNaNOf(shape));
const isZero = (datum: Datum): boolean => datum.kind === "number" && datum.units === 0n;
const dyadic = ({ units, exponent }: Finite): Positive => ({ numerator: units, denominator: 1n, exponent });
const signedUnits = ({ isNegative, units }: Finite): bigint => (isNegative ? -units : units);

/** The finite product as a number without limits. */
const productOf = (x: Finite, y: Finite): Finite => ({
  kind: "number",
  isNegative: x.isNegative !== y.isNegative,
  units: x.units * y.units,
  exponent: x.exponent + y.exponent,
});

function finiteSum(shape: FormatShape, x: Finite, y: Finite, rm: number): Outcome {
  const exponent = Math.min(x.exponent, y.exponent);
  const scaled = (z: Finite): bigint => signedUnits(z) << BigInt(z.exponent - exponent);
  const sum = scaled(x) + scaled(y);
  if (sum === 0n) {
    // section 6.3: the sign of a sum of zeros that agree is theirs, that of a cancelled sum is + but in RDN
    const isNegative = x.units === 0n && x.isNegative === y.isNegative ? x.isNegative : rm === RDN;
    return plain(zeroOf(shape, isNegative));
  }
  const isNegative = sum < 0n;
  return roundTo(shape, isNegative, { numerator: isNegative ? -sum : sum, denominator: 1n, exponent }, rm);
}

function sum(shape: FormatShape, x: Datum, y: Datum, rm: number): Outcome {
  if (x.kind === "nan" || y.kind === "nan") return nan(shape, x, y);
  if (x.kind === "infinity") {
    if (y.kind === "infinity" && x.isNegative !== y.isNegative) return invalid(shape);
    return plain(infinityOf(shape, x.isNegative));
  }
  if (y.kind === "infinity") return plain(infinityOf(shape, y.isNegative));
  return finiteSum(shape, x, y, rm);
}

const negated = (datum: Datum): Datum => (datum.kind === "nan" ? datum : { ...datum, isNegative: !datum.isNegative });

export function exactAdd(shape: FormatShape, a: bigint, b: bigint, rm: number): Outcome {
  return sum(shape, decode(shape, a), decode(shape, b), rm);
}

export function exactSub(shape: FormatShape, a: bigint, b: bigint, rm: number): Outcome {
  return sum(shape, decode(shape, a), negated(decode(shape, b)), rm);
}

export function exactMul(shape: FormatShape, a: bigint, b: bigint, rm: number): Outcome {
  const [x, y] = [decode(shape, a), decode(shape, b)];
  if (x.kind === "nan" || y.kind === "nan") return nan(shape, x, y);
  const isNegative = x.isNegative !== y.isNegative;
  if (x.kind === "infinity" || y.kind === "infinity")
    return isZero(x) || isZero(y) ? invalid(shape) : plain(infinityOf(shape, isNegative));
  if (isZero(x) || isZero(y)) return plain(zeroOf(shape, isNegative));
  return roundTo(shape, isNegative, dyadic(productOf(x, y)), rm);
}

export function exactDiv(shape: FormatShape, a: bigint, b: bigint, rm: number): Outcome {
  const [x, y] = [decode(shape, a), decode(shape, b)];
  if (x.kind === "nan" || y.kind === "nan") return nan(shape, x, y);
  const isNegative = x.isNegative !== y.isNegative;
  if (x.kind === "infinity") return y.kind === "infinity" ? invalid(shape) : plain(infinityOf(shape, isNegative));
  if (y.kind === "infinity") return plain(zeroOf(shape, isNegative));
  if (y.units === 0n) return x.units === 0n ? invalid(shape) : { bits: infinityOf(shape, isNegative), flags: FLAG_DZ };
  if (x.units === 0n) return plain(zeroOf(shape, isNegative));
  const quotient = { numerator: x.units, denominator: y.units, exponent: x.exponent - y.exponent };
  return roundTo(shape, isNegative, quotient, rm);
}

export function exactSqrt(shape: FormatShape, a: bigint, rm: number): Outcome {
  const x = decode(shape, a);
  if (x.kind === "nan") return nan(shape, x);
  if (isZero(x)) return plain(a);
  if (x.isNegative) return invalid(shape);
  if (x.kind === "infinity") return plain(a);
  return roundTo(shape, false, squareRoot(x, 2 * shape.fractionBits + 6), rm);
}

export function exactMulAdd(shape: FormatShape, a: bigint, b: bigint, c: bigint, rm: number): Outcome {
  const [x, y, z] = [decode(shape, a), decode(shape, b), decode(shape, c)];
  // "must set the invalid operation exception flag when the multiplicands are ∞ and zero, even when the addend is
  // a quiet NaN": Volume I, section 20.6
  if ((x.kind === "infinity" && isZero(y)) || (isZero(x) && y.kind === "infinity")) return invalid(shape);
  if (x.kind === "nan" || y.kind === "nan" || z.kind === "nan") return nan(shape, x, y, z);
  if (x.kind === "number" && y.kind === "number") {
    if (z.kind === "infinity") return plain(infinityOf(shape, z.isNegative));
    return finiteSum(shape, productOf(x, y), z, rm);
  }
  return sum(shape, { kind: "infinity", isNegative: x.isNegative !== y.isNegative }, z, rm);
}

/** The integer that a is rounded to, as rd receives it, unsigned: Volume I, section 20.7, limits and behaviour. */
export function exactToInt(shape: FormatShape, a: bigint, rm: number, isSigned: boolean, bits: 32 | 64): Outcome {
  const x = decode(shape, a);
  const [min, max] = isSigned
    ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n]
    : [0n, 2n ** BigInt(bits) - 1n];
  const extended = (value: bigint): bigint => BigInt.asUintN(64, bits === 32 ? BigInt.asIntN(32, value) : value);
  if (x.kind === "nan") return { bits: extended(max), flags: FLAG_NV };
  if (x.kind === "infinity") return { bits: extended(x.isNegative ? min : max), flags: FLAG_NV };
  if (x.units === 0n) return plain(0n);
  const { multiple, isExact } = roundToMultiple(dyadic(x), 0, x.isNegative, rm);
  const value = x.isNegative ? -multiple : multiple;
  if (value < min) return { bits: extended(min), flags: FLAG_NV };
  if (value > max) return { bits: extended(max), flags: FLAG_NV };
  return { bits: extended(value), flags: isExact ? 0 : FLAG_NX };
}

export function exactFromInt(shape: FormatShape, from: bigint, isSigned: boolean, bits: 32 | 64, rm: number): Outcome {
  const value = isSigned ? BigInt.asIntN(bits, from) : BigInt.asUintN(bits, from);
  if (value === 0n) return plain(0n);
  const numerator = value < 0n ? -value : value;
  return roundTo(shape, value < 0n, { numerator, denominator: 1n, exponent: 0 }, rm);
}

export function exactConvert(from: FormatShape, to: FormatShape, a: bigint, rm: number): Outcome {
  const x = decode(from, a);
  if (x.kind === "nan") return nan(to, x);
  if (x.kind === "infinity") return plain(infinityOf(to, x.isNegative));
  if (x.units === 0n) return plain(zeroOf(to, x.isNegative));
  return roundTo(to, x.isNegative, dyadic(x), rm);
}
