/**
 * The offline verifier of signed 328-byte reports: appraises one against a policy, by named checks (appraise.ts).
 *
 * It needs no key that is secret, unlike verify.ts: the manufacturer's public key, its endorsements, and reference values
 * for monitors and enclaves. Nothing in a report says in which form it is signed, so the policy does; a report in the
 * other form fails the check of that name, not that of a forged signature. A report under a MAC is another kind of
 * evidence and is refused as such.
 *
 * Source: Penglai reference §6.7, §7 ("Verifier checks"). Not modelled: revocation, expiry, several manufacturers.
 */
import { equalBytes } from "@noble/ciphers/utils.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { type Appraisal, appraise, onlyFailed, passedFirst, type Verdict } from "./appraise.ts";
import { type DeviceEndorsement, isEndorsed, isSimulated, monitorHash, monitorStatement } from "./device-chain.ts";
import type { MonitorIdentity } from "./keys.ts";
import { otherForm, type SigningForm, verifyHash } from "./penglai-signing.ts";
import { decodeReport, isSigned, REPORT_BYTES, type Report } from "./report.ts";

/** What a relying party accepts. @spec RFC 9334, "Appraisal Policy for Evidence" */
export interface ReportPolicy {
  /** Laboratories and tests say true; nobody who protects anything does. */
  readonly acceptSimulated: boolean;
  /** In which the device and the monitor sign. */
  readonly form: SigningForm;
  /** The root of the chain, 64 bytes. */
  readonly manufacturer: Uint8Array;
  /** The devices that are known. */
  readonly endorsements: readonly DeviceEndorsement[];
  /** Reference values: the monitors that are known, of any security version; their debug flag does not count. */
  readonly monitors: readonly MonitorIdentity[];
  /** Lowest acceptable security version of the monitor. */
  readonly minSecurityVersion: number;
  readonly acceptDebug: boolean;
  /** Reference values: what encl.hash must be for a nonce. `boundMeasurement` of an enclave, for reports of ATTEST. */
  readonly enclaves: readonly ((nonce: bigint) => Uint8Array)[];
  /** The nonce of this very request, u64. */
  readonly nonce: bigint;
}

/** The checks, in the order in which they are made. */
export type ReportCheckName =
  | "well-formed"
  | "form-supported"
  | "simulated-accepted"
  | "device-endorsed"
  | "monitor-signed"
  | "monitor-expected"
  | "security-version"
  | "debug-off"
  | "signing-form"
  | "signature-valid"
  | "measurement-expected"
  | "nonce-fresh";

export type ReportVerdict = Verdict<ReportCheckName>;

/** A report, and what signatures and reference values say about it; each looked up once. */
interface Read extends Report {
  /** In which form the device's signature is valid, the policy's first. */
  readonly deviceForm: SigningForm | undefined;
  /** In which form the monitor's signature is valid. */
  readonly monitorForm: SigningForm | undefined;
  /** Which of the known monitors sm.hash is, with its debug flag. */
  readonly identity: MonitorIdentity | undefined;
}

