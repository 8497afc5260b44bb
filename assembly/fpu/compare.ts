/**
 * Comparisons, minimum and maximum. IEEE 754-2008, section 5.11; IEEE 754-2019, section 9.6 (minimumNumber and
 * maximumNumber); RISC-V Volume I, 20240411, sections 20.6 and 20.8.
 */
import { FLAG_NV } from "./codes.ts";
import { raise } from "./flags.ts";
import { Format } from "./format.ts";

/** An integer in the order of the numbers; both zeros are 0. */
function orderOf(format: u32, a: u64): i64 {
  const magnitude = <i64>Format.magnitude(format, a);
  return Format.sign(format, a) != 0 ? -magnitude : magnitude;
}

function isUnordered(format: u32, a: u64, b: u64): bool {
  return Format.isNaN(format, a) || Format.isNaN(format, b);
}

/** A quiet comparison: "only sets the invalid operation exception flag if either input is a signaling NaN". */
export function feq(format: u32, a: u64, b: u64): u64 {
  if (isUnordered(format, a, b)) {
    if (Format.isSignaling(format, a) || Format.isSignaling(format, b)) raise(FLAG_NV);
    return 0;
  }
  return orderOf(format, a) == orderOf(format, b) ? 1 : 0;
}

/** A signaling comparison: invalid "if either input is NaN". */
export function flt(format: u32, a: u64, b: u64): u64 {
  if (isUnordered(format, a, b)) {
    raise(FLAG_NV);
    return 0;
  }
  return orderOf(format, a) < orderOf(format, b) ? 1 : 0;
}

/** A signaling comparison like flt. */
export function fle(format: u32, a: u64, b: u64): u64 {
  if (isUnordered(format, a, b)) {
    raise(FLAG_NV);
    return 0;
  }
  return orderOf(format, a) <= orderOf(format, b) ? 1 : 0;
}

/**
 * "If only one operand is a NaN, the result is the non-NaN operand", and "the value -0.0 is considered to be less than the
 * value +0.0".
 */
function extremum(format: u32, a: u64, b: u64, isMax: bool): u64 {
  if (Format.isSignaling(format, a) || Format.isSignaling(format, b)) raise(FLAG_NV);
  if (Format.isNaN(format, a)) return Format.isNaN(format, b) ? Format.canonicalNaN(format) : Format.narrow(format, b);
  if (Format.isNaN(format, b)) return Format.narrow(format, a);
  const x = orderOf(format, a);
  const y = orderOf(format, b);
  const isLess = x == y ? Format.sign(format, a) != 0 : x < y;
  return Format.narrow(format, isLess != isMax ? a : b);
}

export function fmin(format: u32, a: u64, b: u64): u64 {
  return extremum(format, a, b, false);
}

export function fmax(format: u32, a: u64, b: u64): u64 {
  return extremum(format, a, b, true);
}
