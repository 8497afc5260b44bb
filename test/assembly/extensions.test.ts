/** Extensions that are off: their instructions and CSRs are illegal, and misa says so. */
import { describe, expect, it } from "vitest";
import { MCAUSE, MCYCLE, MENVCFG, MISA, MSTATUS, MTVEC, SENVCFG } from "../../assembly/csr.gen.ts";
import { MSTATUS_FS } from "../../assembly/mstatus.ts";
import { assembleProgram } from "../../core/assembler.ts";
import { decode } from "../../core/decoder.ts";
import { COMPRESSED, INSTRUCTIONS } from "../../core/isa.gen.ts";
import { Machine } from "../../core/machine.ts";
import { wordOf } from "../core/legal-words.ts";
import { CODE, place, put, trapOf } from "./place.ts";

const ILLEGAL = 2n;

describe("an instruction whose extension is off is illegal:", () => {
  it.each([
    ["mul a0, a1, a2", "rv64ic"],
    ["divw a0, a1, a2", "rv64i_zmmul"],
    ["amoadd.w a0, a1, (a2)", "rv64i_zalrsc"],
    ["lr.d a0, (a2)", "rv64i_zaamo"],
    ["c.li a0, 1", "rv64ima"],
    ["csrrs a0, sscratch, zero", "rv64imac"],
    ["fence.i", "rv64imac_zicsr"],
    // "if the D extension is also present" (Zfhmin)
    ["fcvt.d.h fa0, fa1", "rv64if_zfh"],
    ["fcvt.h.d fa0, fa1", "rv64if_zfhmin"],
  ])("%s with %s", async (source, isa) => {
    const without = await place(source, { isa });
    without.writeCsr(MSTATUS, BigInt(MSTATUS_FS));
    const { bytes } = assembleProgram(source, 0n);
    const word = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
    expect(trapOf(without)).toEqual({ cause: ILLEGAL, epc: BigInt(CODE), tval: BigInt(word) });
    const withAll = await place(`${source}\n ebreak`);
    withAll.writeCsr(MSTATUS, BigInt(MSTATUS_FS));
    withAll.x[12] = BigInt(CODE) + 0x1000n;
    expect(trapOf(withAll).cause).toBe(3n);
  });

  it("every row but those of I, with rv64i alone", async () => {
    const machine = await place("nop", { isa: "rv64i" });
    for (const row of [...INSTRUCTIONS, ...COMPRESSED]) {
      const word = wordOf(row, 0x0840_8408);
      if (row.extensions.includes("I") || decode(word)?.written !== row) continue;
      put(machine, CODE, `.word ${word}`);
      machine.pc = BigInt(CODE);
      expect(trapOf(machine), row.name).toMatchObject({ cause: ILLEGAL, epc: BigInt(CODE) });
    }
  });
});

describe("a counter", () => {
  it.each([
    ["cycle", "zicntr"],
    ["instret", "zicntr"],
    ["hpmcounter3", "zihpm"],
  ])("%s is there with %s only", async (name, extension) => {
    const source = `csrrs a0, ${name}, zero\n ebreak`;
    const firmware = async (isa: string) => {
      const machine = await Machine.create({ mode: "firmware", ramSize: 2 ** 20, isa });
      machine.writeCsr(MTVEC, BigInt(CODE) + 0x100n);
      put(machine, CODE, source);
      machine.pc = BigInt(CODE);
      machine.step();
      return machine.readCsr(MCAUSE);
    };
    expect(await firmware("rv64i_zicsr")).toBe(ILLEGAL);
    expect(await firmware(`rv64i_${extension}`)).toBe(0n);
  });

  it("of M-mode is there without them", async () => {
    const machine = await place("nop", { isa: "rv64i_zicsr" });
    expect(() => machine.readCsr(MCYCLE)).not.toThrow();
  });
});

describe("menvcfg and senvcfg", () => {
  it.each([
    ["rv64i_zicsr", 0x01n],
    ["rv64i_zicsr_zicbom", 0x71n],
    ["rv64i_zicsr_zicboz", 0x81n],
  ])("with %s hold the fields of its cache-block operations only", async (isa, fields) => {
    const machine = await Machine.create({ mode: "firmware", ramSize: 2 ** 20, isa });
    for (const csr of [MENVCFG, SENVCFG]) {
      machine.writeCsr(csr, 0xffn);
      expect(machine.readCsr(csr) & 0xffn).toBe(fields);
    }
  });
});

describe("misa has a bit for each letter, and X", () => {
  const letters = (value: bigint): string =>
    [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].filter((_, bit) => (value >> BigInt(bit)) & 1n).join("");

  it.each([
    ["rv64i", "ISUX"],
    ["rv64imac", "ACIMSUX"],
    ["rv64i_zmmul_zalrsc", "ISUX"],
    ["rv64i_zca", "CISUX"],
    ["rv64gcb", "ABCDFIMSUX"],
    ["rv64i_zba_zbb_zbs", "BISUX"],
    ["rv64id_zca", "DFISUX"],
  ])("%s: %s", async (isa, expected) => {
    const machine = await Machine.create({ mode: "firmware", ramSize: 2 ** 20, isa });
    const misa = machine.readCsr(MISA);
    expect(letters(misa)).toBe(expected);
    expect(misa >> 62n).toBe(2n);
    machine.writeCsr(MISA, 0n);
    expect(machine.readCsr(MISA)).toBe(misa);
  });
});
