/** Evidence in a file: JSON, binary, or the monitor's 328-byte report; which one, the bytes themselves say. */
import type { Evidence } from "../../attest/evidence.ts";
import { decodeEvidence, encodeEvidence } from "../../attest/evidence-binary.ts";
import { EvidenceError } from "../../attest/evidence-error.ts";
import { evidenceFromJson, evidenceToJson } from "../../attest/evidence-json.ts";
import { decodeReport, encodeReport, evidenceOf, isSigned, REPORT_BYTES, reportOf } from "../../attest/report.ts";
import { UserError } from "../../core/user-error.ts";
import { OutputFile } from "../output-file.ts";
import { readUserFile } from "../program.ts";

const OPEN_BRACE = "{".charCodeAt(0);

/** @returns the bytes of a file that should hold evidence. @throws UserError if there is no such file */
export const readEvidenceFile = (path: string): Uint8Array =>
  new Uint8Array(readUserFile(path, "name a file with evidence, as atoll attest --write makes it"));

/** @param path that the bytes are from. @throws UserError if there is no evidence under a MAC in them */
export function evidenceIn(bytes: Uint8Array, path: string): Evidence {
  try {
    if (bytes[0] === OPEN_BRACE) return evidenceFromJson(new TextDecoder().decode(bytes));
    if (bytes.length !== REPORT_BYTES) return decodeEvidence(bytes);
    const report = decodeReport(bytes);
    if (!isSigned(report)) return evidenceOf(report);
  } catch (error) {
    if (error instanceof EvidenceError) throw new UserError(`${path}: ${error.what}`, error.mend);
    throw error;
  }
  throw new UserError(
    `${path}: the report is signed, in a form that it does not state`,
    "add --form tvm or --form pmp",
  );
}

/** @param path ends in .report. @throws UserError */
export function writeReport(path: string, report: Uint8Array): void {
  if (!path.endsWith(".report"))
    throw new UserError(`${path}: a signed report has no other form than its 328 bytes`, "name a file *.report");
  write(path, report);
}

/** @param path ends in .json for JSON, in .report for a report, else binary. @throws UserError */
export function writeEvidence(path: string, evidence: Evidence): void {
  const contents = path.endsWith(".json")
    ? `${evidenceToJson(evidence)}\n`
    : path.endsWith(".report")
      ? encodeReport(reportOf(evidence))
      : encodeEvidence(evidence);
  write(path, contents);
}

function write(path: string, contents: string | Uint8Array): void {
  const file = new OutputFile(path, "--write");
  try {
    file.write(contents);
    file.commit();
  } finally {
    file.discard();
  }
}
