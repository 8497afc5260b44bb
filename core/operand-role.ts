/**
 * What an operand means to a person: how it is printed, how it is read, and how a wrong one is explained. Texts are those
 * of GNU binutils without aliases (`objdump -d -M no-aliases`): ABI names of registers (RISC-V psABI, "Integer Register
 * Convention"), upper immediates and shift amounts in hexadecimal, everything else in decimal.
 */
import { expansionOf } from "./decoder.ts";
import { CSRS } from "./isa.gen.ts";
import type { CompressedRow, InstructionRow } from "./isa-row.ts";
import type { FieldRange } from "./operand-fields.ts";
import { readAddress, readNumber, type Scope } from "./operand-number.ts";

/** Whatever `print` gives, `read` understands in the same scope. */
export interface Role {
  print(value: number, pc?: bigint): string;
  /** @returns undefined if the text makes no sense; the value may still be out of the field's range */
  read(text: string, scope: Scope): number | undefined;
  /** What may stand here, for a message: "a number from 0 to 31". */
  expected(range: FieldRange): string;
}

/** ABI names of x0 to x31. */
export const REGISTER_NAMES: readonly string[] =
  "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6".split(" ");

/** ABI names of f0 to f31 (RISC-V psABI, "Floating-point Register Convention"). */
export const FLOAT_REGISTER_NAMES: readonly string[] = (
  "ft0 ft1 ft2 ft3 ft4 ft5 ft6 ft7 fs0 fs1 fa0 fa1 fa2 fa3 fa4 fa5 fa6 fa7 fs2 fs3 fs4 fs5 fs6 fs7 fs8 fs9 fs10 fs11 " +
  "ft8 ft9 ft10 ft11"
).split(" ");

const hex = (value: number): string => `0x${value.toString(16)}`;

function integer(text: string): number | undefined {
  const value = readNumber(text);
  return value === undefined ? undefined : Number(value);
}

function span({ min, max, step, forbidden }: FieldRange): string {
  const kind = step === 1 ? "a number" : `a multiple of ${step}`;
  const lowest = forbidden.includes(min) ? min + step : min;
  const except = forbidden.filter((value) => value > lowest);
  return `${kind} from ${lowest} to ${max}${except.length === 0 ? "" : `, not ${except.join(" or ")}`}`;
}

const register: Role = {
  print: (value) => REGISTER_NAMES[value] as string,
  read(text) {
    const numbered = /^x([0-9]|[12][0-9]|3[01])$/.exec(text);
    if (numbered) return Number(numbered[1]);
    const value = text === "fp" ? 8 : REGISTER_NAMES.indexOf(text);
    return value < 0 ? undefined : value;
  },
  expected({ min, max, forbidden }) {
    const except =
      forbidden.length === 0 ? "" : ` other than ${forbidden.map((value) => REGISTER_NAMES[value]).join(" and ")}`;
    return max - min === 7 ? "one of s0, s1, a0 to a5" : `a register (zero, ra, sp to t6, or x0 to x31)${except}`;
  },
};

const floatRegister: Role = {
  print: (value) => FLOAT_REGISTER_NAMES[value] as string,
  read(text) {
    const numbered = /^f([0-9]|[12][0-9]|3[01])$/.exec(text);
    const value = numbered ? Number(numbered[1]) : FLOAT_REGISTER_NAMES.indexOf(text);
    return value < 0 ? undefined : value;
  },
  expected: ({ min, max }) =>
    max - min === 7
      ? "one of fs0, fs1, fa0 to fa5"
      : "a floating-point register (ft0 to ft11, fs0 to fs11, fa0 to fa7, or f0 to f31)",
};

/** Rounding modes by their number; 5 and 6 are reserved. RISC-V Volume I, 20240411, section 20.2. */
const ROUNDING_MODES = ["rne", "rtz", "rdn", "rup", "rmm", "", "", "dyn"];

