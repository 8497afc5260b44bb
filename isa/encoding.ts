/**
 * Encodings as the manual draws them: a word is a row of fields from its top bit down, each either constant bits or an
 * operand. `imm[12|10:5]` says which bits of the operand lie there:
 *
 *     imm[12|10:5] rs2 rs1 funct3 imm[4:1|11] opcode
 *     31        25 24  19  14  12 11        7 6    0
 */
import { type Cell, TableError, words } from "./table-file.ts";

/** `count` consecutive bits of an operand: operand bits from `operandLow` are word bits from `wordLow`. */
interface Slice {
  readonly operandLow: number;
  readonly wordLow: number;
  readonly count: number;
}

export interface Operand {
  /** Name without `'`, `nz` and constraint: rd, rs1, rs2, frd to frs3, imm, uimm, shamt, csr, zimm, aq, rl, fm, pred, succ, rm. */
  readonly name: string;
  readonly slices: readonly Slice[];
  /** A three-bit register field that names x8 to x15. */
  readonly isPrime: boolean;
  readonly isSigned: boolean;
  /** Values that the encoding does not allow. */
  readonly forbidden: readonly number[];
}

export interface Encoding {
  readonly width: 16 | 32;
  /** The word's constant bits: `word & mask === match`. */
  readonly mask: number;
  readonly match: number;
  readonly operands: readonly Operand[];
}

/** A field before its place in the word is known. */
interface Field {
  readonly cell: Cell;
  readonly width: number;
  readonly constant?: number;
  readonly operand?: {
    name: string;
    bits: readonly (readonly [high: number, low: number])[];
    forbidden: readonly number[];
  };
}

/** An operand's name without the notation for "not zero" and "x8 to x15". */
export const plainName = (written: string): string => written.replace(/^nz/, "").replace(/'$/, "");

const WIDTHS: Readonly<Record<string, number>> = {
  rd: 5,
  rs1: 5,
  rs2: 5,
  frd: 5,
  frs1: 5,
  frs2: 5,
  frs3: 5,
  "rd'": 3,
  "rs1'": 3,
  "rs2'": 3,
  "frd'": 3,
  "frs2'": 3,
  rm: 3,
  rmx: 3,
  aq: 1,
  rl: 1,
  opcode: 7,
};
const SIGNED = new Set(["imm"]);

/** Reads one field: constant bits, a register, `name[bits]`, or a constant's name (`funct3`) in a format. */
function parseField(cell: Cell): Field {
  const constant = /^[01]+$/.exec(cell.text);
  if (constant) return { cell, width: cell.text.length, constant: Number.parseInt(cell.text, 2) };

  const match = /^([a-z]+[0-9]*[a-z]?'?)(?:\[([0-9:|]+)\])?((?:!=[0-9]+)*)$/.exec(cell.text);
  if (!match) throw new TableError(cell, `'${cell.text}' is neither bits nor a field`);
  const name = match[1] as string;
  const forbidden = [...(match[3] as string).matchAll(/[0-9]+/g)].map(([value]) => Number(value));
  if (match[2] === undefined) {
    const width = WIDTHS[name] ?? Number(/^funct([0-9]+)/.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(width)) throw new TableError(cell, `unknown field '${name}'`);
    return { cell, width, operand: { name, bits: [[width - 1, 0]], forbidden } };
  }
  const bits = match[2].split("|").map((range): readonly [number, number] => {
    const [high, low] = range.split(":").map(Number) as [number, number?];
    if (low !== undefined && low > high) throw new TableError(cell, `'${range}' runs upwards`);
    return [high, low ?? high];
  });
  return {
    cell,
    width: bits.reduce((sum, [high, low]) => sum + high - low + 1, 0),
    operand: { name, bits, forbidden },
  };
}

/** Is the field one that an instruction's row fills with constant bits? */
const isConstantName = (name: string): boolean => name === "opcode" || name.startsWith("funct");

/**
 * Reads a word.
 * @param cell the word, fields from the top bit down
 * @param width bits that the fields must add up to
 * @param constants the row's bits for the format's funct and opcode fields, left to right
 * @param constantsCell where to report a wrong number of them
 */
export function parseEncoding(
  cell: Cell,
  width: 16 | 32,
  constants: readonly Cell[] = [],
  constantsCell = cell,
): Encoding {
  const fields = words(cell).map(parseField);
  const total = fields.reduce((sum, field) => sum + field.width, 0);
  if (total !== width) throw new TableError(cell, `the fields make ${total} bits, not ${width}`);

  let mask = 0;
  let match = 0;
  let low: number = width;
  const left = [...constants];
  const operands = new Map<string, { slices: Slice[]; isPrime: boolean; forbidden: number[] }>();
  for (const field of fields) {
    low -= field.width;
    let bits = field.constant;
    if (field.operand && isConstantName(field.operand.name)) {
      const constant = left.shift();
      if (!constant) throw new TableError(constantsCell, `no bits for ${field.operand.name}`);
      if (!/^[01]+$/.test(constant.text) || constant.text.length !== field.width)
        throw new TableError(constant, `${field.operand.name} takes ${field.width} bits, not '${constant.text}'`);
      bits = Number.parseInt(constant.text, 2);
    }
    if (bits !== undefined) {
      mask = (mask | ((2 ** field.width - 1) << low)) >>> 0;
      match = (match | (bits << low)) >>> 0;
      continue;
    }
    placeOperand(operands, field, low);
  }
  if (left[0]) throw new TableError(left[0], `'${left[0].text}' has no field left to fill`);
  for (const [name, { slices }] of operands) checkNoGap(cell, name, slices);
  return {
    width,
    mask,
    match,
    operands: [...operands].map(([name, operand]) => ({ name, isSigned: SIGNED.has(name), ...operand })),
  };
}

function placeOperand(
  operands: Map<string, { slices: Slice[]; isPrime: boolean; forbidden: number[] }>,
  field: Field,
  fieldLow: number,
): void {
  const { name: written, bits, forbidden } = field.operand as NonNullable<Field["operand"]>;
  const notZero = written.startsWith("nz");
  const name = plainName(written);
  const operand = operands.get(name) ?? { slices: [], isPrime: written.endsWith("'"), forbidden: [] };
  operands.set(name, operand);
  operand.forbidden.push(...forbidden);
  if (notZero && !operand.forbidden.includes(0)) operand.forbidden.push(0);
  let wordLow = fieldLow + field.width;
  for (const [high, low] of bits) {
    wordLow -= high - low + 1;
    const slice = { operandLow: low, wordLow, count: high - low + 1 };
    if (operand.slices.some((other) => low < other.operandLow + other.count && other.operandLow <= high))
      throw new TableError(field.cell, `bits ${high}:${low} of ${name} are placed twice`);
    operand.slices.push(slice);
  }
}

/** Every bit between an operand's lowest and highest has to lie somewhere in the word. */
function checkNoGap(cell: Cell, name: string, slices: readonly Slice[]): void {
  const upwards = slices.toSorted((a, b) => a.operandLow - b.operandLow);
  for (const [index, { operandLow }] of upwards.entries()) {
    const below = upwards[index - 1];
    const wanted = below ? below.operandLow + below.count : operandLow;
    if (operandLow !== wanted) throw new TableError(cell, `bit ${wanted} of ${name} is missing`);
  }
}
