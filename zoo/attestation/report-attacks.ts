/** Signed reports that must be refused, and parties that refuse a good one. */
import { concatBytes } from "@noble/hashes/utils.js";
import { simulatedDevice, simulatedEndorsement } from "../../attest/device-chain.ts";
import { otherForm, type SigningForm, signHash } from "../../attest/penglai-signing.ts";
import { decodeReport, encodeReport, type Report, reportOf } from "../../attest/report.ts";
import { boundMeasurement } from "../../attest/signed-report.ts";
import type { ReportCheckName, ReportPolicy } from "../../attest/verify-report.ts";
import type { Attack } from "./attack.ts";
import { evidenceWith } from "./sample-evidence.ts";
import { measurement, monitor, NONCE, reportWith, SEED } from "./sample-report.ts";

export const changed = (bytes: Uint8Array, change: (report: Report) => Report): Uint8Array =>
  encodeReport(change(decodeReport(bytes)));
export const flipped = (bytes: Uint8Array): Uint8Array => bytes.with(5, bytes[5]! ^ 1);

type ReportAttack = Attack<ReportCheckName, Uint8Array, ReportPolicy>;

function attacksOn(form: SigningForm): readonly ReportAttack[] {
  const report = reportWith({ form });
  const resigned = (hash: Uint8Array, nonce = NONCE) => {
    const attacker = simulatedDevice(99n);
    return changed(report, (r) => ({
      ...r,
      nonce,
      enclave: { hash, sig: signHash(form, attacker, hash) },
    }));
  };

  return [
    ["replayed: the report of an earlier request", reportWith({ form, nonce: 1n }), {}, ["nonce-fresh"]],
    [
      "replayed, with the nonce rewritten",
      changed(reportWith({ form, nonce: 1n }), (r) => ({ ...r, nonce: NONCE })),
      {},
      ["measurement-expected"],
    ],
    ["cut", report.subarray(0, 327), {}, ["well-formed"]],
    ["extended", concatBytes(report, Uint8Array.of(0)), {}, ["well-formed"]],
    ["empty", new Uint8Array(0), {}, ["well-formed"]],
    ["re-signed with another key", resigned(boundMeasurement(measurement, NONCE)), {}, ["signature-valid"]],
    [
      "re-signed, with the other key in place of the monitor's",
      changed(resigned(boundMeasurement(measurement, NONCE)), (r) => ({
        ...r,
        sm: { ...r.sm, pub: simulatedDevice(99n).public },
      })),
      {},
      ["monitor-signed"],
    ],
    ["of another enclave", reportWith({ form, enclave: flipped(measurement) }), {}, ["measurement-expected"]],
    [
      "with another measurement written into it",
      changed(report, (r) => ({ ...r, enclave: { ...r.enclave, hash: flipped(r.enclave.hash) } })),
      {},
      ["signature-valid", "measurement-expected"],
    ],
    ["of another device", reportWith({ form, seed: 8n }), {}, ["device-endorsed"]],
    [
      "with another device's key in place of its own",
      changed(report, (r) => ({ ...r, devicePub: simulatedDevice(8n).public })),
      {},
      ["device-endorsed", "monitor-signed"],
    ],
    [
      "of another monitor",
      reportWith({ form, identity: { ...monitor, measurement: flipped(monitor.measurement) } }),
      {},
      ["monitor-expected"],
    ],
    [
      "with the trusted monitor's hash in place of its own",
      changed(reportWith({ form, identity: { ...monitor, measurement: flipped(monitor.measurement) } }), (r) => ({
        ...r,
        sm: { ...r.sm, hash: decodeReport(report).sm.hash },
      })),
      {},
      ["monitor-signed"],
    ],
    ["of a debugging monitor", reportWith({ form, identity: { ...monitor, debug: true } }), {}, ["debug-off"]],
    [
      "of an older monitor",
      reportWith({ form, identity: { ...monitor, securityVersion: 3 } }),
      {},
      ["security-version"],
    ],
    [
      "of an unknown version",
      reportWith({ form, identity: { ...monitor, securityVersion: 9 } }),
      {},
      ["monitor-expected"],
    ],
    ["in the other form", reportWith({ form: otherForm(form) }), {}, ["signing-form"]],
    ["under a MAC", encodeReport(reportOf(evidenceWith("hmac-sha256"))), {}, ["form-supported"]],
    [
      "without the enclave's signature",
      changed(report, (r) => ({ ...r, enclave: { ...r.enclave, sig: new Uint8Array(64) } })),
      {},
      ["signature-valid"],
    ],
    [
      "without the device's signature",
      changed(report, (r) => ({ ...r, sm: { ...r.sm, sig: new Uint8Array(64) } })),
      {},
      ["monitor-signed"],
    ],
    ["by a party that trusts no simulation", report, { acceptSimulated: false }, ["simulated-accepted"]],
    ["by a party that asked with another nonce", report, { nonce: NONCE + 1n }, ["nonce-fresh"]],
    [
      "by a party that trusts another manufacturer",
      report,
      { manufacturer: simulatedDevice(3n).public },
      ["device-endorsed"],
    ],
    ["by a party that knows no device", report, { endorsements: [] }, ["device-endorsed"]],
    [
      "by a party that was given an endorsement that nobody signed",
      report,
      { endorsements: [{ ...simulatedEndorsement(SEED), signature: new Uint8Array(64) }] },
      ["device-endorsed"],
    ],
  ];
}

export const REPORT_ATTACKS: Readonly<Record<SigningForm, readonly ReportAttack[]>> = {
  tvm: attacksOn("tvm"),
  pmp: attacksOn("pmp"),
};
