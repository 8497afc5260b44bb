/**
 * The signature that an enclave's author puts into its file: 160 bytes at the beginning of the metadata note
 * (elf-note.ts).
 *
 *     0  hash 32      32  signature 64      96  user_pub 64
 *
 * Source: Penglai reference §7, "Offline signing (PMP)". The hash is the enclave's measurement with nonce 0, computed
 * offline; the signature is SM2 in the standard form over the 32 bytes of the hash, by the author's key. Not modelled: the
 * sign tool's key files.
 */
import { equalBytes } from "@noble/ciphers/utils.js";
import { bytesToHex, concatBytes } from "@noble/hashes/utils.js";
import { type Appraisal, appraise, type Verdict } from "./appraise.ts";
import { EvidenceError } from "./evidence-error.ts";
import { digestOf } from "./hash.ts";
import { signHash, verifyHash } from "./penglai-signing.ts";
import type { Sm2KeyPair } from "./sm2.ts";
import { SM3 } from "./sm3.ts";

export const CSS_BYTES = 160;

/** @spec Penglai reference §7 */
export interface EnclaveCss {
  /** Measurement of the enclave with nonce 0. */
  readonly hash: Uint8Array;
  readonly signature: Uint8Array;
  /** The author's public key, x ‖ y. */
  readonly userPub: Uint8Array;
}

/** Signs a measurement. @param hash 32 bytes */
export const signedCss = (author: Sm2KeyPair, hash: Uint8Array): EnclaveCss => ({
  hash,
  signature: signHash("pmp", author, hash),
  userPub: author.public,
});

/** @returns 160 bytes */
export const encodeCss = ({ hash, signature, userPub }: EnclaveCss): Uint8Array =>
  concatBytes(hash, signature, userPub);

/** @param bytes at least 160; the rest is padding. @throws EvidenceError when there are fewer */
export function decodeCss(bytes: Uint8Array): EnclaveCss {
  if (bytes.length < CSS_BYTES) {
    throw new EvidenceError(
      `the signature structure has ${bytes.length} bytes, not ${CSS_BYTES}`,
      "sign the file again",
    );
  }
  return { hash: bytes.slice(0, 32), signature: bytes.slice(32, 96), userPub: bytes.slice(96, CSS_BYTES) };
}

/** Who signed, in 32 bytes, as a seal key is bound to it. */
export const signerOf = ({ userPub }: EnclaveCss): Uint8Array => digestOf(SM3, userPub);

export type CssCheckName = "hash-matches" | "author-signed" | "author-expected";

/** What a loader accepts. */
export interface CssPolicy {
  /** Of the file as it is, 32 bytes. */
  readonly measurement: Uint8Array;
  /** Public keys of authors; absent: anybody. */
  readonly authors?: readonly Uint8Array[];
}

const APPRAISALS: readonly Appraisal<CssCheckName, EnclaveCss, CssPolicy>[] = [
  {
    name: "hash-matches",
    explain: (css, p) => `the file measures ${bytesToHex(p.measurement)}, signed is ${bytesToHex(css.hash)}`,
    holds: (css, p) => equalBytes(css.hash, p.measurement),
  },
  {
    name: "author-signed",
    explain: () => "the signature must be that of user_pub over the hash",
    holds: (css) => verifyHash("pmp", css.userPub, css.hash, css.signature),
  },
  {
    name: "author-expected",
    explain: (css, p) =>
      `user_pub is ${bytesToHex(css.userPub)}, ${p.authors === undefined ? "any" : p.authors.length} authors are accepted`,
    holds: (css, p) => p.authors?.some((author) => equalBytes(author, css.userPub)) ?? true,
  },
];

/** Appraises an author's signature. */
export const verifyCss = (css: EnclaveCss, policy: CssPolicy): Verdict<CssCheckName> =>
  appraise(APPRAISALS, css, policy);
