/**
 * Page tables as a reader sees them: the entries that a translation meets, and the other way round, where a page is
 * mapped. RISC-V Privileged Architecture 20240411, §10.4 (Sv39) and §10.5 (Sv48). Reads the
 * chip's own plaintext past every check and changes nothing: no accessed bit, no refill from DRAM.
 */
import type { PhysicalMemory } from "../core/physical-memory.ts";
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
} from "../core/sv39.ts";
import { PAGE_SIZE, type Pa, type PageNo, pa, pageNoOf, paOfPage, type Va } from "../core/units.ts";

export interface Entry {
  readonly level: Level;
  /** Where the entry lies. */
  readonly at: Pa;
  readonly pte: bigint;
}

const LEVELS: readonly Level[] = [3, 2, 1, 0];
const LETTERS = "vrwxugad";

const pagesOf = (level: Level): number => ENTRIES ** level;

/** Is every byte of the page that holds the address RAM? */
export const isRam = ({ base, size }: PhysicalMemory, address: number): boolean =>
  address >= base && address < base + size;

/** The entries from the root to the leaf, or to the one where the translation ends; tables beyond RAM are not read. */
export function walk(memory: PhysicalMemory, root: Pa, address: Va, rootLevel: RootLevel = 2): Entry[] {
  const met: Entry[] = [];
  let table = root;
  for (const level of LEVELS.slice(LEVELS.indexOf(rootLevel))) {
    if (!isRam(memory, table)) break;
    const index = indexAt(address, level);
    const pte = new BigUint64Array(memory.peek(pageNoOf(table)).buffer)[index]!;
    met.push({ level, at: pa(table + index * PTE_BYTE_LEN), pte });
    if (!isValid(pte) || isLeaf(pte)) break;
    table = paOfPage(pageOf(pte));
  }
  return met;
}

/** Where tables of Sv39 map a page. @returns the virtual address of the page, undefined if nowhere */
export function findMapping(memory: PhysicalMemory, root: Pa, page: PageNo): Va | undefined {
  for (const [entry, from] of leaves(memory, root, 2, 0n)) {
    const offset = page - pageOf(entry.pte);
    if (offset >= 0 && offset < pagesOf(entry.level)) return canonical(from + BigInt(offset * PAGE_SIZE));
  }
  return undefined;
}

function* leaves(memory: PhysicalMemory, table: Pa, level: Level, from: bigint): Generator<[Entry, bigint]> {
  for (let i = 0; i < ENTRIES; i++) {
    const at = pa(table + i * PTE_BYTE_LEN);
    const entry = { level, at, pte: memory.read64(at) };
    if (!isValid(entry.pte)) continue;
    const start = from + BigInt(i * pagesOf(level) * PAGE_SIZE);
    if (isLeaf(entry.pte)) yield [entry, start];
    else if (level > 0) yield* leaves(memory, paOfPage(pageOf(entry.pte)), (level - 1) as Level, start);
  }
}

/** "level 1 at 0x80210018 is 0x201800c7: drwad" in the order of the bits: V R W X U G A D. */
export function describeEntry({ level, at, pte }: Entry): string {
  const flags = [...LETTERS].map((letter, bit) => (((pte >> BigInt(bit)) & 1n) === 1n ? letter : "-")).join("");
  return `level ${level} at 0x${at.toString(16)} is 0x${pte.toString(16)} (${flags})`;
}
