/**
 * Traps: entry, delegation, return, and what mtval says. Sentences are quoted from RISC-V Volume II, 20240411, sections
 * 3.1.6 to 3.1.16, 3.3.2, 10.1.1 and 10.1.9.
 */
import { describe, expect, it } from "vitest";
import * as csr from "../../assembly/csr.gen.ts";
import {
  MCAUSE,
  MEDELEG,
  MEPC,
  MSTATUS,
  MTVAL,
  MTVEC,
  SCAUSE,
  SEPC,
  SSTATUS,
  STVAL,
  STVEC,
} from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import { pa } from "../../core/units.ts";
import { CODE, openPmp, place, put, RAM, setRegisters, trapOf, x } from "./place.ts";
import { ALL, leaf, sv39 } from "./sv39.ts";

const [SIE, MIE, SPIE, MPIE, SPP] = [1n << 1n, 1n << 3n, 1n << 5n, 1n << 7n, 1n << 8n];
const [MPP_S, MPP_M, MPRV, TVM, TW, TSR] = [1n << 11n, 3n << 11n, 1n << 17n, 1n << 20n, 1n << 21n, 1n << 22n];
const HANDLER = pa(RAM + 0x4000);
const ILLEGAL = 2n;
const HOLE = 0x30_0000n;
const at = (offset: number): bigint => BigInt(CODE + offset);

describe("Machine-level ISA: what a trap into M says", () => {
  it.each([
    ["ecall from S", "nop\n ecall", 9n, 4, 0n],
    ["ebreak", "nop\n ebreak", 3n, 4, at(4)],
    ["c.ebreak", "nop\n c.ebreak", 3n, 4, at(4)],
    ["an illegal word", "nop\n .word 0xffffffff", ILLEGAL, 4, 0xffffffffn],
    ["an illegal halfword", "nop\n .half 0x8002", ILLEGAL, 4, 0x8002n],
    ["the defined illegal instruction", "nop\n .half 0", ILLEGAL, 4, 0n],
    ["a CSR that does not exist", "nop\n .word 0x5c002573", ILLEGAL, 4, 0x5c002573n],
    ["a CSR of M-mode", "nop\n csrr a0, mscratch", ILLEGAL, 4, 0x34002573n],
    ["a write to a CSR that is read-only", "nop\n csrw cycle, a0", ILLEGAL, 4, 0xc0051073n],
    ["mret", "nop\n mret", ILLEGAL, 4, 0x30200073n],
    ["a load without anything there", "nop\n lw a0, 8(t0)", 5n, 4, HOLE + 8n],
    ["a store without anything there", "nop\n sw a0, 8(t0)", 7n, 4, HOLE + 8n],
    ["an AMO without anything there", "nop\n amoadd.w a0, a0, (t0)", 7n, 4, HOLE],
    ["a load-reserved without anything there", "nop\n lr.w a0, (t0)", 5n, 4, HOLE],
    ["a misaligned AMO", "nop\n amoadd.d a0, a0, (t1)", 6n, 4, BigInt(RAM + 0x8004)],
    ["a misaligned load-reserved", "nop\n lr.d a0, (t1)", 4n, 4, BigInt(RAM + 0x8004)],
    ["a misaligned store-conditional", "nop\n sc.d a0, a0, (t1)", 6n, 4, BigInt(RAM + 0x8004)],
  ])("%s", async (_, source, cause, offset, tval) => {
    const machine = await place(source);
    setRegisters(machine, { t0: HOLE, t1: RAM + 0x8004 });
    expect(trapOf(machine)).toEqual({ cause, epc: at(offset), tval });
    expect(machine.retired).toBe(1n);
  });

  it("a jump to where nothing is: the fault is that of the target", async () => {
    const machine = await place("jalr ra, 0(t0)");
    setRegisters(machine, { t0: HOLE });
    expect(trapOf(machine)).toEqual({ cause: 1n, epc: HOLE, tval: HOLE });
    expect([x(machine, "ra"), machine.retired]).toEqual([at(4), 1n]);
  });

  it("ecall from U", async () => {
    const machine = await place("ecall");
    machine.privilege = 0;
    expect(trapOf(machine)).toEqual({ cause: 8n, epc: at(0), tval: 0n });
  });

  it("an access across pages that faults in the second names the second, and stores nothing", async () => {
    const machine = await place("sd a0, 0(t0)\n ld a1, 0(t0)\n");
    const tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    tables.map(0x4000_0000n, pa(RAM + 0x8000), ALL);
    tables.use();
    setRegisters(machine, { t0: 0x4000_0ffc, a0: -1 });
    expect(trapOf(machine)).toEqual({ cause: 15n, epc: at(0), tval: 0x4000_1000n });
    expect(machine.read64(pa(RAM + 0x8ff8))).toBe(0n);
    machine.pc = at(4);
    expect(trapOf(machine)).toEqual({ cause: 13n, epc: at(4), tval: 0x4000_1000n });
  });

  it("an instruction across pages that faults in the second names the second", async () => {
    const machine = await place("");
    put(machine, pa(CODE + 0xffe), "li a0, 1");
    const tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    tables.use();
    machine.pc = at(0xffe);
    expect(trapOf(machine)).toEqual({ cause: 12n, epc: at(0xffe), tval: at(0x1000) });
  });

  it("a trap in the middle of a block leaves what came before done, and nothing after", async () => {
    const machine = await place("li a0, 1\n li a1, 1\n ld a0, 0(t0)\n li a2, 1\n li a3, 1");
    setRegisters(machine, { t0: HOLE });
    trapOf(machine);
    expect(["a0", "a1", "a2", "a3"].map((name) => x(machine, name))).toEqual([1n, 1n, 0n, 0n]);
    expect(machine.retired).toBe(2n);
  });
});

