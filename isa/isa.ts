/**
 * The whole instruction set: every table of this folder, checked against each other. Two rows that claim the same word
 * are a mistake in the tables.
 */
import { join } from "node:path";
import type { Encoding, Operand } from "./encoding.ts";
import { type Extension, parseExtensions, parseHeadings } from "./extension.ts";
import {
  type Compressed,
  type Format,
  type Instruction,
  parseCompressed,
  parseFormat,
  parseInstruction,
} from "./instruction.ts";
import { type Cell, readTable, TableError } from "./table-file.ts";

interface Csr {
  readonly name: string;
  readonly number: number;
  readonly about: string;
}

export interface Isa {
  readonly extensions: readonly Extension[];
  readonly instructions: readonly Instruction[];
  /** Names for words of other instructions. */
  readonly hints: readonly Instruction[];
  readonly compressed: readonly Compressed[];
  readonly csrs: readonly Csr[];
}

/** Order is that of the manual; generated files follow it. */
const INSTRUCTION_TABLES = [
  "rv64i.isa",
  "rv64m.isa",
  "rv64a.isa",
  "rv64b.isa",
  "rv64f.isa",
  "rv64d.isa",
  "zfh.isa",
  "zimop.isa",
  "cbo.isa",
  "privileged.isa",
  "hints.isa",
];

/** Tables by file name, as `parseTable` gives them. */
export interface Tables {
  readonly extensions: readonly (readonly Cell[])[];
  readonly formats: readonly (readonly Cell[])[];
  readonly instructions: readonly (readonly Cell[])[];
  readonly compressed: readonly (readonly Cell[])[];
  readonly csrs: readonly (readonly Cell[])[];
}

/** Reads the tables of `folder`. @throws TableError */
export function loadIsa(folder: string = import.meta.dirname): Isa {
  const read = (file: string) => readTable(join(folder, file));
  return parseIsa({
    extensions: read("extensions.isa"),
    formats: read("formats.isa"),
    instructions: INSTRUCTION_TABLES.flatMap(read),
    compressed: read("rv64c.isa"),
    csrs: read("csr.isa"),
  });
}

/** @throws TableError with file, line and column of the first mistake */
export function parseIsa(tables: Tables): Isa {
  const extensions = parseExtensions(tables.extensions);
  const formats = unique<Format>(tables.formats.map(parseFormat), (index) => tables.formats[index]?.[0]);
  const rows = parseHeadings(tables.instructions, extensions);
  const instructions = unique<Instruction>(
    rows.map((row) => parseInstruction(row, formats)),
    (index) => rows[index]?.cells[0],
  );
  const hints = [...instructions.values()].filter(({ meaning }) => meaning.kind === "hint");
  for (const hint of hints) {
    instructions.delete(hint.name);
    checkHint(hint, instructions);
  }
  const halves = parseHeadings(tables.compressed, extensions);
  const compressed = unique<Compressed>(
    halves.map((row) => parseCompressed(row, instructions)),
    (index) => halves[index]?.cells[0],
  );
  checkOverlaps([...instructions.values()]);
  checkOverlaps([...compressed.values()]);
  return {
    extensions: [...extensions.values()],
    instructions: [...instructions.values()],
    hints,
    compressed: [...compressed.values()],
    csrs: parseCsrs(tables.csrs),
  };
}

function unique<T extends { readonly name: string }>(
  items: readonly T[],
  nameOf: (index: number) => Cell | undefined,
): Map<string, T> {
  const byName = new Map<string, T>();
  for (const [index, item] of items.entries()) {
    if (byName.has(item.name)) throw new TableError(nameOf(index) as Cell, `'${item.name}' stands twice`);
    byName.set(item.name, item);
  }
  return byName;
}

/** A hint names words of its instruction only, and such that change nothing: rd is x0, or it is a fence. */
function checkHint({ name, meaning, encoding, at }: Instruction, instructions: ReadonlyMap<string, Instruction>): void {
  const of = meaning.kind === "hint" ? meaning.of : "";
  const base = instructions.get(of);
  if (!base) throw new TableError(at, `'${name}' is a hint of the unknown instruction '${of}'`);
  const { mask, match, operands } = base.encoding;
  const rd = operandMask(operands.find((operand) => operand.name === "rd") as Operand);
  const isWithin = (encoding.mask & mask) >>> 0 === mask && ((encoding.match ^ match) & mask) === 0;
  const isIdle = (encoding.mask & rd) >>> 0 === rd && (encoding.match & rd) === 0;
  if (!isWithin || !isIdle) throw new TableError(at, `'${name}' claims words of '${of}' that do something, or others`);
}

function checkOverlaps(rows: readonly { name: string; encoding: Encoding; at: Cell }[]): void {
  for (const [index, a] of rows.entries())
    for (const b of rows.slice(0, index))
      if (overlap(a.encoding, b.encoding))
        throw new TableError(a.at, `'${a.name}' and '${b.name}' claim the same word`);
}

/** Do two encodings share a word? An operand's forbidden value that the other one's constants force keeps them apart. */
function overlap(a: Encoding, b: Encoding): boolean {
  if (((a.match ^ b.match) & a.mask & b.mask) !== 0) return false;
  return !forces(a, b) && !forces(b, a);
}

/** Do the constants of `a` give an operand of `b` a value that `b` forbids? */
function forces(a: Encoding, b: Encoding): boolean {
  return b.operands.some((operand) => {
    const field = operandMask(operand);
    return (a.mask & field) >>> 0 === field && operand.forbidden.includes(extract(operand, a.match));
  });
}

const operandMask = (operand: Operand): number =>
  operand.slices.reduce((mask, slice) => (mask | ((2 ** slice.count - 1) << slice.wordLow)) >>> 0, 0);

/** The operand's value in a word, zero-extended; a three-bit register gives 8 to 15. */
function extract(operand: Operand, word: number): number {
  const value = operand.slices.reduce(
    (sum, slice) => sum + ((word >>> slice.wordLow) & (2 ** slice.count - 1)) * 2 ** slice.operandLow,
    0,
  );
  return operand.isPrime ? value + 8 : value;
}

function parseCsrs(rows: readonly (readonly Cell[])[]): Csr[] {
  const csrs = rows.flatMap((cells) => {
    const [name, number, about, extra] = cells as [Cell, Cell?, Cell?, Cell?];
    if (!number || !about || !/^0x[0-9a-f]{3}$/.test(number.text))
      throw new TableError(number ?? name, "a CSR has a name, a number 0x000 to 0xfff and a description");
    if (extra) throw new TableError(extra, "more columns than a CSR has");
    const range = /^(.*?)([0-9]+)-([0-9]+)$/.exec(name.text);
    const first = Number(number.text);
    if (!range) return [{ name: name.text, number: first, about: about.text, at: name }];
    const [low, high] = [Number(range[2]), Number(range[3])];
    if (low > high || first + high - low > 0xfff)
      throw new TableError(name, `'${name.text}' runs downwards or beyond 0xfff`);
    return Array.from({ length: high - low + 1 }, (_, index) => ({
      name: `${range[1]}${low + index}`,
      number: first + index,
      about: about.text,
      at: name,
    }));
  });
  for (const [index, csr] of csrs.entries()) {
    const other = csrs.slice(0, index).find((earlier) => earlier.number === csr.number || earlier.name === csr.name);
    if (other) throw new TableError(csr.at, `'${csr.name}' and '${other.name}' share a name or a number`);
  }
  return csrs.map(({ name, number, about }) => ({ name, number, about })).sort((a, b) => a.number - b.number);
}
