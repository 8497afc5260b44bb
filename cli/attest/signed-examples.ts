/**
 * Signed reports that are accepted and refused, as examples.ts has them for evidence under a MAC: each refused one is
 * the accepted one with one thing changed, and says beforehand which checks it must fail.
 */
import { simulatedDevice, simulatedKeyPage } from "../../attest/device-chain.ts";
import type { MonitorIdentity } from "../../attest/keys.ts";
import { signHash } from "../../attest/penglai-signing.ts";
import { decodeReport, encodeReport, type Report } from "../../attest/report.ts";
import { boundMeasurement, signedReport } from "../../attest/signed-report.ts";
import { recoverKey } from "../../attest/sm2-key-recovery.ts";
import { type ReportCheckName, type ReportPolicy, verifyReport } from "../../attest/verify-report.ts";
import { flipped, type JudgedExample, judged } from "./examples.ts";

/** Reports from real runs, and the policy of the party that asked for `genuine`. */
export interface SignedMaterial {
  readonly policy: ReportPolicy;
  /** Of the monitor and the device that `genuine` is from. */
  readonly identity: MonitorIdentity;
  readonly seed: bigint;
  /** Of the enclave. */
  readonly measurement: Uint8Array;
  readonly genuine: Uint8Array;
  /** Of the same enclave, for an earlier request. */
  readonly earlier: Uint8Array;
  /** Of another program on the same device, for this request. */
  readonly otherProgram: Uint8Array;
  /** Of the same program on a device with another root key. */
  readonly otherDevice: Uint8Array;
  /** Of the same program under a monitor without its ownership check. */
  readonly weakMonitor: Uint8Array;
  /** Of the same program under the trusted monitor in its debugging form. */
  readonly debugMonitor: Uint8Array;
  /** Of a monitor that signs in the other form. */
  readonly otherForm: Uint8Array;
  /** Of a monitor that does not sign. */
  readonly underMac: Uint8Array;
  /** Of a monitor that signs with a nonce which can be guessed (B22). */
  readonly knownNonce: Uint8Array;
  /** The guesses. */
  nonces(): Iterable<bigint>;
}

export interface SignedExample {
  readonly name: string;
  readonly report: Uint8Array;
  readonly policy: ReportPolicy;
  /** The checks that must fail, and no others. */
  readonly fails: readonly ReportCheckName[];
}

export function signedExamples(material: SignedMaterial): SignedExample[] {
  const { policy, genuine, earlier, identity, seed, measurement } = material;
  const { form, nonce } = policy;
  const sent = (name: string, report: Uint8Array, ...fails: ReportCheckName[]): SignedExample => ({
    name,
    report,
    policy,
    fails,
  });
  const changed = (
    name: string,
    report: Uint8Array,
    change: (report: Report) => Partial<Report>,
    ...fails: ReportCheckName[]
  ): SignedExample => {
    const parts = decodeReport(report);
    return sent(name, encodeReport({ ...parts, ...change(parts) }), ...fails);
  };
  const asked = (name: string, change: Partial<ReportPolicy>, ...fails: ReportCheckName[]): SignedExample => ({
    name,
    report: genuine,
    policy: { ...policy, ...change },
    fails,
  });
  /** What the device would give to another monitor. */
  const byMonitor = (other: Partial<MonitorIdentity>): Uint8Array => {
    const page = simulatedKeyPage(seed, { ...identity, ...other }, form);
    return signedReport(page, form, boundMeasurement(measurement, nonce), nonce);
  };
  const attacker = simulatedDevice(seed ^ 2n);
  const resigned = ({ enclave: { hash } }: Report): Report["enclave"] => ({
    hash,
    sig: signHash(form, attacker, hash),
  });
  return [
    sent("the enclave's own, for this request", genuine),
    sent("replay: the report of an earlier request", earlier, "nonce-fresh"),
    changed("the same with this request's nonce", earlier, () => ({ nonce }), "measurement-expected"),
    sent("cut by a byte", genuine.subarray(0, -1), "well-formed"),
    changed("re-signed with another key", genuine, (r) => ({ enclave: resigned(r) }), "signature-valid"),
    changed(
      "re-signed, with that key for the monitor's",
      genuine,
      (r) => ({ enclave: resigned(r), sm: { ...r.sm, pub: attacker.public } }),
      "monitor-signed",
    ),
    changed(
      "re-signed, and the whole chain below the device",
      genuine,
      (r) => ({ enclave: resigned(r), sm: chainOf(attacker.public, r), devicePub: attacker.public }),
      "device-endorsed",
      "monitor-signed",
    ),
    sent("another program on this device", material.otherProgram, "measurement-expected"),
    changed(
      "one bit of the enclave's hash",
      genuine,
      ({ enclave }) => ({ enclave: { ...enclave, hash: flipped(enclave.hash) } }),
      "signature-valid",
      "measurement-expected",
    ),
    changed(
      "one bit of the signature",
      genuine,
      ({ enclave }) => ({ enclave: { ...enclave, sig: flipped(enclave.sig) } }),
      "signature-valid",
    ),
    sent("this program on another device", material.otherDevice, "device-endorsed"),
    changed(
      "this device's key on the other's report",
      material.otherDevice,
      () => ({ devicePub: decodeReport(genuine).devicePub }),
      "monitor-signed",
    ),
    sent("this program under a weakened monitor", material.weakMonitor, "monitor-expected"),
    changed(
      "the trusted monitor's hash on that report",
      material.weakMonitor,
      ({ sm }) => ({ sm: { ...sm, hash: decodeReport(genuine).sm.hash } }),
      "monitor-signed",
    ),
    sent("forged with a key stolen through a bad nonce", forged(material), "monitor-expected"),
    sent("this program under a debugging monitor", material.debugMonitor, "debug-off"),
    changed(
      "the trusted monitor's hash on that one",
      material.debugMonitor,
      ({ sm }) => ({ sm: { ...sm, hash: decodeReport(genuine).sm.hash } }),
      "monitor-signed",
    ),
    sent("an older monitor", byMonitor({ securityVersion: 0 }), "security-version"),
    sent("signed in the other form", material.otherForm, "signing-form"),
    sent("under a MAC", material.underMac, "form-supported"),
    asked("a party that trusts no simulation", { acceptSimulated: false }, "simulated-accepted"),
    asked("a party that asked with another nonce", { nonce: nonce ^ 1n }, "nonce-fresh"),
  ];
}

export const judgeSigned = ({ name, report, policy, fails }: SignedExample): JudgedExample =>
  judged(name, verifyReport(report, policy), fails);

/** The attacker's key in the monitor's place, and the device's old signature beside it. */
const chainOf = (pub: Uint8Array, { sm }: Report): Report["sm"] => ({ ...sm, pub });

/**
 * What B22 is worth: one report gives the monitor's key away, and with it reports about enclaves that never ran. Only
 * that the monitor with the defect is not the trusted one keeps this one out.
 */
function forged({ knownNonce, nonces, policy: { form, nonce }, measurement }: SignedMaterial): Uint8Array {
  const report = decodeReport(knownNonce);
  const stolen = recoverKey(report.sm.pub, report.enclave.sig, nonces());
  if (stolen === null) throw new Error("a known nonce did not give the key away");
  const hash = boundMeasurement(measurement, nonce);
  return encodeReport({ ...report, nonce, enclave: { hash, sig: signHash(form, stolen, hash) } });
}
