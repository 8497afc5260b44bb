/**
 * What guards the floating-point registers, and how numbers of different widths share them. Sentences are quoted from
 * RISC-V Volume II, 20240411, section 3.1.6.6, and Volume I, 20240411, sections 20.2 and 21.2.
 */
import { describe, expect, it } from "vitest";
import { FCSR, FFLAGS, FRM, MISA, MSTATUS, SSTATUS } from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import { pa } from "../../core/units.ts";
import { CODE, place, RAM, setRegisters, trapOf, x } from "./place.ts";

const FS = 3n << 13n;
const SD = 1n << 63n;
const [OFF, INITIAL, CLEAN, DIRTY] = [0n, 1n << 13n, 2n << 13n, 3n << 13n];
const ILLEGAL = 2n;
const DATA = BigInt(RAM + 0x8000);

/** A machine in S-mode about to run `source` with FS as given. */
async function placeWith(fs: bigint, source: string): Promise<Machine> {
  const machine = await place(`${source}\n ebreak`);
  machine.writeCsr(MSTATUS, fs);
  setRegisters(machine, { t0: DATA });
  return machine;
}

const stateOf = (machine: Machine): bigint => machine.readCsr(MSTATUS) & FS;

describe("mstatus.FS", () => {
  const USES = [
    "flw fa0, 0(t0)",
    "fld fa0, 0(t0)",
    "flh fa0, 0(t0)",
    "fsw fa0, 0(t0)",
    "fsd fa0, 0(t0)",
    "fsh fa0, 0(t0)",
    "c.fld fa0, 0(s0)",
    "c.fsdsp fa0, 0(sp)",
    "fsgnj.s fa0, fa1, fa2",
    "fmv.x.d a0, fa0",
    "fmv.w.x fa0, a0",
    "csrrs a0, fflags, zero",
    "csrrw zero, frm, zero",
    "csrrwi zero, fcsr, 1",
  ];

  it.each(USES)("Off: any instruction that reads or writes the state is illegal: %s", async (use) => {
    const machine = await placeWith(OFF, use);
    expect(trapOf(machine)).toMatchObject({ cause: ILLEGAL, epc: BigInt(CODE) });
    expect([stateOf(machine), machine.f[10], machine.readCsr(FCSR)]).toEqual([OFF, 0n, 0n]);
  });

  it.each(USES)("Initial: the same one is legal: %s", async (use) => {
    const machine = await placeWith(INITIAL, use);
    setRegisters(machine, { s0: DATA, sp: DATA });
    expect(trapOf(machine)).toMatchObject({ cause: 3n });
  });

  it.each([
    ["fld fa0, 0(t0)", DIRTY],
    ["fsgnj.d fa0, fa0, fa0", DIRTY],
    ["fmv.d.x ft0, zero", DIRTY],
    ["csrrwi zero, frm, 0", DIRTY],
    ["csrrsi zero, fflags, 0", CLEAN],
    ["fsd fa0, 0(t0)", CLEAN],
    ["fmv.x.w a0, fa0", CLEAN],
  ])("Clean: %s", async (use, then) => {
    const machine = await placeWith(CLEAN, use);
    expect(trapOf(machine)).toMatchObject({ cause: 3n });
    expect(stateOf(machine)).toBe(then);
  });

  it("stays Clean when the load that would dirty it traps", async () => {
    const machine = await placeWith(CLEAN, "fld fa0, 0(zero)");
    expect(trapOf(machine)).toMatchObject({ cause: 5n });
    expect(stateOf(machine)).toBe(CLEAN);
  });

  it.each([OFF, INITIAL, CLEAN, DIRTY])("SD reads 1 just when FS encodes a Dirty state: %d", async (fs) => {
    const machine = await placeWith(fs, "csrr a0, sstatus");
    machine.writeCsr(MSTATUS, fs | SD);
    expect(trapOf(machine)).toMatchObject({ cause: 3n });
    const expected = fs | (fs === DIRTY ? SD : 0n);
    expect(x(machine, "a0") & (FS | SD)).toBe(expected);
    expect(machine.readCsr(MSTATUS) & (FS | SD)).toBe(expected);
  });

  it("is written through sstatus too", async () => {
    const machine = await placeWith(OFF, "csrrs zero, sstatus, a0\n fmv.d.x fa0, a1");
    setRegisters(machine, { a0: CLEAN, a1: 5 });
    expect(trapOf(machine)).toMatchObject({ cause: 3n });
    expect([machine.f[10], machine.readCsr(SSTATUS) & FS]).toEqual([5n, DIRTY]);
  });

  it("has its extensions in misa", async () => {
    const machine = await placeWith(OFF, "nop");
    const letters = [..."ABCDFIMSUX"].reduce((bits, letter) => bits | (1n << BigInt(letter.charCodeAt(0) - 65)), 0n);
    expect(machine.readCsr(MISA) & 0x3ff_ffffn).toBe(letters);
  });
});

describe("fcsr", () => {
  it("holds the accrued exceptions and the rounding mode; the rest reads as zero", async () => {
    const machine = await placeWith(
      INITIAL,
      "csrrw zero, fcsr, a0\n csrr a1, fflags\n csrr a2, frm\n csrr a3, fcsr\n csrrw a4, frm, a5\n csrrw a6, fflags, a7\n csrr s2, fcsr",
    );
    setRegisters(machine, { a0: -1, a5: 0xfff2, a7: 0xffe9 });
    expect(trapOf(machine)).toMatchObject({ cause: 3n });
    const names = ["a1", "a2", "a3", "a4", "a6", "s2"];
    expect(names.map((name) => x(machine, name))).toEqual([31n, 7n, 0xffn, 7n, 31n, 0x49n]);
    expect([FFLAGS, FRM, FCSR].map((csr) => machine.readCsr(csr))).toEqual([9n, 2n, 0x49n]);
  });
});

