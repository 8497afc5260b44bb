/** `atoll trace` writes what a program executes, and finds where two traces part. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { atoll, expectFailure, prebuiltPath, scratch } from "./atoll.ts";

const folder = scratch();
const HELLO = prebuiltPath("hello");

describe("atoll trace", () => {
  it("writes Spike's form to stdout, and what the guest prints to stderr", async () => {
    const { exitCode, stdout, stderr } = await atoll(["trace", HELLO]);
    expect(exitCode).toBe(0);
    expect(stdout.split("\n")[0]).toBe("core   0: 0 0x0000000000001000 (0x00002197) x3  0x0000000000003000");
    expect(stderr).toMatch(/^hello from enclave 1\n/);
  });

  it("writes the same instructions as JSON, and to a file beside the guest's output", async () => {
    const [spike, json] = [join(folder.path, "spike.trace"), join(folder.path, "json.trace")];
    expect((await atoll(["trace", HELLO, "-o", spike])).stdout).toMatch(/^hello from enclave 1\n/);
    await atoll(["trace", HELLO, "--format", "json", "--output", json]);
    const first = JSON.parse(readFileSync(json, "utf8").split("\n")[0]!);
    expect(first).toEqual({
      hart: 0,
      privilege: "U",
      enclave: 1,
      pc: "0x1000",
      word: "0x2197",
      instruction: "auipc gp,0x2",
      registers: { x3: "0x3000" },
    });
    const { exitCode, stdout } = await atoll(["trace", "--diff", spike, json]);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^equal: 1,\d+ instructions\n$/),
    });
  });

  it("filters by address, symbol, privilege and enclave, and ends at its limit", async () => {
    const lines = async (...options: string[]): Promise<string[]> =>
      (await atoll(["trace", HELLO, ...options])).stdout.split("\n").slice(0, -1);
    expect(await lines("--range", "0x1000..0x1008")).toHaveLength(2);
    const both = await lines("--range", "main", "--range", "0x1000..0x1004", "--limit", "3");
    expect(both).toHaveLength(3);
    expect(both[0]).toContain("0x0000000000001000");
    expect(await lines("--privilege", "SM")).toEqual([]);
    expect(await lines("--enclave", "host")).toEqual([]);
    expect(await lines("--enclave", "7")).toEqual([]);
    expect(await lines("--enclave", "any", "--limit", "4")).toHaveLength(4);
    expect(await lines("--enclave", "1", "--privilege", "us", "--limit", "4")).toHaveLength(4);
  });

  it("traces a bare-metal program", async () => {
    const { stdout } = await atoll(["trace", prebuiltPath("bench-sieve"), "--firmware", "--limit", "2"]);
    expect(stdout).toMatch(/^core {3}0: 3 0x0000000080000000 /);
    expect(stdout.split("\n")).toHaveLength(3);
  });

  it("shows where two traces part", async () => {
    const trace = (await atoll(["trace", HELLO, "--limit", "50"])).stdout;
    const one = folder.file("one.trace", trace);
    const other = folder.file("other.trace", trace.replace("x4  0x0000000000002008", "x4  0x0000000000002009"));
    const { exitCode, stdout } = await atoll(["trace", "--diff", one, other, "--context", "1"]);
    expect(exitCode).toBe(1);
    expect(stdout.split("\n")).toEqual([
      "2 instructions are equal, then:",
      "    core   0: 0 0x0000000000001004 (0x80018193) x3  0x0000000000002800  addi gp,gp,-2048",
      "  - core   0: 0 0x0000000000001008 (0x00001217) x4  0x0000000000002008  auipc tp,0x1",
      "  + core   0: 0 0x0000000000001008 (0x00001217) x4  0x0000000000002009  auipc tp,0x1",
      `- is ${one} line 3, + is ${other} line 3`,
      "  x4: 0x2008, 0x2009",
      "",
    ]);
    const later = await atoll(["trace", "--diff", one, other, "--from", "0x100c"]);
    expect(later.stdout).toBe("equal: 47 instructions\n");
    const shorter = await atoll(["trace", "--diff", one, folder.file("short.trace", trace.slice(0, 200))]);
    expect(shorter.stdout).toContain("short.trace, which ends\n  one of the two ends\n");
  });

  it("compares traces with either end of line, and refuses a line without an end", async () => {
    const trace = (await atoll(["trace", HELLO, "--limit", "3"])).stdout;
    const [one, other] = [folder.file("lf.trace", trace), folder.file("crlf.trace", trace.replaceAll("\n", "\r\n"))];
    expect((await atoll(["trace", "--diff", one, other])).stdout).toBe("equal: 3 instructions\n");
    const binary = folder.file("zeros", new Uint8Array(2 ** 21));
    expectFailure(await atoll(["trace", "--diff", binary, one]), 2, /zeros: a line of more than/, /atoll trace/);
  });

  it("compares JSON lines that another tool wrote wrong", async () => {
    const good = `{"hart":0,"privilege":"U","pc":"0x4","word":"0x1","registers":{"x1":"0x2"}}\n`;
    const wrong = [
      `null\n5\n[]\n{"pc":["0x4"],"word":"0x1"}\n{"pc":"0x4","word":null}\n`,
      `{"hart":0,"privilege":"U","pc":"0x4","word":"0x1","registers":null,"read":["0x1"],"written":7}\n`,
    ].join("");
    const [one, other] = [folder.file("good.json", good), folder.file("wrong.json", wrong)];
    const { exitCode, stdout } = await atoll(["trace", "--diff", one, other]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/x1: 0x2, nothing\n$/);
  });

  it.each([
    [["--range", "0x10..0x10"], /--range "0x10\.\.0x10" holds no address/, /first\.\.end/],
    [["--range", "mian"], /no symbol "mian"/, /main/],
    [["--privilege", "H"], /--privilege "H"/, /U, S and M/],
    [["--enclave", "me"], /--enclave "me"/, /any or host/],
    [["--enclave", "any", "--firmware"], /--enclave means nothing with --firmware/, /\S/],
    [["--format", "vcd"], /--format "vcd"/, /spike/],
    [["--limit", "0"], /--limit "0"/, /\S/],
    [["--from", "0x0"], /--from belongs to --diff/, /\S/],
    [["-o", "/there/is/no/such/folder"], /--output/, /\S/],
  ])("refuses %j", async (options, what, mend) => {
    expectFailure(await atoll(["trace", HELLO, ...options]), 2, what, mend);
  });

  it.each([
    [["--diff"], /--diff compares two traces/],
    [["--diff", HELLO], /--diff compares two traces/],
    [["--diff", "one", "two"], /one: there is no such file/],
    [["--diff", folder.path, HELLO], /this is a directory/],
    [["--diff", HELLO, HELLO], /there is no instruction in this file/],
    [["--diff", HELLO, HELLO, "--limit", "3"], /--limit means nothing with --diff/],
    [["one.elf", "two.elf"], /one program is traced at a time/],
  ])("refuses %j", async (words, what) => {
    expectFailure(await atoll(["trace", ...words]), 2, what);
  });
});
