/**
 * A Platform whose harts execute nothing: sparse memory, registers, CSRs as plain storage, and a journal of what the monitor did to it.
 * CSRs are not legalised, traps do not happen, locks succeed while `lockCapacity` bytes last.
 */
import * as csr from "../../assembly/csr.gen.ts";
import { IntegrityError, type Platform, type PlatformHart, type Privilege } from "../../core/platform.ts";
import { PAGE_SIZE, type Pa, type PageNo, pa, pageNoOf, paOfPage } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import type { GptPort } from "../../monitor/kernel/gpt-port.ts";

const CSRS: readonly number[] = [
  csr.FCSR,
  csr.STVEC,
  csr.SCOUNTEREN,
  csr.SSCRATCH,
  csr.SEPC,
  csr.SCAUSE,
  csr.STVAL,
  csr.SIP,
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
  csr.PMPCFG0,
  csr.PMPCFG2,
  ...Array.from({ length: 16 }, (_, index) => csr.PMPADDR0 + index),
];

/** Registers of a hart. */
class FakeHart implements PlatformHart {
  readonly index: number;
  readonly x = new BigUint64Array(32);
  readonly f = new BigUint64Array(32);
  readonly csrs = new Map(CSRS.map((csr) => [csr, 0n]));
  pc = 0x8020_0000n;
  privilege: Privilege = 3;
  timeCompare = 2n ** 64n - 1n;
  readonly #choose: <T>(hart: FakeHart, body: () => T) => T;

  constructor(index: number, choose: <T>(hart: FakeHart, body: () => T) => T) {
    this.index = index;
    this.#choose = choose;
  }

  select<T>(body: () => T): T {
    return this.#choose(this, body);
  }
}

export class FakePlatform implements Platform {
  readonly ramBase: Pa = pa(0x8000_0000);
  readonly ramSize: number;
  readonly harts: readonly FakeHart[];
  #current: FakeHart;
  readonly gpt: GptPort = {
    mode: "off",
    hptBase: pa(0),
    pmdBase: pa(0),
    pteBase: pa(0),
    end: pa(0),
    enclaveMode: false,
  };
  /** "flush", "shootdown", "lock 0x… +n", "unlock 0x… +n", in order. */
  readonly journal: string[] = [];
  time = 0n;
  /** Pages that the host can back. */
  frames = Number.POSITIVE_INFINITY;
  /** Bytes that can still be locked. */
  lockCapacity = 4096;
  readonly #locked = new Set<string>();
  readonly #tampered = new Set<PageNo>();
  readonly #pages = new Map<PageNo, Uint8Array>();

  constructor(ramSize: number, hartCount = 1) {
    this.ramSize = ramSize;
    const choose = <T>(hart: FakeHart, body: () => T): T => {
      const before = this.#current;
      this.#current = hart;
      try {
        return body();
      } finally {
        this.#current = before;
      }
    };
    this.harts = Array.from({ length: hartCount }, (_, index) => new FakeHart(index, choose));
    this.#current = this.harts[0]!;
  }

  get hartId(): number {
    return this.#current.index;
  }

  get x(): BigUint64Array {
    return this.#current.x;
  }

  get f(): BigUint64Array {
    return this.#current.f;
  }

  get pc(): bigint {
    return this.#current.pc;
  }

  set pc(value: bigint) {
    this.#current.pc = value;
  }

  get privilege(): Privilege {
    return this.#current.privilege;
  }

  set privilege(value: Privilege) {
    this.#current.privilege = value;
  }

  get timeCompare(): bigint {
    return this.#current.timeCompare;
  }

  set timeCompare(value: bigint) {
    this.#current.timeCompare = value;
  }

  /** Changes the DRAM image of a page: from now on it does not verify. */
  tamper(page: PageNo): void {
    this.#tampered.add(page);
  }

  verify(page: PageNo): boolean {
    return !this.#tampered.has(page);
  }

  /** Pages that are backed now. */
  get framesInUse(): number {
    return this.#pages.size;
  }

