/**
 * Where the secret number k of a signature comes from.
 *
 * Whoever learns k of one signature computes the private key from it (sm2-key-recovery.ts), so k must be unpredictable
 * and new for each message. `deterministicNonces` is RFC 6979, section 3.2, with HMAC-SHA-256: k is a secret function of
 * key and message, needs no random numbers and makes a run repeatable. The other two are the published defect B22
 * (Penglai reference §7, §10), as data for the bug zoo:
 *
 *   constantNonces   Penglai-TVM writes 0x11223344 into the low word of a k that is zero otherwise
 *   timerNonces      Penglai-PMP seeds its generator with the 32-bit timer at boot: 2^32 candidates at most
 *
 * The generator behind the timer stands for MIRACL's: same seed space, other numbers. A source is a sequence because a
 * signer discards a k that gives a zero (GB/T 32918.2, section 6.1).
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { u32le } from "./encoding.ts";
import { bytesOfScalar, modOrder, ORDER, scalarOfBytes } from "./sm2-curve.ts";

/** @param secret private key. @param e 32 bytes, what is signed. @returns candidates for k, 1 to order - 1 */
export type NonceSource = (secret: Uint8Array, e: Uint8Array) => Iterable<bigint>;

/** @spec RFC 6979, section 3.2 */
export const deterministicNonces: NonceSource = (secret, e) => rfc6979(secret, e, ORDER);

/** Section 3.2 for an order and a hash of 256 bits, where bits2int is the plain integer. Yields without end. */
export function* rfc6979(secret: Uint8Array, digest: Uint8Array, order: bigint): Generator<bigint> {
  const seed = concatBytes(secret, bytesOfScalar(scalarOfBytes(digest) % order));
  let v: Uint8Array = new Uint8Array(32).fill(1);
  let k: Uint8Array = new Uint8Array(32);
  for (const separator of [0, 1]) {
    k = hmac(sha256, k, concatBytes(v, Uint8Array.of(separator), seed));
    v = hmac(sha256, k, v);
  }
  while (true) {
    v = hmac(sha256, k, v);
    const candidate = scalarOfBytes(v);
    if (candidate > 0n && candidate < order) yield candidate;
    k = hmac(sha256, k, concatBytes(v, Uint8Array.of(0)));
    v = hmac(sha256, k, v);
  }
}

/** Penglai-TVM's only nonce. @spec Penglai reference §7, B22 */
export const CONSTANT_NONCE = 0x11223344n;
export const constantNonces: NonceSource = () => [CONSTANT_NONCE];

/**
 * Nonces that are a public function of a 32-bit seed.
 * @param timer low word of the timer when the monitor started, u32
 * @spec Penglai reference §7, B22
 */
export function timerNonces(timer: number): NonceSource {
  return function* () {
    for (let draw = 0; ; draw++) yield timerNonce(timer, draw);
  };
}

/** The number that the seeded generator gives in its `draw`-th draw. */
export function timerNonce(timer: number, draw: number): bigint {
  const bytes = sha256(concatBytes(utf8ToBytes("atoll generator seeded by a timer"), u32le(timer), u32le(draw)));
  return modOrder(scalarOfBytes(bytes)) || 1n;
}
