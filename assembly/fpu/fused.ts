/**
 * Fused multiply-add: a * b + c with one rounding. IEEE 754-2008, section 5.4.1; RISC-V Volume I, 20240411, section 20.6.
 *
 * The other three forms are this one with signs of operands changed, which is exact, zeros included, because the manual
 * defines them so: FMSUB changes c, FNMSUB changes a, FNMADD changes a and c (the product is
 * negated, then rs3 added or subtracted). The sign of a NaN has no meaning.
 */
import { mulhu } from "../alu.ts";
import { FLAG_NV } from "./codes.ts";
import { raise } from "./flags.ts";
import { Format, invalid, nanOf } from "./format.ts";
import { cancelled, round } from "./round.ts";
import { shiftedHigh, shiftedLowSticky } from "./shift.ts";
import { exponentOf, significandOf } from "./unpack.ts";

/** high:low / 2^127 * 2^exponent, rounded; high:low is not zero. */
function roundWide(format: u32, sign: u32, exponent: i32, high: u64, low: u64, rm: u32): u64 {
  if (high == 0) {
    high = low;
    low = 0;
    exponent -= 64;
  }
  const shift = <i32>clz(high);
  if (shift != 0) high = (high << shift) | (low >> (64 - shift));
  return round(format, sign, exponent - shift, high | (low << shift != 0 ? 1 : 0), rm);
}

/** No operand is zero, infinite or a NaN. The product is exact in 128 bits, of which the lowest 22 are zero. */
function productPlus(format: u32, a: u64, b: u64, c: u64, rm: u32): u64 {
  const x = significandOf(format, a);
  const y = significandOf(format, b);
  let low = x * y;
  let high = <u64>mulhu(x, y);
  const sign = Format.sign(format, a ^ b);
  // as 0.1... or 0.01..., with a bit of room for the carry, in both addends
  low = (low >> 1) | (high << 63);
  high >>= 1;
  let exponent = exponentOf(format, a) + exponentOf(format, b) + 2;
  let addendHigh = significandOf(format, c) >> 1;
  let addendLow: u64 = 0;
  const distance = exponent - exponentOf(format, c) - 1;
  if (distance >= 0) {
    addendLow = shiftedLowSticky(addendHigh, 0, distance);
    addendHigh = shiftedHigh(addendHigh, distance);
  } else {
    low = shiftedLowSticky(high, low, -distance);
    high = shiftedHigh(high, -distance);
    exponent -= distance;
  }
  if (sign == Format.sign(format, c)) {
    const sum = low + addendLow;
    return roundWide(format, sign, exponent, high + addendHigh + (sum < low ? 1 : 0), sum, rm);
  }
  // many leading bits are lost only if the distance is small, and then nothing was shifted out: there are 21 zeros
  // below the product and 74 below the addend
  if (high > addendHigh || (high == addendHigh && low > addendLow))
    return roundWide(format, sign, exponent, high - addendHigh - (low < addendLow ? 1 : 0), low - addendLow, rm);
  if (high == addendHigh && low == addendLow) return cancelled(format, rm);
  const difference = addendHigh - high - (addendLow < low ? 1 : 0);
  return roundWide(format, sign ^ 1, exponent, difference, addendLow - low, rm);
}

/** The product has no rounding of its own: with c zero it is the whole result. */
function product(format: u32, a: u64, b: u64, rm: u32): u64 {
  const x = significandOf(format, a);
  const y = significandOf(format, b);
  const exponent = exponentOf(format, a) + exponentOf(format, b) + 1;
  return roundWide(format, Format.sign(format, a ^ b), exponent, mulhu(x, y), x * y, rm);
}

/** a * b + c, rounded once. */
export function fmadd(format: u32, a: u64, b: u64, c: u64, rm: u32): u64 {
  const sign = Format.sign(format, a ^ b);
  const isZero = Format.magnitude(format, a) == 0 || Format.magnitude(format, b) == 0;
  const isInfinite = Format.isInfinite(format, a) || Format.isInfinite(format, b);
  if (Format.isNaN(format, a) || Format.isNaN(format, b)) {
    if (Format.isSignaling(format, c)) raise(FLAG_NV);
    return nanOf(format, a, b);
  }
  // "must set the invalid operation exception flag when the multiplicands are ∞ and zero, even when the addend is
  // a quiet NaN": section 20.6
  if (isZero && isInfinite) return invalid(format);
  if (Format.isNaN(format, c)) return nanOf(format, c, c);
  const isSame = sign == Format.sign(format, c);
  if (isInfinite)
    return isSame || !Format.isInfinite(format, c)
      ? Format.signed(format, sign, Format.infinity(format))
      : invalid(format);
  if (Format.isInfinite(format, c)) return Format.narrow(format, c);
  const isAddendZero = Format.magnitude(format, c) == 0;
  if (isZero) return !isAddendZero || isSame ? Format.narrow(format, c) : cancelled(format, rm);
  return isAddendZero ? product(format, a, b, rm) : productPlus(format, a, b, c, rm);
}
