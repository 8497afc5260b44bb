/**
 * An enclave's page tables while a call edits them. Tables come from the enclave's own free list, "lowest handed out
 * first" (Penglai reference §6.11), and are zeroed before use: the host filled those pages last.
 */

import { indexAt, isLeaf, isValid, pageOf } from "../../core/sv39.ts";
import { PAGE_SIZE, type PageNo } from "../../core/units.ts";
import type { Draft } from "../kernel/draft.ts";
import { hex } from "../kernel/page-owner.ts";
import type { PageRange } from "../kernel/span.ts";
import { entryAddress, leaf, pointer } from "../kernel/sv39.ts";
import { type Denial, deny } from "./guards.ts";

export class AddressSpace {
  readonly #draft: Draft;
  readonly #root: PageNo;
  #free: PageRange;

  constructor(draft: Draft, root: PageNo, free: PageRange) {
    this.#draft = draft;
    this.#root = root;
    this.#free = free;
  }

  /** What is left of the free list. */
  get free(): PageRange {
    return this.#free;
  }

  /** @returns the lowest free page, its old contents still in it */
  take(): PageNo | Denial {
    const { from, to } = this.#free;
    if (from >= to) return deny("NO_FREE_PAGES", "the free list of the region is empty");
    this.#free = { from: (from + 1) as PageNo, to };
    return from;
  }

  /** @returns the lowest free page, zeroed */
  takeZeroed(): PageNo | Denial {
    const page = this.take();
    if (typeof page === "number") this.#draft.zeroPages({ from: page, to: (page + 1) as PageNo });
    return page;
  }

  /** The leaf entry of a 4 KiB page, 0 if there is none. */
  entry(va: bigint): bigint {
    const table = this.#lastTable(va);
    return table === undefined ? 0n : this.#draft.read64(entryAddress(table, indexAt(va, 0)));
  }

  /**
   * Puts a leaf entry where none is; images, heap, blocks, stack and what is shared have addresses of their own.
   * @throws Error if one is there: a mistake of the monitor
   */
  put(va: bigint, entry: bigint): Denial | undefined {
    const table = this.#makeLastTable(va);
    if (typeof table !== "number") return table;
    this.#putInto(table, va, entry);
    return undefined;
  }

  /** Maps [pages.from, pages.to) at `va` with R, W and X as in `permissions`. */
  map(va: bigint, pages: PageRange, permissions: bigint): Denial | undefined {
    let table: PageNo | Denial | undefined;
    for (let page = pages.from; page < pages.to; page++) {
      const at = va + BigInt((page - pages.from) * PAGE_SIZE);
      // A table is looked for once for its 512 entries.
      if (table === undefined || indexAt(at, 0) === 0) table = this.#makeLastTable(at);
      if (typeof table !== "number") return table;
      this.#putInto(table, at, leaf(page, permissions));
    }
    return undefined;
  }

  /** Removes the leaves of [va, va + pageCount pages), which exist. The tables stay. */
  unmap(va: bigint, pageCount: number): void {
    let table: PageNo | undefined;
    for (let i = 0; i < pageCount; i++) {
      const address = va + BigInt(i * PAGE_SIZE);
      if (table === undefined || indexAt(address, 0) === 0) table = this.#lastTable(address);
      this.#draft.write64(entryAddress(table!, indexAt(address, 0)), 0n);
    }
  }

  /** Whether the free list has the tables that `pageCount` pages at `va` still need. */
  hasTablesFor(va: bigint, pageCount: number): boolean {
    const end = va + BigInt(pageCount) * BigInt(PAGE_SIZE);
    let missing = 0;
    for (const [level, shift] of [
      [2, 30n],
      [1, 21n],
    ] as const) {
      for (let slot = va >> shift; slot << shift < end; slot++) {
        if (!this.#hasTable(slot << shift, level)) missing++;
        if (missing > this.#free.to - this.#free.from) return false;
      }
    }
    return true;
  }

  /** Whether the table that an entry of `level` points to exists. */
  #hasTable(va: bigint, level: 1 | 2): boolean {
    const top = this.#draft.read64(entryAddress(this.#root, indexAt(va, 2)));
    if (!isValid(top) || level === 2) return isValid(top);
    return isValid(this.#draft.read64(entryAddress(pageOf(top), indexAt(va, 1))));
  }

  #putInto(table: PageNo, va: bigint, entry: bigint): void {
    const at = entryAddress(table, indexAt(va, 0));
    if (isValid(this.#draft.read64(at))) throw new Error(`${hex(va)} is mapped`);
    this.#draft.write64(at, entry);
  }

  /** The table for the leaf of `va`, made from the free list where it is missing. */
  #makeLastTable(va: bigint): PageNo | Denial {
    let table = this.#root;
    for (const level of [2, 1] as const) {
      const at = entryAddress(table, indexAt(va, level));
      let next = this.#draft.read64(at);
      if (!isValid(next)) {
        const fresh = this.takeZeroed();
        if (typeof fresh !== "number") return fresh;
        next = pointer(fresh);
        this.#draft.write64(at, next);
      }
      if (isLeaf(next)) throw new Error(`${hex(va)} lies in a huge page`);
      table = pageOf(next);
    }
    return table;
  }

  #lastTable(va: bigint): PageNo | undefined {
    let table = this.#root;
    for (const level of [2, 1] as const) {
      const entry = this.#draft.read64(entryAddress(table, indexAt(va, level)));
      if (!isValid(entry) || isLeaf(entry)) return undefined;
      table = pageOf(entry);
    }
    return table;
  }
}
