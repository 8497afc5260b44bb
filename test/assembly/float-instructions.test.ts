/**
 * Every floating-point instruction as the machine executes it: operands found, unboxed, rounded as asked, the result boxed,
 * flags accrued, FS made Dirty. The arithmetic is held to the exact model (test/fpu); here the way to it and from it is.
 * Sentences are quoted from RISC-V Volume I, 20240411, chapters 20 and 21.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { FFLAGS, FRM, MSTATUS } from "../../assembly/csr.gen.ts";
import { INSTRUCTIONS } from "../../core/isa.gen.ts";
import type { InstructionRow } from "../../core/isa-row.ts";
import type { Machine } from "../../core/machine.ts";
import { pa } from "../../core/units.ts";
import { Random } from "../../zoo/scene/random.ts";
import type { Outcome } from "../fpu/exact-number.ts";
import { exactMulAdd } from "../fpu/exact-operation.ts";
import { SHAPES } from "../fpu/hard-operands.ts";
import { type Operation, operationsOf } from "../fpu/operations.ts";
import { CODE, place, put, setRegisters, trapOf, x } from "./place.ts";

const [FS, CLEAN, DIRTY] = [3n << 13n, 2n << 13n, 3n << 13n];
const MODES = ["rne", "rtz", "rdn", "rup", "rmm", "dyn"];
const DYNAMIC = 7;
const random = new Random(0xf1ea);
const operations = operationsOf(random);

const signOf = (width: number): bigint => 1n << BigInt(width - 1);

/** fmsub, fnmsub and fnmadd: "multiplies the values in rs1 and rs2, [negates the product,]" adds or subtracts rs3 (20.6). */
function fusedForms(base: Operation): Operation[] {
  const shape = SHAPES.find(({ width }) => width === base.widths[0])!;
  const sign = signOf(shape.width);
  const form = (name: string, product: bigint, addend: bigint): Operation => ({
    ...base,
    name: base.name.replace("fmadd", name),
    exact: ([a, b, c], rm) => exactMulAdd(shape, a! ^ product, b!, c! ^ addend, rm),
  });
  return [form("fmsub", 0n, sign), form("fnmsub", sign, 0n), form("fnmadd", sign, sign)];
}

const all = operations.flatMap((operation) =>
  operation.name.startsWith("fmadd") ? [operation, ...fusedForms(operation)] : [operation],
);
const rowOf = (name: string): InstructionRow => INSTRUCTIONS.find((row) => row.name === name)!;

let machine: Machine;
beforeAll(async () => {
  machine = await place("nop");
});

const boxOf = (width: number): bigint => (width === 64 ? 0n : BigInt.asUintN(64, -(1n << BigInt(width))));
const CANONICAL_NAN: Readonly<Record<number, bigint>> = { 16: 0x7e00n, 32: 0x7fc0_0000n };

/** Operands as the registers hold them: of a narrow number in eight one is not boxed, and then it is the canonical NaN. */
function inRegister(width: number, value: bigint): { readonly raw: bigint; readonly seen: bigint } {
  const boxed = value | boxOf(width);
  if (width === 64 || random.between(0, 7) !== 0) return { raw: boxed, seen: value };
  return { raw: boxed ^ (1n << BigInt(random.between(width, 63))), seen: CANONICAL_NAN[width]! };
}

interface Placed {
  readonly row: InstructionRow;
  readonly name: string;
}

/** Width of the result, from the instruction's name: fcvt.s.d gives 32; undefined for an integer. */
function resultWidth({ row, name }: Placed): number | undefined {
  if (row.assembly.startsWith("rd,")) return undefined;
  return { h: 16, s: 32, d: 64 }[name.split(".")[1] as "h" | "s" | "d"];
}

/** Puts the instruction in its whole form with every rounding mode at an address of its own. */
function putForms(row: InstructionRow): ReadonlyMap<number, bigint> {
  const whole = row.assembly.split(" | ").at(-1)!;
  const registers: Readonly<Record<string, string>> = {
    frd: "f31",
    frs1: "f1",
    frs2: "f2",
    frs3: "f30",
    rd: "x10",
    rs1: "x11",
  };
  const hasRounding = /rmx?$/.test(whole);
  const modes = hasRounding ? MODES : ["none"];
  const lines = modes.map(
    (mode) => `${row.name} ${whole.replaceAll(/\w+/g, (name) => registers[name] ?? mode)}\n ebreak`,
  );
  put(machine, CODE, lines.join("\n"));
  return new Map(modes.map((mode, index) => [mode === "dyn" ? DYNAMIC : index, BigInt(CODE + 8 * index)]));
}

