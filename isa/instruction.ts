/**
 * Instructions as the tables give them: an encoding, an assembly form and a meaning. Compressed instructions have no
 * meaning of their own: they stand for another one.
 */
import { assemblyOf, operandCells, operandNames } from "./assembly-form.ts";
import { type Encoding, type Operand, parseEncoding, plainName } from "./encoding.ts";
import { type Expression, parseExpression, type Type } from "./expression.ts";
import type { Headed } from "./extension.ts";
import { type Cell, TableError, within, words } from "./table-file.ts";

export type FloatType = "f16" | "f32" | "f64";
export type MemoryType = "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | FloatType;
const FLOAT_TYPES: readonly string[] = ["f16", "f32", "f64"];
const MEMORY_TYPES: readonly string[] = ["i8", "i16", "i32", "i64", "u8", "u16", "u32"];

export const byteSize = (type: MemoryType): number => Number(type.slice(1)) / 8;

export type Meaning =
  | { readonly kind: "value"; readonly value: Expression }
  /** Works with floating-point registers; the result is boxed for its type, or a word for rd. */
  | { readonly kind: "float"; readonly result: FloatType | "word"; readonly value: Expression }
  | { readonly kind: "load" | "store" | "lr" | "sc"; readonly type: MemoryType }
  | { readonly kind: "amo"; readonly type: MemoryType; readonly value: Expression }
  | { readonly kind: "branch"; readonly condition: Expression }
  | { readonly kind: "jump"; readonly target: Expression }
  | { readonly kind: "system"; readonly routine: string }
  /** Another name for words of the instruction `of`, which does nothing with them. */
  | { readonly kind: "hint"; readonly of: string };

export interface Format {
  readonly name: string;
  readonly word: Cell;
  readonly assembly: Cell;
}

export interface Instruction {
  readonly name: string;
  /** One of them has to be there, and the one besides. */
  readonly extensions: readonly string[];
  readonly besides?: string;
  readonly format: Format;
  readonly encoding: Encoding;
  /** Operands as they are written: `rd, imm(rs1)`; forms in short before the whole one, with ` | ` between; `-` is none. */
  readonly assembly: string;
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
  /** One of them has to be there, the one besides, and what the expansion needs. */
  readonly extensions: readonly string[];
  readonly besides?: string;
  readonly encoding: Encoding;
  /** As an instruction's; a fixed operand is a register, `rd, uimm(x2)`. */
  readonly assembly: string;
  /** The instruction that it stands for, and where that one's operands (rd, rs1, rs2, immediate) come from. */
  readonly expansion: Instruction;
  readonly sources: ReadonlyMap<string, Source>;
  readonly row: string;
  readonly at: Cell;
}

const REGISTERS = ["rd", "rs1", "rs2"];
const FLOAT_REGISTERS = ["frd", "frs1", "frs2", "frs3"];

/** The operand that a meaning calls `i`, if the encoding has one. */
export const immediateOf = (encoding: Encoding): Operand | undefined =>
  encoding.operands.find((operand) => ["imm", "uimm", "shamt", "csr"].includes(operand.name));

export function parseFormat(cells: readonly Cell[]): Format {
  const [name, word, assembly, extra] = cells as [Cell, Cell?, Cell?, Cell?];
  if (!word || !assembly) throw new TableError(name, "a format has a name, a word and an assembly form");
  if (extra) throw new TableError(extra, "more columns than a format has");
  return { name: name.text, word, assembly };
}

/** @throws TableError where a row is wrong */
export function parseInstruction({ cells, ...needs }: Headed, formats: ReadonlyMap<string, Format>): Instruction {
  const [name, formatName, constants, meaning, section, extra] = cells as [Cell, Cell?, Cell?, Cell?, Cell?, Cell?];
  if (!formatName || !constants || !meaning || !section)
    throw new TableError(name, "a row has name, format, constants, meaning and section");
  if (extra) throw new TableError(extra, "more columns than a row has");
  const format = formats.get(formatName.text);
  if (!format) throw new TableError(formatName, `unknown format '${formatName.text}'`);
  const encoding = parseEncoding(format.word, 32, words(constants), constants);
  return {
    name: name.text,
    ...needs,
    format,
    encoding,
    assembly: assemblyOf(format.assembly, encoding),
    meaning: parseMeaning(meaning, encoding),
    section: section.text,
    row: cells.map((cell) => cell.text).join("  "),
    at: name,
  };
}

