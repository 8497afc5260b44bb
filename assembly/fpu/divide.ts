/** Division. IEEE 754-2008, sections 5.4.1 and 7.3; RISC-V Volume I, 20240411, section 20.6. */
import { FLAG_DZ } from "./codes.ts";
import { raise } from "./flags.ts";
import { Format, invalid, nanOf } from "./format.ts";
import { round } from "./round.ts";
import { exponentOf, significandOf } from "./unpack.ts";

/**
 * One digit, 32 bits, of a long division: floor(remainder * 2^32 / divisor). Estimated with the divisor's high half, the
 * estimate is at most 2 too large (Knuth, The Art of Computer Programming, volume 2, 4.3.1, theorem B).
 * @param remainder less than divisor
 * @param divisor bit 63 set
 */
function digitOf(remainder: u64, divisor: u64): u64 {
  const high = divisor >> 32;
  const low = divisor & 0xffffffff;
  let digit = remainder / high;
  let rest = remainder - digit * high;
  // the exact test, as long as what is left of it fits into 64 bits
  while (rest >> 32 == 0 && (digit >> 32 != 0 || digit * low > rest << 32)) {
    digit--;
    rest += high;
  }
  return digit;
}

/** a / b, rounded once. */
export function fdiv(format: u32, a: u64, b: u64, rm: u32): u64 {
  if (Format.isNaN(format, a) || Format.isNaN(format, b)) return nanOf(format, a, b);
  const sign = Format.sign(format, a ^ b);
  const dividend = Format.magnitude(format, a);
  const divisor = Format.magnitude(format, b);
  const infinity = Format.infinity(format);
  if (dividend == infinity) return divisor == infinity ? invalid(format) : Format.signed(format, sign, infinity);
  if (divisor == infinity) return Format.signed(format, sign, 0);
  if (divisor == 0) {
    if (dividend == 0) return invalid(format);
    raise(FLAG_DZ);
    return Format.signed(format, sign, infinity);
  }
  if (dividend == 0) return Format.signed(format, sign, 0);

  let x = significandOf(format, a);
  const y = significandOf(format, b);
  let exponent = exponentOf(format, a) - exponentOf(format, b);
  // x / y in [1/2, 1), so that the quotient has exactly 64 bits; the bit that x loses is zero
  if (x >= y) x >>= 1;
  else exponent--;
  // differences below 2^64 of products that may exceed it
  const high = digitOf(x, y);
  const remainder = (x << 32) - high * y;
  const low = digitOf(remainder, y);
  const isExact = (remainder << 32) - low * y == 0;
  return round(format, sign, exponent, (high << 32) | low | (isExact ? 0 : 1), rm);
}
