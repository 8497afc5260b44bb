/**
 * Interrupts: enabling, priority, vectors, WFI, the CLINT's timer. Sentences are quoted from RISC-V Volume II, 20240411,
 * sections 3.1.6.1, 3.1.7, 3.1.9, 3.2.1, 3.3.3 and 10.1.3.
 */
import { describe, expect, it } from "vitest";
import {
  MCAUSE,
  MEPC,
  MIDELEG,
  MIE as MIE_CSR,
  MIP,
  MSTATUS,
  MTVEC,
  SCAUSE,
  SIE as SIE_CSR,
  SIP,
  SSTATUS,
  STVEC,
} from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import { pa } from "../../core/units.ts";
import { CODE, openPmp, place, put, RAM, setRegisters, trapOf, x } from "./place.ts";

const [SIE, MIE, MPIE, MPP_M] = [1n << 1n, 1n << 3n, 1n << 7n, 3n << 11n];
const [SSI, MSI, STI, MTI, SEI] = [1n, 3n, 5n, 7n, 9n];
const bit = (...interrupts: bigint[]): bigint => interrupts.reduce((bits, number) => bits | (1n << number), 0n);
const cause = (number: bigint): bigint => (1n << 63n) | number;
const HANDLER = pa(RAM + 0x4000);
const MSIP = 0x200_0000;

async function firmware(source: string): Promise<Machine> {
  const machine = await place(source, { mode: "firmware" });
  openPmp(machine);
  put(machine, HANDLER, "j .");
  machine.writeCsr(MTVEC, BigInt(HANDLER));
  return machine;
}
const wasTaken = (machine: Machine): boolean => machine.readCsr(MCAUSE) >= 1n << 63n;

describe("Machine-level ISA: an interrupt for M", () => {
  it.each([
    ["M with MIE", 3, MIE, true],
    ["M without MIE", 3, 0n, false],
    // "Interrupts for higher-privilege modes are always globally enabled regardless of the setting of the global yIE bit"
    ["S without MIE", 1, 0n, true],
    ["U without MIE", 0, 0n, true],
  ] as const)("in %s", async (_, privilege, mstatus, expected) => {
    const machine = await firmware("loop: j loop");
    machine.writeCsr(MSTATUS, mstatus);
    machine.privilege = privilege;
    machine.writeCsr(MIP, bit(SSI));
    machine.run(3);
    expect(wasTaken(machine), "mie is clear").toBe(false);
    machine.writeCsr(MIE_CSR, bit(SSI));
    machine.run(1);
    expect(wasTaken(machine)).toBe(expected);
  });

  it.each([
    ["csrw mie, t0", { mie: 0n }],
    ["csrw mip, t0", { mip: 0n }],
    ["csrw mstatus, t1", { mstatus: 0n }],
    ["mret", { mstatus: MPIE | MPP_M }],
  ])("is taken right behind the instruction that makes it possible: %s", async (source, missing) => {
    const machine = await firmware(`${source}\n nop\n nop`);
    const { mie, mip, mstatus } = { mie: bit(SSI), mip: bit(SSI), mstatus: MIE, ...missing };
    machine.writeCsr(MEPC, BigInt(CODE + 4));
    machine.writeCsr(MSTATUS, mstatus);
    machine.writeCsr(MIP, mip);
    machine.writeCsr(MIE_CSR, mie);
    setRegisters(machine, { t0: bit(SSI), t1: MIE });
    machine.run(2);
    expect([machine.readCsr(MEPC), machine.readCsr(MCAUSE)]).toEqual([BigInt(CODE + 4), cause(SSI)]);
  });
});

