/**
 * The changes that a call is about to make: a list of effects with a view of memory in which they have happened. A call
 * that fails drops its draft, so "refused" means "nothing written" (fixed: B2).
 *
 * Reads see earlier `write64` and `zeroPages` of the same draft; pages that are copied or written as bytes are data
 * pages, which no call reads back.
 */
import { PAGE_SIZE, type Pa, type PageNo, pageNoOf, paOfPage } from "../../core/units.ts";
import type { Effect } from "./effects.ts";
import type { PageRange } from "./state.ts";

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
  readonly #words = new Map<Pa, bigint>();
  readonly #zeroed: PageRange[] = [];

  constructor(memory: MemoryView) {
    this.#memory = memory;
  }

  read64(address: Pa): bigint {
    const word = this.#words.get(address);
    if (word !== undefined) return word;
    const page = pageNoOf(address);
    const isZeroed = this.#zeroed.some((range) => page >= range.from && page < range.to);
    return isZeroed ? 0n : this.#memory.read64(address);
  }

  verify(page: PageNo): boolean {
    return this.#memory.verify(page);
  }

  write64(address: Pa, value: bigint): void {
    this.#words.set(address, value);
    this.effects.push({ kind: "write64", pa: address, value });
  }

  zeroPages(pages: PageRange): void {
    for (const address of this.#words.keys()) {
      const page = pageNoOf(address);
      if (page >= pages.from && page < pages.to) this.#words.delete(address);
    }
    this.#zeroed.push(pages);
    this.effects.push({ kind: "zero", pa: paOfPage(pages.from), byteLen: (pages.to - pages.from) * PAGE_SIZE });
  }

  /** Any other effect, in order with the writes. */
  add(...effects: readonly Effect[]): void {
    this.effects.push(...effects);
  }
}
