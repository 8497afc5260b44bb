/** One instruction of the tables from its text into a word: the inverse of the disassembler. */
import { AssemblyError, type Token } from "./assembly-error.ts";
import { NAMED_WORDS } from "./disassembler.ts";
import { COMPRESSED, HINTS, INSTRUCTIONS } from "./isa.gen.ts";
import type { CompressedRow, InstructionRow, OperandRow } from "./isa-row.ts";
import { mayHold, placeField, rangeOf } from "./operand-fields.ts";
import type { Scope } from "./operand-number.ts";
import { REGISTER_NAMES, roleOf } from "./operand-role.ts";
import { type Form, fixedRegister, formsOf, NUMBER, omittedValue, SUFFIXES } from "./operand-syntax.ts";

type Row = InstructionRow | CompressedRow;

export interface Word {
  readonly word: number;
  readonly byteLen: 2 | 4;
}

const rows: ReadonlyMap<string, Row> = new Map(
  [...INSTRUCTIONS, ...HINTS, ...COMPRESSED].map((row) => [row.name, row]),
);
const namedWords = new Map([...NAMED_WORDS].map(([word, name]) => [name, word]));
const register = roleOf(rows.get("add") as Row, "rd");

/** Names that this module assembles. */
export const INSTRUCTION_NAMES: readonly string[] = [...rows.keys(), ...namedWords.keys()];

interface Named {
  readonly row: Row;
  /** `aq`, `rl`, `aqrl` or nothing. */
  readonly suffix: string;
  /** The number in the name. */
  readonly number?: number;
}

const numberOf = (row: Row | undefined): OperandRow | undefined =>
  row?.encoding.operands.find((operand) => operand.name === NUMBER);

/** Splits `amoadd.w.aqrl` into the row and its suffixes, `mop.r.7` into `mop.r.n` and 7. */
function rowOf(name: string): Named | undefined {
  const row = rows.get(name);
  if (row) return numberOf(row) ? undefined : { row, suffix: "" };
  const [, before = "", digits] = /^(.*)\.(0|[1-9][0-9]?)$/.exec(name) ?? [];
  const numbered = digits === undefined ? undefined : rows.get(`${before}.${NUMBER}`);
  const operand = numberOf(numbered);
  if (numbered && operand)
    return mayHold(operand, Number(digits)) ? { row: numbered, suffix: "", number: Number(digits) } : undefined;
  const [, stem = "", suffix = ""] = /^(.*)\.(aq|rl|aqrl)$/.exec(name) ?? [];
  const ordered = rows.get(stem);
  return ordered?.encoding.operands.some((operand) => operand.name === "aq") ? { row: ordered, suffix } : undefined;
}

/** Length in bytes of the instruction of that name, or undefined if there is none. */
export function lengthOfName(name: string): 2 | 4 | undefined {
  if (namedWords.has(name)) return 4;
  const found = rowOf(name);
  return found && ("expansion" in found.row ? 2 : 4);
}

const written = ({ args }: Form): string =>
  args.map(({ before = "", inside }) => (inside === undefined ? before : `${before}(${inside})`)).join(", ");

const usage = (name: string, row: Row): string =>
  `write: ${formsOf(row)
    .map((form) => `${name} ${written(form)}`.trimEnd())
    .join("  or  ")}`;

/** The texts of the form's operands: `8(sp)` for `imm(rs1)` is `8` and `sp`; a 0 may be left out, or stand before `(rs1)`. */
function operandTexts(form: Form, args: readonly Token[], name: Token, row: Row): Map<string, Token> {
  const texts = new Map<string, Token>();
  for (const [index, { before, inside }] of form.args.entries()) {
    const token = args[index] as Token;
    const parts = /^(.*?)(\(\s*)([^()]*?)\s*\)$/.exec(token.text);
    const isStray = before === undefined && !/^(0\s*)?$/.test(parts?.[1] ?? "");
    if ((inside === undefined) !== (parts === null) || isStray)
      throw new AssemblyError(token, `'${token.text}' has not the form that ${name.text} takes`, usage(name.text, row));
    if (before) texts.set(before, parts ? { ...token, text: parts[1]?.trim() || "0" } : token);
    if (!inside || !parts) continue;
    const [, offset = "", open = "", base = ""] = parts;
    texts.set(inside, { ...token, text: base, column: token.column + offset.length + open.length });
  }
  return texts;
}

function place(row: Row, operandName: string, token: Token, scope: Scope): number {
  const fixed = fixedRegister(operandName);
  if (fixed !== undefined) {
    if (register.read(token.text, scope) === fixed) return 0;
    const name = REGISTER_NAMES[fixed] as string;
    throw new AssemblyError(token, `${row.name} works with ${name}, not '${token.text}'`, `write ${name}`);
  }
  const operand = row.encoding.operands.find(({ name }) => name === operandName);
  if (!operand) throw new Error(`${row.name} has no operand ${operandName}`);
  const role = roleOf(row, operandName);
  const value = role.read(token.text, scope);
  if (value !== undefined && mayHold(operand, value)) return placeField(operand, value);
  const what = value === undefined ? "is not understood as" : "does not fit";
  throw new AssemblyError(
    token,
    `'${token.text}' ${what} ${operandName} of ${row.name}`,
    `${operandName} is ${role.expected(rangeOf(operand))}`,
  );
}

/**
 * @param name an instruction's name, with `.aq` and `.rl` where it has them
 * @returns undefined if there is no such instruction
 * @throws AssemblyError where an operand is wrong
 */
export function assembleInstruction(name: Token, args: readonly Token[], scope: Scope): Word | undefined {
  const named = namedWords.get(name.text);
  if (named !== undefined && args.length === 0) return { word: named, byteLen: 4 };
  const found = rowOf(name.text);
  if (!found) return undefined;
  const { row, suffix, number } = found;
  const form = formsOf(row).find((candidate) => candidate.args.length === args.length);
  if (!form) {
    const counts = formsOf(row).map((candidate) => candidate.args.length);
    throw new AssemblyError(
      name,
      `${name.text} takes ${counts.join(" or ")} operands, not ${args.length}`,
      usage(name.text, row),
    );
  }
  let word = row.encoding.match;
  for (const [operandName, token] of operandTexts(form, args, name, row))
    word = (word | place(row, operandName, token, scope)) >>> 0;
  for (const operand of row.encoding.operands)
    if (form.omitted.includes(operand.name)) word = (word | placeField(operand, omittedValue(operand.name))) >>> 0;
    else if (SUFFIXES.some((ordering) => ordering === operand.name) && suffix.includes(operand.name))
      word = (word | placeField(operand, 1)) >>> 0;
  const numbered = numberOf(row);
  if (numbered && number !== undefined) word = (word | placeField(numbered, number)) >>> 0;
  return { word, byteLen: "expansion" in row ? 2 : 4 };
}
