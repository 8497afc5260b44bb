/**
 * Bits of an Sv39 page-table entry. RISC-V Privileged Architecture 20211203, §4.4.1. Polyglot: asc and tsc both compile
 * this file.
 *
 *     63      54 53        10 9   8 7   6   5   4   3   2   1   0
 *    | reserved |    PPN     | RSW | D | A | G | U | X | W | R | V |
 */
export const PTE_V: i64 = 0x01;
export const PTE_R: i64 = 0x02;
export const PTE_W: i64 = 0x04;
export const PTE_X: i64 = 0x08;
export const PTE_U: i64 = 0x10;
export const PTE_G: i64 = 0x20;
export const PTE_A: i64 = 0x40;
export const PTE_D: i64 = 0x80;
export const PTE_RESERVED: i64 = 0xffc0000000000000;
