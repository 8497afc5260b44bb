/**
 * Operands inside an instruction word. An operand's bits may lie scattered, low bits that are always zero are not in the
 * word at all, and a three-bit register field names x8 to x15 (RISC-V Volume I, 20240411, sections 2.3 and 26.2):
 *
 *     B-type   imm[12|10:5] rs2 rs1 funct3 imm[4:1|11] opcode     -4096 to 4094, even
 */
import type { OperandRow } from "./isa-row.ts";

/** The values that an operand may have. */
export interface FieldRange {
  readonly min: number;
  readonly max: number;
  /** Values are multiples of it. */
  readonly step: number;
  readonly forbidden: readonly number[];
}

const FIRST_PRIME_REGISTER = 8;

const bitsOf = (operand: OperandRow): number =>
  Math.max(...operand.slices.map(({ operandLow, count }) => operandLow + count));

export function rangeOf(operand: OperandRow): FieldRange {
  const values = 2 ** bitsOf(operand);
  const step = 2 ** Math.min(...operand.slices.map(({ operandLow }) => operandLow));
  const min = operand.isPrime ? FIRST_PRIME_REGISTER : operand.isSigned ? -values / 2 : 0;
  return { min, max: min + values - step, step, forbidden: operand.forbidden };
}

export function mayHold(operand: OperandRow, value: number): boolean {
  const { min, max, step, forbidden } = rangeOf(operand);
  return value >= min && value <= max && value % step === 0 && !forbidden.includes(value);
}

/** The operand's value in a word: the number that the instruction works with. */
export function readField(operand: OperandRow, word: number): number {
  const value = operand.slices.reduce(
    (sum, { wordLow, operandLow, count }) => sum + ((word >>> wordLow) & (2 ** count - 1)) * 2 ** operandLow,
    operand.isPrime ? FIRST_PRIME_REGISTER : 0,
  );
  const isNegative = operand.isSigned && value >= 2 ** (bitsOf(operand) - 1);
  return isNegative ? value - 2 ** bitsOf(operand) : value;
}

/** The bits of a word that give the operand a value. @throws RangeError unless `mayHold` */
export function placeField(operand: OperandRow, value: number): number {
  if (!mayHold(operand, value)) throw new RangeError(`${operand.name} cannot hold ${value}`);
  return operand.slices.reduce((word, { wordLow, operandLow, count }) => {
    // of x8 to x15 the slice takes the low three bits, which is the register's number less 8
    const bits = Math.floor(value / 2 ** operandLow) & (2 ** count - 1);
    return (word | (bits << wordLow)) >>> 0;
  }, 0);
}
