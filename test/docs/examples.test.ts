/**
 * What the documentation shows is run: every `npx atoll` line of a `sh` block, with the exit code that its comment names
 * (0 otherwise), and every `ts` block as a program.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const DOCUMENTS = ["README.md", "docs/attestation.md"];
// below the repository, so that the program finds its packages
const folder = mkdtempSync(join(root, "build/examples-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocksOf = (markdown: string): Block[] =>
  [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, text]) => ({
    language: language!,
    text: text!,
  }));

const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });

for (const document of DOCUMENTS) {
  describe(document, () => {
    const blocks = blocksOf(readFileSync(join(root, document), "utf8"));
    const lines = blocks.filter(({ language }) => language === "sh").flatMap(({ text }) => text.split("\n"));
    for (const line of lines.filter((candidate) => candidate.startsWith("npx atoll "))) {
      it(line, () => {
        const [command, comment = ""] = line.split("#") as [string, string?];
        const wanted = Number(/exit (\d+)/.exec(comment)?.[1] ?? 0);
        const { status, stderr } = run("bin/atoll.js", ...command.trim().split(/\s+/).slice(2));
        expect(status, stderr).toBe(wanted);
      });
    }
    for (const [index, { text }] of blocks.filter(({ language }) => language === "ts").entries()) {
      it(`program ${index + 1}`, () => {
        const file = join(folder, `${document.replaceAll(/\W/g, "-")}-${index}.ts`);
        writeFileSync(file, text.replaceAll('from "atoll"', `from "${join(root, "index.ts")}"`));
        const { status, stdout, stderr } = run(file);
        expect(status, stderr).toBe(0);
        const promised = [...text.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, output]) => output);
        expect(stdout.trim().split("\n")).toEqual(promised);
      });
    }
  });
}

it("finds examples at all", () => {
  const markdown = readFileSync(join(root, "README.md"), "utf8");
  expect(markdown).toContain("npx atoll run");
  expect(blocksOf(markdown).map(({ language }) => language)).toContain("ts");
});
