/**
 * Assembly forms: the operands of an instruction as they are written. In the tables they carry the manual's notation
 * (`rd', nzuimm`); readers of the tables get plain names (`rd, uimm`).
 *
 * A form names every operand of the word except `aq`, `rl` and `n`. Shorter forms may stand before it with `|` between; the
 * operands that one leaves out are zero. `x2` is a register that the instruction always uses; `-` is no operand.
 */
import { type Encoding, plainName } from "./encoding.ts";
import { type Cell, TableError, within } from "./table-file.ts";

/** Operands that are part of the name: `amoadd.w.aqrl`, `mop.r.7`. */
const SUFFIXES = ["aq", "rl", "n"];

/** The names in `rd, imm(rs1)`, each with its place. */
export const operandCells = (cell: Cell): Cell[] =>
  [...cell.text.matchAll(/[^\s,()|]+/g)].map((match) => within(cell, match[0], match.index));

/** Names of the whole form, the last one: rd, imm, rs1. */
export const operandNames = (assembly: string): string[] =>
  (assembly.split(" | ").at(-1) as string).split(/[\s,()]+/).filter((name) => name !== "" && name !== "-");

/** @returns the form with plain names. @throws TableError if it names something that the word has not, or too little */
export function assemblyOf(cell: Cell, encoding: Encoding): string {
  const names = encoding.operands.map((operand) => operand.name);
  for (const named of operandCells(cell))
    if (!/^(x[0-9]+|-)$/.test(named.text) && !names.includes(plainName(named.text)))
      throw new TableError(named, `'${named.text}' is not an operand of this word`);
  const plain = cell.text.replaceAll(/[a-z]+[0-9]*'?/g, plainName);
  const missing = names.find((name) => !SUFFIXES.includes(name) && !operandNames(plain).includes(name));
  if (missing) throw new TableError(cell, `the assembly form does not name ${missing}`);
  return plain;
}
