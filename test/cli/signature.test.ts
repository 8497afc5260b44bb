/** `--signature`: what an architecture test leaves, in the form of its reference. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assembleProgram } from "../../core/assembler.ts";
import { buildElf } from "../core/elf-builder.ts";
import { atoll, expectFailure, scratch } from "./atoll.ts";

const folder = scratch();
const BASE = 0x8000_0000n;
const SIGNATURE = BASE + 0x100n;

/** Prints "x", stores two doublewords into its signature and ends the machine. */
function testProgram(symbols: Readonly<Record<string, bigint>>): Uint8Array {
  const { bytes } = assembleProgram(
    `li t0, 0x10000000
     li t1, 0x78
     sb t1, 0(t0)
     li t0, ${SIGNATURE}
     li t1, 0x1122334455667788
     sd t1, 0(t0)
     li t1, -2
     sd t1, 8(t0)
     li t0, 0x100000
     li t1, 0x5555
     sw t1, 0(t0)
     j .`,
    BASE,
  );
  return buildElf({
    segments: [{ flags: 7, vaddr: BASE, bytes }],
    symbols: Object.entries(symbols).map(([name, value]) => ({ name, value })),
  });
}

const whole = { begin_signature: SIGNATURE, end_signature: SIGNATURE + 16n };

describe("a signature", () => {
  it.each([
    [undefined, "55667788\n11223344\nfffffffe\nffffffff\n"],
    ["8", "1122334455667788\nfffffffffffffffe\n"],
    ["16", "fffffffffffffffe1122334455667788\n"],
  ])("in lines of %s bytes", async (granularity, text) => {
    const elf = folder.file("test.elf", testProgram(whole));
    const file = join(folder.path, "test.signature");
    const options = granularity === undefined ? [] : ["--signature-granularity", granularity];
    const { exitCode } = await atoll(["run", elf, "--firmware", "-q", "--signature", file, ...options]);
    expect({ exitCode, text: readFileSync(file, "utf8") }).toEqual({ exitCode: 0, text });
  });

  it.each([
    ["none", {}, ["--signature", "x"], /there is no signature/],
    ["a length of 6", { ...whole, end_signature: SIGNATURE + 6n }, ["--signature", "x"], /no range of 4-byte words/],
    ["an end before its begin", { ...whole, end_signature: SIGNATURE - 4n }, ["--signature", "x"], /no range/],
    ["no RAM", { begin_signature: 0x1000n, end_signature: 0x1010n }, ["--signature", "x"], /in RAM/],
    ["lines of 3 bytes", whole, ["--signature", "x", "--signature-granularity", "3"], /line of 3 bytes/],
    ["no file", whole, ["--signature-granularity", "4"], /belongs to --signature/],
  ] as const)("of %s is refused", async (_, symbols, options, what) => {
    const elf = folder.file("bad.elf", testProgram(symbols));
    const named = options.map((word) => (word === "x" ? join(folder.path, "bad.signature") : word));
    const ended = await atoll(["run", elf, "--firmware", "-q", ...named]);
    expectFailure(ended, 2, what);
    expect(ended.stdout, "it has not run").toBe("");
    expect(() => readFileSync(join(folder.path, "bad.signature"))).toThrow("ENOENT");
  });

  it("is for bare-metal programs", async () => {
    expectFailure(await atoll(["run", "--signature", join(folder.path, "y")]), 2, /architecture tests/, /--firmware/);
  });
});
