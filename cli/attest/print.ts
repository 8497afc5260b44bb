/** Verdicts as tables and as JSON. */

import type { Verdict } from "../../attest/appraise.ts";
import type { Evidence } from "../../attest/evidence.ts";
import { evidenceToJson } from "../../attest/evidence-json.ts";
import { encodeLocalReport } from "../../attest/local-report.ts";
import type { Program } from "../program.ts";
import { hexOf } from "../quantities.ts";
import { print, printJson, say, styledData, table } from "../terminal.ts";
import type { JudgedExample } from "./examples.ts";
import type { LocalMaterial } from "./local-examples.ts";
import type { SignedMaterial } from "./signed-examples.ts";

const VERDICT_COLUMN = 1;

export function printExamples(
  { path }: Program,
  evidence: Evidence,
  judged: readonly JudgedExample[],
  isJson: boolean,
): void {
  if (isJson) {
    printJson({ program: path, evidence: JSON.parse(evidenceToJson(evidence)), examples: judged });
    return;
  }
  say(`evidence of ${path}, measured ${hexOf(evidence.measurement)} (${evidence.algorithm}, simulated)`);
  printTable(judged);
}

export function printSignedExamples(
  { path }: Program,
  { measurement, genuine, policy }: SignedMaterial,
  judged: readonly JudgedExample[],
  isJson: boolean,
): void {
  if (isJson) {
    printJson({ program: path, form: policy.form, report: hexOf(genuine), examples: judged });
    return;
  }
  say(`report of ${path}, measured ${hexOf(measurement)} (SM2, form ${policy.form}, simulated)`);
  printTable(judged);
}

export function printLocalExamples(
  { path }: Program,
  { genuine }: LocalMaterial,
  judged: readonly JudgedExample[],
  isJson: boolean,
): void {
  if (isJson) {
    printJson({ program: path, message: hexOf(encodeLocalReport(genuine)), examples: judged });
    return;
  }
  say(`words of ${path} to its like, measured ${hexOf(genuine.from)} (Komodo's MAC, simulated)`);
  printTable(judged);
}

function printTable(judged: readonly JudgedExample[]): void {
  const rows = judged.map(({ example, verdict, failed, isAsForetold }) => [
    example,
    verdict,
    `${failed.map(({ name }) => name).join(", ")}${isAsForetold ? "" : " (not as foretold)"}`,
  ]);
  const heading = ["example", "verdict", "failed checks"];
  const styleOf = (cell: string, row: number, column: number): string => {
    if (row === 0) return styledData("dim", cell);
    return column === VERDICT_COLUMN ? styledData(cell === "accepted" ? "green" : "red", cell) : cell;
  };
  for (const row of table([heading, ...rows], styleOf)) print(row);
}

/** One verdict, check by check. */
export function printVerdict(path: string, { failed, passed }: Verdict<string>, isJson: boolean): void {
  const verdict = failed.length === 0 ? "accepted" : "refused";
  if (isJson) {
    printJson({ evidence: path, verdict, failed, passed });
    return;
  }
  print(`${styledData(failed.length === 0 ? "green" : "red", verdict)}  ${path}`);
  const rows = [
    ...passed.map(({ name, explanation }) => ["✓", name, explanation]),
    ...failed.map(({ name, explanation }) => ["✗", name, explanation]),
  ];
  for (const row of table(rows)) print(row);
}
