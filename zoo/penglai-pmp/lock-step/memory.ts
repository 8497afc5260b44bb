/** Bytes and owners of the naive reference's RAM, and how it finds free blocks: by looking at every page. */

export const PAGE = 4096;
/** First page of RAM. */
export const FIRST = 0x8000_0000 / PAGE;
export const RAM_BYTES = 6 * 1024 * 1024;
const PAGES = RAM_BYTES / PAGE;
export const END = FIRST + PAGES;
const MONITOR_PAGES = 512;

/** "host", "monitor", "free", "grant", "slab", or an enclave's id. */
export type Holder = string | number;

export class Memory {
  readonly holders: Holder[] = Array.from({ length: PAGES }, (_, i) => (i < MONITOR_PAGES ? "monitor" : "host"));
  readonly #pages = new Map<number, Uint8Array>();

  holder(page: number): Holder | undefined {
    return this.holders[page - FIRST];
  }

  give(page: number, count: number, holder: Holder): void {
    for (let i = 0; i < count; i++) this.holders[page - FIRST + i] = holder;
  }

  /** Whether [at, at + size) is not empty, aligned, in RAM and the host's. */
  isHosts(at: bigint, size: bigint, unit: bigint): boolean {
    if (at % unit !== 0n || size % unit !== 0n || size <= 0n) return false;
    if (at < BigInt(FIRST * PAGE) || at + size > BigInt(END * PAGE)) return false;
    for (let page = Number(at / 4096n); page * PAGE < Number(at + size); page++)
      if (this.holder(page) !== "host") return false;
    return true;
  }

  /** Every other page is all zeros. */
  backedPages(): Iterable<number> {
    return this.#pages.keys();
  }

  page(page: number): Uint8Array {
    let bytes = this.#pages.get(page);
    if (bytes === undefined) {
      bytes = new Uint8Array(PAGE);
      this.#pages.set(page, bytes);
    }
    return bytes;
  }

  zero(page: number, count: number): void {
    for (let i = 0; i < count; i++) this.#pages.delete(page + i);
  }

  read(at: number, size: number): Uint8Array {
    return Uint8Array.from({ length: size }, (_, i) => this.page(Math.floor((at + i) / PAGE))[(at + i) % PAGE]!);
  }

  write(at: number, bytes: Iterable<number>): void {
    let to = at;
    for (const byte of bytes) {
      this.page(Math.floor(to / PAGE))[to % PAGE] = byte;
      to++;
    }
  }

  read64(at: number): bigint {
    const page = this.page(Math.floor(at / PAGE));
    return new DataView(page.buffer).getBigUint64(at % PAGE, true);
  }

  write64(at: number, value: bigint): void {
    this.write(at, new Uint8Array(BigUint64Array.of(value).buffer));
  }

  /** The size in pages of the largest naturally aligned free block within [base, base + pages) that holds `page`. */
  #freeAround(page: number, base: number, pages: number): number {
    let size = 0;
    for (let next = 1; next <= pages; next *= 2) {
      const start = page - (page % next);
      if (start < base || start + next > base + pages) break;
      for (let i = 0; i < next; i++) if (this.holder(start + i) !== "free") return size;
      size = next;
    }
    return size;
  }

  /** The lowest of the smallest free blocks of at least `count` pages. */
  findFree(base: number, pages: number, count: number): number | undefined {
    let best: { readonly page: number; readonly size: number } | undefined;
    for (let page = base; page < base + pages; ) {
      const size = this.#freeAround(page, base, pages);
      if (size >= count && (best === undefined || size < best.size)) best = { page, size };
      page += Math.max(1, size);
    }
    return best?.page;
  }
}
