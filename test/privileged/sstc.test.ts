/**
 * Sstc: stimecmp. Sentences are quoted from RISC-V Privileged Architecture 20240411, chapter 15, §3.1.9, §3.1.11 and
 * §3.1.18.
 */
import { describe, expect, it } from "vitest";
import * as csr from "../../assembly/csr.gen.ts";
import { Machine } from "../../core/machine.ts";
import { pa } from "../../core/units.ts";
import { CODE, place, put, RAM, setRegisters, trapOf, x } from "../assembly/place.ts";

const STCE = 1n << 63n;
const [STI, MTI, TM] = [1n << 5n, 1n << 7n, 2n];
const NEVER = (1n << 64n) - 1n;
const cause = (number: bigint): bigint => (1n << 63n) | number;
const HANDLER = RAM + 0x4000;
/** Cycles of a tick. */
const TICK = 10n;

/** S-mode with the timer granted, its interrupt enabled and delegated. */
async function granted(source: string): Promise<Machine> {
  const machine = await place(source);
  machine.writeCsr(csr.MENVCFG, machine.readCsr(csr.MENVCFG) | STCE);
  machine.writeCsr(csr.MCOUNTEREN, TM);
  machine.writeCsr(csr.MIDELEG, STI);
  machine.writeCsr(csr.MIE, STI);
  machine.writeCsr(csr.STVEC, BigInt(HANDLER));
  put(machine, pa(HANDLER), "j .");
  return machine;
}

