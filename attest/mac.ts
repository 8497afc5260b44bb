/**
 * MAC attestation: the monitor vouches for data of an enclave with a key that only it and its verifier hold.
 *
 * Source: the idea is Komodo's Attest and Verify (Komodo reference §1.9, §7.1); the format is ours:
 *
 *   MAC_K( purpose ‖ algorithm ‖ measurement ‖ data ), every field preceded by its length as u32
 *
 * The purpose keeps an enclave, which may have any data attested, from obtaining the MAC of evidence that the monitor
 * alone may issue. Algorithms: HMAC-SHA-256 (FIPS 198-1, RFC 4231 vectors) and AES-CMAC (RFC 4493, here with a 256-bit
 * key). A MAC convinces only who holds the key: it is no signature and proves nothing to third parties.
 *
 * Not modelled: Komodo's own MAC format, side channels of the host's cryptography beyond the comparison of tags.
 */
import { cmac } from "@noble/ciphers/aes.js";
import { equalBytes } from "@noble/ciphers/utils.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { lengthPrefixed } from "./encoding.ts";

export const MAC_ALGORITHMS = ["hmac-sha256", "aes-cmac"] as const;
export type MacAlgorithm = (typeof MAC_ALGORITHMS)[number];

export interface Mac {
  /** Bytes of a tag. */
  readonly tagLength: number;
  /** @param key 32 bytes; AES-CMAC also takes 16 and 24 */
  compute(key: Uint8Array, message: Uint8Array): Uint8Array;
}

export const MACS: Readonly<Record<MacAlgorithm, Mac>> = {
  "hmac-sha256": { tagLength: 32, compute: (key, message) => hmac(sha256, key, message) },
  "aes-cmac": { tagLength: 16, compute: (key, message) => cmac(message, key) },
};

/** Who speaks: an enclave about its data, or the monitor about an enclave. */
export type AttestPurpose = "atoll simulated enclave data 1" | "atoll simulated evidence 1";
export const ENCLAVE_DATA: AttestPurpose = "atoll simulated enclave data 1";
export const EVIDENCE: AttestPurpose = "atoll simulated evidence 1";

export interface Statement {
  readonly purpose: AttestPurpose;
  readonly algorithm: MacAlgorithm;
  /** Of the enclave that the statement is about; the monitor fills it in, never the enclave. */
  readonly measurement: Uint8Array;
  readonly data: Uint8Array;
}

/**
 * @param key `MonitorKeys.attest`, 32 bytes
 * @returns the tag, `MACS[algorithm].tagLength` bytes
 */
export function attest(key: Uint8Array, { purpose, algorithm, measurement, data }: Statement): Uint8Array {
  const message = lengthPrefixed(utf8ToBytes(purpose), utf8ToBytes(algorithm), measurement, data);
  return MACS[algorithm].compute(key, message);
}

/**
 * @param tag any bytes; another length than the algorithm's is simply wrong
 * @returns whether `tag` is the statement's; the comparison takes the same time wherever the first difference lies
 */
export function verify(key: Uint8Array, statement: Statement, tag: Uint8Array): boolean {
  return equalBytes(attest(key, statement), tag);
}

export const isMacAlgorithm = (name: string): name is MacAlgorithm =>
  (MAC_ALGORITHMS as readonly string[]).includes(name);
