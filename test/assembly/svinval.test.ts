/** Svinval. RISC-V Volume II, 20240411, chapter "Svinval". */
import { describe, expect, it } from "vitest";
import { MSTATUS } from "../../assembly/csr.gen.ts";
import { MSTATUS_TVM } from "../../assembly/mstatus.ts";
import { pa } from "../../core/units.ts";
import { CODE, place, RAM, setRegisters, trapOf } from "./place.ts";
import { ALL, sv39 } from "./sv39.ts";

const DATA = pa(RAM + 0x8000);
const ILLEGAL = 2n;
const DONE = 3n;

describe("who may", () => {
  it.each([
    ["sinval.vma a0, a1", 0, false, ILLEGAL],
    ["sinval.vma a0, a1", 1, false, DONE],
    ["sinval.vma a0, a1", 1, true, ILLEGAL],
    ["sfence.w.inval", 0, false, ILLEGAL],
    ["sfence.w.inval", 1, true, DONE],
    ["sfence.inval.ir", 0, false, ILLEGAL],
    ["sfence.inval.ir", 1, true, DONE],
  ] as const)("%s in privilege %i, TVM %s", async (source, privilege, tvm, cause) => {
    const machine = await place(`${source}\n ebreak`);
    machine.writeCsr(MSTATUS, tvm ? BigInt(MSTATUS_TVM) : 0n);
    machine.privilege = privilege;
    expect(trapOf(machine).cause).toBe(cause);
  });
});

it("the sequence of the three makes a new mapping seen", async () => {
  const sequence = "sfence.w.inval\n sinval.vma t0, zero\n sfence.inval.ir";
  const machine = await place(`ld a0, 0(t0)\n sd t2, 0(t1)\n ${sequence}\n ld a1, 0(t0)\n ebreak`);
  machine.write64(DATA, 1n);
  machine.write64(pa(DATA + 4096), 2n);
  const tables = sv39(machine);
  tables.map(BigInt(CODE), CODE, ALL);
  tables.map(0x4000_0000n, DATA, ALL);
  // the entry of page 1 is a copy to take for page 0
  tables.map(0x4000_1000n, pa(DATA + 4096), ALL);
  tables.use();
  const leaf = tables.entryAt(0x4000_0000n, 0);
  tables.map(BigInt(leaf), pa(leaf - (leaf % 4096)), ALL);
  setRegisters(machine, { t0: 0x4000_0000, t1: leaf, t2: machine.read64(pa(leaf + 8)) });
  expect(trapOf(machine).cause).toBe(DONE);
  expect([machine.x[10], machine.x[11]]).toEqual([1n, 2n]);
});
