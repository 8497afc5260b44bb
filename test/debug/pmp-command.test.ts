/** `monitor pmp` says whose an entry is, and what is left where none matches: both depend on mseccfg. */
import { beforeEach, describe, expect, it } from "vitest";
import { MSECCFG, PMPADDR0, PMPCFG0 } from "../../assembly/csr.gen.ts";
import { Machine } from "../../core/machine.ts";
import { runMonitorCommand } from "../../debug/monitor-command.ts";

let machine: Machine;
beforeEach(async () => {
  machine = await Machine.create({ mode: "firmware", ramSize: 2 ** 20 });
});

const answer = (): string[] =>
  runMonitorCommand({ machine, hart: machine.harts[0]!, hartIndex: 0 }, "pmp").split("\n").slice(0, -1);

const RLB = 4n;

describe("monitor pmp", () => {
  it.each([
    ["as at reset", 0n, "do everything"],
    ["with mseccfg.MML", 1n, "read and write"],
    ["with mseccfg.MMWP", 2n, "do nothing"],
    ["with both", 3n, "do nothing"],
  ])("without an entry, %s", (_, mseccfg, freedom) => {
    machine.writeCsr(MSECCFG, mseccfg | RLB);
    expect(answer()).toEqual([`no entry is on: M-mode may ${freedom}, S- and U-mode nothing`]);
  });

  it.each([
    [0n, ["S- and U-mode", "locked: M-mode, too"]],
    [1n, ["S- and U-mode", "M-mode"]],
  ])("with an open and a locked entry, mseccfg %d", (mseccfg, owners) => {
    machine.writeCsr(MSECCFG, mseccfg | RLB);
    machine.writeCsr(PMPADDR0, 0x2000_0000n);
    machine.writeCsr(PMPADDR0 + 1, 0x2000_1000n);
    machine.writeCsr(PMPCFG0, 0x8909n);
    const rows = answer().filter((line) => /^\d/.test(line));
    expect(rows.map((row) => row.split("r--")[1]?.trim())).toEqual(owners);
  });
});
