/**
 * The binary interchange formats of IEEE 754-2008, section 3.4, by number (codes.ts):
 *
 *              width   exponent   fraction   bias
 *     HALF        16          5         10     15
 *     SINGLE      32          8         23    127
 *     DOUBLE      64         11         52   1023
 *
 *     sign | exponent field | fraction
 *
 * One algorithm serves all of them, so these are arithmetic on the number and not tables. Operands come as bit patterns
 * in the low bits of 64; what stands above the format's width is ignored, in results it is zero. NaN boxing is not
 * looked at here.
 */
import { FLAG_NV } from "./codes.ts";
import { raise } from "./flags.ts";

export class Format {
  /** Bits of the fraction field. */
  @inline static fractionBits(format: u32): i32 {
    return (16 << format) - 6 - 3 * format;
  }

  /** Bias of the exponent field, which is the largest exponent of a finite number, too. */
  @inline static bias(format: u32): i32 {
    return (1 << (4 + 3 * format)) - 1;
  }

  @inline static signBit(format: u32): u64 {
    return (<u64>1) << ((16 << format) - 1);
  }

  /** Positive infinity: the exponent field all ones. Anything above it, sign left aside, is a NaN. */
  @inline static infinity(format: u32): u64 {
    return (<u64>(2 * Format.bias(format) + 1)) << Format.fractionBits(format);
  }

  /** The first bit of the fraction tells a quiet NaN from a signaling one. IEEE 754-2008, section 6.2.1. */
  @inline static quietBit(format: u32): u64 {
    return (<u64>1) << (Format.fractionBits(format) - 1);
  }

  /** "The canonical NaN has a positive sign and all significand bits clear except the MSB." Volume I, section 20.3. */
  @inline static canonicalNaN(format: u32): u64 {
    return Format.infinity(format) | Format.quietBit(format);
  }

  @inline static magnitude(format: u32, a: u64): u64 {
    return a & (Format.signBit(format) - 1);
  }

  /** 1 if the sign bit is set. */
  @inline static sign(format: u32, a: u64): u32 {
    return <u32>(a >> ((16 << format) - 1)) & 1;
  }

  /** The pattern without what stands above it. */
  @inline static narrow(format: u32, a: u64): u64 {
    return a & ((Format.signBit(format) << 1) - 1);
  }

  @inline static signed(format: u32, sign: u32, magnitude: u64): u64 {
    return ((<u64>sign) << ((16 << format) - 1)) | magnitude;
  }

  @inline static isNaN(format: u32, a: u64): bool {
    return Format.magnitude(format, a) > Format.infinity(format);
  }

  @inline static isSignaling(format: u32, a: u64): bool {
    return Format.isNaN(format, a) && (a & Format.quietBit(format)) == 0;
  }

  @inline static isInfinite(format: u32, a: u64): bool {
    return Format.magnitude(format, a) == Format.infinity(format);
  }
}

/** The result of an operation that has none: IEEE 754-2008, section 7.2. */
export function invalid(format: u32): u64 {
  raise(FLAG_NV);
  return Format.canonicalNaN(format);
}

/**
 * The result of an operation with a NaN among its operands: the canonical one, whatever their payloads, and only a
 * signaling one raises a flag. IEEE 754-2008, section 6.2; Volume I, section 20.3.
 */
export function nanOf(format: u32, a: u64, b: u64): u64 {
  if (Format.isSignaling(format, a) || Format.isSignaling(format, b)) raise(FLAG_NV);
  return Format.canonicalNaN(format);
}
