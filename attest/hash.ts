/**
 * The hash under a measurement, as a choice: SHA-256 here, SM3 for what Penglai hashes (sm3.ts). A measurement profile
 * names its own.
 */
import { sha256 } from "@noble/hashes/sha2.js";

/** One running hash; used up by `digest`. */
export interface HashState {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

export interface Hash {
  /** Stable name, part of logs. */
  readonly name: string;
  /** Bytes of a digest. */
  readonly digestLength: number;
  create(): HashState;
}

export const SHA256: Hash = { name: "sha-256", digestLength: 32, create: () => sha256.create() };

/** Hash of the concatenation of `parts`. */
export function digestOf(hash: Hash, ...parts: readonly Uint8Array[]): Uint8Array {
  const state = hash.create();
  for (const part of parts) state.update(part);
  return state.digest();
}