describe("Machine-level ISA: entry into M-mode (firmware)", () => {
  async function firmware(source: string): Promise<Machine> {
    const machine = await place(source, { mode: "firmware" });
    openPmp(machine);
    put(machine, HANDLER, "j .");
    machine.writeCsr(MTVEC, BigInt(HANDLER));
    return machine;
  }

  it('"xPIE is set to the value of xIE; xIE is set to 0; and xPP is set to y"', async () => {
    for (const [privilege, mpp] of [
      [0, 0n],
      [1, MPP_S],
      [3, MPP_M],
    ] as const) {
      for (const mie of [MIE, 0n]) {
        const machine = await firmware("ebreak");
        machine.writeCsr(MSTATUS, mie);
        machine.privilege = privilege;
        machine.run(1);
        expect([machine.pc, machine.privilege]).toEqual([BigInt(HANDLER), 3]);
        expect(machine.readCsr(MSTATUS) & (MIE | MPIE | MPP_M)).toBe((mie ? MPIE : 0n) | mpp);
        expect([MEPC, MCAUSE, MTVAL].map((csr) => machine.readCsr(csr))).toEqual([at(0), 3n, at(0)]);
      }
    }
  });

  it('"xIE is set to xPIE; the privilege mode is changed to y; xPIE is set to 1 [...]. If y≠M, xRET also sets MPRV=0"; MPP is U', async () => {
    for (const [mpp, privilege, mprv] of [
      [0n, 0, 0n],
      [MPP_S, 1, 0n],
      [MPP_M, 3, MPRV],
    ] as const) {
      const machine = await firmware("mret");
      machine.writeCsr(MEPC, BigInt(HANDLER));
      machine.writeCsr(MSTATUS, mpp | MPIE | MPRV);
      expect(machine.run(1)).toEqual({ kind: "budget" });
      expect([machine.pc, machine.privilege]).toEqual([BigInt(HANDLER), privilege]);
      expect(machine.readCsr(MSTATUS) & (MIE | MPIE | MPP_M | MPRV)).toBe(MIE | MPIE | mprv);
    }
  });

  it("MPP holds no privilege that does not exist", async () => {
    const machine = await firmware("");
    machine.writeCsr(MSTATUS, MPP_S);
    machine.writeCsr(MSTATUS, 2n << 11n);
    expect(machine.readCsr(MSTATUS) & MPP_M).toBe(MPP_S);
  });

  it('"The low bit of mepc (mepc[0]) is always zero", and mtvec takes direct and vectored mode', async () => {
    const machine = await firmware("");
    machine.writeCsr(MEPC, 0x8000_0003n);
    machine.writeCsr(MTVEC, 0x8000_0003n);
    expect([machine.readCsr(MEPC), machine.readCsr(MTVEC)]).toEqual([0x8000_0002n, 0x8000_0001n]);
  });
});

