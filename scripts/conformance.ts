/**
 * Writes docs/conformance.md: which extension, how many tests, which deviations.
 * Usage: node scripts/conformance.ts [--check] REPORT..., reports being those of Vitest in JSON (--reporter=json).
 * With --check it compares instead, and ends with 1 if the document is not what the reports say.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { COMPRESSED, EXTENSIONS, INSTRUCTIONS } from "../core/isa.gen.ts";
import { DEVIATIONS } from "../test/peers/lockstep/deviations.ts";
import { type Counts, conformanceDocument } from "./conformance/document.ts";
import { handRuns, type Lockstep, locksteps, peerName } from "./conformance/hand-runs.ts";
import { CHAPTERS, subjectsOf } from "./conformance/test-subjects.ts";

const root = join(import.meta.dirname, "..");
const DOCUMENT = join(root, "docs/conformance.md");

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

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, "utf8")) as T;

function testsBySubject(reports: readonly Report[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { name, assertionResults } of reports.flatMap(({ testResults }) => testResults)) {
    // wherever the tests ran
    const file = name
      .replaceAll(sep, "/")
      .replace(/^.*\/test\//, "")
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

/** Instructions in lock step with any peer; undefined if no peer knows the extension. */
function inLockstep(runs: readonly Lockstep[], extension: string): number | undefined {
  const counts = runs.flatMap(({ instructions, counted }) => {
    const some = counted.byExtension[extension];
    // some images are counted instruction by instruction; all of them are compared
    return some === undefined ? [] : [Math.round((some * instructions) / counted.instructions)];
  });
  return counts.length === 0 ? undefined : counts.reduce((total, count) => total + count, 0);
}

function countsOf(reports: readonly Report[], runs: readonly Lockstep[]): Map<string, Counts> {
  const [tests, rows] = [testsBySubject(reports), rowsByExtension()];
  const alone = (name: string): Counts => ({
    instructions: rows.get(name) ?? 0,
    tests: tests.get(name) ?? 0,
    lockstep: inLockstep(runs, name),
  });
  return new Map([
    ...[...CHAPTERS].map((name) => [name, alone(name)] as const),
    ...EXTENSIONS.map(({ name, implies }) => {
      // a letter for several extensions, as A or B, has what they have
      const isLetter = name.length === 1 && !rows.has(name);
      const parts = isLetter ? implies.filter(({ given }) => given.length === 0) : [];
      return [name, [alone(name), ...parts.map((part) => alone(part.name))].reduce(together)] as const;
    }),
  ]);
}

const together = (one: Counts, other: Counts): Counts => ({
  instructions: one.instructions + other.instructions,
  tests: one.tests + other.tests,
  lockstep: other.lockstep === undefined ? one.lockstep : (one.lockstep ?? 0) + other.lockstep,
});

const words = process.argv.slice(2);
const files = words.filter((word) => !word.startsWith("--"));
if (files.length === 0) {
  console.error("node scripts/conformance.ts [--check] REPORT...: name the reports of npm test and npm run test:peers");
  process.exit(2);
}
const runs = locksteps();
const text = conformanceDocument({
  extensions: EXTENSIONS,
  counts: countsOf(
    files.map((file) => readJson<Report>(file)),
    runs,
  ),
  chapters: [...CHAPTERS],
  handRuns: handRuns(),
  peers: runs.map(peerName),
  deviations: DEVIATIONS,
});
if (!words.includes("--check")) writeFileSync(DOCUMENT, text);
else if (!existsSync(DOCUMENT) || readFileSync(DOCUMENT, "utf8") !== text) {
  console.error("docs/conformance.md is not what the reports say: npm run conformance writes it");
  process.exitCode = 1;
}
