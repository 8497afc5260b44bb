/**
 * AssemblyScript for the decoder: one line an instruction, grouped by the major opcode, and the expansion of compressed
 * words straight into the record of the instruction that they stand for. A row whose extension is off claims no word.
 */
import type { Encoding, Operand } from "./encoding.ts";
import type { Extension } from "./extension.ts";
import {
  type Compressed,
  type Instruction,
  immediateOf,
  isFloatRegister,
  isRegister,
  type Source,
} from "./instruction.ts";
import type { Isa } from "./isa.ts";
import { type OpIds, opFor } from "./op-ids.ts";

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

/** The operand's bits out of the word `w`, put together; sign-extended if the operand is signed. */
function operandText(operand: Operand): string {
  const top = Math.max(...operand.slices.map((slice) => slice.operandLow + slice.count));
  const parts = operand.slices.map((slice) => {
    const isTop = operand.isSigned && slice.operandLow + slice.count === top;
    const bits = isTop
      ? `(<i32>(w << ${32 - slice.wordLow - slice.count}) >> ${32 - slice.count})`
      : `((w >>> ${slice.wordLow}) & ${hex(2 ** slice.count - 1)})`;
    return slice.operandLow === 0 ? bits : `(${bits} << ${slice.operandLow})`;
  });
  const value = parts.length === 1 ? (parts[0] as string) : parts.map((part) => `<i32>${part}`).join(" | ");
  return operand.isPrime ? `${value} + 8` : value;
}

const registerText = (operand: Operand): string =>
  isFloatRegister(operand.name) ? `${operandText(operand)} + F0` : operandText(operand);

const sourceText = (source: Source | undefined): string =>
  source === undefined ? "0" : "constant" in source ? String(source.constant) : registerText(source.operand);

const putLine = (op: string, rd: string, rs1: string, rs2: string, imm: string, length: number): string =>
  `put(rec, ${op}, ${rd}, ${rs1}, ${rs2}, ${imm}, ${length})`;

function instructionLine(instruction: Instruction, ids: OpIds): string {
  const { encoding } = instruction;
  const named = (name: string) => encoding.operands.find((operand) => operand.name === name);
  const text = (operand: Operand | undefined) => (operand ? registerText(operand) : "0");
  const register = (name: string) => text(named(name) ?? named(`f${name}`));
  return putLine(
    opFor(ids, instruction, 4).name,
    register("rd"),
    named("zimm") ? text(named("zimm")) : register("rs1"),
    register("rs2"),
    roundingText(encoding) ?? text(immediateOf(encoding)),
    4,
  );
}

/** The immediate of an instruction with a rounding mode: REC_RS3 and REC_RM are its halves. */
function roundingText({ operands }: Encoding): string | undefined {
  const rm = operands.find(({ name }) => name === "rm" || name === "rmx");
  const frs3 = operands.find(({ name }) => name === "frs3");
  if (!rm) return undefined;
  return `${operandText(rm)} << 16${frs3 ? ` | (${registerText(frs3)}) << 3` : ""}`;
}

function compressedLine(row: Compressed, ids: OpIds): string {
  const { sources, expansion } = row;
  const immediate = [...sources].find(([name]) => !isRegister(name))?.[1];
  const register = (name: string) => sourceText(sources.get(name) ?? sources.get(`f${name}`));
  return putLine(
    opFor(ids, expansion, 2).name,
    register("rd"),
    register("rs1"),
    register("rs2"),
    sourceText(immediate),
    2,
  );
}

const forbiddenText = (encoding: Encoding): string =>
  encoding.operands
    .flatMap((operand) =>
      operand.forbidden.map((value) => ` && (${operandText({ ...operand, isSigned: false })}) != ${value}`),
    )
    .join("");

const testLine = (encoding: Encoding): string =>
  `(w & ${hex(encoding.mask)}) == ${hex(encoding.match)}${forbiddenText(encoding)}`;

/** One of each list has to be on; a list with an extension that is always there asks nothing. */
function extensionText(lists: readonly (readonly string[])[], extensions: readonly Extension[]): string {
  const masks = lists.map((names) => names.map((name) => extensions.find((extension) => extension.name === name)?.bit));
  const tests = masks.flatMap((bits) =>
    bits.includes(undefined) ? [] : [bits.reduce((mask: bigint, bit) => mask | (1n << BigInt(bit as number)), 0n)],
  );
  return [...new Set(tests)].map((mask) => ` && (on & 0x${mask.toString(16)}) != 0`).join("");
}

function grouped<T>(rows: readonly T[], key: (row: T) => number): [number, T[]][] {
  const groups = new Map<number, T[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return [...groups].sort(([a], [b]) => a - b);
}

/** The lists that a row asks for, and how its comment says so. */
const needsOf = ({ extensions, besides }: Instruction | Compressed): (readonly string[])[] => [
  extensions,
  ...(besides === undefined ? [] : [[besides]]),
];
const headingOf = (row: Instruction | Compressed): string =>
  needsOf(row)
    .map((names) => names.join("|"))
    .join(" with ");

/** Lines of `assembly/decode.gen.ts` below the imports. */
export function decoder(isa: Isa, ids: OpIds): string[] {
  const switchOn = (
    selector: string,
    groups: [number, { row: string; encoding: Encoding; extensions: string; line: string }[]][],
  ): string[] => [
    `  switch (${selector}) {`,
    ...groups.flatMap(([value, rows]) => [
      `    case ${hex(value)}: {`,
      ...rows.flatMap(({ row, encoding, extensions, line }) => [
        `      // ${row}`,
        `      if (${testLine(encoding)}${extensions}) return ${line};`,
      ]),
      "      break;",
      "    }",
    ]),
    "  }",
  ];
  const whole = isa.instructions.map((instruction) => ({
    row: `${headingOf(instruction)}: ${instruction.row}`,
    encoding: instruction.encoding,
    extensions: extensionText(needsOf(instruction), isa.extensions),
    line: instructionLine(instruction, ids),
  }));
  const compressed = isa.compressed.map((row) => ({
    row: `${headingOf(row)}: ${row.row}`,
    encoding: row.encoding,
    extensions: extensionText([...needsOf(row), ...needsOf(row.expansion)], isa.extensions),
    line: compressedLine(row, ids),
  }));
  return [
    "/** Decodes the 32-bit word `w` into the record `rec`. */",
    "export function decode32(rec: usize, w: u32): void {",
    "  const on = load<u64>(EXTENSIONS);",
    ...switchOn(
      "(w >>> 2) & 0x1f",
      grouped(whole, ({ encoding }) => (encoding.match >>> 2) & 0x1f),
    ),
    "  put(rec, ILLEGAL, 0, 0, 0, 0, 4);",
    "}",
    "",
    "/** Decodes the 16-bit word `w` into the record `rec`. */",
    "export function decode16(rec: usize, w: u32): void {",
    "  const on = load<u64>(EXTENSIONS);",
    ...switchOn(
      "((w >>> 11) & 0x1c) | (w & 3)",
      grouped(compressed, ({ encoding }) => ((encoding.match >>> 11) & 0x1c) | (encoding.match & 3)),
    ),
    "  put(rec, ILLEGAL, 0, 0, 0, 0, 2);",
    "}",
  ];
}