describe("NaN boxing", () => {
  /** Runs with values in fa0 and fa1 and gives fa2. */
  async function compute(source: string, fa0: bigint, fa1 = fa0): Promise<bigint> {
    const machine = await placeWith(INITIAL, source);
    machine.f.set([fa0, fa1], 10);
    expect(trapOf(machine)).toMatchObject({ cause: 3n });
    return machine.f[12]!;
  }

  it.each([
    ["s", 0xffff_ffff_4048_f5c3n, 0xffff_ffff_4048_f5c3n],
    ["s", 0xffff_fffe_4048_f5c3n, 0xffff_ffff_7fc0_0000n],
    ["s", 0x0000_0000_c048_f5c3n, 0xffff_ffff_7fc0_0000n],
    ["h", 0xffff_ffff_ffff_4248n, 0xffff_ffff_ffff_4248n],
    ["h", 0xffff_ffff_fffe_4248n, 0xffff_ffff_ffff_7e00n],
    ["h", 0x7fff_ffff_ffff_c248n, 0xffff_ffff_ffff_7e00n],
    ["d", 0x1234_5678_9abc_def0n, 0x1234_5678_9abc_def0n],
  ])("fsgnj.%s takes what is not boxed for the canonical NaN: 0x%x", async (format, value, expected) => {
    expect(await compute(`fsgnj.${format} fa2, fa0, fa0`, value)).toBe(expected);
    // the sign of the second operand too is that of the canonical NaN
    const negative = expected ^ (format === "s" ? 0x8000_0000n : format === "h" ? 0x8000n : 1n << 63n);
    expect(await compute(`fsgnjn.${format} fa2, fa0, fa0`, value)).toBe(negative);
  });

  it.each([
    ["fsgnj", 0x8000_0000n, 0x4048_f5c3n, 0x4048_f5c3n & 0n],
    ["fsgnj", 0x3f80_0000n, 0xff80_0001n, 0xbf80_0000n],
    ["fsgnjn", 0x3f80_0000n, 0x0000_0001n, 0xbf80_0000n],
    ["fsgnjx", 0xbf80_0000n, 0x8000_0001n, 0x3f80_0000n],
  ])(
    "%s.s takes all but the sign from the first, and raises nothing for a signalling NaN",
    async (name, a, b, result) => {
      const machine = await placeWith(INITIAL, `${name}.s fa2, fa0, fa1`);
      const box = 0xffff_ffffn << 32n;
      machine.f.set([box | a, box | b], 10);
      expect(trapOf(machine)).toMatchObject({ cause: 3n });
      expect([machine.f[12], machine.readCsr(FFLAGS)]).toEqual([box | result, 0n]);
    },
  );

  it("a load and a move from x box; stores and moves to x take the low bits as they are", async () => {
    const machine = await placeWith(
      INITIAL,
      `flw fa0, 0(t0)\n flh fa1, 0(t0)\n fmv.w.x fa2, a0\n fmv.h.x fa3, a0\n fsw fa4, 8(t0)\n fsh fa4, 16(t0)
       fmv.x.w a1, fa4\n fmv.x.h a2, fa4\n fmv.x.d a3, fa4`,
    );
    machine.write64(pa(RAM + 0x8000), 0x1122_3344_8566_9788n);
    setRegisters(machine, { a0: 0x7abc_def0_1234_5678n });
    machine.f[14] = 0x0123_4567_89ab_cdefn;
    expect(trapOf(machine)).toMatchObject({ cause: 3n });
    expect([...machine.f.slice(10, 14)]).toEqual([
      0xffff_ffff_8566_9788n,
      0xffff_ffff_ffff_9788n,
      0xffff_ffff_1234_5678n,
      0xffff_ffff_ffff_5678n,
    ]);
    expect(machine.read64(pa(RAM + 0x8008))).toBe(0x89ab_cdefn);
    expect(machine.read64(pa(RAM + 0x8010))).toBe(0xcdefn);
    const signExtended = ["a1", "a2", "a3"].map((name) => x(machine, name));
    expect(signExtended).toEqual([0xffff_ffff_89ab_cdefn, 0xffff_ffff_ffff_cdefn, 0x0123_4567_89ab_cdefn]);
  });

  it("has f0 as a register like the others", async () => {
    const machine = await placeWith(INITIAL, "fmv.d.x ft0, t0\n fmv.x.d a0, ft0");
    expect(trapOf(machine)).toMatchObject({ cause: 3n });
    expect([machine.f[0], x(machine, "a0")]).toEqual([DATA, DATA]);
  });
});

describe("a machine without F", () => {
  it.each(["flw fa0, 0(t0)", "fadd.s fa0, fa0, fa0", "fmv.d.x fa0, a0", "c.fld fa0, 0(s0)", "csrr a0, fcsr"])(
    "has no use for %s: FS is read-only zero",
    async (use) => {
      const machine = await place(use, { isa: "rv64imac_zicsr" });
      machine.writeCsr(MSTATUS, DIRTY);
      expect(machine.readCsr(MSTATUS) & (FS | SD)).toBe(OFF);
      expect(trapOf(machine)).toMatchObject({ cause: ILLEGAL, epc: BigInt(CODE) });
    },
  );
});
