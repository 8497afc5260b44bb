/**
 * The few byte encodings that everything hashed or MACed here is made of: little-endian integers as in Penglai's
 * structures, and fields that carry their own length, so that two different lists of fields never give the same bytes.
 */
import { concatBytes } from "@noble/hashes/utils.js";

/** @param value 0 to 2^32 - 1. @throws RangeError naming `what` otherwise */
export function u32le(value: number, what = "value"): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) throw new RangeError(`${what} is no u32: ${value}`);
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** @param value 0 to 2^64 - 1. @throws RangeError naming `what` otherwise */
export function u64le(value: bigint, what = "value"): Uint8Array {
  if (BigInt.asUintN(64, value) !== value) throw new RangeError(`${what} is no u64: ${value}`);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}

/** Each field as u32 length, then its bytes. Injective: the fields can be read back. */
export function lengthPrefixed(...fields: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...fields.flatMap((field) => [u32le(field.length, "field length"), field]));
}
