/**
 * Without compressed instructions IALIGN is 32 bits. The exception "is reported on the branch or jump instruction, not on the
 * target instruction", with the target as trap value and no register changed. RISC-V Volume I, 20240411, section 2.2 and 2.5; xepc:
 * Volume II, section 3.1.14.
 */
import { describe, expect, it } from "vitest";
import { MEPC, SEPC } from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import { CODE, place, put, setRegisters, trapOf, x } from "./place.ts";

const MISALIGNED = 0n;
const DONE = 3n;
const ISA = "rv64im_zicsr_zba";
const PC = BigInt(CODE);

const without = (source: string): Promise<Machine> => place(source, { isa: ISA });

describe("a taken transfer to an address that is no multiple of four traps", () => {
  it.each([
    ["jal ra, 0x80001006", 6n],
    ["jal ra, 0x80000ffe", -2n],
    ["jal ra, 0x8000201a", 0x101an],
    ["jal ra, 0x80080002", 0x7f002n],
    ["beq zero, zero, 0x8000100a", 10n],
    ["bne t0, zero, 0x80000006", -0xffan],
    ["blt zero, t0, 0x80001006", 6n],
    ["bge t0, zero, 0x80001ffe", 0xffen],
    ["bltu zero, t0, 0x80001006", 6n],
    ["bgeu t0, zero, 0x80001006", 6n],
    ["jalr ra, 2(t0)", 0x102n],
    ["jalr ra, 3(t0)", 0x102n],
    ["jalr t0, -2(t0)", 0xfen],
  ])("%s", async (source, distance) => {
    for (const steps of ["run", "step"] as const) {
      const machine = await without(source);
      const registers = { ra: 0x1234n, t0: PC + 0x100n };
      setRegisters(machine, registers);
      const trap = { cause: MISALIGNED, epc: PC, tval: PC + distance };
      expect(steps === "run" ? machine.run(100) : machine.step()).toEqual({ kind: "trap", trap });
      expect([x(machine, "ra"), x(machine, "t0")]).toEqual([registers.ra, registers.t0]);
      expect(machine.retired).toBe(0n);
    }
  });
});

describe("what does not leave the four-byte grid goes on:", () => {
  it.each([
    ["a branch that is not taken", "bne zero, zero, 0x8000100a\n ebreak", 4n],
    ["a jump forward", "jal ra, 0x80001008\n nop\n ebreak", 8n],
    ["jalr, which clears bit 0", "jalr ra, 9(t0)\n nop\n ebreak", 8n],
  ])("%s", async (_, source, distance) => {
    const machine = await without(source);
    setRegisters(machine, { t0: PC });
    expect(trapOf(machine)).toMatchObject({ cause: DONE, epc: PC + distance });
  });

  it("a loop, as fast as ever", async () => {
    const machine = await without("li t0, 1000\nloop: addi t0, t0, -1\n bne t0, zero, loop\n ebreak");
    expect(trapOf(machine, 10_000).cause).toBe(DONE);
    expect(machine.retired).toBe(2001n);
  });

  it("and with compressed instructions every even address", async () => {
    const machine = await place("jal ra, 0x80001006\n c.addi zero, 0\n c.ebreak");
    expect(trapOf(machine)).toMatchObject({ cause: DONE, epc: PC + 6n });
    expect(x(machine, "ra")).toBe(PC + 4n);
  });
});

describe("mepc and sepc", () => {
  it.each([
    ["without", ISA, 0xffff_fffcn],
    ["with", "rv64ic_zicsr", 0xffff_fffen],
  ])("%s C keep no address of an instruction that cannot be", async (_, isa, kept) => {
    const machine = await place("nop", { isa });
    for (const csr of [MEPC, SEPC]) {
      machine.writeCsr(csr, 0xffff_ffffn);
      expect(machine.readCsr(csr)).toBe(kept);
    }
    machine.pc = 0x8000_0007n;
    expect(machine.pc).toBe(0x8000_0007n & kept);
  });
});

it("a 16-bit instruction is illegal, with 16 bits as trap value", async () => {
  const machine = await without("nop");
  put(machine, CODE, ".half 0x4505\n .half 0xffff");
  expect(trapOf(machine)).toEqual({ cause: 2n, epc: PC, tval: 0x4505n });
});
