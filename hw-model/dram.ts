/**
 * DRAM for the functional flavour: the image is made when somebody looks, and checked when the CPU comes back.
 *
 * The machine keeps plaintext. Whoever looks at DRAM (bus snoop, DMA, attacker, snapshot) comes through here: first the
 * image is brought up to date, each line that changed since the last look being written back by the engine, so that no
 * (line, counter) pair is ever used for two contents. Whoever changes DRAM makes us watch every page that depends on the
 * changed line; the machine calls `refill` before the CPU's next access to a watched page, and gets the plaintext back
 * or the fault. docs/architecture.md, "Memory encryption", says why.
 * Exactness: the verdicts are those of an engine that fills and writes back at every access, with two differences. A page
 * is verified as a whole, so a fault comes at the first touch of its page. And writes between two looks coalesce: a line
 * that ends as it began keeps its ciphertext, where a cache would write it back under a new counter. Somebody who runs an
 * enclave step by step and looks at the bus after each can tell from it that nothing changed, which hardware would hide
 * (docs/adr/0005-two-trace.md). Looking at the RootTree drains the mount table, which an attacker can force at any time.
 */
import { type Checked, type IntegrityFault, OK, sameBytes } from "./integrity-fault.ts";
import type { Mmt } from "./mmt.ts";
import { LINE_BYTES, lineOf, PAGE_BYTES, type Pa, type PageNo, pageNoOf, paOfPage } from "./units.ts";

/** The machine, as the DRAM view needs it. Pages are physical page numbers. */
export interface DramPort {
  /** @returns 4096 bytes; not changed or kept here */
  readPlain(page: PageNo): Uint8Array;
  writePlain(page: PageNo, bytes: Uint8Array): void;
  /** While a page is watched, the machine calls `refill` before any access of the CPU to it. */
  watch(page: PageNo, on: boolean): void;
  /** The ownership bitmap: secure pages are protected, others are as they are. */
  isSecure(page: PageNo): boolean;
}

export interface DramWrite {
  readonly pa: Pa;
  readonly bytes: Uint8Array;
}

/** What an attacker's change amounted to. */
export interface Tampering {
  /** Lines whose bytes are not what they were. */
  readonly changedLines: Pa[];
  /** Secure pages whose next access will be verified because of it. */
  readonly watched: PageNo[];
}

export interface PageFault extends IntegrityFault {
  readonly page: PageNo;
  /** The data line whose fill found it. */
  readonly accessPa: Pa;
}

export type Refill = { readonly ok: true } | { readonly ok: false; readonly fault: PageFault };

/** DRAM as the bus shows it, made when somebody looks. @spec Penglai reference §3.1 */
export class DramView {
  readonly engine: Mmt;
  readonly #port: DramPort;
  readonly #endOfRam: PageNo;
  /** What the image of a secure page decrypts to. */
  readonly #lastSeen = new Map<PageNo, Uint8Array>();
  readonly #watched = new Set<PageNo>();
  #isTampered = false;
  /** Faults found while bringing the image up to date; they are delivered when the CPU touches the page. */
  readonly #pending = new Map<PageNo, PageFault>();

  /** @param ramByteLen bytes of RAM that there are, from the engine's dramBase; the span of the tree may be larger */
  constructor(engine: Mmt, port: DramPort, ramByteLen = Number.POSITIVE_INFINITY) {
    this.engine = engine;
    this.#port = port;
    this.#endOfRam = pageNoOf(engine.map.dramBase + ramByteLen);
  }

  /** What the bus shows of a page now. @returns 4096 bytes of ciphertext, or of plaintext if the page is not secure */
  observe(page: PageNo): Uint8Array {
    return this.snoop(paOfPage(page), PAGE_BYTES);
  }

  /** Reads any range of DRAM, metadata included (`Mmt.locate` says where it lies). */
  snoop(pa: Pa, byteLen: number): Uint8Array {
    this.#bringUpToDate(pa, byteLen);
    return this.engine.image.peek(pa, byteLen);
  }

