/**
 * Directed tests of Smepmp, version 1.0: RISC-V Privileged Architecture 20240411, chapter 6. Rules are numbered as in
 * "Proposal"; that the hart follows the truth table is seen by programs and by accesses alike.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { MCAUSE, MEPC, MSECCFG, MSTATUS, MTVAL, MTVEC, PMPADDR0, PMPCFG0 } from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import { pa, va } from "../../core/units.ts";
import { CODE, place, put, RAM, setRegisters, trapOf } from "../assembly/place.ts";
import { FORBIDDEN_RULES, TRUTH_TABLE } from "./pmp-model.ts";

const [MML, MMWP, RLB] = [1n, 2n, 4n];
const [NAPOT, NA4, TOR, OFF] = [0x18, 0x10, 0x08, 0];
const [U, S, M] = [0, 1, 3] as const;
const DATA = RAM + 0x8000;
const HANDLER = RAM + 0x4000;

const napot = (base: number, byteLen: number): bigint => BigInt(base / 4) | BigInt(byteLen / 8 - 1);
/** pmpcfg of a rule written as the truth table writes it. */
const cfgOf = (rule: string, mode = NAPOT): number => {
  const [l, r, w, x] = [...rule].map(Number) as [number, number, number, number];
  return mode | (l << 7) | r | (w << 1) | (x << 2);
};

