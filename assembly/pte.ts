/**
 * Bits of a page-table entry of Sv39 and Sv48. RISC-V Privileged Architecture 20240411, §10.4.1, chapters 11 (Svnapot) and
 * 12 (Svpbmt). Polyglot: asc and tsc both compile this file.
 *
 *     63  62  61 60      54 53        10 9   8 7   6   5   4   3   2   1   0
 *    | N | PBMT | reserved |    PPN     | RSW | D | A | G | U | X | W | R | V |
 */
export const PTE_V: i64 = 0x01;
export const PTE_R: i64 = 0x02;
export const PTE_W: i64 = 0x04;
export const PTE_X: i64 = 0x08;
export const PTE_U: i64 = 0x10;
export const PTE_G: i64 = 0x20;
export const PTE_A: i64 = 0x40;
export const PTE_D: i64 = 0x80;
export const PTE_RESERVED: i64 = 0x1fc0000000000000;
/** Memory type: 0 as physical memory says, 1 not cached, 2 input and output, 3 reserved. */
export const PTE_PBMT: i64 = 0x6000000000000000;
/** One of 16 entries that map 64 KiB together. */
export const PTE_N: i64 = 0x8000000000000000;
