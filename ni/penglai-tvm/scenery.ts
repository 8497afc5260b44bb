/**
 * The memory of a small operating system under penglai-tvm, 16 MiB in all, and images that it can offer as enclaves.
 *
 *     0x8000_0000 monitor 2 MiB       0x8040_0000 pt_area 256 KiB     0x8060_0000 places for regions, 24 × 16 pages
 *     0x8020_0000 kernel: parameters  0x8048_0000 mbitmap 64 KiB      0x8080_0000 places for forks, 12 × 48 pages
 *                 kbuffers, results                                   0x80c0_0000 memory to grant, 32 × 4 pages
 *     windows: 0x8100_0000 and on, four pages that map nothing at first; 0x8120_0000 the kernel again, as one 2 MiB leaf
 */

import { SATP } from "../../assembly/csr.gen.ts";
import { PTE_A, PTE_D, PTE_R, PTE_U, PTE_V, PTE_W, PTE_X, pteOf, satpOf } from "../../core/sv39.ts";
import { PAGE_SIZE, type Pa, pa, va } from "../../core/units.ts";
import type { OsHands } from "../spec/model.ts";
import type { NiMachine } from "../spec/pure-machine.ts";

export const RAM_BASE = 0x8000_0000;
export const RAM_SIZE = 16 * 1024 * 1024;
export const PARAM = pa(0x8020_0000);
export const RUN_PARAM = pa(0x8020_0400);
/** Where ids, ocalls and exit values are told. */
export const RESULTS = pa(0x8020_0800);
export const REPORT = pa(0x8020_1000);
export const PAIRS = pa(0x8020_2000);
const KBUFFERS = 0x8021_0000;
const SHARED = 0x8022_0000;
export const PT_AREA = pa(0x8040_0000);
export const PT_AREA_SIZE = 256 * 1024;
export const PGD_ORDER = 2;
export const PMD_ORDER = 3;
const PMD_BASE = pa(PT_AREA + PAGE_SIZE * 2 ** PGD_ORDER);
const PTE_BASE = pa(PMD_BASE + PAGE_SIZE * 2 ** PMD_ORDER);
export const MBITMAP = pa(0x8048_0000);
export const MBITMAP_SIZE = 64 * 1024;
const REGIONS = 0x8060_0000;
export const REGION_PAGES = 16;
const FORKS = 0x8080_0000;
export const FORK_PAGES = 48;
const GRANTS = 0x80c0_0000;
export const GRANT_PAGES = 4;
const EXTENSIONS = 0x80e0_0000;
const WINDOW = 0x8100_0000;
const MEGAPAGE = 2 * 1024 * 1024;

/** Names of servers: "1", "2". */
export const NAMES: readonly number[] = [0x31, 0x32];

const places = (base: number, count: number, pages: number): readonly Pa[] =>
  Array.from({ length: count }, (_, i) => pa(base + i * pages * PAGE_SIZE));
export const REGION_PLACES = places(REGIONS, 24, REGION_PAGES);
export const FORK_PLACES = places(FORKS, 12, FORK_PAGES);
export const GRANT_PLACES = places(GRANTS, 32, GRANT_PAGES);
export const EXTENSION_PLACES = places(EXTENSIONS, 64, 1);
export const KBUFFER_PLACES = places(KBUFFERS, 8, 1);
export const SHARED_PLACES = places(SHARED, 8, 1);
export const WINDOWS = [0, 1, 2, 3].map((i) => va(BigInt(WINDOW + i * PAGE_SIZE)));

/** Tables of the operating system: everything behind the monitor but for mbitmap at its own address, and the windows. */
const WINDOW_TABLE = pa(PTE_BASE + 7 * PAGE_SIZE);
export const windowEntry = (index: number): Pa => pa(WINDOW_TABLE + index * 8);
export const SPARE_TABLE = pa(PTE_BASE + 9 * PAGE_SIZE);

export const LEAF = PTE_V | PTE_R | PTE_W | PTE_A | PTE_D;
const HOST_SATP = satpOf(PT_AREA);

/** A 2 MiB leaf that shows the kernel's memory a second time, at 0x8120_0000: what MAP_PTE splits. */
export const HUGE_ENTRY = pa(PMD_BASE + ((0x8120_0000 >> 21) & 511) * 8);

/** The entry that maps a page of the operating system's at its own address. */
export const entryOf = (address: number): Pa => {
  const table = PTE_BASE + Math.floor((address - RAM_BASE - MEGAPAGE) / MEGAPAGE) * PAGE_SIZE;
  return pa(table + ((address >> 12) & 511) * 8);
};

export function buildHostTables(machine: NiMachine): void {
  const put = (at: number, entry: bigint): void => machine.write64(pa(at), entry);
  put(PT_AREA + 2 * 8, pteOf(PMD_BASE, PTE_V));
  for (
    let at = RAM_BASE + MEGAPAGE, table: number = PTE_BASE;
    at < RAM_BASE + RAM_SIZE;
    at += MEGAPAGE, table += PAGE_SIZE
  ) {
    put(PMD_BASE + ((at >> 21) & 511) * 8, pteOf(pa(table), PTE_V));
    for (let page = at; page < at + MEGAPAGE; page += PAGE_SIZE) {
      if (page >= MBITMAP && page < MBITMAP + MBITMAP_SIZE) continue;
      put(entryOf(page), pteOf(pa(page), LEAF | PTE_X));
    }
  }
  put(PMD_BASE + ((WINDOW >> 21) & 511) * 8, pteOf(WINDOW_TABLE, PTE_V));
  put(HUGE_ENTRY, pteOf(PARAM, LEAF));
  machine.writeCsr(SATP, HOST_SATP);
}

/** Where the pages of an image are seen. */
export const CODE_VA = 0x1000n;
export const DATA_VA = 0x2000n;
const IMAGE_LEAF = PTE_V | PTE_U | PTE_A | PTE_D | PTE_R;
/** Pages of an image in its region: records, root, reserved, middle table, last table, code, data; free memory is behind. */
const [ROOT, MIDDLE, LAST, CODE, DATA] = [1, 3, 4, 5, 6];
export const FREE_PAGE = 7;

/** Writes an image into a region: a page of code and a writable page of data. */
export function stageImage(os: OsHands, region: number): void {
  const at = (page: number): Pa => pa(region + page * PAGE_SIZE);
  const table = (page: number, entries: Readonly<Record<number, bigint>>): void => {
    const words = new BigUint64Array(PAGE_SIZE / 8);
    for (const [index, entry] of Object.entries(entries)) words[Number(index)] = entry;
    os.write(at(page), new Uint8Array(words.buffer));
  };
  table(ROOT, { 0: pteOf(at(MIDDLE), PTE_V) });
  table(MIDDLE, { 0: pteOf(at(LAST), PTE_V) });
  table(LAST, { 1: pteOf(at(CODE), IMAGE_LEAF | PTE_X), 2: pteOf(at(DATA), IMAGE_LEAF | PTE_W) });
  os.write(at(CODE), new Uint8Array(PAGE_SIZE).fill(0xc0));
  os.write(at(DATA), new Uint8Array(PAGE_SIZE).fill(0xda));
}

export const words = (values: readonly (number | bigint)[]): Uint8Array =>
  new Uint8Array(new BigUint64Array(values.map((value) => BigInt.asUintN(64, BigInt(value)))).buffer);
