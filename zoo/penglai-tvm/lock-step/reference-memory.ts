/**
 * Pages and the host's page tables as the reference sees them: an owner for each page in a plain array, every entry of
 * pt_area in another, and rules read off Penglai reference §2.1, §2.2 entry by entry. Slow and obvious on purpose; nothing of
 * the monitor is used.
 */
import { PAGE_SIZE } from "../../../core/units.ts";
import * as at from "../host.ts";

const RAM = 0x8000_0000;
const HUGE_PAGES = 512;
export const FIRST_PAGE = RAM / PAGE_SIZE;
const PAGE_COUNT = (at.RAM_END - RAM) / PAGE_SIZE;
const ENTRY_COUNT = at.PT_AREA_SIZE / 8;
const V = 1n;
const PERMISSIONS = 0xen;
const HIGH_BITS = 0x3ffn << 54n;

/** A block that left the host's hands, and where the host's entries for it stand. */
export interface Block {
  readonly address: number;
  readonly byteLen: number;
  readonly hidden: readonly number[];
}

const isLeaf = (entry: bigint): boolean => (entry & PERMISSIONS) !== 0n;
const targetOf = (entry: bigint): number => Number((entry >> 10n) & ((1n << 44n) - 1n)) * PAGE_SIZE;

export class ReferenceMemory {
  /** By page of RAM, in the words of the monitor. */
  readonly owners: string[] = new Array<string>(PAGE_COUNT).fill("public");
  /** How many enclaves share the page with the host. */
  readonly shares: number[] = new Array<number>(PAGE_COUNT).fill(0);
  /** Every entry of pt_area. */
  readonly entries = new BigUint64Array(ENTRY_COUNT);
  /** The same in halves, low half first: most entries are invalid, and that is quickly seen. */
  readonly #halves = new Uint32Array(this.entries.buffer);
  /** What became public since somebody last looked. */
  readonly released: Block[] = [];
  satp = at.satp(at.PT_AREA);

  constructor() {
    this.own(RAM, 2 * 1024 * 1024, "the monitor");
    this.own(at.PT_AREA, at.PT_AREA_SIZE, "the host page table area");
    this.own(at.MBITMAP, at.MBITMAP_SIZE, "the ownership map");
  }

