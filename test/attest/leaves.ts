/** Leaves of a page table for the tests of measurement. */
import type { Leaf } from "../../attest/measure.ts";

/** U and A and D set, as the monitor maps pages. */
export const RX = 0xdbn;
export const RW = 0xd7n;
export const R = 0xd3n;

const SPAN = [0x1000, 0x20_0000, 0] as const;

/** A leaf filled with `fill`; its PTE points nowhere in particular, since frame numbers are not measured. */
export function leaf(va: bigint, attributes: bigint, fill = 0, level: 0 | 1 | 2 = 0): Leaf {
  return { va, level, pte: (0x80200n << 10n) | attributes, bytes: new Uint8Array(SPAN[level]).fill(fill) };
}

/** Text, data next to it, heap with a megapage and a page next to that, stack, kernel buffer in the upper half. */
export const sample = (): Leaf[] => [
  leaf(0x1000n, RX, 0x13),
  leaf(0x2000n, RX, 0x6f),
  leaf(0x3000n, RW, 0xda),
  leaf(0x10_0000_0000n, RW, 0x4e, 1),
  leaf(0x10_0020_0000n, RW, 0x50),
  leaf(0x37_ffff_f000n, RW, 0x57),
  leaf(0xffff_ffe0_0000_0000n, RW, 0x4b),
];
