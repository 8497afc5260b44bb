/** Correct evidence of one monitor about one enclave, and ways to alter it. */
import { type Claims, type Evidence, macOfClaims, makeEvidence } from "../../attest/evidence.ts";
import { deriveMonitorKeys, type MonitorIdentity, simulatedDeviceRoot } from "../../attest/keys.ts";
import type { MacAlgorithm } from "../../attest/mac.ts";

export const filled = (fill: number, byteLen = 32): Uint8Array => new Uint8Array(byteLen).fill(fill);

const deviceRoot = simulatedDeviceRoot(1n);
export const monitor: MonitorIdentity = { measurement: filled(0x11), debug: false, securityVersion: 5 };
export const measurement = filled(0xee);
export const nonce = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

export const attestKey = (identity: MonitorIdentity): Uint8Array => deriveMonitorKeys(deviceRoot, identity).attest;

export const evidenceWith = (algorithm: MacAlgorithm): Evidence =>
  makeEvidence(attestKey(monitor), algorithm, monitor, measurement, nonce);

/** Other claims with the MAC that the device's monitor of that identity would give them. */
export function issued(change: Partial<Claims>): Evidence {
  const claims: Claims = { ...evidenceWith("hmac-sha256"), ...change };
  return { ...claims, mac: macOfClaims(attestKey(claims.monitor), "hmac-sha256", claims) };
}
