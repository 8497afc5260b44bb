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
 * One algorithm serves all of them and reads what differs from a table. Operands come as bit patterns in the low bits of
 * 64; what stands above the format's width is ignored, in results it is zero. NaN boxing is not looked at here.
 */
import { FLAG_NV } from "./codes.ts";
import { raise } from "./flags.ts";

/** A row a format: u64 sign bit, u64 infinity, u64 quiet bit, u32 bits of the fraction, i32 bias. */
const TABLE = memory.data<u64>([
  // half
  0x8000, 0x7c00, 0x0200, 0x0000000f_0000000a,
  // single
  0x80000000, 0x7f800000, 0x00400000, 0x0000007f_00000017,
  // double
  0x8000000000000000, 0x7ff0000000000000, 0x0008000000000000, 0x000003ff_00000034,
]);

export class Format {
  /** Bits of the fraction field. */
  @inline static fractionBits(format: u32): i32 {
    return load<i32>(TABLE + (format << 5), 24);
  }

  /** Bias of the exponent field, which is the largest exponent of a finite number, too. */
  @inline static bias(format: u32): i32 {
    return load<i32>(TABLE + (format << 5), 28);
  }

  @inline static signBit(format: u32): u64 {
    return load<u64>(TABLE + (format << 5));
  }

  /** Positive infinity: the exponent field all ones. Anything above it, sign left aside, is a NaN. */
  @inline static infinity(format: u32): u64 {
    return load<u64>(TABLE + (format << 5), 8);
  }

  /** The first bit of the fraction tells a quiet NaN from a signaling one. IEEE 754-2008, section 6.2.1. */
  @inline static quietBit(format: u32): u64 {
    return load<u64>(TABLE + (format << 5), 16);
  }

  /** "The canonical NaN has a positive sign and all significand bits clear except the MSB". Volume I, section 20.3. */
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
