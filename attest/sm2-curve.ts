/**
 * The elliptic curve of SM2 and the bytes of its numbers: scalars and coordinates are 32 bytes, big-endian.
 * Source: GB/T 32918.5-2017 (recommended curve), on the arithmetic of @noble/curves, which blinds multiplications with the
 * host's random numbers; no result depends on them.
 */
import { type WeierstrassPoint, weierstrass } from "@noble/curves/abstract/weierstrass.js";
import { bytesToNumberBE, numberToBytesBE } from "@noble/curves/utils.js";
import { concatBytes } from "@noble/hashes/utils.js";

export const SCALAR_BYTES = 32;
export const PUBLIC_KEY_BYTES = 64;

/** Of the base point. */
export const ORDER = 0xfffffffe_ffffffff_ffffffff_ffffffff_7203df6b_21c6052b_53bbf409_39d54123n;

export const Point = weierstrass<bigint>({
  p: 0xfffffffe_ffffffff_ffffffff_ffffffff_ffffffff_00000000_ffffffff_ffffffffn,
  n: ORDER,
  h: 1n,
  a: 0xfffffffe_ffffffff_ffffffff_ffffffff_ffffffff_00000000_ffffffff_fffffffcn,
  b: 0x28e9fa9e_9d9f5e34_4d5a9e4b_cf6509a7_f39789f5_15ab8f92_ddbcbd41_4d940e93n,
  Gx: 0x32c4ae2c_1f198119_5f990446_6a39c994_8fe30bbf_f2660be1_715a4589_334c74c7n,
  Gy: 0xbc3736a2_f4f6779c_59bdcee3_6b692153_d0a9877c_c62a4740_02df32e5_2139f0a0n,
});

export const modOrder = (value: bigint): bigint => ((value % ORDER) + ORDER) % ORDER;

/** @param a not 0 modulo the order */
export const invertModOrder = (a: bigint): bigint => Point.Fn.inv(modOrder(a));

export const scalarOfBytes = (bytes: Uint8Array): bigint => bytesToNumberBE(bytes);
export const bytesOfScalar = (scalar: bigint): Uint8Array => numberToBytesBE(scalar, SCALAR_BYTES);

/** x ‖ y. */
export function bytesOfPoint(point: WeierstrassPoint<bigint>): Uint8Array {
  const { x, y } = point.toAffine();
  return concatBytes(bytesOfScalar(x), bytesOfScalar(y));
}

/** @returns null for anything but x ‖ y of a point on the curve: the sender may be anybody */
export function pointOfBytes(bytes: Uint8Array): WeierstrassPoint<bigint> | null {
  if (bytes.length !== PUBLIC_KEY_BYTES) return null;
  try {
    const x = scalarOfBytes(bytes.subarray(0, SCALAR_BYTES));
    const point = Point.fromAffine({ x, y: scalarOfBytes(bytes.subarray(SCALAR_BYTES)) });
    point.assertValidity();
    return point;
  } catch {
    return null;
  }
}
