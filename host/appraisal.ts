/**
 * The relying party at the same desk: it knows the device's seed, the monitor that is to be trusted and the measurement
 * that it computed offline, and appraises a report against them. Terms of RFC 9334.
 */
import { simulatedEndorsement, simulatedManufacturer } from "../attest/device-chain.ts";
import { digestOf, SHA256 } from "../attest/hash.ts";
import { deriveMonitorKeys, type MonitorIdentity, simulatedDeviceRoot } from "../attest/keys.ts";
import { MAC_ALGORITHMS } from "../attest/mac.ts";
import type { SigningForm } from "../attest/penglai-signing.ts";
import { decodeReport, evidenceOf } from "../attest/report.ts";
import { boundMeasurement } from "../attest/signed-report.ts";
import { type Policy, type Verdict, verifyEvidence } from "../attest/verify.ts";
import type { ReportPolicy } from "../attest/verify-report.ts";
import type { GptMode } from "../monitor/penglai-tvm/state.ts";
import { trustedIdentity } from "../monitor/penglai-tvm.ts";

export interface Expectation {
  /** The device's. */
  readonly seed: bigint;
  readonly gpt: GptMode;
  /** As computed offline. */
  readonly measurement: Uint8Array;
  /** The nonce of this request, u64. */
  readonly nonce: bigint;
}

/** Accepts one enclave under the trusted monitor on the device of that seed, for one nonce. */
export function policyFor({ seed, gpt, measurement, nonce }: Expectation): Policy {
  const { measurement: monitor, securityVersion } = trustedIdentity(gpt);
  return {
    acceptSimulated: true,
    algorithms: MAC_ALGORITHMS,
    monitors: [monitor],
    minSecurityVersion: securityVersion,
    acceptDebug: false,
    measurements: [measurement],
    data: nonceBytes(nonce),
    attestKey: (identity) => deriveMonitorKeys(simulatedDeviceRoot(seed), identity).attest,
  };
}

/** @param report the 328 bytes of the monitor. @throws EvidenceError if they are no report */
export const appraiseReport = (report: Uint8Array, expectation: Expectation): Verdict =>
  verifyEvidence(evidenceOf(decodeReport(report)), policyFor(expectation));

export interface ReportExpectation extends Omit<Expectation, "gpt"> {
  /** Of the monitor that is to be trusted. */
  readonly identity: MonitorIdentity;
}

/** The same for a report under SM2 signatures, which needs no secret of the device. */
export function reportPolicyFor(
  { seed, identity: monitor, measurement, nonce }: ReportExpectation,
  form: SigningForm,
): ReportPolicy {
  return {
    acceptSimulated: true,
    form,
    manufacturer: simulatedManufacturer().public,
    endorsements: [simulatedEndorsement(seed)],
    // Its earlier versions are known too, so that one of them is told as old and not as unknown.
    monitors: Array.from({ length: monitor.securityVersion + 1 }, (_, securityVersion) => ({
      ...monitor,
      securityVersion,
    })),
    minSecurityVersion: monitor.securityVersion,
    acceptDebug: false,
    enclaves: [(asked) => boundMeasurement(measurement, asked)],
    nonce,
  };
}

/** A nonce must be new to each request; runs are to be repeatable, so it comes from the seed and a purpose. */
export function nonceFrom(seed: bigint, purpose: string): bigint {
  const digest = digestOf(SHA256, new TextEncoder().encode(`atoll nonce: ${purpose}`), nonceBytes(seed));
  return new DataView(digest.buffer, digest.byteOffset).getBigUint64(0, true);
}

/** u64, little-endian, as in a report. */
const nonceBytes = (nonce: bigint): Uint8Array => new Uint8Array(new BigUint64Array([nonce]).buffer);
