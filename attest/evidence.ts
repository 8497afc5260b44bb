/**
 * Evidence: what the monitor states about an enclave and itself, under one MAC. "Evidence" is RFC 9334's word.
 *
 * All claims stand in one structure and one MAC covers all of them, so claims of different evidence cannot be mixed
 * (Komodo reference §7.3). Evidence of this program always claims `simulated: true`, its profile is named so and its
 * keys are derived so: it must never pass for the evidence of real hardware.
 *
 * `checkEvidence` says what is well formed; evidence-binary.ts and evidence-json.ts are the two forms it is sent in.
 * Profile and algorithm may be unknown names: refusing those is the verifier's business. Not modelled: EAT (RFC 9711),
 * signatures, a chain of certificates.
 */

import { utf8ToBytes } from "@noble/hashes/utils.js";
import { lengthPrefixed, u32le } from "./encoding.ts";
import { EvidenceError } from "./evidence-error.ts";
import type { MonitorIdentity } from "./keys.ts";
import { attest, EVIDENCE, type MacAlgorithm } from "./mac.ts";

export const EVIDENCE_PROFILE = "atoll-simulated-1";
const MEASUREMENT_BYTES = 32;
/** As in SGX and TDX reports: whoever has more to say sends its hash. */
const MAX_DATA_BYTES = 64;
const MAX_MAC_BYTES = 64;

export interface Claims {
  /** Which claims there are and how they are encoded; `EVIDENCE_PROFILE` is the only one known. */
  readonly profile: string;
  /** True: software made this up, no hardware vouches for it. */
  readonly simulated: boolean;
  /** Name of the MAC algorithm. */
  readonly algorithm: string;
  readonly monitor: MonitorIdentity;
  /** Of the enclave, 32 bytes. */
  readonly measurement: Uint8Array;
  /** What the verifier (a nonce) or the enclave (a hash of its key, say) had attested, 0 to 64 bytes. */
  readonly data: Uint8Array;
}

/** Claims and the MAC over them: what a relying party is sent. @spec RFC 9334, "Evidence" */
export interface Evidence extends Claims {
  /** Over all claims, 1 to 64 bytes. */
  readonly mac: Uint8Array;
}

/**
 * What the monitor answers to a request for evidence.
 * @param attestKey `MonitorKeys.attest` of this very monitor
 * @throws EvidenceError when a claim has the wrong size
 */
export function makeEvidence(
  attestKey: Uint8Array,
  algorithm: MacAlgorithm,
  monitor: MonitorIdentity,
  measurement: Uint8Array,
  data: Uint8Array,
): Evidence {
  const claims: Claims = { profile: EVIDENCE_PROFILE, simulated: true, algorithm, monitor, measurement, data };
  return { ...claims, mac: macOfClaims(attestKey, algorithm, claims) };
}

/** The MAC that evidence with these claims must carry. @throws EvidenceError when a claim has the wrong size */
export function macOfClaims(attestKey: Uint8Array, algorithm: MacAlgorithm, claims: Claims): Uint8Array {
  const { measurement } = claims;
  return attest(attestKey, { purpose: EVIDENCE, algorithm, measurement, data: encodeClaims(claims) });
}

/**
 * The claims in canonical form: equal bytes exactly for equal claims.
 * Fields, each with its u32 length: profile, simulated, algorithm, monitor measurement, debug, security version,
 * measurement, data.
 */
export function encodeClaims(claims: Claims): Uint8Array {
  checkClaims(claims);
  return lengthPrefixed(
    utf8ToBytes(claims.profile),
    Uint8Array.of(claims.simulated ? 1 : 0),
    utf8ToBytes(claims.algorithm),
    claims.monitor.measurement,
    Uint8Array.of(claims.monitor.debug ? 1 : 0),
    u32le(claims.monitor.securityVersion),
    claims.measurement,
    claims.data,
  );
}

/** @throws EvidenceError naming the field that is not well formed */
export function checkEvidence(evidence: Evidence): void {
  checkClaims(evidence);
  checkLength(evidence.mac, "mac", 1, MAX_MAC_BYTES);
}

function checkClaims({ profile, algorithm, monitor, measurement, data }: Claims): void {
  checkName(profile, "profile");
  checkName(algorithm, "algorithm");
  checkLength(monitor.measurement, "monitor measurement", MEASUREMENT_BYTES, MEASUREMENT_BYTES);
  if (
    !Number.isInteger(monitor.securityVersion) ||
    monitor.securityVersion < 0 ||
    monitor.securityVersion > 0xffff_ffff
  ) {
    throw new EvidenceError(
      `security version ${monitor.securityVersion} is no u32`,
      "state an integer of 0 to 4294967295",
    );
  }
  checkLength(measurement, "measurement", MEASUREMENT_BYTES, MEASUREMENT_BYTES);
  checkLength(data, "data", 0, MAX_DATA_BYTES);
}

function checkName(name: string, field: string): void {
  if (!/^[a-z0-9-]{1,64}$/.test(name)) {
    throw new EvidenceError(`${field} is no name`, "use 1 to 64 lower-case letters, digits and hyphens");
  }
}

function checkLength(bytes: Uint8Array, field: string, min: number, max: number): void {
  if (bytes.length < min || bytes.length > max) {
    const range = min === max ? `${min}` : `${min} to ${max}`;
    throw new EvidenceError(`${field} has ${bytes.length} bytes`, `send evidence whose ${field} has ${range} bytes`);
  }
}
