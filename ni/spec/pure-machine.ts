/**
 * The machine under a specification: everything that a monitor can do to a hart and its memory, in plain TypeScript and
 * without a core. Nothing executes; operating system and enclaves are scripted (world.ts), and what they may access
 * is asked of access.ts. A copy costs a few microseconds.
 *
 * CSRs are plain storage (not legalised); a page always verifies; there is host memory for every page; locks of cache
 * lines succeed while LOCK_CAPACITY lasts. What the real machine makes of the same calls, machine-bench.ts shows.
 */
import * as csr from "../../assembly/csr.gen.ts";
import type { LoadOutcome, StoreOutcome } from "../../core/guest-access.ts";
import type { PlatformHart, Privilege } from "../../core/platform.ts";
import { PAGE_SIZE, type Pa, type PageNo, pa, pageNoOf, type Va } from "../../core/units.ts";
import type { GptPlatform, GptPort } from "../../monitor/kernel/gpt-port.ts";
import { type Access, type PmpRange, pmpRanges, translate } from "./access.ts";
import { PagedMemory } from "./paged-memory.ts";

/** A machine that two-trace tests can run on: the monitor's platform, and memory as software of less privilege sees it. */
export interface NiMachine extends GptPlatform {
  /** As a load instruction at that privilege: satp, PMP and GPT apply. Within a page. */
  loadAs(privilege: Privilege, address: Va, byteLen: number): LoadOutcome;
  storeAs(privilege: Privilege, address: Va, bytes: Uint8Array): StoreOutcome;
  /** Where a load of S- or U-mode would read; undefined if it would trap. */
  physical(privilege: Privilege, address: Va): Pa | undefined;
  /** Pages written since this was last asked, by whomever. */
  takeWritten(): readonly PageNo[];
  /** The bytes of a page; not to be written, and good until the next write. */
  page(page: PageNo): Uint8Array;
}

const PMP_CSRS = [csr.PMPCFG0, csr.PMPCFG2, ...Array.from({ length: 16 }, (_, index) => csr.PMPADDR0 + index)] as const;
/** The CSRs that a pure machine has. */
export const MACHINE_CSRS: readonly number[] = [
  csr.FCSR,
  csr.STVEC,
  csr.SCOUNTEREN,
  csr.SSCRATCH,
  csr.SEPC,
  csr.SCAUSE,
  csr.STVAL,
  csr.SATP,
  csr.MSTATUS,
  csr.MEDELEG,
  csr.MIDELEG,
  csr.MIE,
  csr.MCOUNTEREN,
  csr.MSCRATCH,
  csr.MEPC,
  csr.MCAUSE,
  csr.MTVAL,
  csr.MIP,
  ...PMP_CSRS,
];
const SLOT = new Map(MACHINE_CSRS.map((number, slot) => [number, slot]));
/** Bytes of cache lines that enclaves may lock: one way less than all of the modelled L1D. */
const LOCK_CAPACITY = 4096;

/** Specifications are tested on one hart: schedules of several are host/schedule's. */
class OnlyHart implements PlatformHart {
  readonly index = 0;
  readonly isRunning = true;
  select<T>(body: () => T): T {
    return body();
  }
}

export class PureMachine implements NiMachine {
  readonly ramBase: Pa = pa(0x8000_0000);
  readonly ramSize: number;
  readonly hartId = 0;
  readonly harts: readonly PlatformHart[] = [new OnlyHart()];
  readonly x = new BigUint64Array(32);
  readonly f = new BigUint64Array(32);
  readonly gpt: GptPort;
  pc = 0x8000_0000n;
  privilege: Privilege = 3;
  time = 0n;
  timeCompare = 2n ** 64n - 1n;
  readonly #memory: PagedMemory;
  readonly #csrs = new BigUint64Array(MACHINE_CSRS.length);
  readonly #locks = new Set<string>();
  #lockedByteLen = 0;
  #pmp: readonly PmpRange[] | undefined;

  /** @param ramSize bytes, whole pages */
  constructor(ramSize: number, memory = PagedMemory.empty()) {
    this.ramSize = ramSize;
    this.#memory = memory;
    const none = pa(0);
    this.gpt = { mode: "off", hptBase: none, pmdBase: none, pteBase: none, end: none, enclaveMode: false };
  }

