/**
 * The verifiers' part of the bug zoo: each check, left out. A verifier makes its checks from a table (attest/appraise.ts),
 * and a defect is a name in it that is not looked at.
 */
import type { LocalCheckName } from "../../attest/local-report.ts";
import type { CheckName } from "../../attest/verify.ts";
import type { RemoteCheckName } from "../../attest/verify-quote.ts";
import type { ReportCheckName } from "../../attest/verify-report.ts";

/** The verifiers: of evidence under a MAC, of signed reports, of other enclaves on the machine, of quotes. */
interface CheckNames {
  readonly evidence: CheckName;
  readonly report: ReportCheckName;
  readonly local: LocalCheckName;
  readonly remote: RemoteCheckName;
}

export type VerifierName = keyof CheckNames;

/** A verifier and the check that it leaves out. */
export type VerifierDefect = {
  [V in VerifierName]: {
    readonly verifier: V;
    readonly skips: CheckNames[V];
    /** What it does wrong, as a clause. */
    readonly what: string;
  };
}[VerifierName];

export const VERIFIER_DEFECTS = {
  V1: { verifier: "evidence", skips: "profile-known", what: "evidence of an unknown profile is read as ours" },
  V2: { verifier: "evidence", skips: "marked-simulated", what: "evidence may deny that it is simulated" },
  V3: { verifier: "evidence", skips: "simulated-accepted", what: "simulated evidence convinces who wants hardware" },
  V4: { verifier: "evidence", skips: "algorithm-allowed", what: "the evidence chooses its algorithm" },
  V5: { verifier: "evidence", skips: "monitor-expected", what: "any monitor is trusted" },
  V6: { verifier: "evidence", skips: "security-version", what: "a monitor that was replaced is trusted (rollback)" },
  V7: { verifier: "evidence", skips: "debug-off", what: "a debugging monitor is trusted" },
  V8: { verifier: "evidence", skips: "measurement-expected", what: "any enclave is believed" },
  V9: { verifier: "evidence", skips: "data-fresh", what: "evidence may answer another request (replay)" },
  V10: { verifier: "evidence", skips: "mac-valid", what: "the MAC is not compared" },
  V11: { verifier: "report", skips: "simulated-accepted", what: "a simulated chain convinces who wants hardware" },
  V12: { verifier: "report", skips: "device-endorsed", what: "any device key is trusted" },
  V13: { verifier: "report", skips: "monitor-signed", what: "the device's signature over the monitor is not verified" },
  V14: { verifier: "report", skips: "monitor-expected", what: "any monitor is trusted that a device signed" },
  V15: { verifier: "report", skips: "security-version", what: "a monitor that was replaced is trusted (rollback)" },
  V16: { verifier: "report", skips: "debug-off", what: "a debugging monitor is trusted" },
  V17: { verifier: "report", skips: "signing-form", what: "either form of signature is taken" },
  V18: { verifier: "report", skips: "signature-valid", what: "the monitor's signature is not verified" },
  V19: {
    verifier: "report",
    skips: "measurement-expected",
    what: "any enclave is believed, and any nonce in its hash",
  },
  V20: { verifier: "report", skips: "nonce-fresh", what: "a report may answer another request (replay)" },
  V21: { verifier: "local", skips: "direction", what: "an enclave may be shown its own words (reflection)" },
  V22: { verifier: "local", skips: "addressed-to-me", what: "words for somebody else are taken" },
  V23: { verifier: "local", skips: "nonce-fresh", what: "words of an earlier session are taken (replay)" },
  V24: { verifier: "local", skips: "measurement-expected", what: "any enclave is believed" },
  V25: { verifier: "local", skips: "mac-valid", what: "the monitor is not asked for the MAC" },
  V26: { verifier: "remote", skips: "marked-simulated", what: "a quote may deny that it is simulated" },
  V27: { verifier: "remote", skips: "simulated-accepted", what: "a simulated chain convinces who wants hardware" },
  V28: { verifier: "remote", skips: "device-endorsed", what: "a machine that nobody made is trusted" },
  V29: { verifier: "remote", skips: "device-expected", what: "any genuine machine will do (cuckoo, diversion)" },
  V30: { verifier: "remote", skips: "quoting-certified", what: "the certificate's signature is not verified" },
  V31: { verifier: "remote", skips: "quoting-expected", what: "any certified enclave may quote (local impostor)" },
  V32: { verifier: "remote", skips: "quote-signed", what: "the quote's signature is not verified" },
  V33: {
    verifier: "remote",
    skips: "one-machine",
    what: "quote and certificate may be of two machines (mix-and-match)",
  },
  V34: { verifier: "remote", skips: "monitor-expected", what: "any monitor is trusted" },
  V35: { verifier: "remote", skips: "security-version", what: "a monitor that was replaced is trusted (rollback)" },
  V36: { verifier: "remote", skips: "debug-off", what: "a debugging monitor is trusted" },
  V37: { verifier: "remote", skips: "measurement-expected", what: "any enclave is believed" },
  V38: { verifier: "remote", skips: "nonce-fresh", what: "an old nonce is taken (replay)" },
  V39: { verifier: "remote", skips: "context-bound", what: "evidence for another channel is taken (relay)" },
  V40: { verifier: "remote", skips: "key-bound", what: "any key is taken beside a genuine quote" },
  V41: { verifier: "remote", skips: "key-possessed", what: "who offers a key need not have it" },
} as const satisfies Readonly<Record<string, VerifierDefect>>;

export type VerifierDefectId = keyof typeof VERIFIER_DEFECTS;

/** Checks whose absence is no mistake that could be made here. */
export const NO_VERIFIER_DEFECTS = {
  "well-formed": "what cannot be read has no fields that another check could look at",
  "form-supported": "a report without signatures also fails monitor-signed and signature-valid",
} as const satisfies Partial<Record<CheckNames[VerifierName], string>>;
