/**
 * Guest physical memory from the host's side, as M-mode software sees it: PMP and GPT do not apply. A page that was never
 * written reads as zeros.
 */
import { HART, HART_RESERVATION, HARTS, HARTS_STRIDE, ROOT, TURN_HARTS } from "../assembly/layout.ts";
import { checkBytes, checkWord } from "./argument.ts";
import type { CoreInstance } from "./core-module.ts";
import { IntegrityError } from "./platform.ts";
import { PAGE_SIZE, type Pa, type PageNo, pa, pageNoOf } from "./units.ts";
import { UserError } from "./user-error.ts";

/** Pages that one node of the page-frame table covers (assembly/frames.ts). */
const NODE_PAGES = 1024;

/** Fills a watched page from DRAM. @returns false if it does not verify; then the page stays watched */
export type Refill = (page: PageNo) => boolean;

export class PhysicalMemory {
  readonly base: Pa;
  readonly size: number;
  readonly #core: CoreInstance;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #watched = new Set<PageNo>();
  #refill: Refill | undefined;

  constructor(core: CoreInstance, base: Pa, size: number) {
    this.#core = core;
    this.base = base;
    this.size = size;
    this.#bytes = new Uint8Array(core.memory.buffer);
    this.#view = new DataView(core.memory.buffer);
  }

