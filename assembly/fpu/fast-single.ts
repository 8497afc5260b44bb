/**
 * Single-precision arithmetic by the host's, under the conditions of fast-double.ts, with the same reasons. Products
 * of singles have 48 digits and are exact as doubles. Singles come in the low 32 bits; what stands above is ignored.
 */
import { fadd, fsub } from "./add.ts";
import { RNE, SINGLE } from "./codes.ts";
import { feq, fle, flt } from "./compare.ts";
import { fdiv } from "./divide.ts";
import { ErrorOf } from "./error-free.ts";
import { countSlow, isInexactRaised } from "./flags.ts";
import { fmadd } from "./fused.ts";
import { fmul } from "./multiply.ts";
import { fsqrt } from "./square-root.ts";

/** The smallest normal number. */
const MIN_NORMAL: f32 = 1.1754943508222875e-38;

class Single {
  @inline static of(a: u64): f32 {
    return reinterpret<f32>(<u32>a);
  }

  @inline static bits(x: f32): u64 {
    return reinterpret<u32>(x);
  }

  /**
   * A sum without flags, or only with NX, which stands. The difference to the larger operand is exact even as a single
   * (Dekker 1971), so both are what they should be only if the sum is exact.
   */
  @inline static isCertainSum(x: f32, y: f32, sum: f32): bool {
    if (!(abs(sum) < Infinity)) return false;
    return isInexactRaised() || (<f64>sum - <f64>x == <f64>y && <f64>sum - <f64>y == <f64>x);
  }

  /** Only NX is unknown. */
  @inline static isNormal(result: f32): bool {
    return abs(result) > MIN_NORMAL && abs(result) < Infinity;
  }
}

/** a + b. */
export function add32(a: u64, b: u64, rm: u32): u64 {
  const x = Single.of(a);
  const y = Single.of(b);
  const sum = x + y;
  if (rm == RNE && Single.isCertainSum(x, y, sum)) return Single.bits(sum);
  countSlow();
  return fadd(SINGLE, a, b, rm);
}

/** a - b. */
export function sub32(a: u64, b: u64, rm: u32): u64 {
  const x = Single.of(a);
  const y = -Single.of(b);
  const sum = x + y;
  if (rm == RNE && Single.isCertainSum(x, y, sum)) return Single.bits(sum);
  countSlow();
  return fsub(SINGLE, a, b, rm);
}

/** a * b: exact as a double; so is the single if it is the same number. */
export function mul32(a: u64, b: u64, rm: u32): u64 {
  const product = <f64>Single.of(a) * <f64>Single.of(b);
  const result = <f32>product;
  if (rm == RNE && Single.isNormal(result) && (isInexactRaised() || <f64>result == product)) return Single.bits(result);
  countSlow();
  return fmul(SINGLE, a, b, rm);
}

/** a / b. */
export function div32(a: u64, b: u64, rm: u32): u64 {
  const quotient = Single.of(a) / Single.of(b);
  if (rm == RNE && isInexactRaised() && Single.isNormal(quotient)) return Single.bits(quotient);
  countSlow();
  return fdiv(SINGLE, a, b, rm);
}

/** The square root of a. */
export function sqrt32(a: u64, rm: u32): u64 {
  const root = sqrt<f32>(Single.of(a));
  if (rm == RNE && isInexactRaised() && Single.isNormal(root)) return Single.bits(root);
  countSlow();
  return fsqrt(SINGLE, a, rm);
}

/**
 * a * b + c, rounded once. The product is exact as a double, and its sum with a single stays within their range. What
 * the sum's rounding took away is at most half of its last digit and can change the
 * rounding to a single only where the double is a tie: where of the 29 digits that a normal single drops only the first
 * is set.
 */
export function fma32(a: u64, b: u64, c: u64, rm: u32): u64 {
  const product = <f64>Single.of(a) * <f64>Single.of(b);
  const addend = <f64>Single.of(c);
  const sum = product + addend;
  const result = <f32>sum;
  const isTie = (reinterpret<u64>(sum) & 0x1fffffff) == 0x10000000;
  if (rm == RNE && !isTie && Single.isNormal(result)) {
    const isExact = <f64>result == sum && ErrorOf.sum(product, addend, sum) == 0;
    if (isInexactRaised() || isExact) return Single.bits(result);
  }
  countSlow();
  return fmadd(SINGLE, a, b, c, rm);
}

/** a == b. Of <, == and > none holds between a NaN and anything; both zeros are one. */
export function eq32(a: u64, b: u64): u64 {
  const x = Single.of(a);
  const y = Single.of(b);
  if (x == y) return 1;
  if (x < y || x > y) return 0;
  countSlow();
  return feq(SINGLE, a, b);
}

/** a < b. */
export function lt32(a: u64, b: u64): u64 {
  const x = Single.of(a);
  const y = Single.of(b);
  if (x < y) return 1;
  if (x >= y) return 0;
  countSlow();
  return flt(SINGLE, a, b);
}

/** a <= b. */
export function le32(a: u64, b: u64): u64 {
  const x = Single.of(a);
  const y = Single.of(b);
  if (x <= y) return 1;
  if (x > y) return 0;
  countSlow();
  return fle(SINGLE, a, b);
}