function parseMeaning(cell: Cell, encoding: Encoding): Meaning {
  const [verb = "", ...rest] = cell.text.split(" ");
  const has = (name: string) => encoding.operands.some((operand) => operand.name === name);
  const floats = (register: string, name: string) =>
    has(register) ? FLOAT_TYPES.map((type) => name + type.slice(1)) : [];
  const names = new Set([
    "pc",
    ...(has("rs1") || has("frs1") ? ["x"] : []),
    ...(has("rs2") || has("frs2") ? ["y"] : []),
    ...(immediateOf(encoding) ? ["i"] : []),
    ...floats("frs1", "a"),
    ...floats("frs2", "b"),
    ...floats("frs3", "c"),
    ...(has("rm") || has("rmx") ? ["rm"] : []),
  ]);
  const isFloat = FLOAT_REGISTERS.some(has);
  const memoryTypes = isFloat ? FLOAT_TYPES : MEMORY_TYPES;
  const needs = (...operands: string[]) => {
    for (const operand of operands) if (!has(operand)) throw new TableError(cell, `'${verb}' needs ${operand}`);
  };
  const tail = (skip: number) => within(cell, cell.text.slice(skip), skip);
  const expression = (at: Cell, type: Type, operands = names) => parseExpression(at, operands, type);
  const [, second = tail(cell.text.length), third] = words(cell);
  const memoryType = (allowed = MEMORY_TYPES): MemoryType => {
    if (!allowed.includes(second.text))
      throw new TableError(second, `'${verb}' takes ${allowed.join(", ")}, not '${second.text}'`);
    return second.text as MemoryType;
  };
  const onlyMemoryType = (allowed = MEMORY_TYPES): MemoryType => {
    const type = memoryType(allowed);
    if (third) throw new TableError(third, `'${third.text}' is left over`);
    return type;
  };
  switch (verb) {
    case "load":
      needs(isFloat ? "frd" : "rd", "rs1", "imm");
      return { kind: "load", type: onlyMemoryType(memoryTypes) };
    case "store":
      needs(isFloat ? "frs2" : "rs2", "rs1", "imm");
      return { kind: "store", type: onlyMemoryType(memoryTypes) };
    case "f16":
    case "f32":
    case "f64":
      needs("frd");
      return { kind: "float", result: verb, value: expression(tail(4), "word") };
    case "lr":
      needs("rd", "rs1");
      return { kind: "lr", type: onlyMemoryType(["i32", "i64"]) };
    case "sc":
      needs("rd", "rs1", "rs2");
      return { kind: "sc", type: onlyMemoryType(["i32", "i64"]) };
    case "amo": {
      needs("rd", "rs1", "rs2");
      const type = memoryType(["i32", "u32", "i64"]);
      return { kind: "amo", type, value: expression(tail(`amo ${type} `.length), "word", new Set(["m", "y"])) };
    }
    case "if":
      needs("rs1", "rs2", "imm");
      return { kind: "branch", condition: expression(tail(3), "truth") };
    case "jump":
      needs("rd", "imm");
      return { kind: "jump", target: expression(tail(5), "word") };
    case "hint":
      if (third || rest.length === 0) throw new TableError(tail(4), "the name of an instruction expected");
      return { kind: "hint", of: rest[0] as string };
    case "do":
      if (!/^[a-z][A-Za-z]*$/.test(rest.join(" "))) throw new TableError(tail(3), "the name of a routine expected");
      return { kind: "system", routine: rest[0] as string };
    default:
      needs("rd");
      if (isFloat) return { kind: "float", result: "word", value: expression(cell, "word") };
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
export function parseCompressed(
  { cells, ...needs }: Headed,
  instructions: ReadonlyMap<string, Instruction>,
): Compressed {
  const [name, word, assembly, standsFor, extra] = cells as [Cell, Cell?, Cell?, Cell?, Cell?];
  if (!word || !assembly || !standsFor)
    throw new TableError(name, "a row has name, word, assembly form and what it stands for");
  if (extra) throw new TableError(extra, "more columns than a row has");
  const encoding = parseEncoding(word, 16);
  const [target, ...written] = operandCells(standsFor) as [Cell, ...Cell[]];
  const expansion = instructions.get(target.text);
  if (!expansion) throw new TableError(target, `unknown instruction '${target.text}'`);
  const wanted = operandNames(expansion.assembly);
  if (wanted.length !== written.length)
    throw new TableError(standsFor, `${target.text} takes ${wanted.length} operands, not ${written.length}`);
  const sources = new Map(
    wanted.map((operand, index) => [operand, parseSource(operand, written[index] as Cell, encoding)]),
  );
  return {
    name: name.text,
    ...needs,
    encoding,
    assembly: assemblyOf(assembly, encoding),
    expansion,
    sources,
    row: cells.map((cell) => cell.text).join("  "),
    at: name,
  };
}

function parseSource(wanted: string, cell: Cell, encoding: Encoding): Source {
  const { text } = cell;
  const constant = /^(x?)(-?[0-9]+)$/.exec(text);
  const name = plainName(text);
  const operand = encoding.operands.find((candidate) => candidate.name === name);
  if (!constant && !operand) throw new TableError(cell, `'${text}' is not an operand of this word`);
  if (isRegister(wanted) !== (constant ? constant[1] === "x" : isRegister(name)))
    throw new TableError(cell, `${wanted} takes a ${isRegister(wanted) ? "register" : "number"}, not '${text}'`);
  if (isFloatRegister(wanted) !== isFloatRegister(name))
    throw new TableError(cell, `${wanted} and '${text}' are registers of different kinds`);
  return operand ? { operand } : { constant: Number(constant?.[2]) };
}

/** Is the operand a register number? */
export const isRegister = (name: string): boolean => REGISTERS.includes(name) || isFloatRegister(name);
/** Is it one of f0 to f31? */
export const isFloatRegister = (name: string): boolean => FLOAT_REGISTERS.includes(name);
