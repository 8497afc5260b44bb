/** The measurement that the command computes is the one that the monitor makes. */
import { globSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeReport } from "../../attest/report.ts";
import { measureProgram } from "../../cli/measure/offline.ts";
import { readPrebuilt } from "../../cli/program.ts";
import { hexOf } from "../../cli/quantities.ts";
import { System } from "../../host/system.ts";
import { buildElf, RW, text } from "../core/elf-builder.ts";
import { atoll, prebuiltPath, scratch } from "./atoll.ts";

const folder = scratch();
const enclaves = globSync(prebuiltPath("*"))
  .map((path) => basename(path, ".elf"))
  .filter((name) => !name.startsWith("bench"));

describe("measured offline and by the monitor", () => {
  it("covers every prebuilt enclave", () => expect(enclaves.length).toBeGreaterThanOrEqual(10));

  it.each(enclaves)("%s, as an enclave and as a shadow", async (name) => {
    const program = readPrebuilt(name);
    const { host } = await System.create({ memory: 64 * 2 ** 20 });
    const subjects = { enclave: host.createEnclave(program.elf), shadow: host.createShadow(program.elf) };
    for (const [kind, created] of Object.entries(subjects)) {
      if (!created.ok) throw new Error(created.refusal.explanation);
      const report = created.value.attest(1n);
      if (!report.ok) throw new Error(report.refusal.explanation);
      const offline = measureProgram(program, kind as "enclave" | "shadow", "atoll").digest;
      expect(hexOf(offline)).toBe(hexOf(decodeReport(report.value).enclave.hash));
    }
  });
});

describe("atoll measure", () => {
  it("prints digest, kind and program", async () => {
    const { exitCode, stdout } = await atoll(["measure", prebuiltPath("fib")]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^[0-9a-f]{64} {2}enclave {2}.*fib\.elf\n[0-9a-f]{64} {2}shadow {3}.*fib\.elf\n$/);
  });

  it("gives each profile another digest, and logs every page", async () => {
    const measured = async (...words: string[]) =>
      JSON.parse((await atoll(["measure", "--json", prebuiltPath("fault"), ...words])).stdout);
    const digests = await Promise.all(
      ["atoll", "penglai-tvm", "penglai-pmp"].map(async (profile) => (await measured("--profile", profile)).enclave),
    );
    expect(new Set(digests).size).toBe(3);
    const { log } = await measured("--log");
    // two pages of program, sixteen of stack
    expect(log.enclave.pages).toHaveLength(18);
    const { stdout } = await atoll(["measure", "--log", prebuiltPath("fault")]);
    expect(stdout.match(/^0x[0-9a-f]{16} {2}da-u[-x]/gm)).toHaveLength(18);
  });

  const a = folder.file("a.elf", buildElf());
  it.each([
    ["itself", buildElf(), 0, /\nthe same\n$/],
    [
      "another byte",
      buildElf({ segments: [{ ...text(), bytes: Uint8Array.of(0x73, 0, 0, 0, 2, 0, 1, 0) }] }),
      1,
      /contents of page 0xffffff8000001000, byte 4 differs/,
    ],
    [
      "other permissions",
      buildElf({ segments: [{ ...text(), flags: 7 }] }),
      1,
      /permissions of page 0xffffff8000001000 differs: da-ux-rv \/ da-uxwrv/,
    ],
    [
      "one more page",
      buildElf({ segments: [text(), { flags: RW, vaddr: 0x3000n, bytes: Uint8Array.of(1) }] }),
      1,
      /page of page 0xffffff8000003000 differs: missing \/ present/,
    ],
    ["another entry", buildElf({ entry: 0x1004n }), 1, /entry differs: 0x1000 \/ 0x1004/],
  ])("--diff compares a program with %s", async (what, other, exitCode, line) => {
    const b = folder.file(`${what}.elf`, other);
    const ended = await atoll(["measure", "--diff", a, b]);
    expect(ended.stdout).toMatch(line);
    expect(ended).toMatchObject({ exitCode, stderr: "" });
  });
});
