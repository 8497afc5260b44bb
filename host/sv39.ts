/**
 * Sv39 page-table entries and `satp` as the host writes them: the kernel's own tables and an enclave's first tables.
 * RISC-V Privileged Architecture 20211203, §4.3.1 and §4.4.
 *
 *   satp: 63..60 MODE = 8 | 59..44 ASID | 43..0 root page number
 *   PTE:  63..54 reserved | 53..10 page number | 9..8 RSW | 7 D | 6 A | 5 G | 4 U | 3 X | 2 W | 1 R | 0 V
 *   VA:   38..30 index at level 2 | 29..21 level 1 | 20..12 level 0 | 11..0 offset; 63..39 repeat bit 38
 */
import { PAGE_SIZE, type Pa, type Va, va } from "../core/units.ts";

export const PTE_V = 1n << 0n;
export const PTE_R = 1n << 1n;
export const PTE_W = 1n << 2n;
export const PTE_X = 1n << 3n;
export const PTE_U = 1n << 4n;
export const PTE_G = 1n << 5n;
export const PTE_A = 1n << 6n;
export const PTE_D = 1n << 7n;

export const ENTRIES = 512;
export const PTE_BYTE_LEN = 8;
/** Bytes that one level 1 leaf maps. */
export const MEGAPAGE = PAGE_SIZE * ENTRIES;
/** Bytes that one level 1 table maps. */
export const GIGAPAGE = MEGAPAGE * ENTRIES;

/** @param flags low bits of the entry; V alone makes a pointer to the next table */
export const pteOf = (address: Pa, flags: bigint): bigint => (BigInt(address / PAGE_SIZE) << 10n) | flags;

/** @param level 2 for the root table, 0 for the last */
export const indexAt = (address: Va, level: 0 | 1 | 2): number => Number((address >> BigInt(12 + 9 * level)) & 0x1ffn);

/** Repeats bit 38 upwards: 0x40_0000_0000 becomes 0xffff_ffc0_0000_0000. */
export const canonical = (address: bigint): Va => va(BigInt.asIntN(39, address));

/** @returns the `satp` value for a root table, ASID 0 */
export const satpOf = (root: Pa): bigint => (8n << 60n) | BigInt(root / PAGE_SIZE);
