/**
 * Conversions between formats, and to and from integers. IEEE 754-2008, sections 5.4.1, 5.4.2 and 5.8; RISC-V Volume I,
 * 20240411, sections 20.7 (with the table of saturated results), 21.5 and the chapter of Zfh.
 */
import { FLAG_NV, FLAG_NX } from "./codes.ts";
import { raise } from "./flags.ts";
import { Format, nanOf } from "./format.ts";
import { round, roundsUp } from "./round.ts";
import { shiftRightSticky } from "./shift.ts";
import { exponentOf, significandOf } from "./unpack.ts";

/** Largest integers by sign of the number: for a signed type -2^(n-1) and 2^(n-1) - 1 as magnitudes, for an unsigned 0. */
function limitOf(isNegative: bool, isSigned: bool, is64: bool): u64 {
  const all: u64 = is64 ? 0xffffffffffffffff : 0xffffffff;
  if (!isSigned) return isNegative ? 0 : all;
  return (all >> 1) + (isNegative ? 1 : 0);
}

/** Magnitude with its sign, a result of 32 bits sign-extended, an unsigned one as well. */
function integerOf(magnitude: u64, isNegative: bool, is64: bool): u64 {
  const value = isNegative ? 0 - magnitude : magnitude;
  return is64 ? value : <u64>(<i64>(<i32>value));
}

/**
 * fcvt.{w,wu,l,lu}.{h,s,d}: the integer that a is rounded to. What does not fit, infinities included, is the nearest
 * limit of the type and invalid; a NaN is the largest. Invalid conversions are not inexact.
 */
export function fcvtToInt(format: u32, a: u64, rm: u32, isSigned: bool, is64: bool): u64 {
  const sign = Format.sign(format, a);
  const isNegative = sign != 0 && !Format.isNaN(format, a);
  const limit = limitOf(isNegative, isSigned, is64);
  const significand = significandOf(format, a);
  if (significand == 0) return 0;
  const exponent = exponentOf(format, a);
  // NaNs and infinities of every format but HALF, whose largest exponent field stands for 2^16
  const isTooLarge = exponent > 63 || (a & Format.infinity(format)) == Format.infinity(format);
  let magnitude: u64 = 0;
  let rest: u64 = 0;
  if (!isTooLarge) {
    // the fraction, its first digit at bit 63: one half
    if (exponent < 0) rest = shiftRightSticky(significand, -1 - exponent);
    else {
      magnitude = significand >> (63 - exponent);
      rest = exponent == 63 ? 0 : significand << (exponent + 1);
    }
    // never a carry out of 64 bits: a number with a fraction has at most 53 bits before it
    if (roundsUp((magnitude & 1) != 0, rest, 0x8000000000000000, sign, rm)) magnitude++;
  }
  if (isTooLarge || magnitude > limit) {
    raise(FLAG_NV);
    return integerOf(limit, isNegative, is64);
  }
  if (rest != 0) raise(FLAG_NX);
  return integerOf(magnitude, isNegative, is64);
}

/** fcvt.{h,s,d}.{w,wu,l,lu}: of a type of 32 bits the low half of `value` counts. */
export function fcvtFromInt(format: u32, value: u64, isSigned: bool, is64: bool, rm: u32): u64 {
  if (!is64) value = isSigned ? <u64>(<i64>(<i32>value)) : value & 0xffffffff;
  if (value == 0) return 0;
  const isNegative = isSigned && <i64>value < 0;
  const magnitude = isNegative ? 0 - value : value;
  const shift = <i32>clz(magnitude);
  return round(format, isNegative ? 1 : 0, 63 - shift, magnitude << shift, rm);
}

/** fcvt.{h,s,d}.{h,s,d}: from one format to another. */
export function fcvt(from: u32, to: u32, a: u64, rm: u32): u64 {
  if (Format.isNaN(from, a)) {
    nanOf(from, a, a);
    return Format.canonicalNaN(to);
  }
  const sign = Format.sign(from, a);
  if (Format.isInfinite(from, a)) return Format.signed(to, sign, Format.infinity(to));
  const significand = significandOf(from, a);
  return significand == 0 ? Format.signed(to, sign, 0) : round(to, sign, exponentOf(from, a), significand, rm);
}
