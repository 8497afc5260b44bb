/** The tables as TypeScript data, for the disassembler and the assembler in core/. */
import type { Encoding } from "./encoding.ts";
import type { Isa } from "./isa.ts";

const encodingText = ({ mask, match, operands }: Encoding): string => JSON.stringify({ mask, match, operands });

/** Text of `core/isa.gen.ts`, below the banner. */
export function coreTables(isa: Isa): string {
  return [
    'import type { CompressedRow, CsrRow, InstructionRow } from "./isa-row.ts";',
    "",
    "export const INSTRUCTIONS: readonly InstructionRow[] = [",
    ...isa.instructions.map(
      ({ name, assembly, encoding, meaning }) =>
        `  { name: ${JSON.stringify(name)}, assembly: ${JSON.stringify(assembly)}, kind: "${meaning.kind}", ${"type" in meaning ? `memory: "${meaning.type}", ` : ""}encoding: ${encodingText(encoding)} },`,
    ),
    "];",
    "",
    "export const COMPRESSED: readonly CompressedRow[] = [",
    ...isa.compressed.map(
      ({ name, assembly, encoding, expansion, sources }) =>
        `  { name: ${JSON.stringify(name)}, assembly: ${JSON.stringify(assembly)}, encoding: ${encodingText(encoding)}, expansion: { name: "${expansion.name}", sources: ${JSON.stringify(
          Object.fromEntries(
            [...sources].map(([operand, source]) => [
              operand,
              "constant" in source ? source.constant : source.operand.name,
            ]),
          ),
        )} } },`,
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
