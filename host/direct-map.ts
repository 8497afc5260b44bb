/**
 * The kernel's Sv39 page table: one linear map of all RAM in 2 MiB leaves, as Linux has it, grown a gigabyte at a time
 * when an address is first used, so that a machine of 512 GiB boots with two page-table pages.
 *
 *   va = canonical(0x40_0000_0000 + (pa - ramBase) mod 2^39)
 *
 * The upper (kernel) half of Sv39 holds the first 256 GiB; larger machines wrap into the lower half, which is free here
 * because the scripted kernel has no user processes.
 *
 * Never mapped: the monitor and the ownership map (they are not public, so the monitor would refuse), and, once the
 * monitor guards it, the pt_area. Penglai reference §2.2. Entries are written by the `TableWriter` of the moment: the
 * kernel itself before SM_INIT, the monitor's SET_PTE and MAP_PTE afterwards.
 */
import {
  canonical,
  ENTRIES,
  GIGAPAGE,
  indexAt,
  MEGAPAGE,
  PTE_A,
  PTE_BYTE_LEN,
  PTE_D,
  PTE_G,
  PTE_R,
  PTE_V,
  PTE_W,
  pteOf,
} from "../core/sv39.ts";
import { PAGE_SIZE, type Pa, pa, type Va } from "../core/units.ts";
import type { KernelLayout } from "./kernel-layout.ts";
import { MONITOR_BYTE_LEN } from "./kernel-layout.ts";

/** Who writes entries of the pt_area. Each call throws if the entry cannot be written. */
export interface TableWriter {
  setEntry(at: Pa, entry: bigint): void;
  /** Fills a whole table. */
  setTable(at: Pa, entries: BigUint64Array): void;
  /** Replaces the 2 MiB leaf at `at` by a table of 512 pages in `table`, a fresh page. */
  splitLeaf(at: Pa, table: Pa): void;
}

const DIRECT_MAP_BASE = 0x40_0000_0000n;
const DIRECT_MAP_LEAF = PTE_V | PTE_R | PTE_W | PTE_G | PTE_A | PTE_D;

export class DirectMap {
  readonly root: Pa;
  readonly #layout: KernelLayout;
  /** The level 1 table of each mapped gigabyte. */
  readonly #middleTables = new Map<number, Pa>();
  /** 2 MiB blocks that are mapped page by page. */
  readonly #split = new Set<number>();
  #nextMiddle: Pa;
  #nextLast: Pa;

  constructor(layout: KernelLayout) {
    this.#layout = layout;
    // "accepted only if pt_area_base < PA < pmd_base (strict)": the first page of the PGD sub-area is no root.
    this.root = pa(layout.ptArea.base + PAGE_SIZE);
    this.#nextMiddle = layout.ptArea.pmdBase;
    this.#nextLast = layout.ptArea.pteBase;
  }

  /** @throws RangeError if the address is outside RAM */
  vaOf(address: Pa): Va {
    if (address < this.#layout.ramBase || address >= this.#layout.ramEnd)
      throw new RangeError(`0x${address.toString(16)} is outside RAM`);
    return canonical(DIRECT_MAP_BASE + BigInt(address - this.#layout.ramBase));
  }

  /** Maps the gigabytes of [from, from + byteLen) that are not mapped yet. */
  map(from: Pa, byteLen: number, writer: TableWriter, isPtAreaGuarded: boolean): void {
    for (
      let gigabyte = this.#index(from, GIGAPAGE);
      gigabyte <= this.#index(from + byteLen - 1, GIGAPAGE);
      gigabyte++
    ) {
      if (this.#middleTables.has(gigabyte)) continue;
      const table = this.#nextMiddle;
      this.#nextMiddle = pa(table + PAGE_SIZE);
      this.#middleTables.set(gigabyte, table);
      const start = this.#layout.ramBase + gigabyte * GIGAPAGE;
      writer.setTable(table, this.#leaves(start, isPtAreaGuarded));
      writer.setEntry(pa(this.root + indexAt(this.vaOf(pa(start)), 2) * PTE_BYTE_LEN), pteOf(table, PTE_V));
    }
  }

  /** Splits the 2 MiB leaves that [from, from + byteLen) covers only in part; the monitor refuses to make those secure. */
  split(from: Pa, byteLen: number, writer: TableWriter): void {
    for (const edge of [from, from + byteLen]) {
      const block = this.#index(edge, MEGAPAGE);
      if ((edge - this.#layout.ramBase) % MEGAPAGE === 0 || this.#split.has(block)) continue;
      const table = this.#nextLast;
      if (table >= this.#layout.ptArea.end) throw new RangeError("the PTE sub-area has no page left");
      this.#nextLast = pa(table + PAGE_SIZE);
      writer.splitLeaf(this.middleEntry(pa(edge)), table);
      this.#split.add(block);
    }
  }

  /** Where the level 1 entry of a mapped address lies. */
  middleEntry(address: Pa): Pa {
    const table = this.#middleTables.get(this.#index(address, GIGAPAGE))!;
    return pa(table + indexAt(this.vaOf(address), 1) * PTE_BYTE_LEN);
  }

  #index(address: number, unit: number): number {
    return Math.floor((address - this.#layout.ramBase) / unit);
  }

  #leaves(start: number, isPtAreaGuarded: boolean): BigUint64Array {
    const { ramBase, ramEnd, mbitmap, mbitmapByteLen, ptArea } = this.#layout;
    const withheld = [
      { from: ramBase, to: ramBase + MONITOR_BYTE_LEN },
      { from: mbitmap, to: mbitmap + mbitmapByteLen },
      ...(isPtAreaGuarded ? [{ from: ptArea.base, to: ptArea.end }] : []),
    ];
    return BigUint64Array.from({ length: ENTRIES }, (_, i) => {
      const block = start + i * MEGAPAGE;
      const isWithheld = withheld.some(({ from, to }) => block < to && block + MEGAPAGE > from);
      return block >= ramEnd || isWithheld ? 0n : pteOf(pa(block), DIRECT_MAP_LEAF);
    });
  }
}
