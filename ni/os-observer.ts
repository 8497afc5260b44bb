/**
 * Reads what a supervisor can read at one moment, by the means that a supervisor has: its registers, its CSRs, and S-mode
 * loads through its own page table, PMP and GPT. Komodo reference §4.2 (observation functions, OS).
 *
 * A page that reads as zeros has no entry, nor has one that traps: which private pages have a frame of the host's is no
 * business of the guest. Whether a page traps is what `ownership` asks, page by page.
 * Reads leave no trace: translations are cached, but neither flavour charges the host for its own accesses.
 */
import {
  CYCLE,
  FCSR,
  INSTRET,
  SATP,
  SCAUSE,
  SCOUNTEREN,
  SENVCFG,
  SEPC,
  SIE,
  SIP,
  SSCRATCH,
  SSTATUS,
  STVAL,
  STVEC,
  TIME,
} from "../assembly/csr.gen.ts";
import type { Machine } from "../core/machine.ts";
import { S_MODE } from "../core/platform.ts";
import { PAGE_SIZE, type Pa, pa, pageNoOf, paOfPage } from "../core/units.ts";
import type { Kernel } from "../host/kernel.ts";
import type { Observed } from "./observation.ts";

const WORD = 8;

const SUPERVISOR_CSRS = {
  sstatus: SSTATUS,
  sie: SIE,
  stvec: STVEC,
  scounteren: SCOUNTEREN,
  senvcfg: SENVCFG,
  sscratch: SSCRATCH,
  sepc: SEPC,
  scause: SCAUSE,
  stval: STVAL,
  sip: SIP,
  satp: SATP,
  // S-mode switches sstatus.FS on and reads it, and f0 to f31
  fcsr: FCSR,
};
const COUNTERS = { cycle: CYCLE, time: TIME, instret: INSTRET };

type Entry = readonly [name: string, value: Observed];

export class OsObserver {
  readonly #machine: Machine;
  readonly #kernel: Kernel;

  constructor(machine: Machine, kernel: Kernel) {
    this.#machine = machine;
    this.#kernel = kernel;
  }

  *registers(): Generator<Entry> {
    const { x, f, pc } = this.#machine;
    for (let i = 1; i < 32; i++) yield [`register x${i}`, x[i]!];
    for (let i = 0; i < 32; i++) yield [`register f${i}`, f[i]!];
    yield ["register pc", pc];
    for (const [name, csr] of Object.entries(SUPERVISOR_CSRS)) yield [`csr ${name}`, this.#machine.readCsr(csr)];
  }

  *counters(): Generator<Entry> {
    for (const [name, csr] of Object.entries(COUNTERS)) yield [`counter ${name}`, this.#machine.readCsr(csr)];
  }

  /** Every page of RAM that can be loaded and is not all zeros. */
  *memory(): Generator<Entry> {
    const { ramBase, ramEnd } = this.#kernel.layout;
    for (const page of this.#machine.backedPages(pageNoOf(ramBase), pageNoOf(ramEnd))) {
      const bytes = this.#load(paOfPage(page), PAGE_SIZE);
      if (bytes && !isZero(bytes)) yield [`memory ${hex(paOfPage(page))}`, bytes];
    }
  }

  /** What the addresses of [from, from + byteLen) show, when they are mapped to something else than the direct map does. */
  *window(from: Pa, byteLen: number): Generator<Entry> {
    for (let at = from; at < from + byteLen; at = pa(at + PAGE_SIZE)) {
      const bytes = this.#load(at, PAGE_SIZE);
      if (bytes && !isZero(bytes)) yield [`window ${hex(at)}`, bytes];
    }
  }

  /** Which trap a load of each page of RAM takes; one entry for each run of pages that answer alike. */
  *ownership(): Generator<Entry> {
    const { ramBase, ramEnd } = this.#kernel.layout;
    let before: string | undefined;
    for (let at = ramBase; at < ramEnd; at = pa(at + PAGE_SIZE)) {
      const outcome = this.#machine.loadAs(S_MODE, this.#kernel.vaOf(at), WORD);
      const answer = outcome.ok ? "loads" : `traps with cause ${outcome.cause}`;
      if (answer !== before) yield [`page ${hex(at)}`, answer];
      before = answer;
    }
  }

  #load(at: Pa, byteLen: number): Uint8Array | undefined {
    const outcome = this.#machine.loadAs(S_MODE, this.#kernel.vaOf(at), byteLen);
    return outcome.ok ? outcome.bytes : undefined;
  }
}

/** A loop over words: `every` over the bytes of all pages took a seventh of a search. @param bytes whole words */
function isZero(bytes: Uint8Array): boolean {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  for (let i = 0; i < words.length; i++) if (words[i] !== 0) return false;
  return true;
}

const hex = (value: number): string => `0x${value.toString(16)}`;
