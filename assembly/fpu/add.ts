/** Addition and subtraction. IEEE 754-2008, section 5.4.1; RISC-V Volume I, 20240411, section 20.6. */
import { Format, invalid, nanOf } from "./format.ts";
import { cancelled, round } from "./round.ts";
import { shiftRightSticky } from "./shift.ts";
import { exponentOf, significandOf } from "./unpack.ts";

/** Both finite and not zero, a at least as large as b in magnitude. */
function sumOf(format: u32, a: u64, b: u64, rm: u32): u64 {
  const exponent = exponentOf(format, a);
  // one bit of room for the carry; what leaves a significand there is zero
  const x = significandOf(format, a) >> 1;
  const y = shiftRightSticky(significandOf(format, b) >> 1, exponent - exponentOf(format, b));
  const sign = Format.sign(format, a);
  // more than one leading bit is lost only if the exponents differ by one or less, and then the sticky bit is clear
  const sum = sign == Format.sign(format, b) ? x + y : x - y;
  if (sum == 0) return cancelled(format, rm);
  const shift = <i32>clz(sum);
  return round(format, sign, exponent + 1 - shift, sum << shift, rm);
}

/** a + b, rounded once. */
export function fadd(format: u32, a: u64, b: u64, rm: u32): u64 {
  if (Format.isNaN(format, a) || Format.isNaN(format, b)) return nanOf(format, a, b);
  const large = Format.magnitude(format, a);
  const small = Format.magnitude(format, b);
  if (large < small) return fadd(format, b, a, rm);
  const isSame = Format.sign(format, a) == Format.sign(format, b);
  if (large == Format.infinity(format)) return isSame || small != large ? Format.narrow(format, a) : invalid(format);
  if (small == 0) return large != 0 || isSame ? Format.narrow(format, a) : cancelled(format, rm);
  return sumOf(format, a, b, rm);
}

/** a - b, rounded once. The sign of a NaN has no meaning, so it may be changed. */
export function fsub(format: u32, a: u64, b: u64, rm: u32): u64 {
  return fadd(format, a, b ^ Format.signBit(format), rm);
}
