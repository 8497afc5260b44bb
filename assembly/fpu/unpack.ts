/**
 * A finite number other than zero, taken apart: value = significand / 2^63 * 2^exponent, where bit 63 of the significand
 * is set. Subnormal numbers are normalised, so nothing behind this distinguishes them. The low 11 bits of a significand
 * are zero in every format; algorithms that shift right by a few bits rely on it.
 *
 * Example: half 0x3e00 is 1.5: exponent 0, significand 0xc000_0000_0000_0000. Half 0x0001 is 2^-24: exponent -24,
 * significand 0x8000_0000_0000_0000.
 */
import { Format } from "./format.ts";

/** 0 for a zero. */
export function significandOf(format: u32, a: u64): u64 {
  const fraction = a << (64 - Format.fractionBits(format));
  if ((a & Format.infinity(format)) != 0) return 0x8000000000000000 | (fraction >>> 1);
  return fraction == 0 ? 0 : fraction << clz(fraction);
}

/** Without meaning for a zero. */
export function exponentOf(format: u32, a: u64): i32 {
  const fractionBits = Format.fractionBits(format);
  const field = <i32>((a & Format.infinity(format)) >> fractionBits);
  if (field != 0) return field - Format.bias(format);
  // 0.fraction * 2^(1 - bias): the first one of the fraction at the top has half the weight of the unit before it
  return -Format.bias(format) - <i32>clz(a << (64 - fractionBits));
}
