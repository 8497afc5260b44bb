/**
 * The attestation key and the random words of a simulated machine. Komodo leaves both to the platform: a root secret that
 * only the monitor reads, and a hardware random source (Komodo reference §1.2). "Nothing in the loader ever writes the
 * attestation key" of the prototype (§0 finding 6); here boot derives it from device and monitor, so that it differs between
 * devices, monitors, and a monitor and its debugging self (§7.5, ATT-7).
 */
import { chacha20 } from "@noble/ciphers/chacha.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { digestOf, SHA256 } from "../../attest/hash.ts";
import { deriveMonitorKeys, type MonitorIdentity, simulatedDeviceRoot } from "../../attest/keys.ts";
import { MACS } from "../../attest/mac.ts";
import { wordsOfBytes } from "../../attest/words.ts";

const hmac = MACS["hmac-sha256"];

/** Which monitor this is. A switch of the bug zoo does not make another one: it is to be found by what it does. */
const identityOf = (debug: boolean): MonitorIdentity => ({
  measurement: digestOf(SHA256, utf8ToBytes("atoll komodo 1")),
  debug,
  securityVersion: 1,
});

/**
 * @param seed u64
 * @param debug the monitor is a debugging one
 * @returns eight words
 */
export function attestKeyOf(seed: bigint, debug: boolean): Uint32Array {
  const { attest } = deriveMonitorKeys(simulatedDeviceRoot(seed), identityOf(debug));
  return wordsOfBytes(hmac.compute(attest, utf8ToBytes("atoll simulated komodo attestation key 1")));
}

/** @returns a function from the number of a draw, below 2^32, to its word */
export function randomOf(seed: bigint): (draw: number) => number {
  const key = hmac.compute(simulatedDeviceRoot(seed), utf8ToBytes("atoll simulated komodo random numbers 1"));
  const nonce = new Uint8Array(12);
  return (draw) => {
    new DataView(nonce.buffer).setUint32(0, draw, true);
    return wordsOfBytes(chacha20(key, nonce, new Uint8Array(4)))[0]!;
  };
}
