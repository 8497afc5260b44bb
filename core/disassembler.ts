/**
 * Disassembler: a word into the text that GNU binutils gives for it (`objdump -d -M no-aliases`), with one space between
 * name and operands. Every legal word has a text of its own, which the assembler turns back into the word:
 *
 * - a `fence` whose reserved fields are not zero is written in full: `fence fm,pred,succ,rs1,rd`, `fence.i rd,rs1,imm`;
 * - a CSR has its name from isa/csr.isa, else its number;
 * - a transfer's target is an address if the instruction's own is known, else a distance in bytes.
 */
import { decode, type Operands } from "./decoder.ts";
import type { CompressedRow, InstructionRow } from "./isa-row.ts";
import { REGISTER_NAMES, roleOf } from "./operand-role.ts";
import { type Argument, fixedRegister, formsOf, NUMBER, omittedValue, SUFFIXES } from "./operand-syntax.ts";

/** One instruction as GNU binutils prints it. */
export interface Disassembly {
  readonly text: string;
  readonly byteLen: 2 | 4;
  /** The instruction's name without `.aq` and `.rl`. */
  readonly name: string;
}

/** Words with a name of their own: no alias in the eyes of binutils. */
export const NAMED_WORDS: ReadonlyMap<number, string> = new Map([
  [0x8330000f, "fence.tso"],
  [0xc0001073, "unimp"],
]);

function argumentText(row: InstructionRow | CompressedRow, argument: Argument, fields: Operands, pc?: bigint): string {
  const operandText = (name: string): string => {
    const fixed = fixedRegister(name);
    if (fixed !== undefined) return REGISTER_NAMES[fixed] as string;
    return roleOf(row, name).print(fields[name] as number, pc);
  };
  const before = argument.before === undefined ? "" : operandText(argument.before);
  return argument.inside === undefined ? before : `${before}(${operandText(argument.inside)})`;
}

/**
 * @param word an instruction; of a compressed one only the low 16 bits count
 * @param pc its address
 * @param extensions that are there, as of an `IsaSet`; all if absent
 * @returns undefined for an illegal instruction
 */
export function disassemble(word: number, pc?: bigint, extensions?: ReadonlySet<string>): Disassembly | undefined {
  const decoded = decode(word, extensions);
  if (!decoded) return undefined;
  const { byteLen, written, fields } = decoded;
  const named = byteLen === 4 ? NAMED_WORDS.get(word >>> 0) : undefined;
  if (named) return { text: named, byteLen, name: written.name };
  const form = formsOf(written).find(({ omitted }) => omitted.every((name) => fields[name] === omittedValue(name)));
  if (!form) throw new Error(`no form of ${written.name} names all its operands`);
  const suffix = SUFFIXES.filter((name) => fields[name] === 1).join("");
  const args = form.args.map((argument) => argumentText(written, argument, fields, pc)).join(",");
  const name = fields[NUMBER] === undefined ? written.name : written.name.replace(/\.n$/, `.${fields[NUMBER]}`);
  const text = `${name}${suffix && `.${suffix}`}${args && ` ${args}`}`;
  return { text, byteLen, name: written.name };
}
