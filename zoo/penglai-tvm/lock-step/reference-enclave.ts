/**
 * An enclave as the reference sees it: which page it finds at which address, how many pages its tables may still take, and
 * what it waits for. Penglai reference §6.8, §6.11.
 */
import { PAGE_SIZE } from "../../../core/units.ts";
import type { ImagePage } from "../host.ts";
import type { Block } from "./reference-memory.ts";

/** "own": a page of the region, whichever. */
export interface Mapped {
  readonly address: number | "own";
  readonly isWritable: boolean;
}

export interface Grant {
  readonly block: Block;
  readonly va: bigint;
  byteLen: number;
}

export type Waiting =
  | { readonly id: number; readonly for: "mmap"; readonly va: bigint; readonly byteLen: number }
  | { readonly id: number; readonly for: "sbrk"; readonly byteLen: number }
  | { readonly id: number; readonly for: "shm"; readonly key: bigint }
  | { readonly id: number; readonly for: "status" }
  | { readonly id: number; readonly for: "nothing"; readonly a0?: bigint };

export class ReferenceEnclave {
  readonly eid: number;
  readonly satp: bigint;
  readonly region: Block;
  readonly shadow: number | undefined;
  status: "fresh" | "runnable" | "running" | "stopped" | "ocalling" = "fresh";
  /** Pages of the free list. */
  free: number;
  /** By address. */
  readonly map = new Map<bigint, Mapped>();
  /** Addresses that were taken away. */
  readonly gone = new Set<bigint>();
  readonly #tables = new Set<string>();
  heapTop = 0x10_0000_0000n;
  heap: Grant[] = [];
  mmaps: Grant[] = [];
  waiting: Waiting | undefined;
  a0 = 0x39_0000_0000n;

  constructor(eid: number, satp: bigint, region: Block, free: number, shadow?: number) {
    this.eid = eid;
    this.satp = satp;
    this.region = region;
    this.free = free;
    this.shadow = shadow;
  }

  /** Tables that a range still needs. */
  missing(va: bigint, byteLen: number): number {
    const names = new Set<string>();
    for (let page = va; page < va + BigInt(byteLen); page += BigInt(PAGE_SIZE)) {
      names.add(`2:${page >> 30n}`);
      names.add(`1:${page >> 21n}`);
    }
    return [...names].filter((name) => !this.#tables.has(name)).length;
  }

  /** Maps a range page by page; the tables come from the free list. @returns false if they do not fit */
  put(va: bigint, byteLen: number, address: number | "own", isWritable: boolean): boolean {
    const missing = this.missing(va, byteLen);
    if (missing > this.free) return false;
    this.free -= missing;
    this.builtIn(va, byteLen);
    for (let offset = 0; offset < byteLen; offset += PAGE_SIZE)
      this.map.set(va + BigInt(offset), { address: address === "own" ? address : address + offset, isWritable });
    return true;
  }

  /** Tables that are there already. */
  builtIn(va: bigint, byteLen: number): void {
    for (let page = va; page < va + BigInt(byteLen); page += BigInt(PAGE_SIZE)) {
      this.#tables.add(`2:${page >> 30n}`);
      this.#tables.add(`1:${page >> 21n}`);
    }
  }

  remove(va: bigint, byteLen: number): void {
    for (let offset = 0; offset < byteLen; offset += PAGE_SIZE) {
      this.map.delete(va + BigInt(offset));
      this.gone.add(va + BigInt(offset));
    }
  }

  /** Whether the monitor may write the enclave's buffer. */
  mayWrite(va: bigint, byteLen: bigint): boolean {
    for (let page = va - (va % BigInt(PAGE_SIZE)); page < va + byteLen; page += BigInt(PAGE_SIZE))
      if (!this.map.get(page)?.isWritable) return false;
    return true;
  }
}

/**
 * Where the test's own builder puts an image (test/monitor/host.ts): page 3 on, a table where one is missing, then the page.
 * @returns the pages by address, and how many pages of the region are used
 */
export function layoutOf(pages: readonly ImagePage[], region: number): { placed: Map<bigint, Mapped>; used: number } {
  const tables = new Set<string>();
  const placed = new Map<bigint, Mapped>();
  let used = 3;
  for (const { va, permissions } of pages) {
    for (const name of [`2:${va >> 30n}`, `1:${va >> 21n}`])
      if (!tables.has(name)) {
        tables.add(name);
        used++;
      }
    placed.set(va, { address: region + used * PAGE_SIZE, isWritable: (permissions & 4n) !== 0n });
    used++;
  }
  return { placed, used };
}
