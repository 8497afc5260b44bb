/** Programs of a user's own, written here in assembly: what they say to the outside is what comes out. */
import { describe, expect, it } from "vitest";
import { assembleProgram } from "../../core/assembler.ts";
import { buildElf } from "../core/elf-builder.ts";
import { atoll, scratch } from "./atoll.ts";

const folder = scratch();
const program = (name: string, vaddr: bigint, source: string) =>
  folder.file(name, buildElf({ entry: vaddr, segments: [{ vaddr, bytes: assembleProgram(source, vaddr).bytes }] }));

/** EXIT with a value; the finisher with a code. */
const exits = (value: bigint) =>
  program(`exit-${value}.elf`, 0x1000n, `li a0, ${value}\nli a6, 0x100101\nli a7, 99\necall`);
const finishes = (code: bigint) =>
  program(`finish-${code}.elf`, 0x8000_0000n, `li t0, 0x100000\nli t1, ${(code << 16n) | 0x3333n}\nsw t1, 0(t0)`);

describe("the exit code", () => {
  it.each([
    [0n, 0],
    [1n, 1],
    [77n, 77],
    [255n, 255],
    [300n, 44],
    [256n, 1],
    [1n << 32n, 1],
    [-1n, 255],
  ])("of an enclave that ends with %s is %i", async (value, exitCode) => {
    expect(await atoll(["run", "-q", exits(value)])).toEqual({ exitCode, stdout: "", stderr: "" });
  });

  it.each([
    [3n, 3],
    [255n, 255],
    [256n, 1],
  ])("of a bare machine that fails with %s is %i", async (code, exitCode) => {
    expect(await atoll(["run", "-q", "--firmware", finishes(code)])).toEqual({ exitCode, stdout: "", stderr: "" });
  });
});

describe("standard input", () => {
  /** Prints what it reads, each character plus one, up to a "." */
  const next = program(
    "next.elf",
    0x8000_0000n,
    `li t0, 0x10000000
     li t3, 46
     again: lbu t1, 5(t0)
     andi t1, t1, 1
     beqz t1, again
     lbu t2, 0(t0)
     beq t2, t3, done
     addi t2, t2, 1
     sb t2, 0(t0)
     j again
     done: li t0, 0x100000
     li t1, 0x5555
     sw t1, 0(t0)`,
  );

  it("is typed into the UART, as it comes", async () => {
    const ended = await atoll(["run", "-q", "--firmware", next], {
      onStart: ({ stdin }) => {
        stdin?.write("HAL");
        setTimeout(() => stdin?.write("9."), 700);
      },
    });
    expect(ended).toEqual({ exitCode: 0, stdout: "IBM:", stderr: "" });
  });

  it("is there before the first instruction if it was written before", async () => {
    const ended = await atoll(["run", "-q", "--firmware", next, "--fuel", "1000"], {
      onStart: ({ stdin }) => stdin?.end("@."),
    });
    expect(ended).toEqual({ exitCode: 0, stdout: "A", stderr: "" });
  });
});
