/** A folder of tests: which files are tests, and what each kind of ending is called. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assembleProgram } from "../../core/assembler.ts";
import { faultOf, type SuiteOptions, testsOf } from "../../scripts/suite/suite.ts";
import { scratch } from "../cli/atoll.ts";
import { buildElf } from "../core/elf-builder.ts";

const BASE = 0x8000_0000n;
const SIGNATURE = BASE + 0x100n;
const OPTIONS: SuiteOptions = { flavour: "functional", fuel: 100_000, ramSize: 2 ** 24 };
const FINISH = (word: number): string => `li t0, 0x100000\nli t1, ${word}\nsw t1, 0(t0)\nj .`;
const PASS = FINISH(0x5555);
const WRITE = `li t0, ${SIGNATURE}\nli t1, 0x1122334455667788\nsd t1, 0(t0)\n`;

const program = (source: string): Uint8Array =>
  buildElf({
    segments: [{ flags: 7, vaddr: BASE, bytes: assembleProgram(source, BASE).bytes, memSize: 0x1000n }],
    symbols: [
      { name: "begin_signature", value: SIGNATURE },
      { name: "end_signature", value: SIGNATURE + 16n },
    ],
  });

const root = scratch();

function folderOf(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = mkdtempSync(join(root.path, "suite-"));
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(folder, name), contents);
  return folder;
}

/** @returns what the one test of a folder with these files is blamed for */
async function blame(files: Readonly<Record<string, Uint8Array | string>>): Promise<string | undefined> {
  const [test, ...others] = testsOf(folderOf(files));
  expect(others).toEqual([]);
  return await faultOf(test!, OPTIONS);
}

describe("the tests of a folder", () => {
  it("are its ELF files by name; sources, listings and folders are none", () => {
    const folder = folderOf({ b: program(PASS), "a.elf": program(PASS), "a.S": PASS, "b.dump": "" });
    mkdirSync(join(folder, "isa"));
    expect(testsOf(folder).map(({ name }) => name)).toEqual(["a.elf", "b"]);
  });

  it("must be there", () => {
    const folder = folderOf({ "a.S": PASS });
    expect(() => testsOf(folder)).toThrow(/no ELF file/);
    expect(() => testsOf(join(folder, "none"))).toThrow(/no folder/);
  });
});

describe("a test", () => {
  it.each([
    ["passes with exit code 0", PASS, undefined],
    ["fails with another", FINISH((7 << 16) | 0x3333), /^exit code 7$/],
    ["fails if it never ends", "j .", /still running after 100000 cycles/],
    ["fails if nothing can wake it", "wfi\nj .", /the machine stopped: idle/],
  ])("%s", async (_, source, fault) => {
    const found = await blame({ test: program(source) });
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(fault);
  });

  it("fails if it is no program for the machine", async () => {
    expect(await blame({ test: "\x7fELF but not really" })).toMatch(/test/);
  });
});

describe("a reference", () => {
  const whole = "55667788\n11223344\n00000000\n00000000\n";
  it.each([
    ["equal in words of 4 bytes", "t.reference_output", whole, undefined],
    ["equal in words of 8 bytes", "t.signature", "1122334455667788\n0000000000000000\n", undefined],
    ["equal in words of 16 bytes", "t.elf.signature", "00000000000000001122334455667788", undefined],
    ["that differs", "t.reference_output", whole.replace("11223344", "11223345"), /^line 2 .* 11223344, .* 11223345$/],
    ["that is longer", "t.reference_output", `${whole}00000000\n`, /^line 5 of the signature is missing/],
    ["that is shorter", "t.reference_output", whole.slice(0, 9), /^the signature has 4 lines, the reference 1$/],
    ["that is none", "t.reference_output", "deadbee\n", /no list of hexadecimal words/],
    ["that is empty", "t.reference_output", "", /no list of hexadecimal words/],
  ])("%s", async (_, name, reference, fault) => {
    const found = await blame({ "t.elf": program(WRITE + PASS), [name]: reference });
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(fault);
  });
});
