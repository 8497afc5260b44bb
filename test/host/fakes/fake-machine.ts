/**
 * A machine without a processor, for tests of host/: sparse memory, registers and CSRs as plain storage, S-mode accesses
 * through a small Sv39 walk of its own (the twin of what host/ builds), and a `run` that a test supplies.
 */
import { SATP as CSR_SATP, MINSTRET } from "../../../assembly/csr.gen.ts";
import type { LoadOutcome, StoreOutcome } from "../../../core/guest-access.ts";
import type { Privilege } from "../../../core/platform.ts";
import type { Stop } from "../../../core/stop.ts";
import { PAGE_SIZE, type Pa, type PageNo, pa, type Va } from "../../../core/units.ts";
import type { HostHart, HostMachine } from "../../../host/ports.ts";

const LOAD_PAGE_FAULT = 13n;
const STORE_PAGE_FAULT = 15n;
const STORE_ACCESS = 7n;

export class FakeMachine implements HostMachine {
  readonly ramBase: Pa;
  readonly ramSize: number;
  readonly hartId = 0;
  readonly harts: readonly HostHart[] = [this.#hart()];
  readonly x = new BigUint64Array(32);
  readonly f = new BigUint64Array(32);
  readonly csrs = new Map<number, bigint>();
  readonly memory = new Map<number, Uint8Array>();
  pc = 0n;
  privilege: Privilege = 3;
  time = 0n;
  timeCompare = 0n;
  /** What `run` does. */
  onRun: (budget: number) => Stop = () => ({ kind: "budget" });
  /** Stores of S-mode to these bytes trap, as under a read-only PMP entry. */
  readOnly = { from: 0, to: 0 };
  /** S-mode finds no mapping for these bytes, as if a monitor had made them secure. */
  secure = { from: 0, to: 0 };

  constructor(ramSize: number, ramBase = 0x8000_0000) {
    this.ramSize = ramSize;
    this.ramBase = pa(ramBase);
  }

  #hart(): HostHart {
    const machine = this;
    return {
      index: 0,
      select: (body) => body(),
      start: () => {},
      stop: () => {},
      get privilege() {
        return machine.privilege;
      },
      get retired() {
        return machine.readCsr(MINSTRET);
      },
    };
  }

  run(budget: number): Stop {
    return this.onRun(budget);
  }

  loadAs(_privilege: Privilege, address: Va, byteLen: number): LoadOutcome {
    const at = this.translate(address);
    if (at === undefined || this.#isSecure(at)) return { ok: false, cause: LOAD_PAGE_FAULT, tval: address };
    return { ok: true, bytes: this.readBytes(at, byteLen) };
  }

  storeAs(_privilege: Privilege, address: Va, bytes: Uint8Array): StoreOutcome {
    const at = this.translate(address);
    if (at === undefined || this.#isSecure(at)) return { ok: false, cause: STORE_PAGE_FAULT, tval: address };
    if (at >= this.readOnly.from && at < this.readOnly.to) return { ok: false, cause: STORE_ACCESS, tval: address };
    this.writeBytes(at, bytes);
    return { ok: true };
  }

  #isSecure(at: Pa): boolean {
    return at >= this.secure.from && at < this.secure.to;
  }

  /** Sv39 by the book, Bare if satp is 0; no permissions. */
  translate(address: Va): Pa | undefined {
    const satp = this.readCsr(CSR_SATP);
    if (satp === 0n) return pa(Number(address));
    if (BigInt.asUintN(64, BigInt.asIntN(39, address)) !== address) return undefined;
    let table = (satp & 0xfff_ffff_ffffn) << 12n;
    for (let level = 2n; level >= 0n; level--) {
      const index = (address >> (12n + 9n * level)) & 0x1ffn;
      const pte = this.read64(pa(Number(table + index * 8n)));
      if ((pte & 1n) === 0n) return undefined;
      const base = (pte >> 10n) << 12n;
      if ((pte & 0xen) !== 0n) {
        const mask = (1n << (12n + 9n * level)) - 1n;
        return pa(Number(base | (address & mask)));
      }
      table = base;
    }
    return undefined;
  }

  read64(address: Pa): bigint {
    return new DataView(this.readBytes(address, 8).buffer).getBigUint64(0, true);
  }

  write64(address: Pa, value: bigint): void {
    this.writeBytes(address, new Uint8Array(BigUint64Array.of(value).buffer));
  }

  readBytes(address: Pa, byteLen: number): Uint8Array {
    const bytes = new Uint8Array(byteLen);
    for (let at: number = address; at < address + byteLen; ) {
      const offset = at % PAGE_SIZE;
      const page = this.memory.get((at - offset) / PAGE_SIZE);
      const length = Math.min(PAGE_SIZE - offset, address + byteLen - at);
      if (page) bytes.set(page.subarray(offset, offset + length), at - address);
      at += length;
    }
    return bytes;
  }

  writeBytes(address: Pa, bytes: Uint8Array): void {
    for (let at: number = address; at < address + bytes.length; ) {
      const offset = at % PAGE_SIZE;
      const pageNo = (at - offset) / PAGE_SIZE;
      const page = this.memory.get(pageNo) ?? new Uint8Array(PAGE_SIZE);
      this.memory.set(pageNo, page);
      const part = bytes.subarray(at - address, at - address + PAGE_SIZE - offset);
      page.set(part, offset);
      at += part.length;
    }
  }

  zero(address: Pa, byteLen: number): void {
    for (const page of this.memory.keys()) {
      if (page * PAGE_SIZE >= address && page * PAGE_SIZE < address + byteLen) this.memory.delete(page);
    }
  }

  verify(): boolean {
    return true;
  }

  copyPage(destination: PageNo, source: PageNo): void {
    this.writeBytes(pa(destination * PAGE_SIZE), this.readBytes(pa(source * PAGE_SIZE), PAGE_SIZE));
  }

  backedPages(from: PageNo, to: PageNo): PageNo[] {
    return ([...this.memory.keys()] as PageNo[]).filter((page) => page >= from && page < to).sort((a, b) => a - b);
  }

  readCsr(csr: number): bigint {
    return this.csrs.get(csr) ?? 0n;
  }

  writeCsr(csr: number, value: bigint): void {
    this.csrs.set(csr, value);
  }

  flushTlb(): void {}
  shootDown(): void {}
  lockLines(): boolean {
    return true;
  }
  unlockLines(): void {}
}
