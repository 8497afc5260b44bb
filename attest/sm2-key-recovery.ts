/**
 * The attack on signatures whose nonce is known or can be guessed (defect B22, Penglai reference §10).
 *
 * From s = (1 + d)^-1 (k - r·d) follows d = (k - s)(s + r)^-1 mod n. One signature is enough, no matter what was
 * signed; the public key says whether a guess was right.
 */
import { equalBytes } from "@noble/ciphers/utils.js";
import { keyPairOf, type Sm2KeyPair } from "./sm2.ts";
import { bytesOfScalar, invertModOrder, modOrder, ORDER, SCALAR_BYTES, scalarOfBytes } from "./sm2-curve.ts";

/**
 * @param signature r ‖ s, 64 bytes
 * @param nonces guesses for k
 * @returns the key pair if one of the guesses is right, else null
 */
export function recoverKey(publicKey: Uint8Array, signature: Uint8Array, nonces: Iterable<bigint>): Sm2KeyPair | null {
  const r = scalarOfBytes(signature.subarray(0, SCALAR_BYTES));
  const s = scalarOfBytes(signature.subarray(SCALAR_BYTES));
  if (modOrder(r + s) === 0n) return null;
  const inverse = invertModOrder(s + r);
  for (const k of nonces) {
    const d = modOrder((k - s) * inverse);
    if (d === 0n || d === ORDER - 1n) continue;
    const pair = keyPairOf(bytesOfScalar(d));
    if (equalBytes(pair.public, publicKey)) return pair;
  }
  return null;
}
