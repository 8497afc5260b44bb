/**
 * Sv39 page tables as the monitor reads them: the host's and the enclaves'. RISC-V Privileged Architecture 20211203, §4.4.
 *
 *     PTE: 63..54 reserved | 53..10 page number | 9..8 RSW | 7 D | 6 A | 5 G | 4 U | 3 X | 2 W | 1 R | 0 V
 *
 * Levels count as in the specification: 2 is the root, 0 the last. An entry with R = W = X = 0 points to a table.
 */
import { PAGE_SIZE, type Pa, type PageNo, pa, paOfPage } from "../../core/units.ts";
import type { MemoryView } from "./draft.ts";
import type { MonitorConfig } from "./state.ts";

export const V = 1n << 0n;
export const R = 1n << 1n;
export const W = 1n << 2n;
const X = 1n << 3n;
export const U = 1n << 4n;
/** "A/D bits pre-set on all enclave leaves, so no A/D leak" (Penglai reference §5). */
const A = 1n << 6n;
const D = 1n << 7n;
const RESERVED = 0x3ffn << 54n;

export const ENTRIES = 512;
export const ENTRY_BYTE_LEN = 8;
export const MEGAPAGE_PAGES = 512;

export type Level = 0 | 1 | 2;

export const isValid = (entry: bigint): boolean => (entry & V) !== 0n;
export const isLeaf = (entry: bigint): boolean => (entry & (R | W | X)) !== 0n;
export const isWritable = (entry: bigint): boolean => (entry & W) !== 0n;
export const hasReservedBits = (entry: bigint): boolean => (entry & RESERVED) !== 0n;
/** Reserved bits are not part of it. */
export const pageOf = (entry: bigint): PageNo => Number((entry >> 10n) & ((1n << 44n) - 1n)) as PageNo;
export const leaf = (page: PageNo, permissions: bigint): bigint => (BigInt(page) << 10n) | permissions | U | A | D | V;
export const pointer = (table: PageNo): bigint => (BigInt(table) << 10n) | V;
/** The same entry for another page. */
export const withPage = (entry: bigint, page: PageNo): bigint => (entry & (RESERVED | 0x3ffn)) | (BigInt(page) << 10n);

export const indexOf = (address: bigint, level: Level): number => Number((address >> BigInt(12 + 9 * level)) & 0x1ffn);
export const entryAddress = (table: PageNo, index: number): Pa => pa(paOfPage(table) + index * ENTRY_BYTE_LEN);

/** Bit 38 repeated upwards; an address that is not canonical faults on every access. */
const canonical = (address: bigint): bigint => BigInt.asUintN(64, BigInt.asIntN(39, address));

/** A valid entry that a walk meets, before it descends into it. */
export interface Visit {
  readonly kind: "table" | "leaf";
  /** Level of the table that the entry stands in. */
  readonly level: Level;
  /** First virtual address that the entry covers. */
  readonly va: bigint;
  readonly entry: bigint;
  readonly page: PageNo;
}

/**
 * Every valid entry below `root`, depth first, ascending. Whoever consumes it stops at a table it does not trust, and the
 * walk has not read that table yet. A pointer in a last-level table is given as a leaf: it maps nothing.
 */
export function* walk(memory: MemoryView, root: PageNo, level: Level = 2, base = 0n): Generator<Visit> {
  const entries = new BigUint64Array(memory.readBytes(paOfPage(root), PAGE_SIZE).buffer);
  for (const [index, entry] of entries.entries()) {
    if (!isValid(entry)) continue;
    const va = canonical(base | (BigInt(index) << BigInt(12 + 9 * level)));
    const kind = level > 0 && !isLeaf(entry) ? "table" : "leaf";
    yield { kind, level, va, entry, page: pageOf(entry) };
    if (kind === "table") yield* walk(memory, pageOf(entry), (level - 1) as Level, va);
  }
}

export interface Translation {
  readonly pa: Pa;
  readonly entry: bigint;
}

/** The leaf that maps `address`, or undefined if none does or a table lies outside RAM. */
export function translate(
  memory: Pick<MemoryView, "read64">,
  config: MonitorConfig,
  root: PageNo,
  address: bigint,
): Translation | undefined {
  if (canonical(address) !== address) return undefined;
  let table = root;
  for (const level of [2, 1, 0] as const) {
    if (table < config.ram.from || table >= config.ram.to) return undefined;
    const entry = memory.read64(entryAddress(table, indexOf(address, level)));
    if (!isValid(entry)) return undefined;
    if (isLeaf(entry)) {
      const offset = Number(address & ((1n << BigInt(12 + 9 * level)) - 1n));
      return { pa: pa(paOfPage(pageOf(entry)) + offset), entry };
    }
    table = pageOf(entry);
  }
  return undefined;
}
