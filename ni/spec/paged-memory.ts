/**
 * Memory of a pure machine: whole pages, shared between a machine and its copies until one of them writes.
 *
 *     base: page -> bytes, never written again | own: what differs since (a page, or "zeros")
 *
 * A copy of a memory that was not written since it was copied itself costs a reference, so thousands of pairs a second can
 * begin in one recorded state. It remembers which pages were written, so that two memories are compared where they may
 * differ and nowhere else. Twin: a plain array of bytes in test/ni/spec/paged-memory.test.ts.
 */
import { PAGE_SIZE, type Pa, type PageNo, pageNoOf } from "../../core/units.ts";

/** The bytes of a page, and the same bytes as words. */
interface Page {
  readonly bytes: Uint8Array;
  readonly words: BigUint64Array;
}

const newPage = (bytes = new Uint8Array(PAGE_SIZE)): Page => ({
  bytes,
  words: new BigUint64Array(bytes.buffer, bytes.byteOffset, PAGE_SIZE / 8),
});
const ZEROS = newPage();
const NOTHING_WRITTEN: readonly PageNo[] = [];
const NO_PAGES: ReadonlyMap<PageNo, Page> = new Map();

export class PagedMemory {
  #base: ReadonlyMap<PageNo, Page>;
  #own = new Map<PageNo, Page>();
  readonly #written = new Set<PageNo>();

  private constructor(base: ReadonlyMap<PageNo, Page>) {
    this.#base = base;
  }

  static empty(): PagedMemory {
    return new PagedMemory(NO_PAGES);
  }

  /** What is written to either afterwards, the other does not see. */
  copy(): PagedMemory {
    if (this.#own.size > 0) {
      const base = new Map(this.#base);
      for (const [page, own] of this.#own) {
        if (own === ZEROS) base.delete(page);
        else base.set(page, own);
      }
      this.#base = base;
      this.#own = new Map();
    }
    return new PagedMemory(this.#base);
  }

  /** @param address multiple of 8 */
  read64(address: Pa): bigint {
    return this.#page(pageNoOf(address)).words[(address % PAGE_SIZE) / 8]!;
  }

  /** @param address multiple of 8 */
  write64(address: Pa, value: bigint): void {
    this.#writable(pageNoOf(address)).words[(address % PAGE_SIZE) / 8] = value;
  }

  /** @returns a copy */
  read(address: Pa, byteLen: number): Uint8Array {
    const bytes = new Uint8Array(byteLen);
    for (const [page, offset, at, length] of pieces(address, byteLen))
      bytes.set(this.#page(page).bytes.subarray(offset, offset + length), at);
    return bytes;
  }

  write(address: Pa, bytes: Uint8Array): void {
    for (const [page, offset, at, length] of pieces(address, bytes.length))
      this.#writable(page).bytes.set(bytes.subarray(at, at + length), offset);
  }

  zero(address: Pa, byteLen: number): void {
    for (const [page, offset, , length] of pieces(address, byteLen)) {
      if (length === PAGE_SIZE) this.#replace(page, ZEROS);
      else this.#writable(page).bytes.fill(0, offset, offset + length);
    }
  }

  copyPage(destination: PageNo, source: PageNo): void {
    this.#replace(destination, newPage(this.#page(source).bytes.slice()));
  }

  /** Pages of [from, to) that were written and not zeroed since, ascending. */
  backed(from: PageNo, to: PageNo): PageNo[] {
    const pages = new Set<PageNo>();
    for (const page of this.#base.keys())
      if (page >= from && page < to && this.#own.get(page) !== ZEROS) pages.add(page);
    for (const [page, own] of this.#own) if (page >= from && page < to && own !== ZEROS) pages.add(page);
    return [...pages].sort((a, b) => a - b);
  }

  isBacked(page: PageNo): boolean {
    const own = this.#own.get(page);
    return own === undefined ? this.#base.has(page) : own !== ZEROS;
  }

  /** Pages written since this was last asked. */
  takeWritten(): readonly PageNo[] {
    if (this.#written.size === 0) return NOTHING_WRITTEN;
    const written = [...this.#written];
    this.#written.clear();
    return written;
  }

  /** The bytes of a page; not to be written. */
  page(page: PageNo): Uint8Array {
    return this.#page(page).bytes;
  }

  #page(page: PageNo): Page {
    return this.#own.get(page) ?? this.#base.get(page) ?? ZEROS;
  }

  #replace(page: PageNo, by: Page): void {
    this.#own.set(page, by);
    this.#written.add(page);
  }

  #writable(page: PageNo): Page {
    this.#written.add(page);
    const own = this.#own.get(page);
    if (own !== undefined && own !== ZEROS) return own;
    const fresh = newPage((own === ZEROS ? ZEROS : (this.#base.get(page) ?? ZEROS)).bytes.slice());
    this.#own.set(page, fresh);
    return fresh;
  }
}

/** A range page by page. */
function* pieces(
  address: Pa,
  byteLen: number,
): Generator<readonly [PageNo, offset: number, at: number, length: number]> {
  for (let at = 0; at < byteLen; ) {
    const offset = (address + at) % PAGE_SIZE;
    const length = Math.min(PAGE_SIZE - offset, byteLen - at);
    yield [pageNoOf((address + at) as Pa), offset, at, length];
    at += length;
  }
}