describe("Machine-level ISA: delegation", () => {
  async function delegating(source: string, causes: readonly number[]): Promise<Machine> {
    const machine = await place(source);
    put(machine, HANDLER, "csrr a0, scause\n j .");
    machine.writeCsr(STVEC, BigInt(HANDLER));
    machine.writeCsr(
      MEDELEG,
      causes.reduce((bits, cause) => bits | (1n << BigInt(cause)), 0n),
    );
    return machine;
  }

  it("takes a trap of U and of S to stvec, with SPIE, SIE and SPP as MRET's counterparts", async () => {
    for (const privilege of [0, 1] as const) {
      const machine = await delegating("ebreak", [3]);
      machine.privilege = privilege;
      machine.writeCsr(SSTATUS, SIE);
      machine.run(2);
      expect([machine.privilege, x(machine, "a0")]).toEqual([1, 3n]);
      expect([SEPC, SCAUSE, STVAL].map((csr) => machine.readCsr(csr))).toEqual([at(0), 3n, at(0)]);
      expect(machine.readCsr(SSTATUS) & (SIE | SPIE | SPP)).toBe(SPIE | (privilege === 1 ? SPP : 0n));
    }
  });

  it("leaves a cause that is not delegated to M", async () => {
    const machine = await delegating("ebreak", [2]);
    expect(trapOf(machine).cause).toBe(3n);
  });

  it('"traps never transition from a more-privileged mode to a less-privileged mode": one of M stays in M', async () => {
    const machine = await place("ebreak", { mode: "firmware" });
    put(machine, HANDLER, "j .");
    machine.writeCsr(MTVEC, BigInt(HANDLER));
    machine.writeCsr(MEDELEG, 8n);
    machine.run(1);
    expect([machine.privilege, machine.pc]).toEqual([3, BigInt(HANDLER)]);
  });

  it("is not to be had for ecall from M, nor for the machine's own causes", async () => {
    const machine = await delegating("", []);
    machine.writeCsr(MEDELEG, -1n);
    expect(machine.readCsr(MEDELEG)).toBe(0xb3ffn);
  });

  it("sret goes back as mret does, and gives MPRV up", async () => {
    for (const [spp, privilege] of [
      [0n, 0],
      [SPP, 1],
    ] as const) {
      const machine = await place("sret");
      machine.writeCsr(SEPC, BigInt(HANDLER));
      machine.writeCsr(MSTATUS, spp | SPIE | MPRV);
      expect(machine.run(1)).toEqual({ kind: "budget" });
      expect([machine.pc, machine.privilege]).toEqual([BigInt(HANDLER), privilege]);
      expect(machine.readCsr(MSTATUS) & (SIE | SPIE | SPP | MPRV)).toBe(SIE | SPIE);
    }
  });
});

describe("Machine-level ISA: what mstatus forbids S-mode", () => {
  it.each([
    ["TVM", TVM, ["csrr a0, satp", "csrw satp, a0", "sfence.vma zero, zero"]],
    ["TW", TW, ["wfi"]],
    ["TSR", TSR, ["sret"]],
  ])("%s makes them illegal instructions", async (_, bit, instructions) => {
    for (const instruction of instructions) {
      const machine = await place(instruction);
      machine.writeCsr(csr.MIE, 1n << 5n);
      machine.writeCsr(SEPC, BigInt(HANDLER));
      put(machine, HANDLER, "ecall");
      machine.run(1);
      expect(machine.retired, `${instruction} is allowed`).toBe(1n);
      machine.pc = at(0);
      machine.privilege = 1;
      machine.writeCsr(MSTATUS, bit);
      expect(trapOf(machine), instruction).toMatchObject({ cause: ILLEGAL, epc: at(0) });
    }
  });

  it.each(["sret", "wfi", "sfence.vma zero, zero", "csrr a0, sscratch", "csrr a0, satp"])(
    "U-mode never may: %s",
    async (instruction) => {
      const machine = await place(instruction);
      machine.privilege = 0;
      expect(trapOf(machine)).toMatchObject({ cause: ILLEGAL, epc: at(0) });
    },
  );
});

describe("a page table that changes under a running program", () => {
  it("may be ignored until a fence; an illegal instruction there is still one, and nothing else", async () => {
    const machine = await place("nop\n .word 0xffffffff");
    const tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, leaf.rx | leaf.a);
    tables.use();
    machine.run(1);
    machine.write64(tables.entryAt(BigInt(CODE), 0), 0n);
    expect(trapOf(machine)).toEqual({ cause: ILLEGAL, epc: at(4), tval: 0n });
  });
});