function runCase(operation: Operation, row: InstructionRow, forms: ReadonlyMap<number, bigint>): string | undefined {
  const values = operation.operands(random);
  const fromInteger = row.assembly.includes("rs1") && !row.assembly.includes("frs1");
  const registers = values.map((value, index) =>
    fromInteger ? { raw: value, seen: value } : inRegister(operation.widths[index]!, value),
  );
  const frm = random.between(0, 4);
  const [mode, address] = random.pick([...forms]);
  const rm = mode === DYNAMIC ? frm : mode;
  const before = random.between(0, 31);
  const expected: Outcome = operation.exact(
    registers.map(({ seen }) => seen),
    rm,
  );
  machine.writeCsr(FRM, BigInt(frm));
  machine.writeCsr(FFLAGS, BigInt(before));
  machine.writeCsr(MSTATUS, CLEAN);
  machine.f.fill(0x0123_4567_89ab_cdefn);
  if (fromInteger) setRegisters(machine, { a1: registers[0]!.raw });
  else for (const [index, { raw }] of registers.entries()) machine.f[[1, 2, 30][index]!] = raw;
  machine.pc = address;
  expect(trapOf(machine)).toMatchObject({ cause: 3n, epc: address + 4n });

  const width = resultWidth({ row, name: operation.name });
  const result = width === undefined ? x(machine, "a0") : machine.f[31]!;
  const boxed = width === undefined ? expected.bits : expected.bits | boxOf(width);
  const flags = Number(machine.readCsr(FFLAGS));
  const isDirty = (machine.readCsr(MSTATUS) & FS) === DIRTY;
  const mayBeClean = width === undefined && flags === before;
  const isRight = result === boxed && flags === (before | expected.flags) && isDirty !== mayBeClean;
  if (isRight) return undefined;
  const hex = (value: bigint): string => `0x${value.toString(16)}`;
  return `${row.name} ${registers.map(({ raw }) => hex(raw))} rm ${rm} gave ${hex(result)} flags ${flags} dirty ${isDirty}, not ${hex(boxed)} flags ${before | expected.flags}`;
}

describe.each(all.map((operation) => [operation.name, operation] as const))("%s", (name, operation) => {
  it("finds its operands, rounds as asked, boxes its result and accrues its flags", () => {
    const row = rowOf(name);
    const forms = putForms(row);
    for (let round = 0; round < 200; round++) expect(runCase(operation, row, forms)).toBeUndefined();
  });
});

it("all floating-point instructions but moves and sign injections stand above", () => {
  const computed = INSTRUCTIONS.filter(({ kind }) => kind === "float").map((row) => row.name);
  const others = computed.filter((name) => !all.some((operation) => operation.name === name));
  expect(all.length).toBe(66 + 3 * 3);
  expect(others.filter((name) => !/^f(sgnj|mv)/.test(name))).toEqual([]);
});

describe("the rounding mode", () => {
  const ILLEGAL = 2n;
  const hasMode = INSTRUCTIONS.filter(({ encoding }) => encoding.operands.some(({ name }) => /^rmx?$/.test(name)));
  const wordWith = ({ encoding }: InstructionRow, rm: number): number => (encoding.match | (rm << 12)) >>> 0;

  function outcomeOf(word: number, frm: bigint): bigint {
    machine.writeBytes(pa(CODE), Uint8Array.of(...[0, 8, 16, 24].map((shift) => word >>> shift), 0x73, 0, 0x10, 0));
    machine.writeCsr(FRM, frm);
    machine.writeCsr(MSTATUS, CLEAN);
    machine.pc = BigInt(CODE);
    return trapOf(machine).cause;
  }

  it("stands in all instructions that may round, and in exact conversions", () => {
    expect(hasMode).toHaveLength(3 * (5 + 4 + 8) + 6);
  });

  it("5 and 6 are reserved: illegal, and FS stays as it is", () => {
    for (const row of hasMode)
      for (const rm of [5, 6]) {
        expect(outcomeOf(wordWith(row, rm), 0n), `${row.name} ${rm}`).toBe(ILLEGAL);
        expect(machine.readCsr(MSTATUS) & FS).toBe(CLEAN);
      }
  });

  it('"dynamic reserved rounding modes (101-111)" make an instruction illegal that rounds dynamically', () => {
    for (const row of hasMode) {
      for (const frm of [5n, 6n, 7n]) {
        expect(outcomeOf(wordWith(row, 7), frm), `${row.name} frm ${frm}`).toBe(ILLEGAL);
        expect(machine.readCsr(MSTATUS) & FS).toBe(CLEAN);
      }
      expect(outcomeOf(wordWith(row, 7), 4n), row.name).toBe(3n);
      expect(outcomeOf(wordWith(row, 0), 7n), row.name).toBe(3n);
    }
  });

  it("is nothing to an instruction that does not round", () => {
    for (const name of ["fmin.s", "feq.d", "fsgnj.h", "fclass.d", "fmv.x.w"])
      expect(outcomeOf(wordWith(rowOf(name), 0), 7n), name).toBe(3n);
  });
});
