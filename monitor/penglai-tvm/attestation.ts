/**
 * What the monitor needs from attestation, and the simulated device that provides it: measurement by page walk, 328-byte
 * reports under a MAC or under SM2 signatures, enclave keys, random bytes. Penglai reference §7; the formats and key hierarchy are attest/'s.
 *
 * A monitor with a defence off or a defect on is another monitor: its identity, and with it every key and report, differs.
 * Fixed: one key per type (B17), reports never change the stored measurement (B23), random bytes from ChaCha20
 * under a key for each draw (published: a linear congruential generator); 32 KiB of HMAC-SHA-256 took 20 ms (Node 24). Simulated: the device root comes from the run's seed.
 */
import { chacha20 } from "@noble/ciphers/chacha.js";
import { simulatedKeyPage } from "../../attest/device-chain.ts";
import { makeEvidence } from "../../attest/evidence.ts";
import { digestOf, SHA256 } from "../../attest/hash.ts";
import type { KeyPage } from "../../attest/key-page.ts";
import {
  deriveMonitorKeys,
  enclaveKey,
  KEY_TYPES,
  MAX_ENCLAVE_KEY_BYTES,
  type MonitorIdentity,
  type MonitorKeys,
  simulatedDeviceRoot,
} from "../../attest/keys.ts";
import { MACS } from "../../attest/mac.ts";
import { type Leaf, measuredDigest } from "../../attest/measure.ts";
import { ATOLL, PENGLAI_TVM } from "../../attest/measurement-profile.ts";
import { tvmKeyAsPublished } from "../../attest/penglai-keys.ts";
import { SIGNING_FORMS, type SigningForm } from "../../attest/penglai-signing.ts";
import { encodeReport, REPORT_BYTES, reportOf } from "../../attest/report.ts";
import { boundMeasurement, signedReport } from "../../attest/signed-report.ts";
import { constantNonces } from "../../attest/sm2-nonce.ts";
import type { DefectSet } from "../kernel/defect.ts";
import type { TvmDefect } from "./defects.ts";
import type { Defences } from "./defences.ts";
import { publishedRandom } from "./published-random.ts";

export const REPORT_BYTE_LEN = REPORT_BYTES;
export const MAX_KEY_BYTE_LEN = MAX_ENCLAVE_KEY_BYTES;
export const KEY_TYPE_COUNT = KEY_TYPES.length;

export interface Attestation {
  /** @param leaves ascending. @returns 32 bytes */
  measure(entry: bigint, leaves: Iterable<Leaf>): Uint8Array;
  /** @returns `REPORT_BYTE_LEN` bytes: the measurement and the nonce under the monitor's MAC or signature */
  report(measurement: Uint8Array, nonce: bigint): Uint8Array;
  /** @param type 0 to KEY_TYPE_COUNT - 1. @param byteLen 1 to MAX_KEY_BYTE_LEN */
  key(measurement: Uint8Array, type: number, byteLen: number): Uint8Array;
  /** @param draw number of the draw: the same one gives the same bytes */
  random(draw: number, byteLen: number): Uint8Array;
}

/** An Attestation, and what a verifier on the same desk may know of it. */
export interface SimulatedAttestation extends Attestation {
  readonly identity: MonitorIdentity;
  readonly keys: MonitorKeys;
}

const SECURITY_VERSION = 1;

/** What vouches for a report: a MAC of ours, or SM2 in one of Penglai's forms, of which `tvm` is this monitor's. */
export const REPORT_FORMS = ["mac", ...SIGNING_FORMS] as const;
export type ReportForm = (typeof REPORT_FORMS)[number];

/** How images are measured: as we do it, or as Penglai-TVM does, with SM3 and without permissions (§7). */
export const MEASUREMENT_NAMES = ["atoll", "penglai-tvm"] as const;
export type MeasurementName = (typeof MEASUREMENT_NAMES)[number];

/** What is absent has the default that it names. */
export interface AttestationChoices {
  /** Mistakes of the zoo that are on. None. */
  readonly defects?: DefectSet<TvmDefect>;
  /** Of reports. `mac`. */
  readonly form?: ReportForm;
  /** The monitor is a debugging one, and says so. False. */
  readonly debug?: boolean;
  /** How images are measured. `atoll`. */
  readonly measurement?: MeasurementName;
}

/**
 * @param monitorName personality and mode, part of the monitor's identity
 * @param seed u64; the same seed is the same device
 */
export function simulatedAttestation(
  monitorName: string,
  defences: Defences,
  seed: bigint,
  { defects = new Set(), form = "mac", debug = false, measurement = "atoll" }: AttestationChoices = {},
): SimulatedAttestation {
  const wrong = defects.size === 0 ? [] : [[...defects].sort()];
  const other = measurement === "atoll" ? [] : [measurement];
  const description = JSON.stringify([monitorName, Object.entries(defences).sort(), ...wrong, ...other]);
  const identity: MonitorIdentity = {
    measurement: digestOf(SHA256, new TextEncoder().encode(description)),
    debug,
    securityVersion: SECURITY_VERSION,
  };
  const root = simulatedDeviceRoot(seed);
  const keys = deriveMonitorKeys(root, identity);
  const hmac = MACS["hmac-sha256"];
  const randomKey = hmac.compute(root, new TextEncoder().encode("atoll simulated random numbers 1"));
  const measured = measurement === "atoll" ? ATOLL : PENGLAI_TVM;
  const profile = defences.measurePermissions && !defects.has("B16") ? measured : { ...measured, pteByte: 7 as const };
  const isPublished = defects.has("B17");
  return {
    identity,
    keys,
    measure: (entry, leaves) => measuredDigest({ entry, leaves, nonce: 0n }, { profile }),
    report:
      form === "mac"
        ? (measurement, nonce) =>
            encodeReport(reportOf(makeEvidence(keys.attest, "hmac-sha256", identity, measurement, u64Bytes(nonce))))
        : signer(seed, identity, form, defects),
    key: (measurement, type, byteLen) =>
      isPublished
        ? tvmKeyAsPublished(measurement, byteLen)
        : enclaveKey(keys.seal, measurement, KEY_TYPES[type]!, byteLen),
    random: (draw, byteLen) => {
      if (isPublished) return publishedRandom(draw, byteLen);
      const drawKey = hmac.compute(randomKey, u64Bytes(BigInt(draw)));
      return chacha20(drawKey, new Uint8Array(12), new Uint8Array(byteLen));
    },
  };
}

/** Secure boot fills the key page once, when the first report is asked for: nothing else reads it. */
function signer(
  seed: bigint,
  identity: MonitorIdentity,
  form: SigningForm,
  defects: DefectSet<TvmDefect>,
): Attestation["report"] {
  const nonces = defects.has("B22") ? constantNonces : undefined;
  let page: KeyPage | undefined;
  return (measurement, nonce) => {
    page ??= simulatedKeyPage(seed, identity, form);
    return signedReport(page, form, boundMeasurement(measurement, nonce), nonce, nonces);
  };
}

const u64Bytes = (...words: readonly bigint[]): Uint8Array => new Uint8Array(new BigUint64Array(words).buffer);