  /** Overwrites any ranges of DRAM at once. */
  tamper(writes: readonly DramWrite[]): Tampering {
    for (const { pa, bytes } of writes) this.#bringUpToDate(pa, bytes.length);
    const { image } = this.engine;
    const changedLines = new Set<Pa>();
    for (const { pa, bytes } of writes) {
      const before = image.peek(pa, bytes.length);
      for (const [i, byte] of bytes.entries()) if (byte !== before[i]) changedLines.add(lineOf(pa + i));
      image.poke(pa, bytes);
    }
    const watched = new Set<PageNo>();
    for (const line of changedLines) {
      this.#isTampered ||= this.engine.coverage(line).what !== "data";
      for (const page of this.#pagesBehind(line)) {
        if (this.#port.isSecure(page)) watched.add(page);
        else this.#port.writePlain(page, image.peek(paOfPage(page), PAGE_BYTES));
      }
    }
    for (const page of watched) this.#watch(page);
    return { changedLines: [...changedLines], watched: [...watched] };
  }

  /**
   * The CPU is about to touch a watched page: verify all its lines. The page gets the decrypted contents and is no longer
   * watched, or it stays as it is and watched, so that every further access fails too.
   */
  refill(page: PageNo): Refill {
    this.#followOwnership(page);
    if (!this.#watched.has(page)) return OK;
    const pending = this.#pending.get(page);
    if (pending) return { ok: false, fault: pending };
    const plaintext = new Uint8Array(PAGE_BYTES);
    for (let offset = 0; offset < PAGE_BYTES; offset += LINE_BYTES) {
      const linePa = paOfPage(page) + offset;
      const filled = this.engine.fill(linePa);
      if (!filled.ok) return { ok: false, fault: { ...filled.fault, page, accessPa: linePa } };
      plaintext.set(filled.plaintext, offset);
    }
    if (!sameBytes(plaintext, this.#port.readPlain(page))) this.#port.writePlain(page, plaintext);
    this.#lastSeen.set(page, plaintext);
    this.#unwatch(page);
    return OK;
  }

  /** Has somebody changed MACs, counters or nodes? Then a page that becomes secure may stand on what he changed. */
  get isTampered(): boolean {
    return this.#isTampered;
  }

  /** The monitor has made a page secure. It is sealed now if somebody has tampered; otherwise when somebody looks. */
  secured(page: PageNo): Refill {
    if (!this.#isTampered) return OK;
    this.#settle(page);
    const fault = this.#pending.get(page);
    return fault ? { ok: false, fault } : OK;
  }

  /** The monitor has made a page normal. Its ciphertext goes now, so that a next life starts with new counters. */
  released(page: PageNo): Checked {
    this.#lastSeen.delete(page);
    this.#unwatch(page);
    return this.engine.isProtected(page) ? this.engine.release(page) : OK;
  }

  #bringUpToDate(pa: Pa, byteLen: number): void {
    const pages = new Set<PageNo>();
    let looksAtRootTree = false;
    for (let line = lineOf(pa); line < pa + byteLen; line += LINE_BYTES) {
      for (const page of this.#pagesBehind(line)) pages.add(page);
      looksAtRootTree ||= this.engine.map.regionOf(line).kind === "root-tree";
    }
    for (const page of pages) this.#settle(page);
    // A failure leaves the counter on the chip, where it is right; the pages behind the line that failed are watched.
    if (looksAtRootTree) this.engine.unmountAll();
  }

  /** The page of a data line; the secure pages that depend on a line of metadata. */
  *#pagesBehind(line: Pa): Generator<PageNo> {
    const { what, firstPage, pageCount } = this.engine.coverage(line);
    const end = Math.min(firstPage + pageCount, this.#endOfRam);
    for (let page = firstPage; page < end; page++) {
      if (what === "data" || this.#port.isSecure(page)) yield page;
    }
  }

  /** Brings the image of one page up to date. */
  #settle(page: PageNo): void {
    this.#followOwnership(page);
    // The CPU has not touched a watched page since: its image is what the attacker made of it, its plaintext is older.
    if (this.#watched.has(page)) return;
    const plaintext = this.#port.readPlain(page).slice();
    if (!this.#port.isSecure(page)) {
      this.engine.image.poke(paOfPage(page), plaintext);
      return;
    }
    if (!this.engine.isProtected(page)) {
      this.#deliver(page, paOfPage(page), this.engine.protect(page, plaintext));
    } else {
      const lastSeen = this.#lastSeen.get(page);
      for (let offset = 0; offset < PAGE_BYTES; offset += LINE_BYTES) {
        const line = plaintext.subarray(offset, offset + LINE_BYTES);
        if (lastSeen && sameBytes(line, lastSeen.subarray(offset, offset + LINE_BYTES))) continue;
        const linePa = paOfPage(page) + offset;
        this.#deliver(page, linePa, this.engine.writeBack(linePa, line));
      }
    }
    this.#lastSeen.set(page, plaintext);
  }

  /** Keeps the first fault for the CPU's next access to the page. */
  #deliver(page: PageNo, accessPa: Pa, result: Checked): void {
    if (result.ok || this.#pending.has(page)) return;
    this.#pending.set(page, { ...result.fault, page, accessPa });
    this.#watch(page);
  }

  /** A page may have become normal without anybody telling us. */
  #followOwnership(page: PageNo): void {
    if (this.#port.isSecure(page)) return;
    if (this.engine.isProtected(page) || this.#watched.has(page)) this.released(page);
  }

  #watch(page: PageNo): void {
    if (this.#watched.has(page)) return;
    this.#watched.add(page);
    this.#port.watch(page, true);
  }

  #unwatch(page: PageNo): void {
    this.#pending.delete(page);
    if (this.#watched.delete(page)) this.#port.watch(page, false);
  }
}
