/**
 * Instruction words for tests, from the generated table: `encode("lw", a0, 4, sp)` takes operands in the order of the
 * assembly form. Registers are numbers; an operand that the form does not name (aq, rl) is 0.
 */
import { COMPRESSED, INSTRUCTIONS } from "../../core/isa.gen.ts";
import type { EncodingRow } from "../../core/isa-row.ts";

export type Register = number;
export const [zero, ra, sp, gp, tp, t0, t1, t2, s0, s1, a0, a1, a2, a3, a4, a5, a6, a7] = Array.from(
  { length: 18 },
  (_, index) => index,
) as [
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
  Register,
];

const rows = new Map<string, { readonly assembly: string; readonly encoding: EncodingRow }>(
  [...INSTRUCTIONS, ...COMPRESSED].map((row) => [row.name, row]),
);

/** One instruction word; compressed ones are below 0x10000. @throws Error for an unknown name or a value out of range */
export function encode(name: string, ...values: readonly (number | bigint)[]): number {
  const row = rows.get(name);
  if (!row) throw new Error(`no instruction ${name}`);
  const named = row.assembly.match(/[a-z][\w']*/g) ?? [];
  if (named.length !== values.length) throw new Error(`${name} takes ${row.assembly}`);
  let word = BigInt(row.encoding.match);
  for (const { name: operand, slices, isPrime, isSigned } of row.encoding.operands) {
    const value = BigInt(values[named.indexOf(operand)] ?? 0) - (isPrime ? 8n : 0n);
    const width = Math.max(...slices.map(({ operandLow, count }) => operandLow + count));
    const fits = isSigned ? BigInt.asIntN(width, value) === value : BigInt.asUintN(width, value) === value;
    const isWhole =
      slices.reduce(
        (left, s) => left & ~(((1n << BigInt(s.count)) - 1n) << BigInt(s.operandLow)),
        BigInt.asUintN(width, value),
      ) === 0n;
    if (!fits || !isWhole) throw new Error(`${name}: ${operand} cannot be ${value}`);
    for (const { operandLow, wordLow, count } of slices)
      word |= ((value >> BigInt(operandLow)) & ((1n << BigInt(count)) - 1n)) << BigInt(wordLow);
  }
  return Number(word);
}

/** The shortest of the usual sequences that puts a 64-bit constant into a register. */
export function li(rd: Register, constant: bigint | number): number[] {
  const value = BigInt.asIntN(64, BigInt(constant));
  const low = BigInt.asIntN(12, value);
  if (value === low) return [encode("addi", rd, 0, low)];
  if (value === BigInt.asIntN(32, value)) {
    const high = BigInt.asIntN(32, value - low);
    return [encode("lui", rd, high), ...(low === 0n ? [] : [encode("addiw", rd, rd, low)])];
  }
  const shifted = [...li(rd, (value - low) >> 12n), encode("slli", rd, rd, 12)];
  return low === 0n ? shifted : [...shifted, encode("addi", rd, rd, low)];
}

/** Instruction words as bytes in memory. */
export function bytesOf(words: readonly number[]): Uint8Array {
  return Uint8Array.from(
    words.flatMap((word) => {
      const bytes = [word & 0xff, (word >>> 8) & 0xff];
      return (word & 3) === 3 ? [...bytes, (word >>> 16) & 0xff, word >>> 24] : bytes;
    }),
  );
}
