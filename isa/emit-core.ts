/** The tables as TypeScript data, for the disassembler and the assembler in core/. */
import type { Encoding } from "./encoding.ts";
import type { Compressed, Instruction } from "./instruction.ts";
import type { Isa } from "./isa.ts";

const encodingText = ({ mask, match, operands }: Encoding): string => JSON.stringify({ mask, match, operands });

const needsText = ({ extensions, besides }: Instruction | Compressed): string =>
  `extensions: ${JSON.stringify(extensions)}, ${besides === undefined ? "" : `besides: "${besides}", `}`;

const instructionText = (row: Instruction): string => {
  const { name, assembly, encoding, meaning } = row;
  return `  { name: ${JSON.stringify(name)}, ${needsText(row)}assembly: ${JSON.stringify(assembly)}, kind: "${meaning.kind}", ${"type" in meaning ? `memory: "${meaning.type}", ` : ""}encoding: ${encodingText(encoding)} },`;
};

/** Text of `core/isa.gen.ts`, below the banner. */
export function coreTables(isa: Isa): string {
  return [
    'import type { CompressedRow, CsrRow, ExtensionRow, InstructionRow } from "./isa-row.ts";',
    "",
    "export const INSTRUCTIONS: readonly InstructionRow[] = [",
    ...isa.instructions.map(instructionText),
    "];",
    "",
    "/** Names for words of other instructions, which do nothing with them. */",
    "export const HINTS: readonly InstructionRow[] = [",
    ...isa.hints.map(instructionText),
    "];",
    "",
    "export const COMPRESSED: readonly CompressedRow[] = [",
    ...isa.compressed.map((row) => {
      const { name, assembly, encoding, expansion, sources } = row;
      return `  { name: ${JSON.stringify(name)}, ${needsText(row)}assembly: ${JSON.stringify(assembly)}, encoding: ${encodingText(encoding)}, expansion: { name: "${expansion.name}", sources: ${JSON.stringify(
        Object.fromEntries(
          [...sources].map(([operand, source]) => [
            operand,
            "constant" in source ? source.constant : source.operand.name,
          ]),
        ),
      )} } },`;
    }),
    "];",
    "",
    "export const EXTENSIONS: readonly ExtensionRow[] = [",
    ...isa.extensions.map(
      ({ name, version, bit, presence, implies }) =>
        `  { name: "${name}", version: ${JSON.stringify(version)}, ${bit === undefined ? "" : `bit: ${bit}, `}presence: "${presence}", implies: ${JSON.stringify(implies)} },`,
    ),
    "];",
    "",
    "export const CSRS: readonly CsrRow[] = [",
    ...isa.csrs.map(
      ({ name, number, about }) =>
        `  { name: "${name}", number: 0x${number.toString(16)}, about: ${JSON.stringify(about)} },`,
    ),
    "];",
    "",
  ].join("\n");
}
