/**
 * Decodes an instruction word from the tables, row by row: the slow twin of assembly/decode.gen.ts, and what the
 * disassembler and the tracer look at.
 */
import { COMPRESSED, HINTS, INSTRUCTIONS } from "./isa.gen.ts";
import type { CompressedRow, EncodingRow, InstructionRow } from "./isa-row.ts";
import { readField } from "./operand-fields.ts";

/** Values of operands by name. Immediates are signed where the encoding is; registers are 0 to 31. */
export type Operands = Readonly<Record<string, number>>;

export interface Decoded {
  readonly byteLen: 2 | 4;
  /** The row that the word belongs to, with the operands that stand in the word. */
  readonly written: InstructionRow | CompressedRow;
  readonly fields: Operands;
  /** The instruction that is executed, with its operands: the expansion of a compressed one, else the same as above. */
  readonly row: InstructionRow;
  readonly operands: Operands;
}

const byName = new Map(INSTRUCTIONS.map((row) => [row.name, row]));

/** @returns 2 if the low two bits say so, else 4 (RISC-V Volume I, 20240411, section 1.5; longer ones do not exist here) */
const byteLengthOf = (word: number): 2 | 4 => ((word & 3) === 3 ? 4 : 2);

/** The instruction that a compressed row stands for. */
export function expansionOf({ expansion }: CompressedRow): InstructionRow {
  const row = byName.get(expansion.name);
  if (!row) throw new Error(`${expansion.name} has no row`);
  return row;
}

const fieldsOf = ({ operands }: EncodingRow, word: number): Operands =>
  Object.fromEntries(operands.map((operand) => [operand.name, readField(operand, word)]));

function isOf(encoding: EncodingRow, word: number): boolean {
  if ((word & encoding.mask) >>> 0 !== encoding.match) return false;
  return encoding.operands.every(
    (operand) => operand.forbidden.length === 0 || !operand.forbidden.includes(readField(operand, word)),
  );
}

const isThere = (row: InstructionRow | CompressedRow, extensions?: ReadonlySet<string>): boolean =>
  extensions === undefined ||
  (row.extensions.some((name) => extensions.has(name)) &&
    (row.besides === undefined || extensions.has(row.besides)) &&
    (!("expansion" in row) || isThere(expansionOf(row), extensions)));
/** Words that were decoded lately: a trace meets the same ones again and again, and a search through all rows is slow. */
const lately = new Map<number, Decoded | undefined>();
const REMEMBERED = 1 << 16;

/**
 * @param word an instruction; of a compressed one only the low 16 bits count
 * @param extensions that are there; all if absent
 * @returns undefined for an illegal instruction
 */
export function decode(word: number, extensions?: ReadonlySet<string>): Decoded | undefined {
  if (extensions !== undefined) return search(word, extensions);
  const known = lately.get(word);
  if (known !== undefined) return known;
  const decoded = search(word);
  if (lately.size === REMEMBERED) lately.clear();
  lately.set(word, decoded);
  return decoded;
}

function search(word: number, extensions?: ReadonlySet<string>): Decoded | undefined {
  if (byteLengthOf(word) === 4) {
    const row = INSTRUCTIONS.find((candidate) => isOf(candidate.encoding, word) && isThere(candidate, extensions));
    if (!row) return undefined;
    const operands = fieldsOf(row.encoding, word);
    const hint = HINTS.find((candidate) => isOf(candidate.encoding, word) && isThere(candidate, extensions));
    if (!hint) return { byteLen: 4, written: row, fields: operands, row, operands };
    return { byteLen: 4, written: hint, fields: fieldsOf(hint.encoding, word), row, operands };
  }
  const half = word & 0xffff;
  const written = COMPRESSED.find((candidate) => isOf(candidate.encoding, half) && isThere(candidate, extensions));
  if (!written) return undefined;
  const fields = fieldsOf(written.encoding, half);
  const sources = Object.entries(written.expansion.sources);
  const operands = Object.fromEntries(
    sources.map(([name, source]) => [name, typeof source === "number" ? source : (fields[source] as number)]),
  );
  return { byteLen: 2, written, fields, row: expansionOf(written), operands };
}
