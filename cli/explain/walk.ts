/**
 * Page tables of Sv39 and Sv48 as a reader sees them: the entries that a translation meets, and the other way round, where a page is
 * mapped. RISC-V Privileged Architecture 20240411, §10.4 and §10.5. Reads physical memory past every check.
 */
import type { Machine } from "../../core/machine.ts";
import {
  canonical,
  ENTRIES,
  indexAt,
  isLeaf,
  isValid,
  type Level,
  PTE_BYTE_LEN,
  pageOf,
  type RootLevel,
} from "../../core/sv39.ts";
import { PAGE_SIZE, type Pa, type PageNo, pa, paOfPage, type Va } from "../../core/units.ts";

export interface Entry {
  readonly level: Level;
  /** Where the entry lies. */
  readonly at: Pa;
  readonly pte: bigint;
}

const LEVELS: readonly Level[] = [3, 2, 1, 0];
const LETTERS = "vrwxugad";

const pagesOf = (level: Level): number => ENTRIES ** level;

/** The entries from the root to the leaf, or to the one where the translation ends. */
export function walk({ memory }: Machine, root: Pa, address: Va, rootLevel: RootLevel = 2): Entry[] {
  const met: Entry[] = [];
  let table = root;
  for (const level of LEVELS.slice(3 - rootLevel)) {
    const at = pa(table + indexAt(address, level) * PTE_BYTE_LEN);
    const entry = { level, at, pte: memory.read64(at) };
    met.push(entry);
    if (!isValid(entry.pte) || isLeaf(entry.pte)) break;
    table = paOfPage(pageOf(entry.pte));
  }
  return met;
}

/** Where the tables map a page. @returns the virtual address of the page, undefined if nowhere */
export function findMapping(machine: Machine, root: Pa, page: PageNo): Va | undefined {
  for (const [entry, from] of leaves(machine, root, 2, 0n)) {
    const offset = page - pageOf(entry.pte);
    if (offset >= 0 && offset < pagesOf(entry.level)) return canonical(from + BigInt(offset * PAGE_SIZE));
  }
  return undefined;
}

function* leaves(machine: Machine, table: Pa, level: Level, from: bigint): Generator<[Entry, bigint]> {
  for (let i = 0; i < ENTRIES; i++) {
    const at = pa(table + i * PTE_BYTE_LEN);
    const entry = { level, at, pte: machine.memory.read64(at) };
    if (!isValid(entry.pte)) continue;
    const start = from + BigInt(i * pagesOf(level) * PAGE_SIZE);
    if (isLeaf(entry.pte)) yield [entry, start];
    else if (level > 0) yield* leaves(machine, paOfPage(pageOf(entry.pte)), (level - 1) as Level, start);
  }
}

/** "level 1 at 0x80210018 is 0x201800c7: drwad" in the order of the bits: V R W X U G A D. */
export function describeEntry({ level, at, pte }: Entry): string {
  const flags = [...LETTERS].map((letter, bit) => (((pte >> BigInt(bit)) & 1n) === 1n ? letter : "-")).join("");
  return `level ${level} at 0x${at.toString(16)} is 0x${pte.toString(16)} (${flags})`;
}
