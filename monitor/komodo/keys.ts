/**
 * The attestation key and the random words of a simulated machine. Komodo leaves both to the platform: a root secret that
 * only the monitor reads, and a hardware random source (Komodo reference §1.2). "Nothing in the loader ever writes the
 * attestation key" of the prototype (§0 finding 6); here the seed provides it at boot, one for each device.
 */
import { chacha20 } from "@noble/ciphers/chacha.js";
import { simulatedDeviceRoot } from "../../attest/keys.ts";
import { MACS } from "../../attest/mac.ts";
import { wordsOfBytes } from "../../attest/words.ts";

const derive = (seed: bigint, purpose: string): Uint8Array =>
  MACS["hmac-sha256"].compute(simulatedDeviceRoot(seed), new TextEncoder().encode(purpose));

/** @param seed u64. @returns eight words */
export const attestKeyOf = (seed: bigint): Uint32Array =>
  wordsOfBytes(derive(seed, "atoll simulated komodo attestation key 1"));

/** @returns a function from the number of a draw, below 2^32, to its word */
export function randomOf(seed: bigint): (draw: number) => number {
  const key = derive(seed, "atoll simulated komodo random numbers 1");
  const nonce = new Uint8Array(12);
  return (draw) => {
    new DataView(nonce.buffer).setUint32(0, draw, true);
    return wordsOfBytes(chacha20(key, nonce, new Uint8Array(4)))[0]!;
  };
}