describe("Machine-level ISA: priority and delegation", () => {
  it('"MEI, MSI, MTI, SEI, SSI, STI" is the decreasing order of priority', async () => {
    const order = [MSI, MTI, SEI, SSI, STI];
    const machine = await place("loop: j loop");
    machine.writeCsr(MIE_CSR, bit(...order));
    machine.writeCsr(MIP, bit(SEI, SSI, STI));
    machine.timeCompare = 0n;
    putMsip(machine, 1);
    for (const [index, number] of order.entries()) {
      expect(trapOf(machine)).toEqual({ cause: cause(number), epc: BigInt(CODE), tval: 0n });
      machine.writeCsr(MIE_CSR, bit(...order.slice(index + 1)));
    }
    expect(machine.run(1)).toEqual({ kind: "budget" });
  });

  /** Stores to the CLINT as the guest does. */
  function putMsip(machine: Machine, value: number): void {
    const [pc, privilege] = [machine.pc, machine.privilege];
    put(machine, pa(RAM + 0x6000), "sw t0, 0(t1)");
    setRegisters(machine, { t0: value, t1: MSIP });
    machine.pc = BigInt(RAM + 0x6000);
    const enabled = machine.readCsr(MIE_CSR);
    machine.writeCsr(MIE_CSR, 0n);
    machine.run(1);
    machine.writeCsr(MIE_CSR, enabled);
    machine.pc = pc;
    machine.privilege = privilege;
  }

  it.each([
    ["U", 0, 0n, true],
    ["S with SIE", 1, SIE, true],
    ["S without SIE", 1, 0n, false],
  ] as const)("one that is delegated is S-mode's, in %s", async (_, privilege, sstatus, expected) => {
    const machine = await place("loop: j loop");
    put(machine, HANDLER, "j .");
    machine.writeCsr(STVEC, BigInt(HANDLER));
    machine.writeCsr(MIDELEG, bit(SSI));
    machine.writeCsr(SIE_CSR, bit(SSI));
    machine.writeCsr(SSTATUS, sstatus);
    machine.writeCsr(MIP, bit(SSI));
    machine.privilege = privilege;
    machine.run(1);
    expect(machine.readCsr(SCAUSE)).toBe(expected ? cause(SSI) : 0n);
  });

  it("one that is delegated is masked in M-mode, whatever MIE says", async () => {
    const machine = await firmware("loop: j loop");
    machine.writeCsr(MIDELEG, bit(SSI));
    machine.writeCsr(MIE_CSR, bit(SSI));
    machine.writeCsr(MIP, bit(SSI));
    machine.writeCsr(MSTATUS, MIE | SIE);
    machine.run(5);
    expect([wasTaken(machine), machine.privilege]).toEqual([false, 3]);
  });

  it("one for M comes before one for S", async () => {
    const machine = await place("loop: j loop");
    machine.writeCsr(MIDELEG, bit(SEI));
    machine.writeCsr(MIE_CSR, bit(SEI, STI));
    machine.writeCsr(MIP, bit(SEI, STI));
    machine.writeCsr(SSTATUS, SIE);
    expect(trapOf(machine).cause).toBe(cause(STI));
  });

  it("sie and sip show and change what is delegated, and of sip only SSIP", async () => {
    const machine = await place("");
    machine.writeCsr(MIP, bit(SSI, STI, SEI));
    machine.writeCsr(MIE_CSR, bit(SSI, STI, MTI));
    machine.writeCsr(MIDELEG, bit(SSI, STI));
    expect([machine.readCsr(SIE_CSR), machine.readCsr(SIP)]).toEqual([bit(SSI, STI), bit(SSI, STI)]);
    machine.writeCsr(SIE_CSR, -1n);
    machine.writeCsr(SIP, 0n);
    expect([machine.readCsr(MIE_CSR), machine.readCsr(MIP)]).toEqual([bit(SSI, STI, MTI), bit(STI, SEI)]);
  });

  it("mip's machine bits and mideleg's are not to be written", async () => {
    const machine = await place("");
    machine.writeCsr(MIP, -1n);
    machine.writeCsr(MIDELEG, -1n);
    expect([machine.readCsr(MIP), machine.readCsr(MIDELEG)]).toEqual([bit(SSI, STI, SEI), bit(SSI, STI, SEI)]);
  });
});

describe("Machine-level ISA: vectored mode", () => {
  it('"Asynchronous interrupts set pc to BASE+4×cause", exceptions to BASE', async () => {
    for (const [source, offset] of [
      ["loop: j loop", 4 * Number(SSI)],
      ["ebreak", 0],
    ] as const) {
      const machine = await firmware(source);
      put(machine, HANDLER, "j .\n j .");
      machine.writeCsr(MTVEC, BigInt(HANDLER) | 1n);
      machine.writeCsr(MSTATUS, MIE);
      machine.writeCsr(MIE_CSR, bit(SSI));
      if (source !== "ebreak") machine.writeCsr(MIP, bit(SSI));
      machine.run(1);
      expect(machine.pc).toBe(BigInt(HANDLER + offset));
    }
  });

  it("of S-mode", async () => {
    const machine = await place("loop: j loop");
    put(machine, pa(HANDLER + 36), "j .");
    machine.writeCsr(STVEC, BigInt(HANDLER) | 1n);
    machine.writeCsr(MIDELEG, bit(SEI));
    machine.writeCsr(SIE_CSR, bit(SEI));
    machine.writeCsr(SSTATUS, SIE);
    machine.writeCsr(MIP, bit(SEI));
    machine.run(1);
    expect(machine.pc).toBe(BigInt(HANDLER + 36));
  });
});

