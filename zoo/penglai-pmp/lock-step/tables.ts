/** Enclave page tables as the naive reference reads them. Penglai reference §2.3, §7. */
import { END, FIRST, type Memory, PAGE } from "./memory.ts";

export interface RefWindow {
  readonly va: bigint;
  readonly at: number;
  readonly size: number;
}

export interface RefLeaf {
  readonly va: bigint;
  readonly level: number;
  readonly pte: bigint;
  readonly page: number;
}

const V = 1n;
const [R, W, X, U] = [2n, 4n, 8n, 16n] as const;
const pageIn = (pte: bigint): number => Number((pte >> 10n) & 0xfff_ffff_ffffn);

/** @returns the leaves of a legal enclave, undefined for one that is not */
export function readTables(
  memory: Memory,
  block: number,
  pages: number,
  windows: readonly RefWindow[],
): RefLeaf[] | undefined {
  const seen = new Set([block]);
  const leaves: RefLeaf[] = [];
  const isOurs = (page: number, count: number): boolean => page >= block && page + count <= block + pages;
  const take = (page: number, count: number): boolean => {
    for (let i = 0; i < count; i++) {
      if (seen.has(page + i)) return false;
      seen.add(page + i);
    }
    return true;
  };
  const visit = (table: number, level: number, base: bigint): boolean => {
    for (let index = 0; index < 512; index++) {
      const pte = memory.read64(table * PAGE + index * 8);
      if ((pte & V) === 0n) continue;
      const low = base + BigInt(index) * (1n << BigInt(12 + 9 * level));
      const page = pageIn(pte);
      if (pte >> 54n !== 0n) return false;
      if ((pte & W) !== 0n && (pte & R) === 0n) return false;
      if ((pte & (R | W | X)) === 0n) {
        if (level === 0 || !isOurs(page, 1) || !take(page, 1) || !visit(page, level - 1, low)) return false;
        continue;
      }
      if (level === 2 || (pte & U) === 0n) return false;
      const count = level === 1 ? 512 : 1;
      if (page % count !== 0) return false;
      leaves.push({ va: BigInt.asUintN(64, BigInt.asIntN(39, low)), level, pte, page });
      const window = windows.find(({ va, size }) => low >= va && low < va + BigInt(size));
      if (window !== undefined) {
        if (level !== 0 || page * PAGE !== window.at + Number(low - window.va)) return false;
      } else if (!isOurs(page, count) || !take(page, count)) return false;
    }
    return true;
  };
  return visit(block, 2, 0n) ? leaves : undefined;
}

/** Where U-mode gets with an address, and with which permissions. */
export function lookUp(memory: Memory, root: number, va: bigint): { at: number; pte: bigint } | undefined {
  if (BigInt.asUintN(64, BigInt.asIntN(39, va)) !== BigInt.asUintN(64, va)) return undefined;
  let table = root;
  for (let level = 2; level >= 0; level--) {
    if (table < FIRST || table >= END) return undefined;
    const pte = memory.read64(table * PAGE + Number((va >> BigInt(12 + 9 * level)) & 511n) * 8);
    if ((pte & V) === 0n) return undefined;
    if ((pte & (R | W | X)) === 0n) {
      table = pageIn(pte);
      continue;
    }
    return { at: pageIn(pte) * PAGE + Number(va & ((1n << BigInt(12 + 9 * level)) - 1n)), pte };
  }
  return undefined;
}

/** The physical pieces of a buffer with a permission, byte by byte. */
export function bytesAt(
  memory: Memory,
  root: number,
  va: bigint,
  size: number,
  needs: "r" | "w",
): number[] | undefined {
  const needed = U | (needs === "r" ? R : W);
  const places: number[] = [];
  for (let i = 0; i < size; i++) {
    const found = lookUp(memory, root, va + BigInt(i));
    if (found === undefined || (found.pte & needed) !== needed) return undefined;
    places.push(found.at);
  }
  return places;
}
