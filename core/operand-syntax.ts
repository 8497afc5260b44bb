/**
 * The shape of an instruction's operands on paper, from the `assembly` column of its row. `rd, imm(rs1)` is two
 * arguments: `rd`, and `imm` before `rs1` in parentheses. A row may have several forms, the shorter first: what a form
 * leaves out is zero, a rounding mode dyn. `x2` stands for a register that is always the same.
 */
import type { CompressedRow, InstructionRow } from "./isa-row.ts";

/** `before(inside)`; one of them may be missing. */
export interface Argument {
  readonly before?: string;
  readonly inside?: string;
}

export interface Form {
  readonly args: readonly Argument[];
  /** Operands that the form leaves out. */
  readonly omitted: readonly string[];
}

/** Operands that are suffixes of the name: `amoadd.w.aqrl`. */
export const SUFFIXES = ["aq", "rl"] as const;

/** The operand that is a number in the name: `mop.r.7` is `mop.r.n` with n = 7. */
export const NUMBER = "n";

const forms = new Map<InstructionRow | CompressedRow, readonly Form[]>();

function readArgument(text: string): Argument {
  const [, before = "", inside] = /^([^()]*)(?:\((.*)\))?$/.exec(text) as RegExpExecArray;
  return { ...(before && { before }), ...(inside && { inside }) };
}

/** The value of an operand that a form leaves out: zero, of a rounding mode dyn. */
export const omittedValue = (name: string): number => (name === "rm" ? 7 : 0);

/** The forms of a row, the one to prefer first. */
export function formsOf(row: InstructionRow | CompressedRow): readonly Form[] {
  const known = forms.get(row);
  if (known) return known;
  const operands = row.encoding.operands.map(({ name }) => name);
  const read = row.assembly.split(" | ").map((text) => {
    const args = text === "-" ? [] : text.split(", ").map(readArgument);
    const named = args.flatMap(({ before, inside }) => [before, inside]);
    const omitted = operands.filter((name) => !named.includes(name) && ![...SUFFIXES, NUMBER].includes(name));
    return { args, omitted };
  });
  forms.set(row, read);
  return read;
}

/** The register that a form fixes, `x2` for example; undefined for an operand. */
export const fixedRegister = (name: string): number | undefined =>
  /^x[0-9]+$/.test(name) ? Number(name.slice(1)) : undefined;
