/**
 * The keys that Penglai's monitors give to enclaves (GET_KEY), as published, and the seal key as it is here.
 *
 *   TVM       HKDF-SHA-256( salt = stored measurement, IKM = a constant of the source, no info )   defect B17: whoever
 *             has the source and a measurement has the key, and ENCLAVE and STORAGE keys are one
 *   PMP       SM3( DEV_PRI ‖ measurement ‖ signer ‖ salt ), cut to the length asked for; the signer is always zeros, a
 *             short key is the beginning of a long one, and another monitor on the device gets the same key
 *   sealKey   ours for PMP's call: K_seal of monitor and device (keys.ts), measurement, signer, salt and length, each
 *             with its length
 *
 * Both published ones change with the stored measurement, which reports overwrite (defect B23). For TVM's call ours is
 * `enclaveKey` in keys.ts. Source: Penglai reference §7, "Key derivation"; §6.3 and §6.6 for the calls' limits.
 */
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import { digestOf } from "./hash.ts";
import { MAX_ENCLAVE_KEY_BYTES, sealedTo } from "./keys.ts";
import { SM3 } from "./sm3.ts";

/** PMP's limit on salt and key. @spec Penglai reference §6.6 */
const MAX_SEAL_BYTES = 32;

/** The signer of an enclave that nobody signed: what the published monitor takes for every enclave. */
export const NO_SIGNER: Uint8Array = new Uint8Array(32);

/** The same 16 bytes twice: the key of a published test case of AES-GCM. */
const TVM_CONSTANT = hexToBytes("feffe9928665731c6d6a8f9467308308".repeat(2));

/**
 * Penglai-TVM's key of an enclave, of either type.
 * @param measurement as stored, 32 bytes
 * @param byteLen 1 to 8160
 * @spec Penglai reference §7, B17
 */
export function tvmKeyAsPublished(measurement: Uint8Array, byteLen: number): Uint8Array {
  checkLength(byteLen, 1, MAX_ENCLAVE_KEY_BYTES, "key");
  return hkdf(sha256, TVM_CONSTANT, measurement, undefined, byteLen);
}

/** What a seal key is bound to. */
export interface SealContext {
  /** Of the enclave, 32 bytes. */
  readonly measurement: Uint8Array;
  /** Who signed the enclave's file (`signerOf`), 32 bytes. */
  readonly signer: Uint8Array;
  /** The enclave's choice, 0 to 32 bytes. */
  readonly salt: Uint8Array;
}

/**
 * Penglai-PMP's seal key.
 * @param deviceSecret DEV_PRI, 32 bytes
 * @param byteLen 0 to 32
 * @spec Penglai reference §7
 */
export function pmpKeyAsPublished(deviceSecret: Uint8Array, context: SealContext, byteLen: number): Uint8Array {
  const { measurement, signer, salt } = checked(context);
  checkLength(byteLen, 0, MAX_SEAL_BYTES, "key");
  return digestOf(SM3, deviceSecret, measurement, signer, salt).slice(0, byteLen);
}

/**
 * A key that only the same enclave, of the same signer, under the same monitor on the same device gets again.
 * @param sealSecret `MonitorKeys.seal`
 * @param byteLen 0 to 32; a shorter key is not the beginning of a longer one
 */
export function sealKey(sealSecret: Uint8Array, context: SealContext, byteLen: number): Uint8Array {
  const { measurement, signer, salt } = checked(context);
  checkLength(byteLen, 0, MAX_SEAL_BYTES, "key");
  return byteLen === 0 ? new Uint8Array(0) : sealedTo(sealSecret, [measurement, signer, salt], byteLen);
}

function checked(context: SealContext): SealContext {
  checkLength(context.measurement.length, 32, 32, "measurement");
  checkLength(context.signer.length, 32, 32, "signer");
  checkLength(context.salt.length, 0, MAX_SEAL_BYTES, "salt");
  return context;
}

function checkLength(byteLen: number, min: number, max: number, what: string): void {
  if (Number.isInteger(byteLen) && byteLen >= min && byteLen <= max) return;
  throw new RangeError(`${what} of ${byteLen} bytes: ${min === max ? min : `${min} to ${max}`} are possible`);
}
