/**
 * What the monitor needs from attestation, and the simulated device that provides it: the measurement by page walk, 328-byte
 * reports under SM2 in the standard form, sealing keys. Penglai reference §7; formats and key hierarchy are attest/'s.
 *
 * A monitor that makes a mistake of the zoo is another monitor: its identity, and with it the key of its reports, differs.
 * Fixed: the device and its chain are there (published: only the monitor's pair, made at boot), nonces of signatures are
 * deterministic (B22), and the sealing key is one of the monitor, too, so that another monitor on the device does not get it
 * (B17, attest/penglai-keys.ts). Nobody signs enclaves: the signer in a sealing key is all zeros, as published.
 */
import { simulatedKeyPage } from "../../attest/device-chain.ts";
import { digestOf, SHA256 } from "../../attest/hash.ts";
import type { KeyPage } from "../../attest/key-page.ts";
import { deriveMonitorKeys, type MonitorIdentity, simulatedDeviceRoot } from "../../attest/keys.ts";
import { type Leaf, measuredDigest } from "../../attest/measure.ts";
import { PENGLAI_PMP } from "../../attest/measurement-profile.ts";
import { NO_SIGNER, pmpKeyAsPublished, sealKey } from "../../attest/penglai-keys.ts";
import { REPORT_BYTES } from "../../attest/report.ts";
import { boundMeasurement, signedReport } from "../../attest/signed-report.ts";
import { timerNonces } from "../../attest/sm2-nonce.ts";
import type { DefectSet } from "../kernel/defect.ts";
import { type DefectId, isOn } from "./defects.ts";

export const REPORT_BYTE_LEN = REPORT_BYTES;
/** Of a salt, and of a key. */
export const MAX_SEAL_BYTE_LEN = 32;

/** What is measured besides the pages. */
export interface MeasuredParameters {
  readonly entry: bigint;
  readonly untrustedVa: bigint;
  readonly untrustedSize: bigint;
  readonly kbufferVa: bigint;
  readonly kbufferSize: bigint;
}

export interface Attestation {
  /** @param leaves ascending. @returns 32 bytes */
  measure(parameters: MeasuredParameters, leaves: Iterable<Leaf>): Uint8Array;
  /** What a report states for a stored measurement: 32 bytes. */
  bind(measurement: Uint8Array, nonce: bigint): Uint8Array;
  /** @param hash `bind` of it. @returns `REPORT_BYTE_LEN` bytes */
  report(hash: Uint8Array, nonce: bigint): Uint8Array;
  /** @param salt 0 to 32 bytes. @param byteLen 0 to 32 */
  sealKey(measurement: Uint8Array, salt: Uint8Array, byteLen: number): Uint8Array;
}

/** An Attestation, and what a verifier on the same desk may know of it. */
export interface SimulatedAttestation extends Attestation {
  readonly identity: MonitorIdentity;
  readonly keyPage: KeyPage;
}

const SECURITY_VERSION = 1;
/** B22: "32-bit timer-seeded RNG". The timer of a machine that has just started. */
const BOOT_TIMER = 1000;

/** @param seed u64; the same seed is the same device */
export function simulatedAttestation(defects: DefectSet<DefectId>, seed: bigint): SimulatedAttestation {
  const description = JSON.stringify(["penglai-pmp", [...defects].sort()]);
  const identity: MonitorIdentity = {
    measurement: digestOf(SHA256, new TextEncoder().encode(description)),
    debug: false,
    securityVersion: SECURITY_VERSION,
  };
  // Secure boot fills the key page once, when somebody first asks for what is in it: a signature takes milliseconds.
  let filled: KeyPage | undefined;
  const keyPage = (): KeyPage => {
    filled ??= simulatedKeyPage(seed, identity, "pmp");
    return filled;
  };
  const keys = deriveMonitorKeys(simulatedDeviceRoot(seed), identity);
  const config = { defects };
  const nonces = isOn(config, "B22") ? timerNonces(BOOT_TIMER) : undefined;
  return {
    identity,
    get keyPage() {
      return keyPage();
    },
    measure: (parameters, leaves) => {
      const { entry, ...prologue } = parameters;
      const measured = isOn(config, "P18") ? 0n : entry;
      const windows = isOn(config, "P19")
        ? { untrustedVa: 0n, untrustedSize: 0n, kbufferVa: 0n, kbufferSize: 0n }
        : prologue;
      return measuredDigest({ entry: measured, prologue: windows, leaves, nonce: 0n }, { profile: PENGLAI_PMP });
    },
    bind: (measurement, nonce) => boundMeasurement(measurement, isOn(config, "P20") ? 0n : nonce),
    report: (hash, nonce) => signedReport(keyPage(), "pmp", hash, nonce, nonces),
    sealKey: (measured, alleged, byteLen) => {
      const measurement = isOn(config, "P21") ? new Uint8Array(32) : measured;
      const salt = isOn(config, "P22") ? new Uint8Array() : alleged;
      const context = { measurement, signer: NO_SIGNER, salt };
      if (isOn(config, "B17")) return pmpKeyAsPublished(keyPage().deviceSecret, context, byteLen);
      return sealKey(keys.seal, context, byteLen);
    },
  };
}