  own(address: number, byteLen: number, owner: string): void {
    for (const page of this.#pages(address, byteLen)) this.owners[page] = owner;
  }

  share(address: number, byteLen: number, change: number): void {
    for (const page of this.#pages(address, byteLen)) this.shares[page]! += change;
  }

  isPublic(address: number, byteLen: number): boolean {
    return this.#pages(address, byteLen).every((page) => this.owners[page] === "public");
  }

  /** Whole units inside RAM, at least one. */
  isRange(address: number, byteLen: number, unit = PAGE_SIZE): boolean {
    return (
      address % unit === 0 &&
      byteLen % unit === 0 &&
      byteLen > 0 &&
      address >= RAM &&
      BigInt(address) + BigInt(byteLen) <= BigInt(at.RAM_END)
    );
  }

  /** Public pages become `owner`'s; the host's entries for them lose V. @returns undefined if that is refused */
  secure(address: number, byteLen: number, owner: string): Block | undefined {
    if (!this.isRange(address, byteLen) || !this.isSatp(this.satp) || !this.isPublic(address, byteLen))
      return undefined;
    if (this.#pages(address, byteLen).some((page) => this.shares[page]! > 0)) return undefined;
    const hidden = this.leavesInside(address, byteLen);
    if (hidden === undefined) return undefined;
    for (const entry of hidden) this.#set(entry, this.at(entry) & ~V);
    this.own(address, byteLen, owner);
    return { address, byteLen, hidden };
  }

  release(block: Block): void {
    const { address, byteLen, hidden } = block;
    this.released.push(block);
    this.own(address, byteLen, "public");
    for (const place of hidden) {
      const entry = this.at(place);
      const target = targetOf(entry);
      const isOfBlock = target >= address && target < address + byteLen;
      if ((entry & V) === 0n && isLeaf(entry) && isOfBlock && this.mayStand(place, entry | V))
        this.#set(place, entry | V);
    }
  }

  /** Addresses of valid leaves that map part of the range; undefined if one maps more than the range. */
  leavesInside(address: number, byteLen: number): number[] | undefined {
    const inside: number[] = [];
    for (let place: number = at.PMD_BASE; place < at.PT_AREA + at.PT_AREA_SIZE; place += 8) {
      if ((this.#halves[(place - at.PT_AREA) / 4]! & 1) === 0) continue;
      const entry = this.at(place);
      if (!isLeaf(entry)) continue;
      const from = targetOf(entry);
      const to = from + (place < at.PTE_BASE ? HUGE_PAGES : 1) * PAGE_SIZE;
      if (from >= address + byteLen || to <= address) continue;
      if (from < address || to > address + byteLen) return undefined;
      inside.push(place);
    }
    return inside;
  }

  /** An entry of pt_area. */
  at(place: number): bigint {
    return this.entries[(place - at.PT_AREA) / 8]!;
  }

  isEntry(place: number): boolean {
    return place % 8 === 0 && place >= at.PT_AREA && place < at.PT_AREA + at.PT_AREA_SIZE;
  }

  /** §2.2 (i) and (ii), mended: half-open sub-areas, every page of a huge leaf, no exemptions. */
  mayStand(place: number, entry: bigint): boolean {
    if ((entry & V) === 0n) return true;
    if ((entry & HIGH_BITS) !== 0n) return false;
    const target = targetOf(entry);
    const end = at.PT_AREA + at.PT_AREA_SIZE;
    if (place < at.PMD_BASE) return !isLeaf(entry) && target >= at.PMD_BASE && target < at.PTE_BASE;
    if (place < at.PTE_BASE && !isLeaf(entry)) return target >= at.PTE_BASE && target < end;
    if (!isLeaf(entry)) return false;
    const pages = place < at.PTE_BASE ? HUGE_PAGES : 1;
    if ((target / PAGE_SIZE) % pages !== 0) return false;
    for (let i = 0; i < pages; i++) {
      const owner = this.owners[target / PAGE_SIZE + i - FIRST_PAGE];
      if (owner !== undefined && owner !== "public" && owner !== "the host page table area") return false;
    }
    return true;
  }

  isSatp(satp: bigint): boolean {
    const root = Number(satp & ((1n << 44n) - 1n)) * PAGE_SIZE;
    return satp >> 60n === 8n && root >= at.PT_AREA && root < at.PMD_BASE;
  }

  /** All stores or none. */
  store(pairs: readonly (readonly [number, bigint])[]): boolean {
    if (!pairs.every(([place, entry]) => this.isEntry(place) && this.mayStand(place, entry))) return false;
    for (const [place, entry] of pairs) this.#set(place, entry);
    return true;
  }

  clear(ranges: readonly (readonly [number, bigint])[]): boolean {
    const isInside = ([place, byteLen]: readonly [number, bigint]): boolean =>
      this.isEntry(place) && byteLen % 8n === 0n && byteLen > 0n && BigInt(place) + byteLen <= END;
    const sum = ranges.reduce((bytes, [, byteLen]) => bytes + byteLen, 0n);
    if (sum > BigInt(at.PT_AREA_SIZE) || !ranges.every(isInside)) return false;
    for (const [place, byteLen] of ranges) for (let i = 0; i < Number(byteLen); i += 8) this.#set(place + i, 0n);
    return true;
  }

  /** MAP_PTE. */
  split(place: number, table: number): boolean {
    const isPlace = this.isEntry(place) && place >= at.PMD_BASE && place < at.PTE_BASE;
    const isTable = this.isEntry(table) && table >= at.PTE_BASE && table % PAGE_SIZE === 0;
    if (!isPlace || !isTable) return false;
    const huge = this.at(place);
    if ((huge & V) === 0n || !isLeaf(huge)) return false;
    for (let i = 0; i < HUGE_PAGES; i++) this.#set(table + 8 * i, huge + (BigInt(i) << 10n));
    this.#set(place, (BigInt(table / PAGE_SIZE) << 10n) | V);
    return true;
  }

  #set(place: number, entry: bigint): void {
    this.entries[(place - at.PT_AREA) / 8] = entry;
  }

  #pages(address: number, byteLen: number): number[] {
    const from = Math.floor(address / PAGE_SIZE);
    const to = Math.ceil((address + byteLen) / PAGE_SIZE);
    return Array.from({ length: to - from }, (_, i) => from + i - FIRST_PAGE);
  }
}

const END = BigInt(at.PT_AREA + at.PT_AREA_SIZE);