  read64(address: Pa): bigint {
    return new DataView(this.readBytes(address, 8).buffer).getBigUint64(0, true);
  }

  write64(address: Pa, value: bigint): void {
    this.writeBytes(address, new Uint8Array(new BigUint64Array([value]).buffer));
  }

  readBytes(address: Pa, byteLen: number): Uint8Array {
    this.#check(address, byteLen);
    const bytes = new Uint8Array(byteLen);
    for (let at = 0; at < byteLen; ) {
      const offset = (address + at) % PAGE_SIZE;
      const length = Math.min(PAGE_SIZE - offset, byteLen - at);
      const page = this.#pages.get(pageNoOf(pa(address + at)));
      if (page) bytes.set(page.subarray(offset, offset + length), at);
      at += length;
    }
    return bytes;
  }

  writeBytes(address: Pa, bytes: Uint8Array): void {
    this.#check(address, bytes.length);
    for (let at = 0; at < bytes.length; ) {
      const offset = (address + at) % PAGE_SIZE;
      const part = bytes.subarray(at, at + PAGE_SIZE - offset);
      this.#page(pageNoOf(pa(address + at))).set(part, offset);
      at += part.length;
    }
  }

  zero(address: Pa, byteLen: number): void {
    if (address % PAGE_SIZE === 0 && byteLen % PAGE_SIZE === 0) {
      const from = pageNoOf(address);
      for (let page = from; page < from + byteLen / PAGE_SIZE; page++) {
        this.#pages.delete(page as PageNo);
        this.#tampered.delete(page as PageNo);
      }
    } else this.writeBytes(address, new Uint8Array(byteLen));
  }

  copyPage(destination: PageNo, source: PageNo): void {
    this.writeBytes(paOfPage(destination), this.readBytes(paOfPage(source), PAGE_SIZE));
  }

  backedPages(from: PageNo, to: PageNo): PageNo[] {
    if (to - from > this.#pages.size)
      return [...this.#pages.keys()].filter((page) => page >= from && page < to).sort((a, b) => a - b);
    const range = Array.from({ length: to - from }, (_, i) => (from + i) as PageNo);
    return range.filter((page) => this.#pages.has(page));
  }

  readCsr(csr: number): bigint {
    const value = this.#current.csrs.get(csr);
    if (value === undefined) throw new RangeError(`no CSR 0x${csr.toString(16)}`);
    return value;
  }

  writeCsr(csr: number, value: bigint): void {
    this.readCsr(csr);
    this.#current.csrs.set(csr, BigInt.asUintN(64, value));
  }

  flushTlb(): void {
    this.journal.push("flush");
  }

  shootDown(): void {
    this.journal.push("shootdown");
  }

  lockLines(address: Pa, byteLen: number): boolean {
    if (byteLen > this.lockCapacity) return false;
    const range = `0x${address.toString(16)} +${byteLen}`;
    if (this.#locked.has(range)) return true;
    this.lockCapacity -= byteLen;
    this.#locked.add(range);
    this.journal.push(`lock ${range}`);
    return true;
  }

  unlockLines(address: Pa, byteLen: number): void {
    const range = `0x${address.toString(16)} +${byteLen}`;
    if (!this.#locked.delete(range)) return;
    this.lockCapacity += byteLen;
    this.journal.push(`unlock ${range}`);
  }

  #page(page: PageNo): Uint8Array {
    let bytes = this.#pages.get(page);
    if (!bytes) {
      if (this.#pages.size >= this.frames) throw new UserError("host memory is used up", "use less", 1);
      bytes = new Uint8Array(PAGE_SIZE);
      this.#pages.set(page, bytes);
    }
    return bytes;
  }

  #check(address: number, byteLen: number): void {
    if (address < this.ramBase || address + byteLen > this.ramBase + this.ramSize)
      throw new RangeError(`[0x${address.toString(16)}, +${byteLen}) is not RAM`);
    for (let page = pageNoOf(pa(address)); page * PAGE_SIZE < address + byteLen; page++)
      if (this.#tampered.has(page)) throw new IntegrityError(page);
  }
}
