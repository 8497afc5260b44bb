/** Multiplication. IEEE 754-2008, section 5.4.1; RISC-V Volume I, 20240411, section 20.6. */
import { mulhu } from "../alu.ts";
import { Format, invalid, nanOf } from "./format.ts";
import { round } from "./round.ts";
import { exponentOf, significandOf } from "./unpack.ts";

/** a * b, rounded once. */
export function fmul(format: u32, a: u64, b: u64, rm: u32): u64 {
  if (Format.isNaN(format, a) || Format.isNaN(format, b)) return nanOf(format, a, b);
  const sign = Format.sign(format, a ^ b);
  const isZero = Format.magnitude(format, a) == 0 || Format.magnitude(format, b) == 0;
  if (Format.isInfinite(format, a) || Format.isInfinite(format, b))
    return isZero ? invalid(format) : Format.signed(format, sign, Format.infinity(format));
  if (isZero) return Format.signed(format, sign, 0);
  const x = significandOf(format, a);
  const y = significandOf(format, b);
  // in [2^126, 2^128), of which the high half keeps all that rounding looks at
  const low = x * y;
  const high = <u64>mulhu(x, y) | (low != 0 ? 1 : 0);
  const shift = <i32>clz(high);
  return round(format, sign, exponentOf(format, a) + exponentOf(format, b) + 1 - shift, high << shift, rm);
}
