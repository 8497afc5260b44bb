/**
 * Instructions as the tables give them: an encoding, an assembly form and a meaning. Compressed instructions have no
 * meaning of their own: they stand for another one.
 */
import { type Encoding, type Operand, parseEncoding } from "./encoding.ts";
import { type Expression, parseExpression, type Type } from "./expression.ts";
import { type Cell, TableError, within, words } from "./table-file.ts";

export type MemoryType = "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32";
const MEMORY_TYPES: readonly string[] = ["i8", "i16", "i32", "i64", "u8", "u16", "u32"];

export const byteSize = (type: MemoryType): number => Number(type.slice(1)) / 8;

export type Meaning =
  | { readonly kind: "value"; readonly value: Expression }
  | { readonly kind: "load" | "store" | "lr" | "sc"; readonly type: MemoryType }
  | { readonly kind: "amo"; readonly type: MemoryType; readonly value: Expression }
  | { readonly kind: "branch"; readonly condition: Expression }
  | { readonly kind: "jump"; readonly target: Expression }
  | { readonly kind: "system"; readonly routine: string };

export interface Format {
  readonly name: string;
  readonly word: Cell;
  readonly assembly: string;
}

export interface Instruction {
  readonly name: string;
  readonly format: Format;
  readonly encoding: Encoding;
  readonly meaning: Meaning;
  readonly section: string;
  /** The row as it stands in the table, for comments in generated code. */
  readonly row: string;
  readonly at: Cell;
}

/** What one operand of the expansion is: a fixed register or value, or an operand of the compressed word. */
export type Source = { readonly constant: number } | { readonly operand: Operand };

export interface Compressed {
  readonly name: string;
  readonly encoding: Encoding;
  readonly assembly: string;
  /** The instruction that it stands for, and where that one's operands (rd, rs1, rs2, immediate) come from. */
  readonly expansion: Instruction;
  readonly sources: ReadonlyMap<string, Source>;
  readonly row: string;
  readonly at: Cell;
}

const REGISTERS = ["rd", "rs1", "rs2"];

/** The operand that a meaning calls `i`, if the encoding has one. */
export const immediateOf = (encoding: Encoding): Operand | undefined =>
  encoding.operands.find((operand) => ["imm", "uimm", "shamt", "csr"].includes(operand.name));

export function parseFormat(cells: readonly Cell[]): Format {
  const [name, word, assembly, extra] = cells as [Cell, Cell?, Cell?, Cell?];
  if (!word) throw new TableError(name, "a format has a name, a word and an assembly form");
  if (extra) throw new TableError(extra, "more columns than a format has");
  return { name: name.text, word, assembly: assembly?.text ?? "" };
}

/** @throws TableError where a row is wrong */
export function parseInstruction(cells: readonly Cell[], formats: ReadonlyMap<string, Format>): Instruction {
  const [name, formatName, constants, meaning, section, extra] = cells as [Cell, Cell?, Cell?, Cell?, Cell?, Cell?];
  if (!formatName || !constants || !meaning || !section)
    throw new TableError(name, "a row has name, format, constants, meaning and section");
  if (extra) throw new TableError(extra, "more columns than a row has");
  const format = formats.get(formatName.text);
  if (!format) throw new TableError(formatName, `unknown format '${formatName.text}'`);
  const encoding = parseEncoding(format.word, 32, words(constants), constants);
  return {
    name: name.text,
    format,
    encoding,
    meaning: parseMeaning(meaning, encoding),
    section: section.text,
    row: cells.map((cell) => cell.text).join("  "),
    at: name,
  };
}

