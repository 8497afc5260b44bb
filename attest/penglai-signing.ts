/**
 * The two ways in which Penglai signs a 32-byte hash with SM2 (Penglai reference §7, "Signature"):
 *
 *   tvm   e = hash                 the hash is the number that is signed: no prefix, no second hash
 *   pmp   e = SM3( ZA ‖ hash )     the standard form, with the signer's public key in ZA
 *
 * Nothing in a report says which; a verifier must know. Their signatures never verify for one another, as long as SM3
 * is a hash.
 */
import type { Sm2KeyPair } from "./sm2.ts";
import { messageDigest, signDigest, verifyDigest } from "./sm2.ts";
import type { NonceSource } from "./sm2-nonce.ts";

export const SIGNING_FORMS = ["tvm", "pmp"] as const;
export type SigningForm = (typeof SIGNING_FORMS)[number];

/** The form that a signature is not. */
export const otherForm = (form: SigningForm): SigningForm => (form === "tvm" ? "pmp" : "tvm");

/**
 * @param hash 32 bytes
 * @param nonces other than deterministic ones only to show what they break (B22)
 * @returns r ‖ s, 64 bytes
 */
export function signHash(form: SigningForm, signer: Sm2KeyPair, hash: Uint8Array, nonces?: NonceSource): Uint8Array {
  return signDigest(signer.secret, numberOf(form, signer.public, hash), nonces);
}

/** @returns whether the signature is one of the hash in this form; false for bytes that are no signature or key */
export function verifyHash(form: SigningForm, publicKey: Uint8Array, hash: Uint8Array, signature: Uint8Array): boolean {
  return verifyDigest(publicKey, numberOf(form, publicKey, hash), signature);
}

const numberOf = (form: SigningForm, publicKey: Uint8Array, hash: Uint8Array): Uint8Array =>
  form === "tvm" ? hash : messageDigest(publicKey, hash);