const roundingMode: Role = {
  print: (value) => ROUNDING_MODES[value] as string,
  read: (text) => (text !== "" && ROUNDING_MODES.includes(text) ? ROUNDING_MODES.indexOf(text) : undefined),
  expected: () => "a rounding mode: rne, rtz, rdn, rup, rmm or dyn",
};

const immediate: Role = {
  print: String,
  read: integer,
  expected: span,
};

const shiftAmount: Role = { ...immediate, print: hex };

/** Bits 31 to 12 of the immediate. Worked example: `lui a0, 0xfffff` has imm = -4096. */
const upper: Role = {
  print: (value) => hex((value >>> 12) & 0xfffff),
  read(text) {
    const value = integer(text);
    return value !== undefined && value >= 0 && value <= 0xfffff ? value << 12 : undefined;
  },
  expected({ min, max, step, forbidden }) {
    const lowest = forbidden.includes(0) ? step : 0;
    if (max + step === 2 ** 31) return `a number from ${upper.print(lowest)} to 0xfffff`;
    return `a number from ${upper.print(lowest)} to ${upper.print(max)}, or from ${upper.print(min)} to 0xfffff`;
  },
};

/** A distance in the word; an address on paper as soon as the instruction's own is known. */
const target: Role = {
  print: (value, pc) => (pc === undefined ? String(value) : `0x${BigInt.asUintN(64, pc + BigInt(value)).toString(16)}`),
  read(text, scope) {
    const address = readAddress(text, scope);
    if (address === undefined) return undefined;
    return Number(scope.pc === undefined ? address : BigInt.asIntN(64, address - scope.pc));
  },
  expected: ({ min, max, step }) => `a label or an address ${min} to ${max} bytes away, a multiple of ${step}`,
};

const csr: Role = {
  print: (value) => CSRS.find(({ number }) => number === value)?.name ?? hex(value),
  read: (text) => CSRS.find(({ name }) => name === text)?.number ?? integer(text),
  expected: () => "a CSR's name such as mstatus, or its number from 0x0 to 0xfff",
};

const FENCE_LETTERS = [..."iorw"];

/** Device input and output, memory reads and writes. `unknown` is GNU binutils' word for none of them. */
const fenceSet: Role = {
  print: (value) => FENCE_LETTERS.filter((_, index) => value & (8 >> index)).join("") || "unknown",
  read(text) {
    if (text === "unknown") return 0;
    if (!/^i?o?r?w?$/.test(text) || text === "") return undefined;
    return FENCE_LETTERS.reduce((set, letter, index) => (text.includes(letter) ? set | (8 >> index) : set), 0);
  },
  expected: () => "letters of iorw in this order, or unknown for none",
};

/** Is the immediate a distance from the instruction itself? `jalr` counts from a register. */
const isPcRelative = ({ kind, encoding }: InstructionRow): boolean =>
  kind === "branch" || (kind === "jump" && !encoding.operands.some(({ name }) => name === "rs1"));

function roleInInstruction(row: InstructionRow, name: string): Role {
  const operand = row.encoding.operands.find((candidate) => candidate.name === name);
  if (!operand) throw new Error(`${row.name} has no operand ${name}`);
  if (/^r(d|s1|s2)$/.test(name)) return register;
  if (/^fr(d|s1|s2|s3)$/.test(name)) return floatRegister;
  if (name === "rm" || name === "rmx") return roundingMode;
  if (name === "csr") return csr;
  if (name === "shamt") return shiftAmount;
  if (name === "pred" || name === "succ") return fenceSet;
  if (operand.slices.every(({ operandLow }) => operandLow >= 12)) return upper;
  return isPcRelative(row) ? target : immediate;
}

/** The role of an operand; one of a compressed word plays the role of the operand that it becomes. */
export function roleOf(row: InstructionRow | CompressedRow, name: string): Role {
  if (!("expansion" in row)) return roleInInstruction(row, name);
  const becomes = Object.entries(row.expansion.sources).find(([, source]) => source === name);
  if (!becomes) throw new Error(`${row.name} has no use for ${name}`);
  return roleInInstruction(expansionOf(row), becomes[0]);
}
