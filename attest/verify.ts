/**
 * The verifier of evidence under a MAC: appraises it against a policy and says, check by check, what it found
 * (appraise.ts). Reports under signatures have their own: verify-report.ts. The keys are derived from the monitor that the
 * evidence *claims*, so a false claim about the monitor also breaks the MAC.
 *
 * Simulated evidence is accepted only where the policy says so, and no other evidence is ever accepted: this verifier
 * knows no real hardware. Not modelled: certificates, revocation, expiry, freshness by timestamp or epoch.
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import { type Appraisal, appraise, onlyFailed, passedFirst, type Verdict as VerdictOf } from "./appraise.ts";
import { checkEvidence, EVIDENCE_PROFILE, type Evidence, encodeClaims } from "./evidence.ts";
import { EvidenceError } from "./evidence-error.ts";
import type { MonitorIdentity } from "./keys.ts";
import { EVIDENCE, isMacAlgorithm, type MacAlgorithm, verify } from "./mac.ts";

/** What a relying party accepts. @spec RFC 9334, "Appraisal Policy for Evidence" */
export interface Policy {
  /** Laboratories and tests say true; nobody who protects anything does. */
  readonly acceptSimulated: boolean;
  readonly algorithms: readonly MacAlgorithm[];
  /** Reference values: the monitors that are trusted. */
  readonly monitors: readonly Uint8Array[];
  /** Lowest acceptable security version of the monitor. */
  readonly minSecurityVersion: number;
  readonly acceptDebug: boolean;
  /** Reference values: the enclaves that are expected. A monitor that reports H(measurement, nonce) as Penglai's does wants `bindNonce` of them here. */
  readonly measurements: readonly Uint8Array[];
  /** The nonce of this very request, or the data that the enclave must have had attested. */
  readonly data: Uint8Array;
  /** `MonitorKeys.attest` of the device for that monitor. */
  attestKey(monitor: MonitorIdentity): Uint8Array;
}

/** The checks, in the order in which they are made. */
export type CheckName =
  | "well-formed"
  | "profile-known"
  | "marked-simulated"
  | "simulated-accepted"
  | "algorithm-allowed"
  | "monitor-expected"
  | "security-version"
  | "debug-off"
  | "measurement-expected"
  | "data-fresh"
  | "mac-valid";

/** What `verifyEvidence` found. */
export type Verdict = VerdictOf<CheckName>;

const APPRAISALS: readonly Appraisal<CheckName, Evidence, Policy>[] = [
  {
    name: "profile-known",
    explain: (e) => `profile is ${e.profile}, known is ${EVIDENCE_PROFILE}`,
    holds: (e) => e.profile === EVIDENCE_PROFILE,
  },
  {
    name: "marked-simulated",
    explain: (e) => `simulated is ${e.simulated}; only simulated evidence exists here`,
    holds: (e) => e.simulated,
  },
  {
    name: "simulated-accepted",
    explain: (_, p) => `the policy ${p.acceptSimulated ? "accepts" : "does not accept"} simulated evidence`,
    holds: (_, p) => p.acceptSimulated,
  },
  {
    name: "algorithm-allowed",
    explain: (e, p) => `algorithm is ${e.algorithm}, allowed: ${p.algorithms.join(", ") || "none"}`,
    holds: (e, p) => (p.algorithms as readonly string[]).includes(e.algorithm),
  },
  {
    name: "monitor-expected",
    explain: (e, p) => `monitor measures ${bytesToHex(e.monitor.measurement)}, expected: ${listOf(p.monitors)}`,
    holds: (e, p) => isAmong(e.monitor.measurement, p.monitors),
  },
  {
    name: "security-version",
    explain: (e, p) =>
      `the monitor's security version is ${e.monitor.securityVersion}, at least ${p.minSecurityVersion} is wanted`,
    holds: (e, p) => e.monitor.securityVersion >= p.minSecurityVersion,
  },
  {
    name: "debug-off",
    explain: (e, p) =>
      `debug is ${e.monitor.debug ? "on" : "off"}, the policy ${p.acceptDebug ? "allows" : "forbids"} it`,
    holds: (e, p) => p.acceptDebug || !e.monitor.debug,
  },
  {
    name: "measurement-expected",
    explain: (e, p) => `enclave measures ${bytesToHex(e.measurement)}, expected: ${listOf(p.measurements)}`,
    holds: (e, p) => isAmong(e.measurement, p.measurements),
  },
  {
    name: "data-fresh",
    explain: (e, p) => `data is ${bytesToHex(e.data) || "empty"}, this request has ${bytesToHex(p.data) || "none"}`,
    holds: (e, p) => isAmong(e.data, [p.data]),
  },
  {
    name: "mac-valid",
    explain: (e) => `the ${e.algorithm} tag must be that of these claims under the claimed monitor's key`,
    holds: isMacValid,
  },
];

/**
 * Appraises evidence. Evidence that is not well formed fails that one check, and the others are not made.
 * @param skipped checks that a defective verifier leaves out (bug zoo)
 * @returns every check with its outcome; throws for no evidence
 */
export function verifyEvidence(evidence: Evidence, policy: Policy, skipped?: ReadonlySet<CheckName>): Verdict {
  const problem = problemOf(evidence);
  if (problem !== null) return onlyFailed("well-formed", problem);
  return passedFirst("well-formed", "every claim has its form", appraise(APPRAISALS, evidence, policy, skipped));
}

function problemOf(evidence: Evidence): string | null {
  try {
    checkEvidence(evidence);
    return null;
  } catch (error) {
    if (error instanceof EvidenceError) return error.what;
    throw error;
  }
}

function isMacValid(evidence: Evidence, policy: Policy): boolean {
  const { algorithm, measurement, mac } = evidence;
  if (!isMacAlgorithm(algorithm)) return false;
  const statement = { purpose: EVIDENCE, algorithm, measurement, data: encodeClaims(evidence) };
  return verify(policy.attestKey(evidence.monitor), statement, mac);
}

/** Public values all: no constant-time comparison needed. */
function isAmong(value: Uint8Array, references: readonly Uint8Array[]): boolean {
  const hex = bytesToHex(value);
  return references.some((reference) => bytesToHex(reference) === hex);
}

const listOf = (values: readonly Uint8Array[]): string => values.map(bytesToHex).join(", ") || "none";
