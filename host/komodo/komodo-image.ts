/**
 * What an executable looks like as a Komodo enclave: pages with their rights, threads, and the loader's calls in their order, which
 * is what is measured. guest/komodo/README.md, "What lies where"; Komodo reference §1.9.
 *
 * Not modelled: a stack of another size, regions elsewhere.
 */
import { KomodoMeasurement } from "../../attest/komodo-measurement.ts";
import type { ElfImage } from "../../core/elf.ts";
import { PAGE_SIZE } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import { ENCLAVE_VA_END, KomodoCall, L1_SLOT_SHIFT, MAPPING_R, MAPPING_W, MAPPING_X } from "./komodo-abi.ts";

const STACK_TOP = 0x20_0000;
const STACK_PAGES = 4;
/** Requests of the threads, a page each. */
export const HOST_REGION = 0x30_0000;
/** The same pages in all enclaves of a run. */
export const CHANNEL = 0x31_0000;
export const REGION_PAGES = 4;
/** As many as the host region has pages. */
const MAX_THREADS = 4;
const ZEROS = new Uint8Array(PAGE_SIZE);

export interface KomodoPage {
  readonly va: number;
  /** MAPPING_R, MAPPING_W, MAPPING_X. */
  readonly rights: number;
  readonly bytes: Uint8Array;
}

export interface KomodoImage {
  readonly name: string;
  /** Ascending by `va`, no two alike. */
  readonly pages: readonly KomodoPage[];
  /** Entry points, thread 0 first. */
  readonly entries: readonly number[];
  /** Slots of the L1 table that need an L2 table, ascending. */
  readonly slots: readonly number[];
}

/** @throws UserError if the ELF cannot be a Komodo enclave */
export function komodoImage(elf: ElfImage): KomodoImage {
  const pages = new Map<number, KomodoPage>();
  for (let va = STACK_TOP - STACK_PAGES * PAGE_SIZE; va < STACK_TOP; va += PAGE_SIZE)
    pages.set(va, { va, rights: MAPPING_R | MAPPING_W, bytes: ZEROS });
  for (const segment of elf.segments) {
    const end = segment.vaddr + BigInt(segment.memSize);
    if (end > BigInt(ENCLAVE_VA_END))
      throw misplaced(elf, `a segment ends at 0x${end.toString(16)}, beyond the 1 GiB that an enclave sees`);
    const from = Number(segment.vaddr);
    const rights = MAPPING_R | (segment.writable ? MAPPING_W : MAPPING_X);
    for (let va = from - (from % PAGE_SIZE); va < Number(end); va += PAGE_SIZE) {
      if (pages.has(va) || isRegion(va))
        throw misplaced(
          elf,
          `the page at 0x${va.toString(16)} is wanted twice: by a segment and by another one, the stack or a region`,
        );
      pages.set(va, { va, rights, bytes: contents(va, from, segment.bytes) });
    }
  }
  const sorted = [...pages.values()].sort((a, b) => a.va - b.va);
  const slots = [...new Set([0, ...sorted.map(({ va }) => va >>> L1_SLOT_SHIFT)])].sort((a, b) => a - b);
  return { name: elf.name, pages: sorted, entries: entriesOf(elf), slots };
}

/** The measurement that Finalise will store. @returns eight words @spec Komodo reference §1.9 */
export function komodoMeasurementOf({ pages, entries }: KomodoImage): Uint32Array {
  let measurement = KomodoMeasurement.EMPTY;
  for (const { va, rights, bytes } of pages)
    measurement = measurement.extend([KomodoCall.MAP_SECURE, va | rights], wordsOf(bytes));
  for (const entry of entries) measurement = measurement.extend([KomodoCall.INIT_DISPATCHER, entry]);
  return measurement.digest();
}

export const isZeros = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

function entriesOf(elf: ElfImage): number[] {
  const entries = [Number(elf.entry)];
  for (let thread = 1; elf.symbols.has(`komodo_entry_${thread}`); thread++)
    entries.push(Number(elf.symbols.get(`komodo_entry_${thread}`)));
  if (entries.length > MAX_THREADS)
    throw new UserError(`${elf.name} has ${entries.length} threads`, `an enclave has at most ${MAX_THREADS}`);
  return entries;
}

const isRegion = (va: number): boolean =>
  [HOST_REGION, CHANNEL].some((at) => va >= at && va < at + REGION_PAGES * PAGE_SIZE);

const misplaced = (elf: ElfImage, what: string): UserError =>
  new UserError(`${elf.name}: ${what}`, "link it with guest/komodo/enclave.ld");

/** The part of `bytes`, which begin at `from`, that lies in the page at `va`. */
function contents(va: number, from: number, bytes: Uint8Array): Uint8Array {
  const part = bytes.subarray(Math.max(0, va - from), Math.max(0, va - from + PAGE_SIZE));
  if (isZeros(part)) return ZEROS;
  const page = new Uint8Array(PAGE_SIZE);
  page.set(part, Math.max(0, from - va));
  return page;
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true));
}
