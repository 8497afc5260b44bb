import { describe, expect, it } from "vitest";
import { assembleProgram } from "../../core/assembler.ts";
import { bootFirmware } from "../../core/firmware.ts";
import { attachTracer } from "../../core/trace.ts";
import { loadRandom, newMachine } from "../assembly/random-machine.ts";
import { buildElf } from "../core/elf-builder.ts";
import { compareGolden, firstDivergence } from "./golden.ts";
import { TOUR } from "./tour.ts";

describe("golden traces in Spike's form", () => {
  it("a tour of the privileges and of every kind of access", async () => {
    const { bytes } = assembleProgram(TOUR, 0x8000_0000n);
    const machine = await bootFirmware(buildElf({ segments: [{ flags: 7, vaddr: 0x8000_0000n, bytes }] }));
    const lines: string[] = [];
    attachTracer(machine, (line) => lines.push(line));
    expect(machine.run(1000)).toEqual({ kind: "exit", code: 0 });
    compareGolden("tour", lines);
  });

  it.each([3, 4, 11])("random program %i, with interrupts, traps and code that changes", async (seed) => {
    const machine = await newMachine();
    loadRandom(machine, seed);
    const lines: string[] = [];
    attachTracer(machine, (line) => lines.push(line));
    machine.run(600);
    compareGolden(`random-${seed}`, lines);
  });
});

describe("a failing golden", () => {
  const line = (pc: string, word: string): string => `core   0: 3 0x00000000800000${pc} (0x${word})`;
  const golden = [line("00", "00000297"), line("04", "4505"), line("06", "00150513")];

  it("shows the first divergence, what came before, and what the instructions are", () => {
    const message = firstDivergence(golden, [golden[0]!, line("04", "4509"), golden[2]!]);
    expect(message).toBe(
      [
        "line 2 differs",
        "    core   0: 3 0x0000000080000000 (0x00000297)  auipc t0,0x0",
        "  - core   0: 3 0x0000000080000004 (0x4505)  c.li a0,1",
        "  + core   0: 3 0x0000000080000004 (0x4509)  c.li a0,2",
      ].join("\n"),
    );
  });

  it("says which of the two ends early", () => {
    expect(firstDivergence(golden, golden.slice(0, 2))).toContain("  + (ends)");
    expect(firstDivergence(golden, golden)).toBeUndefined();
  });

  it("fails when it is missing", () => {
    expect(() => compareGolden("there-is-none", [], false)).toThrow("npm run golden");
  });
});
