/**
 * The changes that a call is about to make: a list of effects with a view of memory in which they have happened. A call
 * that fails drops its draft, so "refused" means "nothing written" (fixed: B2).
 *
 * Reads see earlier `write64` and `zeroPages` of the same draft; pages that are copied or written as bytes are data
 * pages, which no call reads back.
 */

import { PAGE_SIZE, type Pa, type PageNo, pageNoOf, paOfPage } from "../../core/units.ts";
import type { Effect } from "./effects.ts";
import type { PageRange } from "./span.ts";

/**
 * Physical memory as M-mode reads it; nothing a specification does can change it. A read of a page that does not verify
 * throws an IntegrityError: the shell drops the call and asks integrity.ts what becomes of it.
 */
export interface MemoryView {
  read64(address: Pa): bigint;
  /** @returns a copy */
  readBytes(address: Pa, byteLen: number): Uint8Array;
  /** Would a read of the page succeed? False if somebody changed its DRAM image. */
  verify(page: PageNo): boolean;
  /** Pages of [from, to) that may differ from zero, ascending. */
  backedPages(from: PageNo, to: PageNo): PageNo[];
}

export class Draft {
  readonly effects: Effect[] = [];
  readonly #memory: MemoryView;
  /** By page, so that zeroing many pages costs no more than the pages and not the words of all others. */
  readonly #words = new Map<PageNo, Map<Pa, bigint>>();
  /** Neighbours that were zeroed one after the other are one range: a free list is handed out in that order. */
  readonly #zeroed: PageRange[] = [];

  constructor(memory: MemoryView) {
    this.#memory = memory;
  }

  read64(address: Pa): bigint {
    const page = pageNoOf(address);
    const word = this.#words.get(page)?.get(address);
    if (word !== undefined) return word;
    const isZeroed = this.#zeroed.some((range) => page >= range.from && page < range.to);
    return isZeroed ? 0n : this.#memory.read64(address);
  }

  verify(page: PageNo): boolean {
    return this.#memory.verify(page);
  }

  write64(address: Pa, value: bigint): void {
    const page = pageNoOf(address);
    const words = this.#words.get(page) ?? new Map<Pa, bigint>();
    this.#words.set(page, words.set(address, value));
    this.effects.push({ kind: "write64", pa: address, value });
  }

  zeroPages(pages: PageRange): void {
    const { from, to } = pages;
    if (to - from < this.#words.size) for (let page = from; page < to; page++) this.#words.delete(page);
    else for (const page of this.#words.keys()) if (page >= from && page < to) this.#words.delete(page);
    const last = this.#zeroed.at(-1);
    if (last?.to === from) this.#zeroed[this.#zeroed.length - 1] = { from: last.from, to };
    else this.#zeroed.push(pages);
    this.effects.push({ kind: "zero", pa: paOfPage(from), byteLen: (to - from) * PAGE_SIZE });
  }

  /** Any other effect, in order with the writes. */
  add(...effects: readonly Effect[]): void {
    this.effects.push(...effects);
  }
}
