/** Random operands for a row of the tables, by what they are called there. */

import type { OperandRow } from "../../../core/isa-row.ts";
import { mayHold, rangeOf } from "../../../core/operand-fields.ts";
import type { Random } from "../../../zoo/scene/random.ts";
import type { Code, Fields, Row } from "./program.ts";

/** Registers that point to memory: sp, gp to page-table entries, s0 and s1. Only what moves a pointer writes them. */
const POINTERS: readonly number[] = [2, 3, 8, 9];
const BASES: readonly number[] = [2, 8, 9, 8, 9];
const PRIME_BASES: readonly number[] = [8, 9];
const WRITABLE = Array.from({ length: 32 }, (_, register) => register).filter((index) => !POINTERS.includes(index));

/** A register that an instruction may write; x0 sometimes. */
export const anyRd = (random: Random): number => (random.chance(24) ? 0 : random.pick(WRITABLE.slice(1)));

/** Does the row access memory at a register? */
export const isBased = (row: Row): boolean =>
  row.assembly.includes("(rs1)") && ("expansion" in row || row.kind !== "jump");

function immediate(random: Random, operand: OperandRow): number {
  const { min, max, step, forbidden } = rangeOf(operand);
  const hard = [min, max, 0, step, -step].filter((value) => value >= min && value <= max);
  for (;;) {
    const value = random.chance(4)
      ? random.pick(hard)
      : min + Math.floor((random.word() / 2 ** 32) * ((max - min) / step + 1)) * step;
    if (!forbidden.includes(value)) return value;
  }
}

function register(random: Random, operand: OperandRow, candidates: readonly number[]): number {
  return random.pick(candidates.filter((value) => mayHold(operand, value)));
}

const ALL = Array.from({ length: 32 }, (_, index) => index);

/** @param given values that the caller has decided about */
export function randomFields(random: Random, row: Row, given: Fields = {}): Fields {
  const fields: Record<string, number> = {};
  for (const operand of row.encoding.operands) {
    const { name } = operand;
    const known = given[name];
    if (known !== undefined) fields[name] = known;
    else if (name === "rd")
      fields[name] = register(random, operand, random.chance(24) ? ALL.slice(0, 1).concat(WRITABLE) : WRITABLE);
    else if (name === "rs1" && isBased(row))
      fields[name] = register(random, operand, operand.isPrime ? PRIME_BASES : BASES);
    else if (/^rs[1-3]$/.test(name)) fields[name] = register(random, operand, ALL);
    else fields[name] = immediate(random, operand);
  }
  return fields;
}

export const instruction = (random: Random, row: Row, given: Fields = {}): Code => ({
  row,
  fields: randomFields(random, row, given),
});
