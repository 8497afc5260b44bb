/** Instructions that give a register a value, and that reach items. */

import type { Code } from "./program.ts";
import { rowOf } from "./rows.ts";

const code = (name: string, fields: Readonly<Record<string, number>>): Code => ({ row: rowOf(name), fields });

/** `li rd, value`: LUI and ADDIW for 32 bits, shifts and ADDI for what lies above. */
export function constant(rd: number, value: bigint): Code[] {
  const signed = BigInt.asIntN(64, value);
  const low = Number(BigInt.asIntN(12, signed));
  if (signed === BigInt(low)) return [code("addi", { rd, rs1: 0, imm: low })];
  if (signed === BigInt.asIntN(32, signed)) {
    const high = Number(BigInt.asIntN(32, signed - BigInt(low)));
    const upper = code("lui", { rd, imm: high });
    return low === 0 ? [upper] : [upper, code("addiw", { rd, rs1: rd, imm: low })];
  }
  const rest = BigInt.asIntN(64, signed - BigInt(low)) >> 12n;
  return [
    ...constant(rd, rest),
    code("slli", { rd, rs1: rd, shamt: 12 }),
    ...(low === 0 ? [] : [code("addi", { rd, rs1: rd, imm: low })]),
  ];
}

/** AUIPC and ADDI: `rd` becomes the address of an item, plus an offset that the caller adds. */
export const addressOf = (rd: number, item: number): Code[] => [
  { ...(code("auipc", { rd }) as object), to: { item, how: "high" } } as Code,
  { ...(code("addi", { rd, rs1: rd }) as object), to: { item, how: "low" } } as Code,
];

export const plain = (name: string, fields: Readonly<Record<string, number>> = {}): Code => code(name, fields);
