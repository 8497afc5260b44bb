/** Programs of a user's own, written here in assembly: what they say to the outside is what comes out. */
import { describe, expect, it } from "vitest";
import { assembleProgram } from "../../core/assembler.ts";
import { buildElf } from "../core/elf-builder.ts";
import { atoll, expectFailure, scratch } from "./atoll.ts";

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

  /** Sleeps until a character interrupts it, prints that one, and ends. */
  const sleeper = program(
    "sleeper.elf",
    0x8000_0000n,
    `li t0, 0xc000028
     li t1, 1
     sw t1, 0(t0)
     li t0, 0xc002000
     li t1, 0x400
     sw t1, 0(t0)
     li t0, 0x10000000
     li t1, 1
     sb t1, 1(t0)
     li t1, 0x800
     csrw mie, t1
     asleep: wfi
     lbu t2, 5(t0)
     andi t2, t2, 1
     beqz t2, asleep
     lbu t2, 0(t0)
     sb t2, 0(t0)
     li t0, 0x100000
     li t1, 0x5555
     sw t1, 0(t0)`,
  );

  it("is waited for by a machine that can do nothing without it", async () => {
    const ended = await atoll(["run", "-q", "--firmware", sleeper], {
      onStart: ({ stdin }) => setTimeout(() => stdin?.end("Z"), 1500),
    });
    expect(ended).toEqual({ exitCode: 0, stdout: "Z", stderr: "" });
  });

  it("that ends leaves such a machine stuck", async () => {
    const ended = await atoll(["run", "-q", "--firmware", sleeper], { onStart: ({ stdin }) => stdin?.end() });
    expectFailure(ended, 1, /waits at 0x[0-9a-f]+ for an interrupt that can never come/);
  });

  it("is there before the first instruction if it was written before", async () => {
    const ended = await atoll(["run", "-q", "--firmware", next, "--fuel", "1000"], {
      onStart: ({ stdin }) => stdin?.end("@."),
    });
    expect(ended).toEqual({ exitCode: 0, stdout: "A", stderr: "" });
  });
});
