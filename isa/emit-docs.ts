/** `docs/isa.md`: the instruction set as a person reads it. */
import type { Extension } from "./extension.ts";
import type { Compressed, Instruction } from "./instruction.ts";
import type { Isa } from "./isa.ts";

const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, "0")}`;
const cell = (text: string): string => text.replaceAll("|", "\\|");
const meaningText = ({ row }: Instruction): string => row.split("  ").at(-2) ?? "";

const needsText = ({ extensions, besides }: Instruction | Compressed): string =>
  extensions.join(" or ") + (besides === undefined ? "" : ` with ${besides}`);

const instructionRow = (instruction: Instruction): string => {
  const { name, assembly, encoding, section } = instruction;
  return `| \`${name}\` | ${needsText(instruction)} | \`${cell(assembly)}\` | \`${hex(encoding.match, 8)}\` / \`${hex(encoding.mask, 8)}\` | \`${cell(meaningText(instruction))}\` | ${section} |`;
};

const compressedRow = (compressed: Compressed): string => {
  const { name, assembly, encoding, row } = compressed;
  return `| \`${name}\` | ${needsText(compressed)} | \`${assembly}\` | \`${hex(encoding.match, 4)}\` / \`${hex(encoding.mask, 4)}\` | \`${row.split("  ").at(-1)}\` |`;
};

const PRESENCE = { on: "yes", option: "if asked for", none: "no" } as const;

const extensionRow = ({ name, version, presence, implies, where, about }: Extension): string => {
  const implied = implies.map((item) =>
    item.given.length === 0 ? item.name : `${item.name} (given ${item.given.join(" and ")})`,
  );
  return `| ${name} | ${version.major}.${version.minor} | ${PRESENCE[presence]} | ${implied.join(", ")} | ${about} | ${where} |`;
};

/** Text of `docs/isa.md`. */
export function isaDocument(isa: Isa): string {
  return [
    "# Instruction set",
    "",
    "Generated from `isa/*.isa` by `npm run gen`: do not edit. A word belongs to an instruction if `word & mask == match`.",
    "How to read a meaning is said at the top of `isa/rv64i.isa`. Sections are those of the RISC-V manual, 20240411: of",
    "Volume I, where `II-` does not say Volume II.",
    "",
    "## Extensions",
    "",
    "`--isa` says which of them a machine has; an instruction whose extension is off is an illegal instruction.",
    "",
    "| extension | version | there | brings along | what it is | document |",
    "|---|---|---|---|---|---|",
    ...isa.extensions.map(extensionRow),
    "",
    "## Instructions",
    "",
    "| instruction | extension | operands | match / mask | meaning | section |",
    "|---|---|---|---|---|---|",
    ...isa.instructions.map(instructionRow),
    "",
    "## Hints",
    "",
    "Names for words of an instruction that does nothing with them.",
    "",
    "| hint | extension | operands | match / mask | words of | section |",
    "|---|---|---|---|---|---|",
    ...isa.hints.map(instructionRow),
    "",
    "## Compressed instructions",
    "",
    "A compressed instruction also needs the extension of what it stands for.",
    "",
    "| instruction | extension | operands | match / mask | stands for |",
    "|---|---|---|---|---|",
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
