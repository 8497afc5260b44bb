/** Square root. IEEE 754-2008, section 5.4.1; RISC-V Volume I, 20240411, section 20.6. */
import { Format, invalid, nanOf } from "./format.ts";
import { round } from "./round.ts";
import { exponentOf, significandOf } from "./unpack.ts";

/**
 * floor(sqrt(x)) for x below 2^62. The host's square root of x is rounded twice, to 53 bits each time, which is an error
 * below 2^-21; so its integer part is right or, right under a square, one too large. At a square k^2 itself both
 * roundings are exact enough to give k: k * 2^-54 is less than half a unit in the last place of k.
 */
function integerRoot(x: u64): u64 {
  const root = <u64>sqrt<f64>(<f64>x);
  return root * root > x ? root - 1 : root;
}

/**
 * The square root of a finite number above zero by two digits of 31 bits (Zimmermann, Karatsuba Square Root, INRIA
 * RR-3805): the first is the integer root of the high part, the second the remainder divided by twice the first, at most
 * one too large.
 */
function rootOf(format: u32, a: u64, rm: u32): u64 {
  const exponent = exponentOf(format, a);
  // an even exponent is left for halving; the high part lies in [2^60, 2^62), its low part of 62 bits is zero
  const high = significandOf(format, a) >> (3 - (exponent & 1));
  const first = integerRoot(high);
  const remainder = high - first * first;
  // remainder * 2^31 / (2 * first): both sides halved, for remainder may be twice first
  const dividend = remainder << 30;
  const second = dividend / first;
  let root = (first << 31) + second;
  // high * 2^62 - root^2, between -root^2's last step and 2^63
  let rest = <i64>((dividend - second * first) << 32) - <i64>(second * second);
  if (rest < 0) {
    rest += <i64>(2 * root - 1);
    root--;
  }
  return round(format, 0, exponent >> 1, (root << 2) | (rest != 0 ? 1 : 0), rm);
}

/** The square root of a, rounded once; that of -0 is -0. */
export function fsqrt(format: u32, a: u64, rm: u32): u64 {
  if (Format.isNaN(format, a)) return nanOf(format, a, a);
  if (Format.magnitude(format, a) == 0) return Format.narrow(format, a);
  if (Format.sign(format, a) != 0) return invalid(format);
  return Format.isInfinite(format, a) ? Format.infinity(format) : rootOf(format, a, rm);
}