function parseMeaning(cell: Cell, encoding: Encoding): Meaning {
  const [verb = "", ...rest] = cell.text.split(" ");
  const has = (name: string) => encoding.operands.some((operand) => operand.name === name);
  const names = new Set([
    "pc",
    ...(has("rs1") ? ["x"] : []),
    ...(has("rs2") ? ["y"] : []),
    ...(immediateOf(encoding) ? ["i"] : []),
  ]);
  const needs = (...operands: string[]) => {
    for (const operand of operands) if (!has(operand)) throw new TableError(cell, `'${verb}' needs ${operand}`);
  };
  const tail = (skip: number) => within(cell, cell.text.slice(skip), skip);
  const expression = (at: Cell, type: Type, operands = names) => parseExpression(at, operands, type);
  const memoryType = (): MemoryType => {
    if (!MEMORY_TYPES.includes(rest[0] ?? ""))
      throw new TableError(tail(verb.length + 1), `unknown width '${rest[0] ?? ""}'`);
    return rest[0] as MemoryType;
  };
  switch (verb) {
    case "load":
      needs("rd", "rs1", "imm");
      return { kind: "load", type: memoryType() };
    case "store":
      needs("rs2", "rs1", "imm");
      return { kind: "store", type: memoryType() };
    case "lr":
      needs("rd", "rs1");
      return { kind: "lr", type: memoryType() };
    case "sc":
      needs("rd", "rs1", "rs2");
      return { kind: "sc", type: memoryType() };
    case "amo": {
      needs("rd", "rs1", "rs2");
      const type = memoryType();
      return { kind: "amo", type, value: expression(tail(`amo ${type} `.length), "word", new Set(["m", "y"])) };
    }
    case "if":
      needs("rs1", "rs2", "imm");
      return { kind: "branch", condition: expression(tail(3), "truth") };
    case "jump":
      needs("rd", "imm");
      return { kind: "jump", target: expression(tail(5), "word") };
    case "do":
      if (!/^[a-z][A-Za-z]*$/.test(rest.join(" "))) throw new TableError(tail(3), "the name of a routine expected");
      return { kind: "system", routine: rest[0] as string };
    default:
      needs("rd");
      return { kind: "value", value: parseValue(cell, names) };
  }
}

/** A value may be a word or a truth value, which counts as 1 or 0. */
function parseValue(cell: Cell, names: ReadonlySet<string>): Expression {
  try {
    return parseExpression(cell, names, "word");
  } catch (error) {
    try {
      return parseExpression(cell, names, "truth");
    } catch {
      throw error;
    }
  }
}

/** @throws TableError where a row is wrong */
export function parseCompressed(cells: readonly Cell[], instructions: ReadonlyMap<string, Instruction>): Compressed {
  const [name, word] = cells as [Cell, Cell?];
  const expansionCell = cells.at(-1);
  if (!word || !expansionCell || cells.length < 3 || cells.length > 4)
    throw new TableError(name, "a row has name, word, assembly form (if it has operands) and expansion");
  const encoding = parseEncoding(word, 16);
  const [target, ...written] = expansionCell.text.split(/[\s,()]+/).filter((part) => part !== "");
  const expansion = instructions.get(target ?? "");
  if (!expansion) throw new TableError(expansionCell, `unknown instruction '${target}'`);
  const wanted = expansion.format.assembly.split(/[\s,()]+/).filter((part) => part !== "");
  if (wanted.length !== written.length)
    throw new TableError(expansionCell, `${target} takes ${wanted.length} operands, not ${written.length}`);
  const sources = new Map(
    wanted.map((operand, index) => [operand, parseSource(written[index] as string, encoding, expansionCell)]),
  );
  return {
    name: name.text,
    encoding,
    assembly: cells.length === 4 ? (cells[2] as Cell).text : "",
    expansion,
    sources,
    row: cells.map((cell) => cell.text).join("  "),
    at: name,
  };
}

function parseSource(text: string, encoding: Encoding, at: Cell): Source {
  const constant = /^x?([0-9]+)$/.exec(text);
  if (constant) return { constant: Number(constant[1]) };
  const name = text.replace(/^nz/, "").replace(/'$/, "");
  const operand = encoding.operands.find((candidate) => candidate.name === name);
  if (!operand) throw new TableError(at, `'${text}' is not an operand of this word`);
  return { operand };
}

/** Is the operand a register number? */
export const isRegister = (name: string): boolean => REGISTERS.includes(name);
