/**
 * Conversions of singles and doubles by the host's, where result and flags are provably those of the soft-float
 * (convert.ts); everything else goes there. Most show by themselves whether they are exact, so NX need not stand.
 */
import { DOUBLE, FLAG_NX, RDN, RNE, RTZ, RUP, SINGLE } from "./codes.ts";
import { fcvt, fcvtFromInt, fcvtToInt } from "./convert.ts";
import { countSlow, isInexactRaised, raise } from "./flags.ts";

/** The smallest normal single. */
const MIN_NORMAL: f32 = 1.1754943508222875e-38;

class Rounded {
  /** x as an integer, a NaN for RMM, which Wasm does not have. */
  @inline static integer(x: f64, rm: u32): f64 {
    if (rm == RTZ) return trunc<f64>(x);
    if (rm == RNE) return nearest<f64>(x);
    if (rm == RDN) return floor<f64>(x);
    return rm == RUP ? ceil<f64>(x) : NaN;
  }
}

/**
 * fcvt.{w,wu,l,lu}.{s,d}. A single is exact as a double, and rounding to an integer is one of Wasm's instructions in
 * four of the five modes. Within the limits of the type the integer is the result, inexact if it is not x. Both limits
 * are exact doubles; of an unsigned 64-bit type only the lower half is done here.
 */
export function toInt(format: u32, a: u64, rm: u32, isSigned: bool, is64: bool): u64 {
  const x = format == DOUBLE ? reinterpret<f64>(a) : <f64>reinterpret<f32>(<u32>a);
  const integer = Rounded.integer(x, rm);
  const upper: f64 = is64 ? 9.223372036854776e18 : isSigned ? 2147483648 : 4294967296;
  const lower: f64 = isSigned ? -upper : 0;
  if (!(integer >= lower && integer < upper)) {
    countSlow();
    return fcvtToInt(format, a, rm, isSigned, is64);
  }
  if (integer != x) raise(FLAG_NX);
  const value = <i64>integer;
  return is64 ? value : <u64>(<i64>(<i32>value));
}

/**
 * fcvt.{s,d}.{w,wu,l,lu}. An integer of no more digits than the significand is exact in any rounding mode; others are
 * rounded as the host does, to nearest, and neither overflow nor underflow.
 */
export function fromInt(format: u32, value: u64, isSigned: bool, is64: bool, rm: u32): u64 {
  const integer = <i64>(is64 ? value : isSigned ? <u64>(<i64>(<i32>value)) : value & 0xffffffff);
  const limit: u64 = format == DOUBLE ? 0x20000000000000 : 0x1000000;
  // -limit <= integer <= limit in one comparison; an unsigned integer from 2^63 on seems negative
  const isExact = <u64>integer + limit <= 2 * limit && (isSigned || integer >= 0);
  const isCertain = isExact || (rm == RNE && isInexactRaised() && (isSigned || integer >= 0));
  if (!isCertain) {
    countSlow();
    return fcvtFromInt(format, value, isSigned, is64, rm);
  }
  return format == DOUBLE ? reinterpret<u64>(<f64>integer) : <u64>reinterpret<u32>(<f32>integer);
}

/**
 * fcvt.s.d. Finite and unchanged by the way back: exact in any rounding mode, without flags. Otherwise as a result of
 * arithmetic (fast-double.ts).
 */
export function singleOf(a: u64, rm: u32): u64 {
  const x = reinterpret<f64>(a);
  const result = <f32>x;
  const isExact = <f64>result == x;
  const isNormal = rm == RNE && abs(result) > MIN_NORMAL && isInexactRaised();
  if (abs(result) < Infinity && (isExact || isNormal)) return reinterpret<u32>(result);
  countSlow();
  return fcvt(DOUBLE, SINGLE, a, rm);
}

/** fcvt.d.s: every single is a double; only a NaN is more than that. */
export function doubleOf(a: u64, rm: u32): u64 {
  const x = <f64>reinterpret<f32>(<u32>a);
  if (abs(x) <= Infinity) return reinterpret<u64>(x);
  countSlow();
  return fcvt(SINGLE, DOUBLE, a, rm);
}
