/** Zacas and Zawrs. RISC-V Volume I, 20240411, chapters "Zacas" and "Zawrs". */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MIE, MSTATUS } from "../../assembly/csr.gen.ts";
import { MSTATUS_TW } from "../../assembly/mstatus.ts";
import { pa } from "../../core/units.ts";
import { place, RAM, setRegisters, trapOf, x } from "./place.ts";

const DATA = pa(RAM + 0x8000);
const word = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constantFrom(0n, 1n, 2n ** 32n, 2n ** 64n - 1n));
const sext32 = (value: bigint): bigint => BigInt.asUintN(64, BigInt.asIntN(32, value));
const low32 = (value: bigint): bigint => value & 0xffff_ffffn;

describe("compare-and-swap", () => {
  it("amocas.w compares and stores 32 bits, and rd becomes what was there, sign-extended", async () => {
    const machine = await place("amocas.w a0, a1, (t0)\n ecall");
    fc.assert(
      fc.property(word, word, word, fc.boolean(), (memory, wanted, value, isSame) => {
        const compared = isSame ? (wanted & ~0xffff_ffffn) | low32(memory) : wanted;
        machine.write64(DATA, memory);
        machine.pc = BigInt(RAM + 0x1000);
        setRegisters(machine, { t0: DATA, a0: compared, a1: value });
        expect(trapOf(machine).cause).toBe(9n);
        const isEqual = low32(compared) === low32(memory);
        expect(machine.read64(DATA)).toBe(isEqual ? (memory & ~0xffff_ffffn) | low32(value) : memory);
        expect(x(machine, "a0")).toBe(sext32(memory));
      }),
    );
  });

  it("amocas.d does with 64", async () => {
    const machine = await place("amocas.d a0, a1, (t0)\n ecall");
    fc.assert(
      fc.property(word, word, word, fc.boolean(), (memory, wanted, value, isSame) => {
        const compared = isSame ? memory : wanted;
        machine.write64(DATA, memory);
        machine.pc = BigInt(RAM + 0x1000);
        setRegisters(machine, { t0: DATA, a0: compared, a1: value });
        trapOf(machine);
        expect(machine.read64(DATA)).toBe(compared === memory ? value : memory);
        expect(x(machine, "a0")).toBe(memory);
      }),
    );
  });

  it("amocas.q does with a pair of registers, the low half in the even one", async () => {
    const machine = await place("amocas.q a0, a2, (t0)\n ecall");
    const pair = fc.tuple(word, word);
    fc.assert(
      fc.property(pair, pair, pair, fc.constantFrom(0, 1, 2, 3), (memory, wanted, value, same) => {
        const compared = wanted.map((half, index) => (same & (1 << index) ? (memory[index] as bigint) : half));
        for (const [index, half] of memory.entries()) machine.write64(pa(DATA + 8 * index), half);
        machine.pc = BigInt(RAM + 0x1000);
        const [a0 = 0n, a1 = 0n] = compared;
        setRegisters(machine, { t0: DATA, a0, a1, a2: value[0], a3: value[1] });
        trapOf(machine);
        const isEqual = a0 === memory[0] && a1 === memory[1];
        expect([machine.read64(DATA), machine.read64(pa(DATA + 8))]).toEqual(isEqual ? value : memory);
        expect([x(machine, "a0"), x(machine, "a1")]).toEqual(memory);
      }),
    );
  });

  it.each([
    ["amocas.d zero, a1, (t0)", 0n, 7n],
    ["amocas.d zero, a1, (t0)", 5n, 5n],
    ["amocas.w zero, a1, (t0)", 0n, 7n],
    ["amocas.q zero, a2, (t0)", 0n, 9n],
    ["amocas.q zero, zero, (t0)", 5n, 5n],
  ])("with x0 in rd compares with zero and keeps no result: %s on %i", async (source, memory, after) => {
    const machine = await place(source);
    machine.write64(DATA, memory);
    setRegisters(machine, { t0: DATA, a1: 7, a2: 9, ra: 0x1234 });
    expect(machine.run(1)).toEqual({ kind: "budget" });
    expect(machine.read64(DATA)).toBe(after);
    expect([x(machine, "zero"), x(machine, "ra")]).toEqual([0n, 0x1234n]);
  });

  it("a pair that begins with x0 stores zeros in both halves", async () => {
    const machine = await place("amocas.q a0, zero, (t0)\n ecall");
    machine.write64(DATA, 3n);
    machine.write64(pa(DATA + 8), 4n);
    setRegisters(machine, { t0: DATA, a0: 3, a1: 4, ra: 0x1234 });
    trapOf(machine);
    expect([machine.read64(DATA), machine.read64(pa(DATA + 8))]).toEqual([0n, 0n]);
  });

  it.each([
    ["amocas.w a0, a2, (t0)", 2],
    ["amocas.d a0, a2, (t0)", 4],
    ["amocas.q a0, a2, (t0)", 8],
  ])("%s off its alignment by %i is a misaligned store", async (source, offset) => {
    const machine = await place(source);
    setRegisters(machine, { t0: DATA + offset });
    expect(trapOf(machine)).toMatchObject({ cause: 6n, tval: BigInt(DATA + offset) });
  });

  it.each([
    ["rd", 0x28c2_c5afn],
    ["rs2", 0x28d2_c52fn],
  ])("an odd %s of amocas.q is reserved", async (_, instruction) => {
    const machine = await place(`.word ${instruction}`);
    expect(trapOf(machine)).toMatchObject({ cause: 2n, tval: instruction });
  });

  it("asks for the permission of a store also where it does not store", async () => {
    const machine = await place("amocas.d a0, a1, (t0)");
    setRegisters(machine, { t0: 0x1000, a0: 1 });
    expect(trapOf(machine)).toMatchObject({ cause: 7n, tval: 0x1000n });
  });
});

describe("waiting on a reservation", () => {
  const run = async (source: string, privilege: 0 | 1, tw: boolean, mie = 0n): Promise<bigint> => {
    const machine = await place(`${source}\n ebreak`);
    machine.writeCsr(MSTATUS, tw ? MSTATUS_TW_BIT : 0n);
    machine.writeCsr(MIE, mie);
    machine.privilege = privilege;
    setRegisters(machine, { t0: DATA });
    return trapOf(machine).cause;
  };
  const MSTATUS_TW_BIT = BigInt(MSTATUS_TW);
  const WAIT = "lr.d a0, (t0)\n wrs.nto";

  it.each([0, 1] as const)("wrs.nto goes on at once in privilege %i", async (privilege) => {
    expect(await run(WAIT, privilege, false)).toBe(3n);
  });

  it.each([0, 1] as const)(
    "wrs.nto is illegal in privilege %i with TW, as it would wait for good",
    async (privilege) => {
      expect(await run(WAIT, privilege, true)).toBe(2n);
    },
  );

  it("wrs.nto has nothing to wait for without a reservation", async () => {
    expect(await run("wrs.nto", 0, true)).toBe(3n);
  });

  it("wrs.sto does not care about TW", async () => {
    expect(await run("lr.d a0, (t0)\n wrs.sto", 0, true)).toBe(3n);
  });
});
