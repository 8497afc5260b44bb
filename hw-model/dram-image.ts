/**
 * The bytes in the DRAM chips: everything an attacker with a probe can read and overwrite.
 *
 * Sparse: a page that nobody wrote is not stored; its lines read as `background` says (zeros, or a metadata line as the
 * engine would have left it at reset). The engine's accesses are counted as bus traffic, the attacker's (`peek`,
 * `poke`) are not. Source: Penglai reference §3.1 ("DRAM classes").
 */
import { LINE_BYTES, PAGE_BYTES, type Pa, type PageNo, pageNoOf, paOfPage } from "./units.ts";

/** @returns the 64 bytes of a line that was never written; undefined means zeros */
export type Background = (linePa: Pa) => Uint8Array | undefined;

/** All bytes of DRAM at one moment. */
export type DramCopy = ReadonlyMap<PageNo, Uint8Array>;

export class DramImage {
  readonly #pages = new Map<PageNo, Uint8Array>();
  readonly #background: Background;
  /** Bus transfers of the engine. */
  readonly traffic = { reads: 0, writes: 0 };

  constructor(background: Background) {
    this.#background = background;
  }

  /** Pages that are stored. */
  get storedPages(): number {
    return this.#pages.size;
  }

  /** The engine reads. @param byteLen at most a line, within one line */
  read(pa: Pa, byteLen: number): Uint8Array {
    this.traffic.reads++;
    return this.peek(pa, byteLen);
  }

  /** The engine writes. @param bytes at most a line, within one line */
  write(pa: Pa, bytes: Uint8Array): void {
    this.traffic.writes++;
    this.poke(pa, bytes);
  }

  /** @returns a copy of any range */
  peek(pa: Pa, byteLen: number): Uint8Array {
    const bytes = new Uint8Array(byteLen);
    for (let done = 0; done < byteLen; ) {
      const at = pa + done;
      const offset = at % LINE_BYTES;
      const take = Math.min(LINE_BYTES - offset, byteLen - done);
      const stored = this.#pages.get(pageNoOf(at));
      const line = stored
        ? stored.subarray((at - offset) % PAGE_BYTES, ((at - offset) % PAGE_BYTES) + LINE_BYTES)
        : this.#background(at - offset);
      if (line) bytes.set(line.subarray(offset, offset + take), done);
      done += take;
    }
    return bytes;
  }

  /** Overwrites any range. */
  poke(pa: Pa, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const at = pa + done;
      const offset = at % PAGE_BYTES;
      const take = Math.min(PAGE_BYTES - offset, bytes.length - done);
      this.#stored(pageNoOf(at)).set(bytes.subarray(done, done + take), offset);
      done += take;
    }
  }

  /** Whole pages go back to their background. */
  forget(firstPage: PageNo, pageCount: number): void {
    for (let page = firstPage; page < firstPage + pageCount; page++) this.#pages.delete(page);
  }

  /** Everything that is stored. */
  copy(): DramCopy {
    return new Map([...this.#pages].map(([page, bytes]) => [page, bytes.slice()]));
  }

  /** Rolls the whole of DRAM back to a copy. */
  restore(copy: DramCopy): void {
    this.#pages.clear();
    for (const [page, bytes] of copy) this.#pages.set(page, bytes.slice());
  }

  #stored(page: PageNo): Uint8Array {
    let bytes = this.#pages.get(page);
    if (bytes === undefined) {
      bytes = this.peek(paOfPage(page), PAGE_BYTES);
      this.#pages.set(page, bytes);
    }
    return bytes;
  }
}
