/** Loader and run loop of the untrusted side, on programs that are not what they should be. */
import { describe, expect, test } from "vitest";
import { assembleProgram } from "../../../core/assembler.ts";
import { type ElfImage, parseElf } from "../../../core/elf.ts";
import { va } from "../../../core/units.ts";
import { komodoImage, komodoMeasurementOf } from "../../../host/komodo/komodo-image.ts";
import { KomodoLoader } from "../../../host/komodo/komodo-loader.ts";
import { beginRun, runAll, turns } from "../../../host/komodo/komodo-run-loop.ts";
import { buildElf, RX } from "../../core/elf-builder.ts";
import { begin, komodoGuest, runPrograms } from "./enclaves.ts";
import { NaiveKomodo } from "./naive-komodo.ts";

function program(source: string, vaddr = 0x1000n): ElfImage {
  const { bytes } = assembleProgram(source, va(vaddr));
  return parseElf(buildElf({ entry: vaddr, segments: [{ flags: RX, vaddr, bytes }] }), "program");
}

async function endOf(source: string) {
  const loader = new KomodoLoader(await NaiveKomodo.create());
  const enclave = loader.load(komodoImage(program(source)));
  const run = beginRun(loader, enclave, [], { index: 0, count: 1 }, () => {});
  runAll(loader, [run]);
  return run.end;
}

const leave = (word: bigint) => `li a0, 0\nli a1, ${word}\necall\n`;

describe("an enclave", () => {
  test.each([0n, 7n, 0x7fff_ffffn])("that leaves with %i has ended with it", async (word) => {
    expect(await endOf(leave(word))).toEqual({ kind: "exited", value: Number(word) });
  });

  test.each([1n << 31n, (1n << 31n) | 4n, (1n << 32n) | 1n, (1n << 64n) - 1n])(
    "that asks for what there is not (%x) is stopped",
    async (word) => {
      expect(await endOf(leave(word))).toMatchObject({ kind: "stopped", why: /asks for nothing/ });
    },
  );

  test.each([["unimp"], ["ld t0, 0(zero)"], ["li t0, 0x1000\nsd t0, 0(t0)"], ["li t0, 0x300000\njr t0"]])(
    "that faults (%s) is over",
    async (source) => {
      expect(await endOf(source)).toEqual({ kind: "faulted", thread: 0 });
    },
  );

  test("whose text is longer than its page prints what is there", async () => {
    const port = await NaiveKomodo.create();
    const loader = new KomodoLoader(port);
    let printed = 0;
    const source = `li t0, 0x300000\nli t1, -1\nsw t1, 0(t0)\n${leave((1n << 31n) | 1n)}`;
    const run = beginRun(loader, loader.load(komodoImage(program(source))), [], { index: 0, count: 1 }, (text) => {
      printed += text.length;
    });
    turns(loader, [run]).next();
    expect(printed).toBe(4088);
  });
});

describe("the loader", () => {
  test("computes the measurement that the monitor stores", async () => {
    const { runs } = begin(await NaiveKomodo.create(), [["notary"]]);
    expect(komodoMeasurementOf(komodoImage(komodoGuest("notary")))).toEqual(runs[0]!.enclave.measurement);
    // The enclave itself asks the monitor whether it is true.
    expect(runPrograms(await NaiveKomodo.create(), ["notary"])[0]!.run.end).toEqual({ kind: "exited", value: 0 });
  });

  test("takes every page back, and uses it again", async () => {
    const port = await NaiveKomodo.create();
    const loader = new KomodoLoader(port);
    const image = komodoImage(komodoGuest("memory"));
    for (let round = 0; round < 30; round++) {
      const run = beginRun(loader, loader.load(image), [], { index: 0, count: 1 }, () => {});
      runAll(loader, [run]);
      expect(run.end).toEqual({ kind: "exited", value: 0 });
      loader.destroy(run.enclave);
    }
  });

  test("says what is wrong with a program that cannot be an enclave", async () => {
    expect(() => komodoImage(program("nop", 0x4000_0000n))).toThrow(/beyond the 1 GiB/);
    expect(() => komodoImage(program("nop", 0x30_0000n))).toThrow(/wanted twice/);
    expect(() => komodoImage(program("nop", 0x1f_f000n))).toThrow(/wanted twice/);
    const loader = new KomodoLoader(await NaiveKomodo.create());
    const enclave = loader.load(komodoImage(program(leave(0n))));
    const begun = (args: string[]) => beginRun(loader, enclave, args, { index: 0, count: 1 }, () => {});
    expect(() => begun(new Array(32).fill(""))).toThrow(/32 arguments/);
    expect(() => begun(["x".repeat(2047)])).toThrow(/2048 bytes/);
    expect(() => begun(["a\0b"])).toThrow(/without NUL|not what/);
  });

  test("says when the pages are used up", async () => {
    const loader = new KomodoLoader(await NaiveKomodo.create());
    const image = komodoImage(komodoGuest("hello"));
    expect(() => {
      for (let i = 0; i < 100; i++) loader.load(image);
    }).toThrow(/no secure page left/);
  });
});
