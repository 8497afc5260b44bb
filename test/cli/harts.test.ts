/** `--harts N --quantum N`: with --firmware every hart starts at the entry with its number in a0, else enclaves share them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assembleProgram } from "../../core/assembler.ts";
import { exitWith, SHARED, sleep } from "../assembly/harts-program.ts";
import { nodeAt, readTree } from "../core/tree-reader.ts";
import { atoll, expectFailure, scratch } from "./atoll.ts";

const folder = scratch();
const RAM = 0x8000_0000n;
/** Hart 0 exits with the sum of 1 + hartid over the harts that came by in so many cycles. */
const roll = folder.file(
  "roll.bin",
  assembleProgram(
    `li s0, ${SHARED}\n addi t0, a0, 1\n amoadd.w zero, t0, (s0)\n bnez a0, park
     li t0, 30000\n wait: addi t0, t0, -1\n bnez t0, wait\n lw a1, 0(s0)\n ${exitWith("a1")}\n ${sleep}`,
    RAM,
  ).bytes,
);

describe("--harts and --quantum", () => {
  it.each([
    [[], 1],
    [["--harts", "3"], 6],
    [["--harts", "8", "--quantum", "1"], 36],
    [["--harts", "8", "--quantum", "1e6"], 1],
  ] as const)("%j", async (words, exitCode) => {
    expect(await atoll(["run", "-q", "--firmware", roll, ...words])).toEqual({ exitCode, stdout: "", stderr: "" });
  });

  it("are in the device tree", async () => {
    const path = join(folder.path, "virt.dtb");
    await atoll(["run", "--firmware", roll, "--harts", "4", "--dump-dtb", path]);
    const cpus = nodeAt(readTree(readFileSync(path)), "/cpus");
    expect(JSON.stringify(cpus)).toContain("cpu@3");
    expect(JSON.stringify(cpus)).not.toContain("cpu@4");
  });

  const refused: readonly (readonly [string, readonly string[], RegExp, RegExp])[] = [
    ["with no hart", ["--firmware", "--harts", "0"], /--harts "0"/, /from 1 to 8: --harts 8$/m],
    ["with too many", ["--firmware", "--harts", "9"], /--harts "9"/, /from 1 to 8: --harts 8$/m],
    ["with turns of one", ["--firmware", "--quantum", "5"], /--quantum belongs to --harts/, /--harts 2/],
    ["with turns of nothing", ["--firmware", "--harts", "2", "--quantum", "0"], /--quantum "0"/, /from 1 to/],
    ["with turns too long", ["--firmware", "--harts", "2", "--quantum", "1e12"], /"1e12"/, /to 4,294,967,296/],
  ];
  it.each(refused)("are refused %s", async (_, words, what, mend) => {
    expectFailure(await atoll(["run", roll, ...words]), 2, what, mend);
  });

  it("run enclaves side by side: as many deeds, less time", async () => {
    const statistics = async (harts: string) => {
      const { exitCode, stdout } = await atoll(["run", "--forks", "8", "--harts", harts, "--quantum", "100", "--json"]);
      expect(exitCode).toBe(0);
      return JSON.parse(stdout).statistics;
    };
    const [one, four] = [await statistics("1"), await statistics("4")];
    expect(four.simInsts).toBe(one.simInsts);
    expect(one.simCycles / four.simCycles).toBeGreaterThan(2.5);
  });
});
