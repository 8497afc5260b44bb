/** `docs/isa.md`: the instruction set as a person reads it. */
import type { Compressed, Instruction } from "./instruction.ts";
import type { Isa } from "./isa.ts";

const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, "0")}`;
const cell = (text: string): string => text.replaceAll("|", "\\|");
const meaningText = ({ row }: Instruction): string => row.split("  ").at(-2) ?? "";

const instructionRow = (instruction: Instruction): string => {
  const { name, assembly, encoding, section } = instruction;
  return `| \`${name}\` | \`${cell(assembly)}\` | \`${hex(encoding.match, 8)}\` / \`${hex(encoding.mask, 8)}\` | \`${cell(meaningText(instruction))}\` | ${section} |`;
};

const compressedRow = ({ name, assembly, encoding, row }: Compressed): string =>
  `| \`${name}\` | \`${assembly}\` | \`${hex(encoding.match, 4)}\` / \`${hex(encoding.mask, 4)}\` | \`${row.split("  ").at(-1)}\` |`;

/** Text of `docs/isa.md`. */
export function isaDocument(isa: Isa): string {
  return [
    "# Instruction set",
    "",
    "Generated from `isa/*.isa` by `npm run gen`: do not edit. A word belongs to an instruction if `word & mask == match`.",
    "How to read a meaning is said at the top of `isa/rv64i.isa`.",
    "",
    "| instruction | operands | match / mask | meaning | section |",
    "|---|---|---|---|---|",
    ...isa.instructions.map(instructionRow),
    "",
    "## Compressed instructions",
    "",
    "| instruction | operands | match / mask | stands for |",
    "|---|---|---|---|",
    ...isa.compressed.map(compressedRow),
    "",
    "## Control and status registers",
    "",
    "| CSR | number | what it holds |",
    "|---|---|---|",
    ...isa.csrs.map(({ name, number, about }) => `| \`${name}\` | \`${hex(number, 3)}\` | ${about} |`),
    "",
  ].join("\n");
}
