/** Loader and run loop of the untrusted side, on programs that are not what they should be. */
import { describe, expect, test } from "vitest";
import { assembleProgram } from "../../../core/assembler.ts";
import { type ElfImage, parseElf } from "../../../core/elf.ts";
import { va } from "../../../core/units.ts";
import { ArmLoader } from "../../../host/komodo/arm-loader.ts";
import { komodoImage } from "../../../host/komodo/komodo-image.ts";
import { KomodoProgram, type KomodoProgramOptions, runAll } from "../../../host/komodo/komodo-program.ts";
import { buildElf, RX } from "../../core/elf-builder.ts";
import { granted } from "../../host/machine-fixture.ts";
import { begin, komodoGuest } from "./enclaves.ts";
import { NaiveKomodo } from "./naive-komodo.ts";

function program(source: string, vaddr = 0x1000n): ElfImage {
  const { bytes } = assembleProgram(source, va(vaddr));
  return parseElf(buildElf({ entry: vaddr, segments: [{ flags: RX, vaddr, bytes }] }), "program");
}

/** @returns what becomes of it, and a loader to look at */
async function started(source: string, options: KomodoProgramOptions = {}) {
  const loader = new ArmLoader(await NaiveKomodo.create());
  return new KomodoProgram(loader, granted(loader.load(komodoImage(program(source)))), options);
}

async function endOf(source: string) {
  const enclave = await started(source);
  runAll([enclave]);
  return enclave.outcome.end;
}

const leave = (word: bigint) => `li a0, 0\nli a1, ${word}\necall\n`;

describe("an enclave", () => {
  test.each([0n, 7n, 0x7fff_ffffn])("that leaves with %i has ended with it", async (word) => {
    expect(await endOf(leave(word))).toEqual({ kind: "exited", value: word });
  });

  test.each([(1n << 31n) | 3n, (1n << 32n) | 1n, (1n << 64n) - 1n])(
    "that asks for what there is not (%x) is stopped",
    async (word) => {
      expect(await endOf(leave(word))).toMatchObject({
        kind: "killed",
        refusal: { explanation: expect.stringContaining("asks for nothing") },
      });
    },
  );

  test.each([["unimp"], ["ld t0, 0(zero)"], ["li t0, 0x1000\nsd t0, 0(t0)"], ["li t0, 0x300000\njr t0"]])(
    "that faults (%s) is over",
    async (source) => {
      expect(await endOf(source)).toMatchObject({ kind: "killed", refusal: { value: 10n } });
    },
  );

  test("whose text is longer than its page prints what is there", async () => {
    let printed = 0;
    const source = `li t0, 0x300000\nli t1, -1\nsw t1, 0(t0)\n${leave((1n << 31n) | 1n)}`;
    const enclave = await started(source, { onOutput: (text) => (printed += text.length) });
    enclave.sliceInSteps().next();
    expect(printed).toBe(4088);
  });
});

describe("the loader", () => {
  test("takes every page back, and uses it again", async () => {
    const port = await NaiveKomodo.create();
    for (let round = 0; round < 30; round++) {
      const { programs } = begin(port, [["memory"]]);
      runAll(programs);
      expect(programs[0]!.outcome.end).toEqual({ kind: "exited", value: 0n });
    }
  });

  test("says what is wrong with a program that cannot be an enclave", async () => {
    expect(() => komodoImage(program("nop", 0x4000_0000n))).toThrow(/beyond the 1 GiB/);
    expect(() => komodoImage(program("nop", 0x30_0000n))).toThrow(/wanted twice/);
    expect(() => komodoImage(program("nop", 0x1f_f000n))).toThrow(/wanted twice/);
    await expect(started("nop", { args: new Array(32).fill("") })).rejects.toThrow(/32 arguments/);
    await expect(started("nop", { args: ["x".repeat(2047)] })).rejects.toThrow(/2048 bytes/);
    await expect(started("nop", { args: ["a\0b"] })).rejects.toThrow(/not what/);
  });

  test("says when the pages are used up", async () => {
    const loader = new ArmLoader(await NaiveKomodo.create());
    const image = komodoImage(komodoGuest("hello"));
    expect(() => {
      for (let i = 0; i < 100; i++) loader.load(image);
    }).toThrow(/no secure page left/);
  });
});