  /** A machine in the same state. @param memory a copy of this machine's */
  copy(memory = this.#memory.copy()): PureMachine {
    const twin = new PureMachine(this.ramSize, memory);
    twin.x.set(this.x);
    twin.f.set(this.f);
    Object.assign(twin.gpt, this.gpt);
    twin.pc = this.pc;
    twin.privilege = this.privilege;
    twin.time = this.time;
    twin.timeCompare = this.timeCompare;
    twin.#csrs.set(this.#csrs);
    for (const lock of this.#locks) twin.#locks.add(lock);
    twin.#lockedByteLen = this.#lockedByteLen;
    twin.#pmp = this.#pmp;
    return twin;
  }

  takeWritten(): readonly PageNo[] {
    return this.#memory.takeWritten();
  }

  page(page: PageNo): Uint8Array {
    return this.#memory.page(page);
  }

  // --- as software of less privilege ---

  loadAs(privilege: Privilege, address: Va, byteLen: number): LoadOutcome {
    const at = this.#translate(privilege, address, "read");
    return typeof at === "number" ? { ok: true, bytes: this.#memory.read(at, byteLen) } : at;
  }

  storeAs(privilege: Privilege, address: Va, bytes: Uint8Array): StoreOutcome {
    const at = this.#translate(privilege, address, "write");
    if (typeof at !== "number") return at;
    this.#memory.write(at, bytes);
    return { ok: true };
  }

  physical(privilege: Privilege, address: Va): Pa | undefined {
    const at = this.#translate(privilege, address, "read");
    return typeof at === "number" ? at : undefined;
  }

  /** Where an access would go; undefined if it would trap. */
  accessedBy(privilege: Privilege, address: Va, access: Access): Pa | undefined {
    const at = this.#translate(privilege, address, access);
    return typeof at === "number" ? at : undefined;
  }

  #translate(privilege: Privilege, address: Va, access: Access) {
    return translate(this, privilege, address, access);
  }

  /** PMP entries in order, decoded. */
  get pmp(): readonly PmpRange[] {
    this.#pmp ??= pmpRanges((number) => this.readCsr(number));
    return this.#pmp;
  }

  // --- as M-mode: core/platform.ts ---

  read64(address: Pa): bigint {
    this.#check(address, 8);
    return this.#memory.read64(address);
  }

  write64(address: Pa, value: bigint): void {
    this.#check(address, 8);
    this.#memory.write64(address, value);
  }

  readBytes(address: Pa, byteLen: number): Uint8Array {
    this.#check(address, byteLen);
    return this.#memory.read(address, byteLen);
  }

  writeBytes(address: Pa, bytes: Uint8Array): void {
    this.#check(address, bytes.length);
    this.#memory.write(address, bytes);
  }

  zero(address: Pa, byteLen: number): void {
    this.#check(address, byteLen);
    this.#memory.zero(address, byteLen);
  }

  copyPage(destination: PageNo, source: PageNo): void {
    this.#memory.copyPage(destination, source);
  }

  verify(): boolean {
    return true;
  }

  backedPages(from: PageNo, to: PageNo): PageNo[] {
    if (to - from === 1) return this.#memory.isBacked(from) ? [from] : [];
    return this.#memory.backed(from, to);
  }

  readCsr(number: number): bigint {
    return this.#csrs[slotOf(number)]!;
  }

  writeCsr(number: number, value: bigint): void {
    const slot = slotOf(number);
    this.#csrs[slot] = value;
    if (slot >= MACHINE_CSRS.length - PMP_CSRS.length) this.#pmp = undefined;
  }

  /** Nothing is cached. */
  flushTlb(): void {}
  shootDown(): void {}

  lockLines(address: Pa, byteLen: number): boolean {
    const lock = `${address}+${byteLen}`;
    if (this.#locks.has(lock)) return true;
    if (this.#lockedByteLen + byteLen > LOCK_CAPACITY) return false;
    this.#locks.add(lock);
    this.#lockedByteLen += byteLen;
    return true;
  }

  unlockLines(address: Pa, byteLen: number): void {
    if (this.#locks.delete(`${address}+${byteLen}`)) this.#lockedByteLen -= byteLen;
  }

  isRam(address: number, byteLen = 1): boolean {
    return address >= this.ramBase && address + byteLen <= this.ramBase + this.ramSize;
  }

  #check(address: Pa, byteLen: number): void {
    if (!this.isRam(address, byteLen))
      throw new RangeError(`page 0x${(pageNoOf(address) * PAGE_SIZE).toString(16)} is not RAM`);
  }
}

function slotOf(number: number): number {
  const slot = SLOT.get(number);
  if (slot === undefined) throw new RangeError(`no CSR 0x${number.toString(16)}`);
  return slot;
}