describe("Machine-level ISA: the timer", () => {
  const MTIMECMP = pa(0x200_4000);
  const MTIME = pa(0x200_bff8);

  it("interrupts at the very instruction at which mtime reaches mtimecmp, ten cycles a tick, in mid-block too", async () => {
    const machine = await place("nop\n".repeat(100));
    machine.writeCsr(MIE_CSR, bit(MTI));
    machine.timeCompare = 4n;
    expect(trapOf(machine)).toEqual({ cause: cause(MTI), epc: BigInt(CODE + 4 * 40), tval: 0n });
    expect([machine.retired, machine.time]).toEqual([40n, 4n]);
  });

  it("pends while mtime is not below mtimecmp, and mip shows it", async () => {
    const machine = await place("loop: j loop");
    machine.timeCompare = 1n;
    machine.run(9);
    expect(machine.readCsr(MIP)).toBe(0n);
    machine.run(1);
    expect(machine.readCsr(MIP)).toBe(bit(MTI));
    machine.timeCompare = 2n;
    expect(machine.readCsr(MIP)).toBe(0n);
  });

  it("is read and written through the CLINT, whole and in words", async () => {
    const machine = await place(
      "sd t0, 0(a0)\n lw t1, 4(a0)\n sw zero, 4(a0)\n ld t2, 0(a0)\n sd t0, 0(a1)\n ld a2, 0(a1)\n ecall",
    );
    setRegisters(machine, { a0: MTIMECMP, a1: MTIME, t0: 0x1_2345_6789_abcdn });
    trapOf(machine);
    expect(["t1", "t2", "a2"].map((name) => x(machine, name))).toEqual([0x12345n, 0x6789_abcdn, 0x1_2345_6789_abcdn]);
    expect(machine.timeCompare).toBe(0x6789_abcdn);
  });

  it("a software interrupt comes and goes with msip", async () => {
    const machine = await place("sw t0, 0(a0)\n lw t1, 0(a0)\n sw zero, 0(a0)\n ecall");
    setRegisters(machine, { a0: MSIP, t0: -1 });
    machine.run(2);
    expect([x(machine, "t1"), machine.readCsr(MIP)]).toEqual([1n, bit(MSI)]);
    machine.run(1);
    expect(machine.readCsr(MIP)).toBe(0n);
  });
});

describe("Machine-level ISA: WFI", () => {
  it("goes on at once when an enabled interrupt pends, though it is not taken", async () => {
    const machine = await firmware("wfi\n li a0, 1\n j .");
    machine.writeCsr(MIE_CSR, bit(SSI));
    machine.writeCsr(MIP, bit(SSI));
    machine.run(2);
    expect([x(machine, "a0"), wasTaken(machine)]).toEqual([1n, false]);
  });

  it("lets time pass up to the timer, and mepc is the next instruction", async () => {
    const machine = await place("wfi\n nop");
    machine.writeCsr(MIE_CSR, bit(MTI));
    machine.timeCompare = 1_000_000n;
    expect(trapOf(machine)).toEqual({ cause: cause(MTI), epc: BigInt(CODE + 4), tval: 0n });
    expect([machine.time, machine.retired]).toEqual([1_000_000n, 1n]);
  });

  it("with nothing to wait for is the end, and goes on when asked to", async () => {
    const machine = await place("wfi\n li a0, 1\n ecall");
    machine.timeCompare = 5n;
    expect(machine.run(1000)).toEqual({ kind: "idle" });
    expect(trapOf(machine).cause).toBe(9n);
    expect(x(machine, "a0")).toBe(1n);
  });
});

describe("a machine that is not interrupted", () => {
  it("takes none from a timer that has not been set", async () => {
    const machine = await place("loop: j loop");
    machine.writeCsr(MIE_CSR, -1n);
    expect(machine.run(1_000_000)).toEqual({ kind: "budget" });
  });
});
