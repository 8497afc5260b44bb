/**
 * Rounding an exact result to a format, with the flags that come of it. Every operation ends here. IEEE 754-2008,
 * sections 4.3 (rounding directions), 7.4 (overflow), 7.5 (underflow); tininess is detected after rounding, as RISC-V
 * Volume I, 20240411, section 20.4 demands.
 */
import { FLAG_NX, FLAG_OF, FLAG_UF, RDN, RMM, RNE, RTZ, RUP } from "./codes.ts";
import { raise } from "./flags.ts";
import { Format } from "./format.ts";
import { shiftRightSticky } from "./shift.ts";

/**
 * Whether a magnitude is rounded away from zero.
 * @param isOdd the last digit that is kept is a one
 * @param rest what is cut off, in the unit in which `half` is half of the last digit
 */
export function roundsUp(isOdd: bool, rest: u64, half: u64, sign: u32, rm: u32): bool {
  if (rest == 0 || rm == RTZ) return false;
  if (rm == RNE) return rest > half || (rest == half && isOdd);
  if (rm == RMM) return rest >= half;
  return rm == RDN ? sign != 0 : sign == 0;
}

/** The significand without its low `cut` bits, rounded; it may carry into one bit more. */
function rounded(significand: u64, cut: i32, sign: u32, rm: u32): u64 {
  const kept = significand >> cut;
  const unit = (<u64>1) << cut;
  return kept + (roundsUp((kept & 1) != 0, significand & (unit - 1), unit >> 1, sign, rm) ? 1 : 0);
}

/** The sum of x and -x: +0 in all directions but RDN, where it is -0. IEEE 754-2008, section 6.3. */
export function cancelled(format: u32, rm: u32): u64 {
  return rm == RDN ? Format.signBit(format) : 0;
}

/** Past the largest finite number: infinity, or that number in the directions that never leave it. Section 7.4. */
function overflow(format: u32, sign: u32, rm: u32): u64 {
  raise(FLAG_OF | FLAG_NX);
  const toInfinity = rm == RNE || rm == RMM || (rm == RUP && sign == 0) || (rm == RDN && sign != 0);
  return Format.signed(format, sign, toInfinity ? Format.infinity(format) : Format.infinity(format) - 1);
}

/**
 * The number of the format that (-1)^sign * significand / 2^63 * 2^exponent is rounded to.
 * @param exponent any; neither its range nor subnormal results are the caller's concern
 * @param significand bit 63 set; bit 0 may be a sticky bit
 * @param rm RNE to RMM
 * @returns the bit pattern; NX, UF, OF are raised
 */
export function round(format: u32, sign: u32, exponent: i32, significand: u64, rm: u32): u64 {
  const fractionBits = Format.fractionBits(format);
  const cut = 63 - fractionBits;
  // one less than the exponent field: adding the significand with its leading one makes up for it
  let field = exponent + Format.bias(format) - 1;
  let isTiny = false;
  if (field < 0) {
    // "tiny" after rounding: with an exponent without limits the result would stay below the smallest normal number,
    // which it leaves only from the exponent next to it, by a carry
    isTiny = field < -1 || rounded(significand, cut, sign, rm) >> (fractionBits + 1) == 0;
    significand = shiftRightSticky(significand, -field);
    field = 0;
  }
  if (field > 2 * Format.bias(format)) return overflow(format, sign, rm);
  // a carry out of the significand goes into the exponent field, from subnormal to normal as well
  const magnitude = ((<u64>field) << fractionBits) + rounded(significand, cut, sign, rm);
  if (magnitude >= Format.infinity(format)) return overflow(format, sign, rm);
  if ((significand & (((<u64>1) << cut) - 1)) != 0) raise(isTiny ? FLAG_UF | FLAG_NX : FLAG_NX);
  return Format.signed(format, sign, magnitude);
}
