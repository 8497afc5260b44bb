/**
 * Each mistake of defects.ts, played: evidence that the check alone refuses is shown to the verifier that leaves it out. Harm
 * is that it accepts.
 */
import type { Verdict } from "../../attest/appraise.ts";
import { verifyLocalReport } from "../../attest/local-report.ts";
import { verifyEvidence } from "../../attest/verify.ts";
import { verifyRemote } from "../../attest/verify-quote.ts";
import { verifyReport } from "../../attest/verify-report.ts";
import type { Witness } from "../witness.ts";
import type { Attack } from "./attack.ts";
import { VERIFIER_DEFECTS, type VerifierDefect, type VerifierDefectId } from "./defects.ts";
import { EVIDENCE_ATTACKS } from "./evidence-attacks.ts";
import { policy as evidencePolicy } from "./sample-policy.ts";
import { policyOf } from "./sample-report.ts";

type Verify<Name extends string, Evidence, Policy> = (
  evidence: Evidence,
  policy: Policy,
  skipped?: ReadonlySet<Name>,
) => Verdict<Name>;

/** @throws Error if no attack is refused by that check and no other */
function isAccepted<Name extends string, Evidence, Policy>(
  verify: Verify<Name, Evidence, Policy>,
  attacks: readonly Attack<Name, Evidence, Policy>[],
  policy: Policy,
  skips: Name,
  isOn: boolean,
): boolean {
  const attack = attacks.find(([, , , refusedBy]) => refusedBy.length === 1 && refusedBy[0] === skips);
  if (attack === undefined) throw new Error(`no attack is refused by ${skips} alone`);
  const [, evidence, change] = attack;
  return verify(evidence, { ...policy, ...change }, isOn ? new Set([skips]) : undefined).failed.length === 0;
}

/** Tables with signatures in them take a moment to make and are made when they are wanted. */
async function play(defect: VerifierDefect, isOn: boolean): Promise<boolean> {
  switch (defect.verifier) {
    case "evidence":
      return isAccepted(verifyEvidence, EVIDENCE_ATTACKS, evidencePolicy, defect.skips, isOn);
    case "report": {
      const { REPORT_ATTACKS } = await import("./report-attacks.ts");
      return isAccepted(verifyReport, REPORT_ATTACKS.pmp, policyOf("pmp"), defect.skips, isOn);
    }
    case "local": {
      const { LOCAL_ATTACKS, policy } = await import("./local-attacks.ts");
      return isAccepted(verifyLocalReport, LOCAL_ATTACKS, policy, defect.skips, isOn);
    }
    case "remote": {
      const { REMOTE_ATTACKS, policy } = await import("./remote-attacks.ts");
      return isAccepted(verifyRemote, REMOTE_ATTACKS, policy, defect.skips, isOn);
    }
  }
}

export const ATTESTATION_WITNESSES = Object.fromEntries(
  Object.entries(VERIFIER_DEFECTS).map(([id, defect]) => [id, (isOn: boolean) => play(defect, isOn)]),
) as Readonly<Record<VerifierDefectId, Witness>>;