describe("Sstc: stimecmp", () => {
  it("resets to a time that never comes, and STIP is software's until STCE is set", async () => {
    const machine = await place("nop");
    expect(machine.readCsr(csr.STIMECMP)).toBe(NEVER);
    machine.writeCsr(csr.STIMECMP, 0n);
    expect(machine.readCsr(csr.MIP)).toBe(0n);
    machine.writeCsr(csr.MIP, STI);
    expect(machine.readCsr(csr.MIP)).toBe(STI);
  });

  it('"STIP is read-only in mip" with STCE = 1: it is the line of stimecmp, whatever software left there', async () => {
    const machine = await granted("nop");
    machine.writeCsr(csr.MIP, STI);
    expect([machine.readCsr(csr.MIP), machine.readCsr(csr.SIP)]).toEqual([0n, 0n]);
    machine.writeCsr(csr.STIMECMP, 0n);
    machine.writeCsr(csr.MIP, 0n);
    expect([machine.readCsr(csr.MIP), machine.readCsr(csr.SIP)]).toEqual([STI, STI]);
  });

  it('pends "when time contains a value greater than or equal to stimecmp, treating the values as unsigned integers"', async () => {
    const machine = await granted("loop: j loop");
    machine.writeCsr(csr.STIMECMP, 2n);
    const pends: boolean[] = [];
    for (let tick = 0; tick < 4; tick++) {
      pends.push(machine.readCsr(csr.MIP) === STI);
      machine.run(Number(TICK));
    }
    expect(pends).toEqual([false, false, true, true]);
    machine.writeCsr(csr.STIMECMP, 1n << 63n);
    expect(machine.readCsr(csr.MIP)).toBe(0n);
  });

  it("interrupts S-mode at the very instruction at which time reaches it, in mid-block too", async () => {
    const machine = await granted("nop\n".repeat(100));
    machine.writeCsr(csr.SSTATUS, 2n);
    machine.writeCsr(csr.STIMECMP, 3n);
    machine.run(60);
    expect([csr.SCAUSE, csr.SEPC, csr.STVAL].map((number) => machine.readCsr(number))).toEqual([
      cause(5n),
      BigInt(CODE) + 4n * 3n * TICK,
      0n,
    ]);
  });

  it("a write of stimecmp is seen at once: it makes the interrupt and takes it away", async () => {
    const machine = await granted("csrw stimecmp, zero\n nop\n j .");
    machine.writeCsr(csr.SSTATUS, 2n);
    machine.run(2);
    expect([machine.readCsr(csr.SEPC), machine.readCsr(csr.SCAUSE)]).toEqual([BigInt(CODE + 4), cause(5n)]);
    put(machine, pa(HANDLER), "csrw stimecmp, t0\n sret");
    setRegisters(machine, { t0: NEVER });
    machine.pc = BigInt(HANDLER);
    machine.run(3);
    expect([machine.readCsr(csr.SIP), machine.pc]).toEqual([0n, BigInt(CODE + 8)]);
  });

  it("that is not delegated interrupts M-mode as STI", async () => {
    const machine = await granted("loop: j loop");
    machine.writeCsr(csr.MIDELEG, 0n);
    machine.writeCsr(csr.STIMECMP, 1n);
    expect(trapOf(machine).cause).toBe(cause(5n));
  });

  it("wfi lets time pass to the earlier of the timers that mie enables", async () => {
    for (const [mie, time] of [
      [STI | MTI, 500n],
      [STI, 700n],
      [MTI, 500n],
    ] as const) {
      const machine = await granted("wfi\n li a0, 1\n j .");
      machine.writeCsr(csr.MIE, mie);
      machine.writeCsr(csr.STIMECMP, 700n);
      machine.timeCompare = 500n;
      machine.run(1);
      machine.run(1);
      expect(machine.time, `mie ${mie}`).toBe(time);
    }
  });

  it("wfi without STCE is not woken by it", async () => {
    const machine = await granted("wfi\n j .");
    machine.writeCsr(csr.STIMECMP, 700n);
    machine.writeCsr(csr.MENVCFG, 0n);
    expect(machine.run(100)).toEqual({ kind: "idle" });
  });

  it.each([
    ["S", 1, STCE, TM, true],
    ["S", 1, 0n, TM, false],
    ["S", 1, STCE, 0n, false],
    ["U", 0, STCE, TM, false],
  ] as const)(
    "%s-mode at privilege %i, STCE %i, mcounteren %i: legal %s",
    async (_, privilege, stce, mcounteren, isLegal) => {
      for (const source of ["csrr a0, stimecmp\n ecall", "csrw stimecmp, zero\n ecall"]) {
        const machine = await place(source);
        machine.writeCsr(csr.MENVCFG, stce);
        machine.writeCsr(csr.MCOUNTEREN, mcounteren);
        machine.writeCsr(csr.SCOUNTEREN, NEVER);
        machine.privilege = privilege;
        expect(trapOf(machine).cause).toBe(isLegal ? 9n : 2n);
      }
    },
  );

  it("M-mode reads and writes it whatever STCE and mcounteren say", async () => {
    const machine = await place("csrw stimecmp, t0\n csrr a0, stimecmp\n j .", { mode: "firmware" });
    setRegisters(machine, { t0: 77 });
    machine.run(2);
    expect(x(machine, "a0")).toBe(77n);
  });

  it("of several harts each has its own", async () => {
    const machine = await Machine.create({ mode: "firmware", ramSize: 2 ** 24, harts: 2 });
    put(machine, pa(RAM), "csrr t0, mhartid\n addi t0, t0, 5\n csrw stimecmp, t0\n csrr a0, stimecmp\n j .");
    machine.pc = BigInt(RAM);
    machine.run(20_000);
    expect(x(machine, "a0")).toBe(BigInt(machine.readCsr(csr.MHARTID)) + 5n);
  });

  it("without it the register is not there and STCE is zero", async () => {
    const machine = await Machine.create({ mode: "firmware", ramSize: 2 ** 24, isa: "rv64imac_zicsr" });
    machine.writeCsr(csr.MENVCFG, NEVER);
    expect(machine.readCsr(csr.MENVCFG) & STCE).toBe(0n);
    expect(() => machine.readCsr(csr.STIMECMP)).toThrow(RangeError);
  });
});
