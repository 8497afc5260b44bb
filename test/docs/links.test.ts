/** Links of the documents lead somewhere: files that exist, headings that exist. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const DOCUMENTS = globSync(["*.md", "docs/**/*.md", "guest/*.md"], { cwd: root }).sort();
const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** As GitHub makes them: lower case, no punctuation, hyphens for spaces. */
const anchorsOf = (file: string): string[] =>
  [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );

const linksOf = (file: string): { path: string; anchor: string }[] =>
  [...read(file).matchAll(/\]\(([^)#\s]*)(?:#([^)\s]*))?\)/g)]
    .filter(([, path]) => !/^https?:/.test(path!))
    .map(([, path, anchor = ""]) => ({
      path: path === "" ? file : join(dirname(file), path!),
      anchor,
    }));

describe.each(DOCUMENTS)("%s", (file) => {
  it("leads somewhere", () => {
    const dead = linksOf(file).filter(
      ({ path, anchor }) => !existsSync(join(root, path)) || (anchor !== "" && !anchorsOf(path).includes(anchor)),
    );
    expect(dead).toEqual([]);
  });
});

it("finds links at all", () => {
  expect(linksOf("README.md").map(({ path }) => path)).toContain("docs/STATUS.md");
});
