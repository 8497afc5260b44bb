/** The generator as a command, and the text that it writes. */
import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assemblyScript } from "../../isa/emit-assemblyscript.ts";
import { parseExpression } from "../../isa/expression.ts";
import { generatedFiles } from "../../isa/generate.ts";
import { loadIsa } from "../../isa/isa.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

it.each([...generatedFiles(loadIsa())])("%s is what the tables say", (path, text) => {
  expect(readFileSync(join(ROOT, path), "utf8")).toBe(text);
});

describe("AssemblyScript of a meaning", () => {
  const text = (meaning: string) =>
    assemblyScript(
      parseExpression({ text: meaning, file: "t.isa", line: 1, column: 1 }, new Set(["x", "y", "i"]), "word"),
    );

  it.each([
    ["x + y", "x + y"],
    ["x >>u (y & 63)", "x >>> (y & 63)"],
    ["sext32(x) >>s i", "<i64>(<i32>(x)) >> i"],
    ["x <u y ? x : y", "<u64>x < <u64>y ? x : y"],
    ["mulh(x, y) + ~1", "mulh(x, y) + ~1"],
  ])("%s", (meaning, expected) => {
    expect(text(meaning)).toBe(expected);
  });

  it("says how wide a number on the left is, which would be 32 bits", () => {
    expect(text("1 << y == x ? x : y")).toBe("((<i64>1) << y) == x ? x : y");
  });
});

describe("node isa/generate.ts", () => {
  const folder = mkdtempSync(join(tmpdir(), "atoll-isa-"));
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(folder, "isa/generate.ts"), ...args], { encoding: "utf8" });
  beforeAll(() => {
    cpSync(join(ROOT, "isa"), join(folder, "isa"), { recursive: true });
    for (const name of ["assembly", "core", "docs"]) mkdirSync(join(folder, name));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("writes the files; --check is content then, and names a file that was changed", () => {
    expect(run("--check")).toMatchObject({ status: 1, stdout: "" });
    expect(run()).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(run("--check")).toMatchObject({ status: 0, stdout: "", stderr: "" });
    appendFileSync(join(folder, "docs/isa.md"), "\n");
    const { status, stderr } = run("--check");
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "generated files are out of date: docs/isa.md\nrun: npm run gen\n",
    });
  });

  it("says where a table is wrong, in one line, and writes nothing", () => {
    const before = readFileSync(join(folder, "docs/isa.md"), "utf8");
    const rows = readFileSync(join(folder, "isa/rv64m.isa"), "utf8").split("\n").length;
    appendFileSync(join(folder, "isa/rv64m.isa"), "mulx    R         0000001 000 0111011       x * z   7.1\n");
    const { status, stdout, stderr } = run();
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: "",
      stderr: `rv64m.isa:${rows}:49: unknown name 'z'\n`,
    });
    expect(readFileSync(join(folder, "docs/isa.md"), "utf8")).toBe(before);
  });
});