const APPRAISALS: readonly Appraisal<ReportCheckName, Read, ReportPolicy>[] = [
  {
    name: "simulated-accepted",
    explain: (_, p) =>
      `the manufacturer is ${isSimulated(p.manufacturer) ? "" : "not "}the simulated one, whose key is public; the policy ${p.acceptSimulated ? "accepts" : "does not accept"} it`,
    holds: (_, p) => p.acceptSimulated || !isSimulated(p.manufacturer),
  },
  {
    name: "device-endorsed",
    explain: (r) => `dev_pub ${short(r.devicePub)} must be a device that the manufacturer endorses`,
    holds: (r, p) => p.endorsements.some((e) => equalBytes(e.devicePub, r.devicePub) && isEndorsed(e, p.manufacturer)),
  },
  {
    name: "monitor-signed",
    explain: () => "sm.sig must be dev_pub's signature over sm.hash and sm.pub",
    holds: ({ deviceForm }) => deviceForm !== undefined,
  },
  {
    name: "monitor-expected",
    explain: (r) => `sm.hash is ${bytesToHex(r.sm.hash)}, which must be that of a trusted monitor`,
    holds: ({ identity }) => identity !== undefined,
  },
  {
    name: "security-version",
    explain: ({ identity }, p) =>
      `the monitor's security version is ${identity?.securityVersion ?? "unknown"}, at least ${p.minSecurityVersion} is wanted`,
    holds: ({ identity }, p) => identity === undefined || identity.securityVersion >= p.minSecurityVersion,
  },
  {
    name: "debug-off",
    explain: (r, p) => `debug is ${debugOf(r)}, the policy ${p.acceptDebug ? "allows" : "forbids"} it`,
    holds: (r, p) => p.acceptDebug || debugOf(r) !== "on",
  },
  {
    name: "signing-form",
    explain: (r, p) =>
      isInOtherForm(r, p)
        ? `signed in the form "${otherForm(p.form)}", the policy wants "${p.form}"`
        : `not signed in another form than "${p.form}"`,
    holds: (r, p) => !isInOtherForm(r, p),
  },
  {
    name: "signature-valid",
    explain: () => "encl.sig must be sm.pub's signature over encl.hash",
    holds: ({ monitorForm }) => monitorForm !== undefined,
  },
  {
    name: "measurement-expected",
    explain: (r) =>
      `encl.hash is ${bytesToHex(r.enclave.hash)}, which must be that of an expected enclave and nonce ${r.nonce}`,
    holds: (r, p) => p.enclaves.some((hashFor) => equalBytes(hashFor(r.nonce), r.enclave.hash)),
  },
  {
    name: "nonce-fresh",
    explain: (r, p) => `nonce is ${r.nonce}, this request has ${p.nonce}`,
    holds: (r, p) => r.nonce === p.nonce,
  },
];

/**
 * Appraises a report. Bytes that are no signed report fail that one check, and the others are not made.
 * @param bytes from anybody
 * @param skipped checks that a defective verifier leaves out (bug zoo)
 * @returns every check with its outcome; throws for no bytes
 */
export function verifyReport(
  bytes: Uint8Array,
  policy: ReportPolicy,
  skipped?: ReadonlySet<ReportCheckName>,
): ReportVerdict {
  if (bytes.length !== REPORT_BYTES) {
    return onlyFailed("well-formed", `a report has ${REPORT_BYTES} bytes, this has ${bytes.length}`);
  }
  const report = decodeReport(bytes);
  if (!isSigned(report)) {
    return onlyFailed(
      "form-supported",
      "there are no signatures: evidence under a MAC, which verifyEvidence appraises",
    );
  }
  const verdict = passedFirst(
    "form-supported",
    "there are signatures",
    appraise(APPRAISALS, read(report, policy), policy, skipped),
  );
  return passedFirst("well-formed", `there are ${REPORT_BYTES} bytes`, verdict);
}

function read(report: Report, { form, monitors }: ReportPolicy): Read {
  const { sm, enclave, devicePub } = report;
  const formOf = (key: Uint8Array, hash: Uint8Array, signature: Uint8Array): SigningForm | undefined =>
    [form, otherForm(form)].find((candidate) => verifyHash(candidate, key, hash, signature));
  return {
    ...report,
    deviceForm: formOf(devicePub, monitorStatement(sm.hash, sm.pub), sm.sig),
    monitorForm: formOf(sm.pub, enclave.hash, enclave.sig),
    identity: monitors
      .flatMap((known) => [false, true].map((debug) => ({ ...known, debug })))
      .find((identity) => equalBytes(monitorHash(identity), sm.hash)),
  };
}

const isInOtherForm = ({ deviceForm, monitorForm }: Read, { form }: ReportPolicy): boolean =>
  [deviceForm, monitorForm].includes(otherForm(form));

function debugOf({ identity }: Read): "on" | "off" | "unknown" {
  if (identity === undefined) return "unknown";
  return identity.debug ? "on" : "off";
}

const short = (bytes: Uint8Array): string => `${bytesToHex(bytes.subarray(0, 8))}…`;
