/** Keys of enclaves: the published derivations by another implementation, what is wrong with them, and ours. */
import { createHash, hkdfSync } from "node:crypto";
import { bytesToHex } from "@noble/hashes/utils.js";
import { describe, expect, it } from "vitest";
import { deriveMonitorKeys, simulatedDeviceRoot } from "../../attest/keys.ts";
import {
  NO_SIGNER,
  pmpKeyAsPublished,
  type SealContext,
  sealKey,
  tvmKeyAsPublished,
} from "../../attest/penglai-keys.ts";

const measurement = new Uint8Array(32).fill(0xec);
const salt = Uint8Array.of(1, 2, 3);
const context: SealContext = { measurement, signer: NO_SIGNER, salt };
const secret = new Uint8Array(32).fill(0x5e);
const seal = deriveMonitorKeys(simulatedDeviceRoot(1n), { measurement, debug: false, securityVersion: 1 }).seal;

it("TVM's is HKDF-SHA-256 of a constant, salted with the measurement", () => {
  const constant = Buffer.from("feffe9928665731c6d6a8f9467308308".repeat(2), "hex");
  for (const byteLen of [1, 32, 100]) {
    const expected = Buffer.from(hkdfSync("sha256", constant, measurement, "", byteLen)).toString("hex");
    expect(bytesToHex(tvmKeyAsPublished(measurement, byteLen))).toBe(expected);
  }
  expect(() => tvmKeyAsPublished(measurement, 8161)).toThrow(/key of 8161 bytes: 1 to 8160 are possible/);
});

it("PMP's is SM3 of device key, measurement, signer and salt, cut", () => {
  const digest = createHash("sm3").update(secret).update(measurement).update(NO_SIGNER).update(salt).digest("hex");
  expect(bytesToHex(pmpKeyAsPublished(secret, context, 32))).toBe(digest);
  expect(bytesToHex(pmpKeyAsPublished(secret, context, 7))).toBe(digest.slice(0, 14));
  expect(pmpKeyAsPublished(secret, context, 0)).toHaveLength(0);
});

describe("ours", () => {
  const key = (change: Partial<SealContext> = {}, byteLen = 32, secretOfMonitor = seal): string =>
    bytesToHex(sealKey(secretOfMonitor, { ...context, ...change }, byteLen));

  it("is stable, and another for another enclave, signer, salt and monitor", () => {
    expect(key()).toBe(key());
    const otherMonitor = deriveMonitorKeys(simulatedDeviceRoot(1n), { measurement, debug: true, securityVersion: 1 });
    const others = [
      key({ measurement: new Uint8Array(32) }),
      key({ signer: new Uint8Array(32).fill(1) }),
      key({ salt: Uint8Array.of(1, 2) }),
      key({ salt: new Uint8Array(0) }),
      key({}, 32, otherMonitor.seal),
    ];
    expect(new Set([key(), ...others]).size).toBe(6);
  });

  it("does not begin with a shorter one", () => {
    expect(key().startsWith(key({}, 8))).toBe(false);
    expect(key({}, 0)).toBe("");
  });
});

it.each<[string, Partial<SealContext>, number, RegExp]>([
  ["salt", { salt: new Uint8Array(33) }, 32, /salt of 33 bytes: 0 to 32/],
  ["key", {}, 33, /key of 33 bytes: 0 to 32/],
  ["negative key", {}, -1, /key of -1 bytes/],
  ["measurement", { measurement: new Uint8Array(31) }, 32, /measurement of 31 bytes: 32 are possible/],
  ["signer", { signer: new Uint8Array(0) }, 32, /signer of 0 bytes/],
])("a %s of another size is refused by both of PMP's", (_, change, byteLen, message) => {
  expect(() => pmpKeyAsPublished(secret, { ...context, ...change }, byteLen)).toThrow(message);
  expect(() => sealKey(seal, { ...context, ...change }, byteLen)).toThrow(message);
});
