/**
 * Writes docs/conformance.md: which extension, how many tests, which deviations.
 * Usage: node scripts/conformance.ts [--check] REPORT..., reports being those of Vitest in JSON (--reporter=json).
 * With --check it compares instead, and ends with 1 if the document is not what the reports say.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { COMPRESSED, EXTENSIONS, INSTRUCTIONS } from "../core/isa.gen.ts";
import { DEVIATIONS } from "../test/peers/lockstep/deviations.ts";
import { type Counts, conformanceDocument, type HandRun } from "./conformance/document.ts";
import { CHAPTERS, subjectsOf } from "./conformance/test-subjects.ts";

const root = join(import.meta.dirname, "..");
const DOCUMENT = join(root, "docs/conformance.md");
const results = (file: string): string => join(root, "bench/results", file);

interface Report {
  readonly testResults: readonly {
    /** The test file. */
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

interface Lockstep {
  readonly peer: string;
  readonly commit: string;
  readonly programs: number;
  readonly instructions: number;
  readonly counted: { readonly instructions: number; readonly byExtension: Readonly<Record<string, number>> };
}

/** Any other result: totals under the names that its bench gives them. */
interface Checked {
  readonly environment: { readonly commit: string };
  readonly total: number;
}

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, "utf8")) as T;

function testsBySubject(reports: readonly Report[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { name, assertionResults } of reports.flatMap(({ testResults }) => testResults)) {
    const file = relative(join(root, "test"), name)
      .replaceAll(sep, "/")
      .replace(/\.test\.ts$/, "");
    for (const { ancestorTitles, title, status } of assertionResults) {
      if (status !== "passed") continue;
      for (const subject of subjectsOf({ file, titles: [...ancestorTitles, title] }))
        counts.set(subject, (counts.get(subject) ?? 0) + 1);
    }
  }
  return counts;
}

function rowsByExtension(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { extensions } of [...INSTRUCTIONS, ...COMPRESSED])
    for (const name of extensions) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function countsOf(reports: readonly Report[], lockstep: Lockstep): Map<string, Counts> {
  const [tests, rows] = [testsBySubject(reports), rowsByExtension()];
  // one image in eight is counted instruction by instruction; all of them are compared
  const scale = lockstep.instructions / lockstep.counted.instructions;
  return new Map(
    [...EXTENSIONS.map(({ name }) => name), ...CHAPTERS].map((name) => {
      const counted = lockstep.counted.byExtension[name];
      return [
        name,
        {
          instructions: rows.get(name) ?? 0,
          tests: tests.get(name) ?? 0,
          lockstep: counted === undefined ? undefined : Math.round(counted * scale),
        },
      ];
    }),
  );
}

const number = (value: number): string => value.toLocaleString("en-US");

function handRuns(lockstep: Lockstep): HandRun[] {
  const runs: HandRun[] = [
    {
      what: `instructions of ${number(lockstep.programs)} random programs in lock step with QEMU, without a difference`,
      count: number(lockstep.instructions),
      commit: lockstep.commit.slice(0, 7),
      file: "lockstep-qemu.json",
    },
  ];
  if (existsSync(results("fpu-check.json"))) {
    const { total, environment } = readJson<Checked>(results("fpu-check.json"));
    const what = "floating-point operations on hard operands beside the exact rational model, without a difference";
    runs.push({ what, count: number(total), commit: environment.commit, file: "fpu-check.json" });
  }
  return runs;
}

const words = process.argv.slice(2);
const files = words.filter((word) => !word.startsWith("--"));
if (files.length === 0) {
  console.error("node scripts/conformance.ts [--check] REPORT...: name the reports of npm test and npm run test:peers");
  process.exit(2);
}
const lockstep = readJson<Lockstep>(results("lockstep-qemu.json"));
const text = conformanceDocument({
  extensions: EXTENSIONS,
  counts: countsOf(
    files.map((file) => readJson<Report>(file)),
    lockstep,
  ),
  chapters: [...CHAPTERS],
  handRuns: handRuns(lockstep),
  peer: lockstep.peer,
  deviations: DEVIATIONS,
});
if (!words.includes("--check")) writeFileSync(DOCUMENT, text);
else if (!existsSync(DOCUMENT) || readFileSync(DOCUMENT, "utf8") !== text) {
  console.error("docs/conformance.md is not what the reports say: npm run conformance writes it");
  process.exitCode = 1;
}
