/**
 * Double-precision arithmetic by the host's, where result and flags are provably those of the soft-float; everything
 * else goes there. Wasm rounds to nearest, ties to even, and tells no flags (WebAssembly Core 1.0, section 4.3.3). So
 * the rounding mode has to be RNE, and no flag may be in question:
 *
 * - NV, DZ, OF: the result is finite, which it is not for a NaN, an infinity or a zero divisor. Comparisons with a NaN
 *   are false, so the conditions below fail for it.
 * - UF: the result is above the smallest normal number. At that number itself the exact one may be below it and, with an
 *   exponent without limits, be rounded to less. Sums need no such test: one that small is exact.
 * - NX: it stands already, as after a program's first inexact operation until somebody clears it; or the operation is
 *   seen to be exact.
 *
 * Measured in a loop over doubles of all sizes: 1 to 2 ns an operation and 12 ns a fused one, where the soft-float takes
 * 20 to 80. Twins: test/fpu/fast-twin.test.ts.
 */
import { fadd, fsub } from "./add.ts";
import { DOUBLE, RNE } from "./codes.ts";
import { feq, fle, flt } from "./compare.ts";
import { fdiv } from "./divide.ts";
import { ErrorOf } from "./error-free.ts";
import { countSlow, isInexactRaised } from "./flags.ts";
import { fmadd } from "./fused.ts";
import { fmul } from "./multiply.ts";
import { fsqrt } from "./square-root.ts";

/** The smallest normal number. */
const MIN_NORMAL: f64 = 2.2250738585072014e-308;
/** 2^300 and 2^-300: between them factors are multiplied and split without a digit falling off either end. */
const FACTOR_MAX: f64 = 2.037035976334486e90;
const FACTOR_MIN: f64 = 4.909093465297727e-91;
/** 2^600 and 2^-600. */
const ADDEND_MAX: f64 = 4.149515568880993e180;
const ADDEND_MIN: f64 = 2.409919865102884e-181;
/** 1 + 2^-50 and 1 - 2^-50. */
const SLIGHTLY_MORE: f64 = 1.0000000000000009;
const SLIGHTLY_LESS: f64 = 0.9999999999999991;

class Certain {
  /** A sum without flags, or only with NX, which stands. */
  @inline static sum(x: f64, y: f64, sum: f64): bool {
    return abs(sum) < Infinity && (isInexactRaised() || ErrorOf.sum(x, y, sum) == 0);
  }

  /** Only NX is unknown. */
  @inline static normal(result: f64): bool {
    return abs(result) > MIN_NORMAL && abs(result) < Infinity;
  }

  @inline static product(x: f64, y: f64, product: f64): bool {
    if (!Certain.normal(product)) return false;
    return isInexactRaised() || (Certain.factor(x) && Certain.factor(y) && ErrorOf.product(x, y, product) == 0);
  }

  /** Whether all digits of such factors and of their product lie within the range of normal numbers. */
  @inline static factor(x: f64): bool {
    return abs(x) < FACTOR_MAX && abs(x) > FACTOR_MIN;
  }

  @inline static addend(x: f64): bool {
    return abs(x) < ADDEND_MAX && (abs(x) > ADDEND_MIN || x == 0);
  }
}

/** a + b. */
export function add64(a: u64, b: u64, rm: u32): u64 {
  const x = reinterpret<f64>(a);
  const y = reinterpret<f64>(b);
  const sum = x + y;
  if (rm == RNE && Certain.sum(x, y, sum)) return reinterpret<u64>(sum);
  countSlow();
  return fadd(DOUBLE, a, b, rm);
}

/** a - b. */
export function sub64(a: u64, b: u64, rm: u32): u64 {
  const x = reinterpret<f64>(a);
  const y = -reinterpret<f64>(b);
  const sum = x + y;
  if (rm == RNE && Certain.sum(x, y, sum)) return reinterpret<u64>(sum);
  countSlow();
  return fsub(DOUBLE, a, b, rm);
}

/** a * b. */
export function mul64(a: u64, b: u64, rm: u32): u64 {
  const x = reinterpret<f64>(a);
  const y = reinterpret<f64>(b);
  const product = x * y;
  if (rm == RNE && Certain.product(x, y, product)) return reinterpret<u64>(product);
  countSlow();
  return fmul(DOUBLE, a, b, rm);
}

/** a / b. */
export function div64(a: u64, b: u64, rm: u32): u64 {
  const quotient = reinterpret<f64>(a) / reinterpret<f64>(b);
  if (rm == RNE && isInexactRaised() && Certain.normal(quotient)) return reinterpret<u64>(quotient);
  countSlow();
  return fdiv(DOUBLE, a, b, rm);
}

/** The square root of a. */
export function sqrt64(a: u64, rm: u32): u64 {
  const root = sqrt<f64>(reinterpret<f64>(a));
  if (rm == RNE && isInexactRaised() && Certain.normal(root)) return reinterpret<u64>(root);
  countSlow();
  return fsqrt(DOUBLE, a, rm);
}

/**
 * a * b + c, rounded once.
 *
 * The exact result is sum + error, where sum is the rounded product plus c, rounded, and error is what the two roundings
 * took away: two doubles, each exact within the limits of `factor` and `addend`, for all digits are multiples of 2^-704
 * then and nothing exceeds 2^602. `rest`, those two added, is off by 2^-53 of itself, so the exact error lies between
 * rest * (1 - 2^-50) and rest * (1 + 2^-50). Rounding is monotonic: where sum plus the one and sum plus the other are
 * rounded to the same number, the exact result is as well (Ziv 1991). That fails for ties and next to them, and where
 * everything cancels.
 */
export function fma64(a: u64, b: u64, c: u64, rm: u32): u64 {
  const x = reinterpret<f64>(a);
  const y = reinterpret<f64>(b);
  const z = reinterpret<f64>(c);
  if (rm == RNE && Certain.factor(x) && Certain.factor(y) && Certain.addend(z)) {
    const product = x * y;
    const sum = product + z;
    const rest = ErrorOf.sum(product, z, sum) + ErrorOf.product(x, y, product);
    const result = sum + rest * SLIGHTLY_MORE;
    if (result == sum + rest * SLIGHTLY_LESS && (isInexactRaised() || rest == 0)) return reinterpret<u64>(result);
  }
  countSlow();
  return fmadd(DOUBLE, a, b, c, rm);
}

/** a == b. Of <, == and > none holds between a NaN and anything; both zeros are one. */
export function eq64(a: u64, b: u64): u64 {
  const x = reinterpret<f64>(a);
  const y = reinterpret<f64>(b);
  if (x == y) return 1;
  if (x < y || x > y) return 0;
  countSlow();
  return feq(DOUBLE, a, b);
}

/** a < b. */
export function lt64(a: u64, b: u64): u64 {
  const x = reinterpret<f64>(a);
  const y = reinterpret<f64>(b);
  if (x < y) return 1;
  if (x >= y) return 0;
  countSlow();
  return flt(DOUBLE, a, b);
}

/** a <= b. */
export function le64(a: u64, b: u64): u64 {
  const x = reinterpret<f64>(a);
  const y = reinterpret<f64>(b);
  if (x <= y) return 1;
  if (x > y) return 0;
  countSlow();
  return fle(DOUBLE, a, b);
}
