/**
 * mcycle and minstret: exact at every instruction, also in the middle of a block, after traps, and when written.
 * RISC-V Volume II, 20240411, sections 3.1.10, 3.1.11 and 10.1.5; Volume I, 20240411, chapter 8.
 */
import { describe, expect, it } from "vitest";
import { HPMCOUNTER3, MCAUSE, MCOUNTEREN, MCYCLE, MEPC, MINSTRET, MTVEC, SCOUNTEREN } from "../../assembly/csr.gen.ts";
import { pa } from "../../core/units.ts";
import { CODE, openPmp, place, put, RAM, setRegisters, trapOf, x } from "./place.ts";

describe("counters", () => {
  it("count the instructions before the one that reads, in the middle of a block", async () => {
    const machine = await place("nop\n csrr a0, minstret\n nop\n nop\n csrr a1, minstret\n csrr a2, mcycle\n j .", {
      mode: "firmware",
    });
    machine.run(10);
    expect(["a0", "a1", "a2"].map((name) => x(machine, name))).toEqual([1n, 4n, 5n]);
  });

  it("do not count an instruction that traps", async () => {
    const machine = await place("nop\n ebreak\n nop", { mode: "firmware" });
    const handler = pa(RAM + 0x4000);
    put(machine, handler, "csrr a0, minstret\n j .");
    machine.writeCsr(MTVEC, BigInt(handler));
    machine.run(3);
    expect(x(machine, "a0")).toBe(1n);
  });

  it("hold what was written when the next instruction reads them", async () => {
    for (const counter of ["mcycle", "minstret"]) {
      const machine = await place(`nop\n csrw ${counter}, t0\n csrr a0, ${counter}\n csrr a1, ${counter}\n j .`, {
        mode: "firmware",
      });
      setRegisters(machine, { t0: -2 });
      machine.run(4);
      expect([x(machine, "a0"), x(machine, "a1")], counter).toEqual([2n ** 64n - 2n, 2n ** 64n - 1n]);
    }
  });

  it("hold at once what the host writes", async () => {
    const machine = await place("nop\n j .");
    machine.run(7);
    for (const counter of [MCYCLE, MINSTRET]) {
      machine.writeCsr(counter, 100n);
      expect(machine.readCsr(counter)).toBe(100n);
    }
    machine.run(3);
    expect([MCYCLE, MINSTRET].map((counter) => machine.readCsr(counter))).toEqual([103n, 103n]);
    expect(machine.retired).toBe(10n);
  });

  it("are written independently of each other", async () => {
    const machine = await place("csrw mcycle, t0\n csrr a0, minstret\n j .", { mode: "firmware" });
    setRegisters(machine, { t0: 1000 });
    machine.run(2);
    expect(x(machine, "a0")).toBe(1n);
  });

  it.each([
    ["cycle", 0],
    ["time", 1],
    ["instret", 2],
    ["hpmcounter3", 3],
    ["hpmcounter31", 31],
  ])(
    '%s: where its bit is clear, "attempts to read the [...] register [...] will cause an illegal-instruction exception"',
    async (name, index) => {
      const bit = 1n << BigInt(index);
      for (const [privilege, mcounteren, scounteren, isAllowed] of [
        [1, 0n, bit, false],
        [1, bit, 0n, true],
        [0, bit, 0n, false],
        [0, 0n, bit, false],
        [0, bit, bit, true],
        [0, ~bit, ~bit, false],
      ] as const) {
        const machine = await place(`csrr a0, ${name}\n ecall`);
        machine.writeCsr(MCOUNTEREN, mcounteren);
        machine.writeCsr(SCOUNTEREN, scounteren);
        machine.privilege = privilege;
        const { cause } = trapOf(machine);
        expect(cause === 2n, `privilege ${privilege}, ${mcounteren}, ${scounteren}`).toBe(!isAllowed);
      }
    },
  );

  it("are never written through their shadows, not even by M", async () => {
    const machine = await place("csrw cycle, zero", { mode: "firmware" });
    openPmp(machine);
    machine.writeCsr(MTVEC, BigInt(RAM + 0x4000));
    machine.step();
    expect([machine.readCsr(MCAUSE), machine.readCsr(MEPC)]).toEqual([2n, BigInt(CODE)]);
  });

  it("of events read as zero and take no value", async () => {
    const machine = await place("");
    for (const csr of [0xb03, 0xb1f, 0x323, 0x33f]) {
      machine.writeCsr(csr, -1n);
      expect(machine.readCsr(csr)).toBe(0n);
    }
    expect(machine.readCsr(HPMCOUNTER3)).toBe(0n);
  });
});