describe("Smepmp: chapter 6", () => {
  let machine: Machine;
  /** Pmpcfg0 with one byte replaced. */
  const setConfig = (index: number, cfg: number): void => {
    const shift = BigInt(8 * index);
    machine.writeCsr(PMPCFG0, (machine.readCsr(PMPCFG0) & ~(0xffn << shift)) | (BigInt(cfg) << shift));
  };
  const config = (index: number): number => Number((machine.readCsr(PMPCFG0) >> BigInt(8 * index)) & 0xffn);
  const rights = (at: number, privilege: 0 | 1 | 3): string =>
    [
      machine.loadAs(privilege, va(BigInt(at)), 8).ok && "r",
      machine.storeAs(privilege, va(BigInt(at)), new Uint8Array(8)).ok && "w",
      machine.fetchAs(privilege, va(BigInt(at)), 2).ok && "x",
    ]
      .filter(Boolean)
      .join("");

  beforeEach(async () => {
    machine = await place("nop\n j .", { mode: "firmware" });
    machine.writeCsr(PMPADDR0, napot(DATA, 4096));
  });

  it.each(Object.entries(TRUTH_TABLE))(
    "rule 4, truth table: LRWX = %s gives M and S/U these rights: %j",
    (rule, [machineRights, otherRights]) => {
      machine.writeCsr(MSECCFG, MML | RLB);
      setConfig(0, cfgOf(rule));
      expect(config(0)).toBe(cfgOf(rule));
      expect([rights(DATA, M), rights(DATA, S), rights(DATA, U)]).toEqual([machineRights, otherRights, otherRights]);
    },
  );

  it("rule 1: mseccfg resets to zero, and only MML, MMWP and RLB are there", () => {
    expect(machine.readCsr(MSECCFG)).toBe(0n);
    machine.writeCsr(MSECCFG, -1n & ((1n << 64n) - 1n));
    expect(machine.readCsr(MSECCFG)).toBe(MML | MMWP | RLB);
  });

  it.each([
    ["csrr a0, mseccfg", S],
    ["csrw mseccfg, a0", S],
    ["csrr a0, mseccfg", U],
  ] as const)('rule 1: "only accessible to Machine mode": %s at privilege %i', async (source, privilege) => {
    const other = await place(source);
    other.privilege = privilege;
    expect(trapOf(other).cause).toBe(2n);
  });

  describe("RLB", () => {
    it('rule 2a: "When mseccfg.RLB is 1 locked PMP rules may be removed/modified"', () => {
      machine.writeCsr(MSECCFG, RLB);
      setConfig(0, cfgOf("1100"));
      machine.writeCsr(PMPADDR0, 5n);
      setConfig(0, cfgOf("0110"));
      expect([machine.readCsr(PMPADDR0), config(0)]).toEqual([5n, cfgOf("0110")]);
    });

    it("rule 2a: the address below a locked TOR entry may be edited too", () => {
      machine.writeCsr(MSECCFG, RLB);
      setConfig(1, cfgOf("1100", TOR));
      machine.writeCsr(PMPADDR0, 7n);
      expect(machine.readCsr(PMPADDR0)).toBe(7n);
      machine.writeCsr(MSECCFG, 0n);
      machine.writeCsr(PMPADDR0, 8n);
      expect(machine.readCsr(PMPADDR0)).toBe(7n);
    });

    it.each([OFF, TOR, NA4, NAPOT])(
      'rule 2b: RLB remains 0 when L is 1 "in any rule or entry (including disabled entries)": A = %i',
      (mode) => {
        setConfig(5, cfgOf("1000", mode));
        machine.writeCsr(MSECCFG, RLB);
        expect(machine.readCsr(MSECCFG)).toBe(0n);
      },
    );

    it("rule 2b: RLB that is 1 may stay 1 with a locked entry, and once 0 is 0 for good", () => {
      machine.writeCsr(MSECCFG, RLB);
      setConfig(0, cfgOf("1100"));
      machine.writeCsr(MSECCFG, RLB);
      expect(machine.readCsr(MSECCFG)).toBe(RLB);
      machine.writeCsr(MSECCFG, 0n);
      machine.writeCsr(MSECCFG, RLB);
      expect(machine.readCsr(MSECCFG)).toBe(0n);
    });
  });

  it.each([
    ["MMWP", MMWP],
    ["MML", MML],
  ])('rules 3 and 4: %s "is a sticky bit": once set it cannot be unset', (_, bit) => {
    machine.writeCsr(MSECCFG, bit);
    machine.writeCsr(MSECCFG, 0n);
    expect(machine.readCsr(MSECCFG)).toBe(bit);
  });

  it("rule 3: MMWP makes M-mode without a matching rule denied instead of ignored", () => {
    expect(rights(DATA + 4096, M)).toBe("rwx");
    machine.writeCsr(MSECCFG, MMWP);
    expect([rights(DATA + 4096, M), rights(DATA, M)]).toEqual(["", ""]);
    setConfig(0, cfgOf("0000"));
    expect(rights(DATA, M), "an entry that does not bind M-mode matches").toBe("rwx");
  });

  it('rule 4c: "Executing code from a region without a matching rule [...] is denied", data is not', () => {
    machine.writeCsr(MSECCFG, MML);
    expect(rights(DATA, M)).toBe("rw");
  });

  it.each(Object.keys(TRUTH_TABLE))(
    "rule 4b: a write of LRWX = %s without RLB is ignored if it adds an executable M-mode-only or locked shared rule",
    (rule) => {
      setConfig(0, cfgOf("0100"));
      machine.writeCsr(MSECCFG, MML);
      setConfig(0, cfgOf(rule));
      expect(config(0)).toBe(FORBIDDEN_RULES.includes(rule) ? cfgOf("0100") : cfgOf(rule));
    },
  );

  it("rule 4b: an ignored byte of pmpcfg leaves its neighbours written", () => {
    machine.writeCsr(MSECCFG, MML);
    machine.writeCsr(PMPCFG0, BigInt(cfgOf("1101")) | (BigInt(cfgOf("0110")) << 8n));
    expect([config(0), config(1)]).toEqual([0, cfgOf("0110")]);
  });

  it('rule 4d: "If mseccfg.MML is not set, the combination of pmpcfg.RW=01 remains reserved": W is not taken', () => {
    for (const [rule, taken] of [
      ["0010", "0000"],
      ["0011", "0001"],
      ["1010", "1000"],
    ] as const) {
      machine.writeCsr(MSECCFG, RLB);
      setConfig(0, cfgOf(rule));
      expect(config(0)).toBe(cfgOf(taken));
    }
  });

  it("locked rules of MML stay as they are: address and configuration", () => {
    machine.writeCsr(MSECCFG, MML);
    setConfig(0, cfgOf("1110"));
    machine.writeCsr(PMPADDR0, 1n);
    setConfig(0, 0);
    expect([machine.readCsr(PMPADDR0), config(0)]).toEqual([napot(DATA, 4096), cfgOf("1110")]);
  });

  describe("a program in M-mode", () => {
    /** Turns MML on with RLB, so that the rule for its own code may be there. */
    async function lockedDown(source: string, rule: string): Promise<Machine> {
      const other = await place(source, { mode: "firmware" });
      machine = other;
      put(other, pa(HANDLER), "j .");
      other.writeCsr(MTVEC, BigInt(HANDLER));
      other.writeCsr(MSECCFG, RLB);
      other.writeCsr(PMPADDR0, napot(CODE, 4096));
      other.writeCsr(PMPADDR0 + 1, napot(HANDLER, 4096));
      other.writeCsr(PMPADDR0 + 2, napot(DATA, 4096));
      for (const [index, bits] of ["1101", "1101", rule].entries()) setConfig(index, cfgOf(bits));
      setRegisters(other, { t0: DATA, t1: 1 });
      return other;
    }

    it.each([
      ["0110", "ld a0, 0(t0)", 5n],
      ["0110", "sd a0, 0(t0)", 7n],
      ["1100", "sd a0, 0(t0)", 7n],
      ["0111", "jalr zero, 0(t0)", 1n],
      ["1110", "jalr zero, 0(t0)", 1n],
    ])("traps with its access fault at once when MML is set: %s, %s", async (rule, instruction, cause) => {
      // the data TLB is filled before MML is set
      const other = await lockedDown(`ld a1, 0(t0)\n csrrs zero, mseccfg, t1\n ${instruction}\n j .`, rule);
      other.run(4);
      const isJump = instruction.startsWith("jalr");
      expect([MCAUSE, MTVAL, MEPC].map((csr) => other.readCsr(csr))).toEqual([
        cause,
        BigInt(DATA),
        BigInt(isJump ? DATA : CODE + 8),
      ]);
    });

    it("MPRV = 1 with MPP = S: loads and stores have the rights of S, fetches those of M", async () => {
      const other = await lockedDown(
        "csrrs zero, mseccfg, t1\n csrrs zero, mstatus, t2\n ld a0, 0(t0)\n csrrc zero, mstatus, t2\n ld a0, 0(t0)",
        "0110",
      );
      setRegisters(other, { t2: (1n << 17n) | (1n << 11n) });
      other.writeCsr(MSTATUS, 0n);
      other.run(6);
      expect([MCAUSE, MEPC].map((csr) => other.readCsr(csr))).toEqual([5n, BigInt(CODE + 16)]);
    });
  });
});
