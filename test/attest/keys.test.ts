import { hkdfSync } from "node:crypto";
import { bytesToHex } from "@noble/hashes/utils.js";
import { describe, expect, it } from "vitest";
import {
  deriveMonitorKeys,
  deviceSigningSecret,
  enclaveKey,
  KEY_TYPES,
  MAX_ENCLAVE_KEY_BYTES,
  simulatedDeviceRoot,
} from "../../attest/keys.ts";
import { sealKey } from "../../attest/penglai-keys.ts";

const bytes = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const root = simulatedDeviceRoot(42n);
const monitor = { measurement: bytes(1), debug: false, securityVersion: 3 };
const keys = deriveMonitorKeys(root, monitor);
const hexKeys = (k = keys): string[] => [k.attest, k.seal, k.memory, k.report].map((key) => bytesToHex(key));

/** The same derivation by another implementation of HKDF: fields with u32 lengths, label first. */
function derived(secret: Uint8Array, byteLen: number, ...fields: (string | Uint8Array)[]): string {
  const info = ["atoll simulated device 1", ...fields].flatMap((field) => {
    const body = Buffer.from(field as string);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    return [length, body];
  });
  return Buffer.from(hkdfSync("sha256", secret, "", Buffer.concat(info), byteLen)).toString("hex");
}

describe("the hierarchy", () => {
  it("is HKDF-SHA-256 with labelled, length-prefixed context", () => {
    const seed = Uint8Array.of(42, 0, 0, 0, 0, 0, 0, 0);
    expect(bytesToHex(root)).toBe(derived(seed, 32, "device root"));
    const context = [monitor.measurement, Uint8Array.of(0), Uint8Array.of(3, 0, 0, 0)];
    const cdi = Buffer.from(derived(root, 32, "CDI_monitor", ...context), "hex");
    expect(hexKeys()).toEqual(
      ["K_attest", "K_seal", "K_memory", "K_report"].map((purpose) => derived(cdi, 32, purpose)),
    );
    const storage = enclaveKey(keys.seal, bytes(7), "STORAGE", 48);
    expect(bytesToHex(storage)).toBe(
      derived(keys.seal, 48, "enclave key", bytes(7), "STORAGE", Uint8Array.of(48, 0, 0, 0)),
    );
  });

  it("is stable: one seed, one monitor, the same keys", () => {
    expect(hexKeys(deriveMonitorKeys(simulatedDeviceRoot(42), { ...monitor }))).toEqual(hexKeys());
    expect(hexKeys()[0]).toBe("ded787f76dc69fb21a1bb9d233644856cdbe2dd16dfd30ea520900f66fadeb54");
  });

  it("ATT-12: separates attestation by MAC and by signature, sealing, memory, enclaves and the device", () => {
    const context = { measurement: monitor.measurement, signer: monitor.measurement, salt: new Uint8Array(0) };
    const others = [
      deviceSigningSecret(root),
      root,
      enclaveKey(keys.seal, monitor.measurement, "ENCLAVE"),
      sealKey(keys.seal, context, 32),
    ];
    expect(new Set([...hexKeys(), ...others.map(bytesToHex)]).size).toBe(8);
  });

  it.each([
    ["device", simulatedDeviceRoot(43n), monitor],
    ["monitor", root, { ...monitor, measurement: bytes(2) }],
    ["debug flag", root, { ...monitor, debug: true }],
    ["security version", root, { ...monitor, securityVersion: 4 }],
  ])("gives other keys for another %s", (_, otherRoot, otherMonitor) => {
    const other = hexKeys(deriveMonitorKeys(otherRoot, otherMonitor));
    for (const key of hexKeys()) expect(other).not.toContain(key);
  });
});

describe("enclave keys", () => {
  const key = (...args: [measurement: number, type: (typeof KEY_TYPES)[number], byteLen?: number]): string =>
    bytesToHex(enclaveKey(keys.seal, bytes(args[0]), args[1], args[2]));

  it("differ by type (B17 mended), by enclave and by monitor", () => {
    expect(new Set(KEY_TYPES.map((type) => key(7, type))).size).toBe(3);
    expect(key(8, "STORAGE")).not.toBe(key(7, "STORAGE"));
    const debugging = deriveMonitorKeys(root, { ...monitor, debug: true });
    expect(bytesToHex(enclaveKey(debugging.seal, bytes(7), "STORAGE"))).not.toBe(key(7, "STORAGE"));
  });

  it("are numbered as in the call: ENCLAVE 0, STORAGE 1, ATTEST 2", () => {
    expect([...KEY_TYPES]).toEqual(["ENCLAVE", "STORAGE", "ATTEST"]);
  });

  it("have the length asked for, and a short one is not the beginning of a long one", () => {
    expect(key(7, "ENCLAVE", 1)).toHaveLength(2);
    expect(key(7, "ENCLAVE", MAX_ENCLAVE_KEY_BYTES)).toHaveLength(2 * MAX_ENCLAVE_KEY_BYTES);
    expect(key(7, "ENCLAVE", 32).startsWith(key(7, "ENCLAVE", 16))).toBe(false);
  });
});

describe("sizes out of range are RangeErrors", () => {
  it.each([
    ["seed", () => simulatedDeviceRoot(-1n), /seed is no u64/],
    ["fractional seed", () => simulatedDeviceRoot(0.5), RangeError],
    ["root", () => deriveMonitorKeys(bytes(0).subarray(1), monitor), /device root has 31 bytes/],
    [
      "monitor",
      () => deriveMonitorKeys(root, { ...monitor, measurement: new Uint8Array(0) }),
      /monitor measurement has 0 bytes/,
    ],
    ["version", () => deriveMonitorKeys(root, { ...monitor, securityVersion: 2 ** 32 }), /security version is no u32/],
    ["seal key", () => enclaveKey(new Uint8Array(16), bytes(7), "STORAGE"), /seal key has 16 bytes/],
    ["measurement", () => enclaveKey(keys.seal, new Uint8Array(33), "STORAGE"), /enclave measurement has 33 bytes/],
    ["no bytes", () => enclaveKey(keys.seal, bytes(7), "STORAGE", 0), /key length 0/],
    ["too many", () => enclaveKey(keys.seal, bytes(7), "STORAGE", MAX_ENCLAVE_KEY_BYTES + 1), /key length 8161/],
    ["half a byte", () => enclaveKey(keys.seal, bytes(7), "STORAGE", 1.5), /key length 1.5/],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});
