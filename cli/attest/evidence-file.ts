/** Evidence in a file: JSON, binary, or the monitor's 328-byte report; which one, the bytes themselves say. */
import type { Evidence } from "../../attest/evidence.ts";
import { decodeEvidence, encodeEvidence } from "../../attest/evidence-binary.ts";
import { EvidenceError } from "../../attest/evidence-error.ts";
import { evidenceFromJson, evidenceToJson } from "../../attest/evidence-json.ts";
import { decodeReport, encodeReport, evidenceOf, REPORT_BYTES, reportOf } from "../../attest/report.ts";
import { UserError } from "../../core/user-error.ts";
import { OutputFile } from "../output-file.ts";
import { readUserFile } from "../program.ts";

const OPEN_BRACE = "{".charCodeAt(0);

/** @throws UserError if there is no such file, or no evidence in it */
export function readEvidence(path: string): Evidence {
  const bytes = new Uint8Array(readUserFile(path, "name a file with evidence, as atoll attest --write makes it"));
  try {
    if (bytes[0] === OPEN_BRACE) return evidenceFromJson(new TextDecoder().decode(bytes));
    return bytes.length === REPORT_BYTES ? evidenceOf(decodeReport(bytes)) : decodeEvidence(bytes);
  } catch (error) {
    if (error instanceof EvidenceError) throw new UserError(`${path}: ${error.what}`, error.mend);
    throw error;
  }
}

/** @param path ends in .json for JSON, in .report for a report, else binary. @throws UserError */
export function writeEvidence(path: string, evidence: Evidence): void {
  const contents = path.endsWith(".json")
    ? `${evidenceToJson(evidence)}\n`
    : path.endsWith(".report")
      ? encodeReport(reportOf(evidence))
      : encodeEvidence(evidence);
  const file = new OutputFile(path, "--write");
  try {
    file.write(contents);
    file.commit();
  } finally {
    file.discard();
  }
}
