/** `atoll run --firmware` with a kernel, a RAM disk, a device tree. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assembleProgram } from "../../core/assembler.ts";
import { flattenTree } from "../../core/device-tree.ts";
import { cellsOf, nodeAt, readTree, textsOf } from "../core/tree-reader.ts";
import { atoll, expectFailure, prebuiltPath, scratch } from "./atoll.ts";

const folder = scratch();
const RAM = 0x8000_0000n;
/** Tells the test finisher what is in t1. */
const finish = "li t2, 0x100000\n sw t1, 0(t2)\n j .";
/** Starts what the dynamic information says, as OpenSBI does but in M-mode. */
const firmware = folder.file("fw.bin", assembleProgram("ld t0, 16(a2)\n jalr zero, 0(t0)", RAM).bytes);
const kernel = (code: number): string =>
  folder.file(`kernel${code}.bin`, assembleProgram(`li t1, ${(code << 16) | 0x3333}\n ${finish}`, RAM).bytes);
const sieve = prebuiltPath("bench-sieve");
const disk = folder.file("disk", "the RAM disk");

describe("a boot", () => {
  it("starts the kernel through the firmware", async () => {
    const ended = await atoll(["run", "-q", "--firmware", firmware, "--kernel", kernel(7), "--initrd", disk]);
    expect(ended).toEqual({ exitCode: 7, stdout: "", stderr: "" });
  });

  it("writes its device tree and runs nothing", async () => {
    const path = join(folder.path, "virt.dtb");
    const words = ["run", "--firmware", firmware, "--kernel", kernel(7), "--append", "quiet", "-m", "64M"];
    expect(await atoll([...words, "--initrd", disk, "--dump-dtb", path])).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "",
    });
    const tree = readTree(readFileSync(path));
    expect(textsOf(nodeAt(tree, "/chosen"), "bootargs")).toEqual(["quiet"]);
    expect(cellsOf(nodeAt(tree, "/memory@80000000"), "reg")[3]).toBe(2 ** 26);
  });

  it("takes a device tree of the user's", async () => {
    const tree = folder.file("own.dtb", flattenTree({ name: "", properties: {} }));
    const path = join(folder.path, "again.dtb");
    await atoll(["run", "--firmware", firmware, "--dtb", tree, "--dump-dtb", path]);
    expect(readFileSync(path)).toEqual(readFileSync(tree));
  });

  const refused: readonly (readonly [string, readonly string[], RegExp, RegExp])[] = [
    ["without --firmware", ["--kernel", disk], /--kernel means nothing to an enclave/, /--firmware/],
    ["with a kernel that is none", ["--firmware", "--kernel", disk], /not an ELF file/, /\S/],
    ["with a file that is not there", ["--firmware", "--initrd", "nowhere"], /nowhere: there is no such file/, /\S/],
    ["with a tree that is none", ["--firmware", "--dtb", disk], /no flattened device tree/, /dtc/],
    ["with a tree and a command line", ["--firmware", "--dtb", disk, "--append", "x"], /of your own/, /\S/],
    ["with a kernel in the firmware's place", ["--firmware", "--kernel", sieve], /same memory/, /link one of them/],
    ["for its device tree, traced", ["--firmware", "--dump-dtb", "x", "--trace", "y"], /runs nothing/, /\S/],
    ["for its device tree, as JSON", ["--firmware", "--dump-dtb", "x", "--json"], /--json means nothing/, /\S/],
    ["with too little RAM", ["--firmware", "--kernel", firmware, "-m", "2M"], /outside RAM/, /more memory|RAM at/],
  ];
  it.each(refused)("is refused %s", async (_, words, what, mend) => {
    expectFailure(await atoll(["run", firmware, ...words]), 2, what, mend);
  });
});
