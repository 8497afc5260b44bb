/** `atoll disasm` lists a program and words. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildElf, text } from "../core/elf-builder.ts";
import { atoll, prebuiltPath, scratch } from "./atoll.ts";

const folder = scratch();

describe("atoll disasm", () => {
  it.each([
    ["0x00a58533", "add a0,a1,a0\n"],
    ["0x00000073", "ecall\n"],
    ["0x8082", "c.jr ra\n"],
  ])("--word %s is %s", async (word, line) => {
    expect(await atoll(["disasm", "--word", word])).toEqual({ exitCode: 0, stdout: line, stderr: "" });
  });

  it("with --isa takes words of other extensions for data", async () => {
    expect((await atoll(["disasm", "--word", "0x8082", "--isa", "rv64ic"])).stdout).toBe("c.jr ra\n");
    const { exitCode, stderr } = await atoll(["disasm", "--word", "0x8082", "--isa", "rv64im"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("0x8082 is no instruction of this machine\n");
  });

  it("lists a function, from its label to the next", async () => {
    const { stdout } = await atoll(["disasm", prebuiltPath("spin"), "--symbol", "main"]);
    expect(stdout).toMatch(/^main:\n +[0-9a-f]+: {2}[0-9a-f]{4} +c\.j 0x[0-9a-f]+\n/);
  });

  it("lists an extent without sections, and bytes that are no instruction as data", async () => {
    // ecall; 0x0000; c.li a0,0; then two bytes that begin a wide instruction which the segment does not hold
    const bytes = Uint8Array.of(0x73, 0, 0, 0, 0, 0, 1, 0x45, 0x33, 0x85);
    const elf = folder.file("data.elf", buildElf({ segments: [{ ...text(), bytes }] }));
    const listed = JSON.parse((await atoll(["disasm", elf, "--json"])).stdout);
    expect(listed.map(({ address, text }: { address: number; text: string }) => [address, text])).toEqual([
      [0x1000, "ecall"],
      [0x1004, ".half 0x0000"],
      [0x1006, "c.li a0,0"],
      [0x1008, ".half 0x8533"],
    ]);
    const one = await atoll(["disasm", elf, "--start", "0x1004", "--stop", "0x1008", "--count", "1"]);
    expect(one.stdout).toBe("    1004:  0000      .half 0x0000\n");
    const none = await atoll(["disasm", elf, "--start", "0x5000"]);
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toMatch(/nothing executable lies there\n mend: it is at 0x1000 to 0x100a\n$/);
  });

  it("does not believe a section header that reaches beyond what is loaded", async () => {
    const bytes = readFileSync(prebuiltPath("hello"));
    const sections = Number(bytes.readBigUInt64LE(40));
    // the first section behind the null section is .text; its sh_size
    bytes.writeBigUInt64LE(2n ** 63n, sections + 64 + 32);
    const { exitCode, stdout } = await atoll(["disasm", folder.file("large.elf", bytes)]);
    expect(exitCode).toBe(0);
    const last = stdout.trimEnd().split("\n").at(-1)!;
    expect(Number.parseInt(last, 16)).toBeLessThan(0x3000);
  });
});
