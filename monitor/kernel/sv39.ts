/**
 * Page tables as the monitor walks them: the host's and the enclaves', which are Sv39. RISC-V Privileged Architecture
 * 20240411, §10.4; the fields are those of core/sv39.ts.
 */
import {
  canonical,
  indexAt,
  isLeaf,
  isValid,
  type Level,
  MEGAPAGE,
  PTE_A,
  PTE_BYTE_LEN,
  PTE_D,
  PTE_HIGH,
  PTE_U,
  PTE_V,
  PTE_W,
  pageOf,
  pteOf,
  type RootLevel,
} from "../../core/sv39.ts";
import { PAGE_SIZE, type Pa, type PageNo, pa, paOfPage } from "../../core/units.ts";
import type { MemoryView } from "./draft.ts";
import type { PageRange } from "./span.ts";

/** Pages that one level 1 leaf maps. */
export const MEGAPAGE_PAGES = MEGAPAGE / PAGE_SIZE;
/** Low ten bits: V to D and RSW. */
const FLAGS = 0x3ffn;
/** "A/D bits pre-set on all enclave leaves, so no A/D leak" (Penglai reference §5). */
const ENCLAVE_LEAF = PTE_V | PTE_U | PTE_A | PTE_D;

export const isWritable = (entry: bigint): boolean => (entry & PTE_W) !== 0n;
export const hasReservedBits = (entry: bigint): boolean => (entry & PTE_HIGH) !== 0n;
/** An enclave's. @param permissions R, W and X */
export const leaf = (page: PageNo, permissions: bigint): bigint => pteOf(paOfPage(page), permissions | ENCLAVE_LEAF);
export const pointer = (table: PageNo): bigint => pteOf(paOfPage(table), PTE_V);
/** The same entry for another page. */
export const withPage = (entry: bigint, page: PageNo): bigint => pteOf(paOfPage(page), entry & (PTE_HIGH | FLAGS));

export const entryAddress = (table: PageNo, index: number): Pa => pa(paOfPage(table) + index * PTE_BYTE_LEN);

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

const LEVELS = [3, 2, 1, 0] as const;

export interface Translation {
  readonly pa: Pa;
  readonly entry: bigint;
}

/** The leaf that maps `address`, or undefined if none does or a table lies outside RAM. */
export function translate(
  memory: Pick<MemoryView, "read64">,
  ram: PageRange,
  root: PageNo,
  address: bigint,
  rootLevel: RootLevel = 2,
): Translation | undefined {
  // "…or else a page-fault exception will occur" (§10.4.1): bits 63 to 39 repeat bit 38.
  if (canonical(address, rootLevel) !== address) return undefined;
  let table = root;
  for (const level of LEVELS.slice(3 - rootLevel)) {
    if (table < ram.from || table >= ram.to) return undefined;
    const entry = memory.read64(entryAddress(table, indexAt(address, level)));
    if (!isValid(entry)) return undefined;
    if (isLeaf(entry)) {
      const offset = Number(address & ((1n << BigInt(12 + 9 * level)) - 1n));
      return { pa: pa(paOfPage(pageOf(entry)) + offset), entry };
    }
    table = pageOf(entry);
  }
  return undefined;
}
