/**
 * Sv39 and Sv48 as data: the fields of page-table entries, virtual addresses and `satp`, for whoever builds or reads
 * tables from TypeScript. RISC-V Privileged Architecture 20240411, §10.1.11, §10.4 and §10.5. The walker itself is
 * assembly/walk.ts, the bits of an entry are drawn in assembly/pte.ts.
 *
 *   satp: 63..60 MODE = 8 (Sv39), 9 (Sv48) | 59..44 ASID | 43..0 root page number
 *   VA:   47..39 index at level 3 (Sv48) | 38..30 level 2 | 29..21 level 1 | 20..12 level 0 | 11..0 offset
 *         bits above repeat the highest one: bit 38, in Sv48 bit 47
 *
 * Levels count as in the specification: the root is level 2, in Sv48 level 3; 0 is the last.
 */
import * as pte from "../assembly/pte.ts";
import * as mode from "../assembly/satp.ts";
import { PAGE_SIZE, type Pa, type PageNo, paOfPage, type Va, va } from "./units.ts";

export type Level = 0 | 1 | 2 | 3;
/** Level of the root table. */
export type RootLevel = 2 | 3;

export const PTE_V = BigInt(pte.PTE_V);
export const PTE_R = BigInt(pte.PTE_R);
export const PTE_W = BigInt(pte.PTE_W);
export const PTE_X = BigInt(pte.PTE_X);
export const PTE_U = BigInt(pte.PTE_U);
export const PTE_G = BigInt(pte.PTE_G);
export const PTE_A = BigInt(pte.PTE_A);
export const PTE_D = BigInt(pte.PTE_D);
/** Bits 63 to 54: those that are always reserved, and N and PBMT. */
export const PTE_HIGH = BigInt(pte.PTE_RESERVED) | BigInt(pte.PTE_PBMT) | BigInt(pte.PTE_N);

export const ENTRIES = 512;
export const PTE_BYTE_LEN = 8;
/** Bytes that one level 1 leaf maps. */
export const MEGAPAGE = PAGE_SIZE * ENTRIES;
/** Bytes that one level 1 table maps. */
export const GIGAPAGE = MEGAPAGE * ENTRIES;

const PPN = (1n << 44n) - 1n;

/** @param flags low bits of the entry; V alone makes a pointer to the next table */
export const pteOf = (address: Pa, flags: bigint): bigint => (BigInt(address / PAGE_SIZE) << 10n) | flags;

/** The page that an entry names; reserved bits are not part of it. */
export const pageOf = (entry: bigint): PageNo => Number((entry >> 10n) & PPN) as PageNo;

export const isValid = (entry: bigint): boolean => (entry & PTE_V) !== 0n;
/** An entry with R = W = X = 0 points to a table. */
export const isLeaf = (entry: bigint): boolean => (entry & (PTE_R | PTE_W | PTE_X)) !== 0n;

export const indexAt = (address: bigint, level: Level): number =>
  Number((address >> BigInt(12 + 9 * level)) & BigInt(ENTRIES - 1));

/** Repeats bit 38, in Sv48 bit 47, upwards: 0x40_0000_0000 becomes 0xffff_ffc0_0000_0000. */
export const canonical = (address: bigint, root: RootLevel = 2): Va => va(BigInt.asIntN(root === 2 ? 39 : 48, address));

/** @returns the `satp` value for a root table, ASID 0 */
export const satpOf = (root: Pa): bigint => (BigInt(mode.SATP_SV39) << 60n) | BigInt(root / PAGE_SIZE);
/** Level of the root table that `satp` names; undefined in Bare mode, where addresses are physical. */
export const rootLevelOf = (satp: bigint): RootLevel | undefined =>
  isSv39(satp) ? 2 : satp >> 60n === BigInt(mode.SATP_SV48) ? 3 : undefined;
export const isSv39 = (satp: bigint): boolean => satp >> 60n === BigInt(mode.SATP_SV39);
/** First byte of the root table that `satp` names. */
export const rootOf = (satp: bigint): Pa => paOfPage(Number(satp & PPN) as PageNo);
