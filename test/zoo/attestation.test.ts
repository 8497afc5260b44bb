/** The mistakes of verifiers: a check that is left out lets bad evidence pass, and made it refuses it. */
import { describe, expect, it } from "vitest";
import { encodeLocalReport, verifyLocalReport } from "../../attest/local-report.ts";
import { verifyEvidence } from "../../attest/verify.ts";
import { verifyRemote } from "../../attest/verify-quote.ts";
import { verifyReport } from "../../attest/verify-report.ts";
import {
  NO_VERIFIER_DEFECTS,
  VERIFIER_DEFECTS,
  type VerifierDefectId,
  type VerifierName,
} from "../../zoo/attestation/defects.ts";
import * as local from "../../zoo/attestation/local-attacks.ts";
import * as remote from "../../zoo/attestation/remote-attacks.ts";
import { evidenceWith } from "../../zoo/attestation/sample-evidence.ts";
import { policy } from "../../zoo/attestation/sample-policy.ts";
import { policyOf, reportWith } from "../../zoo/attestation/sample-report.ts";
import { ATTESTATION_WITNESSES } from "../../zoo/attestation/witnesses.ts";

const ids = Object.keys(VERIFIER_DEFECTS) as VerifierDefectId[];

describe.each(ids)("%s", (id) => {
  it("is not made by the verifier as it is", async () => {
    expect(await ATTESTATION_WITNESSES[id](false)).toBe(false);
  });

  it(`switched on: ${VERIFIER_DEFECTS[id].what}`, async () => {
    expect(await ATTESTATION_WITNESSES[id](true)).toBe(true);
  });
});

/** What each verifier says of good evidence. */
const VERDICTS: Readonly<Record<VerifierName, () => { readonly passed: readonly { readonly name: string }[] }>> = {
  evidence: () => verifyEvidence(evidenceWith("hmac-sha256"), policy),
  report: () => verifyReport(reportWith({ form: "pmp" }), policyOf("pmp")),
  local: () => verifyLocalReport(encodeLocalReport(local.genuine), local.policy),
  remote: () => verifyRemote(remote.genuine, remote.policy),
};

it.each(Object.entries(VERDICTS))(
  "every check of the verifier of %s is a switch, or it is said why not",
  (name, verdictOf) => {
    const skipped = Object.values(VERIFIER_DEFECTS).flatMap(({ verifier, skips }) =>
      verifier === name ? [skips] : [],
    );
    const made = verdictOf().passed.map((check) => check.name);
    expect(made.filter((check) => !Object.hasOwn(NO_VERIFIER_DEFECTS, check))).toEqual(skipped);
  },
);
