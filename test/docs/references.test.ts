/** Every section and every published defect that a comment cites stands in docs/references.md. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const text = (file: string): string => readFileSync(join(root, file), "utf8");
const sources = globSync("{assembly,core,hw-model,monitor,host,attest,ni,cli}/**/*.ts", { cwd: root })
  .map(text)
  .join("\n");
const references = text("docs/references.md");

/** First cells of the table below a heading; "6.1–6.4" names four sections. */
function sectionsOf(heading: string): Set<string> {
  const part = references.slice(references.indexOf(heading)).split(/\n#{2,3} /)[0]!;
  const cells = [...part.matchAll(/^\| ([\d.,– ]+?) +\|/gm)].flatMap(([, cell]) => cell!.split(", "));
  return new Set(cells.flatMap(expand));
}

function expand(cell: string): string[] {
  const [from, to] = cell.split(/ ?– ?/).map((end) => end.split(".").map(Number));
  if (to === undefined) return [cell];
  const [chapter, first] = from as [number, number];
  return Array.from({ length: to[1]! - first + 1 }, (_, i) => `${chapter}.${first + i}`);
}

/** A citation of a chapter stands for its sections. */
const isListed = (sections: ReadonlySet<string>, cited: string): boolean =>
  sections.has(cited) || [...sections].some((section) => section.startsWith(`${cited}.`));

describe.each([
  ["Penglai reference", "## The Penglai reference"],
  ["Komodo reference", "## The Komodo reference"],
])("%s", (name, heading) => {
  const cited = new Set(
    [...sources.matchAll(new RegExp(`${name} §(\\d+(?:\\.\\d+)?)`, "g"))].map(([, section]) => section!),
  );

  it("has every section that is cited", () => {
    expect(cited.size).toBeGreaterThan(5);
    const sections = sectionsOf(heading);
    expect([...cited].filter((section) => !isListed(sections, section))).toEqual([]);
  });
});

it("has every published defect that is cited", () => {
  const cited = new Set([...sources.matchAll(/\((?:[^()]*\W)?(B\d{1,2})\b/g)].map(([, defect]) => defect!));
  expect(cited.size).toBeGreaterThan(15);
  expect([...cited].filter((defect) => !references.includes(`| ${defect} `))).toEqual([]);
});
