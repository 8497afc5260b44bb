/** fclass: which of the ten classes a number belongs to. RISC-V Volume I, 20240411, section 20.9. Raises nothing. */
import {
  CLASS_NEGATIVE_INFINITY,
  CLASS_NEGATIVE_NORMAL,
  CLASS_NEGATIVE_SUBNORMAL,
  CLASS_NEGATIVE_ZERO,
  CLASS_POSITIVE_INFINITY,
  CLASS_POSITIVE_NORMAL,
  CLASS_POSITIVE_SUBNORMAL,
  CLASS_POSITIVE_ZERO,
  CLASS_QUIET_NAN,
  CLASS_SIGNALING_NAN,
} from "./codes.ts";
import { Format } from "./format.ts";

/** @returns one of CLASS_* */
export function fclass(format: u32, a: u64): u64 {
  if (Format.isNaN(format, a)) return Format.isSignaling(format, a) ? CLASS_SIGNALING_NAN : CLASS_QUIET_NAN;
  const isNegative = Format.sign(format, a) != 0;
  if (Format.isInfinite(format, a)) return isNegative ? CLASS_NEGATIVE_INFINITY : CLASS_POSITIVE_INFINITY;
  if (Format.magnitude(format, a) == 0) return isNegative ? CLASS_NEGATIVE_ZERO : CLASS_POSITIVE_ZERO;
  if ((a & Format.infinity(format)) == 0) return isNegative ? CLASS_NEGATIVE_SUBNORMAL : CLASS_POSITIVE_SUBNORMAL;
  return isNegative ? CLASS_NEGATIVE_NORMAL : CLASS_POSITIVE_NORMAL;
}