  /** Announces the next access to a page, whoever makes it, until it is turned off again. @throws RangeError if it is not RAM */
  watch(page: PageNo, isOn: boolean): void {
    this.#checkPage(page);
    if (!this.#core.exports.watchPage(page, isOn ? 1 : 0)) throw outOfFrames();
    if (isOn) this.#watched.add(page);
    else this.#watched.delete(page);
  }

  isWatched(page: PageNo): boolean {
    return this.#watched.has(page);
  }

  /** The plaintext of a page as the chip holds it, for the engine that writes it back: never verified. */
  peek(page: PageNo): Uint8Array {
    this.#checkPage(page);
    const host = this.#core.exports.pageToRead(page);
    return this.#bytes.slice(host, host + PAGE_SIZE);
  }

  /** Replaces the plaintext of a page, for the engine that filled it. */
  poke(page: PageNo, bytes: Uint8Array): void {
    this.#checkPage(page);
    if (bytes.length !== PAGE_SIZE) throw new RangeError(`a page has ${PAGE_SIZE} bytes, not ${bytes.length}`);
    const host = this.#core.exports.pageToWrite(page);
    if (host === 0) throw outOfFrames();
    this.#bytes.set(bytes, host);
  }

  /** Who verifies watched pages. */
  setRefill(refill: Refill): void {
    this.#refill = refill;
  }

  /** May the page be read? A watched one is filled from DRAM first, which takes the watch away if it verifies. */
  verify(page: PageNo): boolean {
    if (!this.#watched.has(page) || this.#refill === undefined) return true;
    if (!this.#refill(page)) return false;
    // else the hart would meet the same watch for ever
    if (this.#watched.has(page)) throw new Error(`the refill verified page 0x${page.toString(16)} and left it watched`);
    return true;
  }

  get hasRefill(): boolean {
    return this.#refill !== undefined;
  }

  /** @throws RangeError unless the value lies at an 8-byte boundary of RAM; IntegrityError */
  read64(address: Pa): bigint {
    this.check(address, 8);
    if (address % 8 !== 0) throw new RangeError(`address ${hex(address)} is not a multiple of 8`);
    this.#mustVerify(pageNoOf(address));
    return this.#view.getBigUint64(this.#core.exports.pageToRead(pageNoOf(address)) + (address % PAGE_SIZE), true);
  }

  /** @throws RangeError as `read64` */
  write64(address: Pa, value: bigint): void {
    checkWord("value", value);
    this.check(address, 8);
    if (address % 8 !== 0) throw new RangeError(`address ${hex(address)} is not a multiple of 8`);
    this.#view.setBigUint64(this.#toWrite(pageNoOf(address)) + (address % PAGE_SIZE), value, true);
  }

  /** @returns a copy. @throws RangeError if the range is not RAM */
  readBytes(address: Pa, byteLen: number): Uint8Array {
    this.check(address, byteLen);
    const result = new Uint8Array(byteLen);
    for (const { page, offset, at, length } of pieces(address, byteLen)) {
      this.#mustVerify(page);
      if (!this.isBacked(page)) continue;
      const host = this.#core.exports.pageToRead(page) + offset;
      result.set(this.#bytes.subarray(host, host + length), at);
    }
    return result;
  }

  /** @throws RangeError if the range is not RAM */
  writeBytes(address: Pa, bytes: Uint8Array): void {
    checkBytes("bytes", bytes);
    this.check(address, bytes.length);
    for (const { page, offset, at, length } of pieces(address, bytes.length))
      this.#bytes.set(bytes.subarray(at, at + length), this.#toWrite(page) + offset);
  }

  /** Whole pages give their host memory back. @throws RangeError if the range is not RAM */
  zero(address: Pa, byteLen: number): void {
    this.check(address, byteLen);
    for (const { page, offset, length } of pieces(address, byteLen)) {
      if (!this.isBacked(page)) continue;
      if (length === PAGE_SIZE) {
        this.#breakReservation(page);
        this.#core.exports.zeroPage(page);
        continue;
      }
      const host = this.#toWrite(page) + offset;
      this.#bytes.fill(0, host, host + length);
    }
  }

  /** @throws RangeError if a page is not RAM */
  copyPage(destination: PageNo, source: PageNo): void {
    this.#checkPage(destination);
    this.#checkPage(source);
    this.#mustVerify(source);
    this.#mustVerify(destination);
    this.#breakReservation(destination);
    if (!this.#core.exports.copyPage(destination, source)) throw outOfFrames();
  }

  isBacked(page: PageNo): boolean {
    this.#checkPage(page);
    return this.#core.exports.isBacked(page) !== 0;
  }

  /** Pages of [from, to) that host memory backs, ascending. Cost grows with what is backed, not with the range. */
  backedPages(from: PageNo, to: PageNo): PageNo[] {
    const result: PageNo[] = [];
    const first = Math.max(from, pageNoOf(this.base));
    const end = Math.min(to, pageNoOf(this.base) + this.size / PAGE_SIZE);
    for (let page = first; page < end; ) {
      const next = Math.min(end, (Math.floor(page / NODE_PAGES) + 1) * NODE_PAGES);
      if (this.#hasNode(page))
        for (; page < next; page++) if (this.isBacked(page as PageNo)) result.push(page as PageNo);
      page = next;
    }
    return result;
  }

  #hasNode(page: number): boolean {
    return this.#view.getUint32(ROOT + Math.floor(page / NODE_PAGES) * 4, true) !== 0;
  }

  #mustVerify(page: PageNo): void {
    if (this.#watched.size > 0 && !this.verify(page)) throw new IntegrityError(page);
  }

  #toWrite(page: PageNo): number {
    this.#mustVerify(page);
    const host = this.#core.exports.pageToWrite(page);
    if (host === 0) throw outOfFrames();
    this.#breakReservation(page);
    return host;
  }

  /** A store that is not the hart's own ends a reservation; ours ends every one in the page (Volume I, 14.2). */
  #breakReservation(page: PageNo): void {
    this.#breakReservationAt(HART_RESERVATION, page);
    // what lies at the place of the hart whose turn it is counts for nothing
    for (let hart = 0; hart < this.#view.getUint32(TURN_HARTS, true); hart++)
      this.#breakReservationAt(HARTS + hart * HARTS_STRIDE + (HART_RESERVATION - HART), page);
  }

  #breakReservationAt(at: number, page: PageNo): void {
    const reserved = this.#view.getBigUint64(at, true);
    if (reserved !== 0n && reserved / BigInt(PAGE_SIZE) === BigInt(page)) this.#view.setBigUint64(at, 0n, true);
  }

  /** @throws RangeError if the range is not RAM */
  check(address: Pa, byteLen: number): void {
    const isRange = Number.isSafeInteger(address) && Number.isSafeInteger(byteLen) && byteLen >= 0;
    if (!(isRange && address >= this.base && address - this.base + byteLen <= this.size))
      throw new RangeError(`the range of ${byteLen} bytes at address ${hex(address)} is not RAM`);
  }

  #checkPage(page: PageNo): void {
    const first = pageNoOf(this.base);
    if (!(Number.isSafeInteger(page) && page >= first && page < first + this.size / PAGE_SIZE))
      throw new RangeError(`page ${page} is not RAM`);
  }
}

/** A range cut at page boundaries. */
function* pieces(
  address: Pa,
  byteLen: number,
): Generator<{ page: PageNo; offset: number; at: number; length: number }> {
  for (let at = 0; at < byteLen; ) {
    const offset = (address + at) % PAGE_SIZE;
    const length = Math.min(PAGE_SIZE - offset, byteLen - at);
    yield { page: pageNoOf(pa(address + at)), offset, at, length };
    at += length;
  }
}

const hex = (value: number): string => `0x${value.toString(16)}`;

/** What is thrown when a page needs host memory and there is none. */
export const outOfFrames = (): UserError =>
  new UserError("the host memory for guest pages is used up", "touch fewer pages: a machine backs at most 880 MiB", 1);
