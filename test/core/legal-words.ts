/** Legal instruction words for property tests: every free bit of a row is random. */
import fc from "fast-check";
import { decode } from "../../core/decoder.ts";
import type { CompressedRow, InstructionRow } from "../../core/isa-row.ts";

/** The row's constant bits with the bits of `random` everywhere else. */
export const wordOf = ({ encoding }: InstructionRow | CompressedRow, random: number): number =>
  (encoding.match | (random & ~encoding.mask)) >>> 0;

/** Words of one row. */
export function legalWords(row: InstructionRow | CompressedRow): fc.Arbitrary<number> {
  const width = "expansion" in row ? 0xffff : 0xffff_ffff;
  return fc
    .nat(width)
    .map((random) => wordOf(row, random))
    .filter((word) => decode(word)?.written === row);
}

/** All halfwords that are no first half of a 32-bit instruction. */
export const HALFWORDS: readonly number[] = Array.from({ length: 0x1_0000 }, (_, word) => word).filter(
  (word) => (word & 3) !== 3,
);
