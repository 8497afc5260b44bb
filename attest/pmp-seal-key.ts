/**
 * The sealing key of Penglai-PMP's GET_KEY: SM3( DEV_PRI ‖ measurement ‖ signer ‖ salt ). Penglai reference §7, "Key
 * derivation".
 *
 * The signer is 32 zeros ("never populated"). To the byte as published, so neither the monitor's identity nor a label enters
 * (Penglai-TVM's keys here do both, keys.ts): another monitor on the same device derives the same key.
 */
import { digestOf } from "./hash.ts";
import { SM3 } from "./sm3.ts";

export const SEAL_KEY_BYTES = 32;
const NO_SIGNER = new Uint8Array(32);

/**
 * @param deviceSecret DEV_PRI, 32 bytes
 * @param measurement the enclave's, 32 bytes
 * @param salt 0 to 32 bytes
 * @returns 32 bytes; a shorter key is their beginning
 */
export const pmpSealKey = (deviceSecret: Uint8Array, measurement: Uint8Array, salt: Uint8Array): Uint8Array =>
  digestOf(SM3, deviceSecret, measurement, NO_SIGNER, salt);
