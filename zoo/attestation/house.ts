/** The mistakes of verifiers. */
import type { Defect } from "../../monitor/kernel/defect.ts";
import { witnesses } from "../detectors/witnesses.ts";
import type { House } from "../house.ts";
import { NO_VERIFIER_DEFECTS, VERIFIER_DEFECTS, type VerifierDefectId } from "./defects.ts";
import { ATTESTATION_WITNESSES } from "./witnesses.ts";

const defects = Object.fromEntries(
  Object.entries(VERIFIER_DEFECTS).map(([id, { verifier, what }]): [string, Defect] => [
    id,
    { what: `${verifier}: ${what}`, source: "ours, after Komodo reference §7.3", killedBy: ["ATT"] },
  ]),
);

export const ATTESTATION: House = {
  name: "attestation",
  defects,
  absent: NO_VERIFIER_DEFECTS,
  detectors: [witnesses((id, on) => ATTESTATION_WITNESSES[id as VerifierDefectId](on.includes(id)))],
};
