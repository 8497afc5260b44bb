/**
 * SM2 signatures.
 *
 * Source: GB/T 32918.2-2016 (ISO/IEC 14888-3:2018, section 6.10) on the curve of GB/T 32918.5. A signature r ‖ s over a
 * 256-bit number e:
 *
 *   (x1, y1) = kG    r = (e + x1) mod n    s = (1 + d)^-1 (k - r·d) mod n        no zero r, no r + k = n, no zero s
 *   valid: r, s in 1 … n-1, t = r + s mod n not 0, (x1, y1) = sG + tP, r = (e + x1) mod n
 *
 * The standard's e is SM3( ZA ‖ message ), where ZA names the signer: `messageDigest`. Penglai-TVM signs a hash as e
 * directly (penglai-signing.ts), so e is what the functions here take. Keys: private 32 bytes, 1 to n - 2; public
 * x ‖ y, 64 bytes. Why no library: docs/adr/0010-sm2-sm3.md.
 *
 * `verifyDigest` is total: bytes from anybody give true or false, never an error. Not modelled: encryption and key
 * exchange of SM2, resistance to timing on the host.
 */
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { digestOf } from "./hash.ts";
import {
  bytesOfPoint,
  bytesOfScalar,
  invertModOrder,
  modOrder,
  ORDER,
  Point,
  PUBLIC_KEY_BYTES,
  pointOfBytes,
  SCALAR_BYTES,
  scalarOfBytes,
} from "./sm2-curve.ts";
import { deterministicNonces, type NonceSource } from "./sm2-nonce.ts";
import { SM3 } from "./sm3.ts";

const SIGNATURE_BYTES = 64;

/** The signer's name where nobody agreed on another. @spec GM/T 0009-2012, section 10 */
const DEFAULT_SIGNER_ID = utf8ToBytes("1234567812345678");

export interface Sm2KeyPair {
  /** 32 bytes, 1 to n - 2. */
  readonly secret: Uint8Array;
  /** x ‖ y, 64 bytes. */
  readonly public: Uint8Array;
}

/** @param secret 32 bytes. @throws RangeError unless 1 to n - 2: with n - 1, 1 + d has no inverse */
export function keyPairOf(secret: Uint8Array): Sm2KeyPair {
  return { secret, public: bytesOfPoint(Point.BASE.multiply(secretScalar(secret))) };
}

/**
 * The e of the standard form.
 * @param publicKey the signer's, 64 bytes
 * @returns SM3( SM3( bits of id ‖ id ‖ a ‖ b ‖ G ‖ public key ) ‖ message ). @spec GB/T 32918.2, section 5.5
 */
export function messageDigest(publicKey: Uint8Array, message: Uint8Array, id = DEFAULT_SIGNER_ID): Uint8Array {
  return digestOf(SM3, signerDigest(publicKey, id), message);
}

/** ZA. */
function signerDigest(publicKey: Uint8Array, id: Uint8Array): Uint8Array {
  if (publicKey.length !== PUBLIC_KEY_BYTES) throw new RangeError(`public key has ${publicKey.length} bytes, not 64`);
  const { a, b } = Point.CURVE();
  const bits = Uint8Array.of((8 * id.length) >> 8, 8 * id.length);
  return digestOf(SM3, bits, id, bytesOfScalar(a), bytesOfScalar(b), bytesOfPoint(Point.BASE), publicKey);
}

/**
 * @param e 32 bytes
 * @returns r ‖ s, 64 bytes
 * @throws RangeError when the key or e has another size, or when no nonce of the source gives a signature
 */
export function signDigest(secret: Uint8Array, e: Uint8Array, nonces: NonceSource = deterministicNonces): Uint8Array {
  if (e.length !== SCALAR_BYTES) throw new RangeError(`digest has ${e.length} bytes, not ${SCALAR_BYTES}`);
  const d = secretScalar(secret);
  for (const k of nonces(secret, e)) {
    const r = modOrder(scalarOfBytes(e) + Point.BASE.multiply(k).toAffine().x);
    if (r === 0n || r + k === ORDER) continue;
    const s = modOrder(invertModOrder(1n + d) * (k - r * d));
    if (s !== 0n) return concatBytes(bytesOfScalar(r), bytesOfScalar(s));
  }
  throw new RangeError("no nonce of the source gives a signature");
}

/** @returns whether `signature` is one of e under the public key; false for bytes that are no signature, e or key */
export function verifyDigest(publicKey: Uint8Array, e: Uint8Array, signature: Uint8Array): boolean {
  if (e.length !== SCALAR_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  const point = pointOfBytes(publicKey);
  const r = scalarOfBytes(signature.subarray(0, SCALAR_BYTES));
  const s = scalarOfBytes(signature.subarray(SCALAR_BYTES));
  if (point === null || !isScalar(r) || !isScalar(s)) return false;
  const t = modOrder(r + s);
  if (t === 0n) return false;
  const sum = Point.BASE.mulAddUnsafe(s, point, t);
  return !sum.is0() && modOrder(scalarOfBytes(e) + sum.toAffine().x) === r;
}

const isScalar = (value: bigint): boolean => value > 0n && value < ORDER;

function secretScalar(secret: Uint8Array): bigint {
  const d = secret.length === SCALAR_BYTES ? scalarOfBytes(secret) : 0n;
  if (d < 1n || d > ORDER - 2n) throw new RangeError("a private key is 32 bytes, 1 to n - 2");
  return d;
}
