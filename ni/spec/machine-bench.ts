/**
 * The real machine as a bench for two-trace tests: everything that a monitor does goes to the compiled core, everything that
 * a party may access is asked of its MMU and PMP, and what was done since a mark is undone in a moment.
 *
 *     mark() -> pages are kept before their first write, harts as bytes -> rewind() puts both back
 *
 * Each access is also asked of the pure machine's walk (access.ts); if the two disagree, that is an error and no finding.
 * Invariant: behind `rewind` the machine is as it was at the mark, byte for byte (test/ni/spec/machine-bench.test.ts, Z10).
 */
import { PMPADDR0, PMPCFG0, PMPCFG2 } from "../../assembly/csr.gen.ts";
import { HART, STATE_END } from "../../assembly/layout.ts";
import type { LoadOutcome, StoreOutcome } from "../../core/guest-access.ts";
import { Machine } from "../../core/machine.ts";
import type { PlatformHart, Privilege } from "../../core/platform.ts";
import { PAGE_SIZE, type Pa, type PageNo, pageNoOf, paOfPage, type Va } from "../../core/units.ts";
import type { GptPort } from "../../monitor/kernel/gpt-port.ts";
import { type Access, type PmpRange, pmpRanges, translate } from "./access.ts";
import type { NiMachine } from "./pure-machine.ts";

interface Mark {
  readonly hart: Uint8Array;
  /** What pages held; undefined for one that had no frame. */
  readonly pages: Map<PageNo, Uint8Array | undefined>;
}

const LAST_PMP_CSR = PMPADDR0 + 15;
const isPmp = (csr: number): boolean => csr === PMPCFG0 || csr === PMPCFG2 || (csr >= PMPADDR0 && csr <= LAST_PMP_CSR);

export class MachineBench implements NiMachine {
  readonly machine: Machine;
  readonly #marks: Mark[] = [];
  readonly #written = new Set<PageNo>();
  #pmp: readonly PmpRange[] | undefined;

  private constructor(machine: Machine) {
    this.machine = machine;
  }

  /** A machine of its own, at reset. @param ramSize bytes, whole pages */
  static async create(ramSize: number): Promise<MachineBench> {
    return new MachineBench(await Machine.create({ mode: "monitor", ramSize, lineLock: false }));
  }

  // --- back in time ---

  /** @returns how many marks there are now */
  mark(): number {
    this.#marks.push({ hart: this.#bytes().slice(HART, STATE_END), pages: new Map() });
    return this.#marks.length;
  }

  /** To the last mark, which stays. */
  rewind(): void {
    const { hart, pages } = this.#marks.at(-1)!;
    for (const [page, bytes] of pages) {
      if (bytes === undefined) this.machine.zero(paOfPage(page), PAGE_SIZE);
      else this.machine.writeBytes(paOfPage(page), bytes);
      this.#written.add(page);
    }
    pages.clear();
    this.#bytes().set(hart, HART);
    this.machine.core.exports.restored();
    this.#pmp = undefined;
  }

  /** To the last mark, which goes. */
  unmark(): void {
    this.rewind();
    this.#marks.pop();
  }

  #bytes(): Uint8Array {
    return new Uint8Array(this.machine.core.memory.buffer);
  }

  #keep(address: Pa, byteLen: number): void {
    const last = pageNoOf((address + byteLen - 1) as Pa);
    for (let page = pageNoOf(address); page <= last; page++) {
      this.#written.add(page);
      // Only the newest mark: it hands its pages back to what the ones below kept.
      const pages = this.#marks.at(-1)?.pages;
      if (pages === undefined || pages.has(page)) continue;
      const isBacked = this.machine.backedPages(page, (page + 1) as PageNo).length > 0;
      pages.set(page, isBacked ? this.machine.readBytes(paOfPage(page), PAGE_SIZE) : undefined);
    }
  }

  takeWritten(): readonly PageNo[] {
    const written = [...this.#written];
    this.#written.clear();
    return written;
  }

  page(page: PageNo): Uint8Array {
    return this.machine.readBytes(paOfPage(page), PAGE_SIZE);
  }

  // --- as software of less privilege ---

  loadAs(privilege: Privilege, address: Va, byteLen: number): LoadOutcome {
    const outcome = this.machine.loadAs(privilege, address, byteLen);
    this.#agree(privilege, address, "read", outcome.ok);
    return outcome;
  }

  storeAs(privilege: Privilege, address: Va, bytes: Uint8Array): StoreOutcome {
    const at = translate(this, privilege, address, "write");
    if (typeof at === "number") this.#keep(at, bytes.length);
    const outcome = this.machine.storeAs(privilege, address, bytes);
    this.#agree(privilege, address, "write", outcome.ok);
    return outcome;
  }

  physical(privilege: Privilege, address: Va): Pa | undefined {
    const at = translate(this, privilege, address, "read");
    return typeof at === "number" ? at : undefined;
  }

  #agree(privilege: Privilege, address: Va, access: Access, isAllowed: boolean): void {
    if ((typeof translate(this, privilege, address, access) === "number") === isAllowed) return;
    throw new Error(
      `machine and model disagree whether privilege ${privilege} may ${access} 0x${address.toString(16)}`,
    );
  }

  get pmp(): readonly PmpRange[] {
    this.#pmp ??= pmpRanges((number) => this.readCsr(number));
    return this.#pmp;
  }

  isRam(address: number): boolean {
    return address >= this.ramBase && address < this.ramBase + this.ramSize;
  }

  // --- the monitor's platform, with writes kept ---

  write64(address: Pa, value: bigint): void {
    this.#keep(address, 8);
    this.machine.memory.write64(address, value);
  }

  writeBytes(address: Pa, bytes: Uint8Array): void {
    if (bytes.length > 0) this.#keep(address, bytes.length);
    this.machine.writeBytes(address, bytes);
  }

  zero(address: Pa, byteLen: number): void {
    this.#keep(address, byteLen);
    this.machine.zero(address, byteLen);
  }

  copyPage(destination: PageNo, source: PageNo): void {
    this.#keep(paOfPage(destination), PAGE_SIZE);
    this.machine.copyPage(destination, source);
  }

  writeCsr(csr: number, value: bigint): void {
    if (isPmp(csr)) this.#pmp = undefined;
    this.machine.writeCsr(csr, value);
  }

  // --- handed on ---

  get ramBase(): Pa {
    return this.machine.ramBase;
  }
  get ramSize(): number {
    return this.machine.ramSize;
  }
  get harts(): readonly PlatformHart[] {
    return this.machine.harts;
  }
  get hartId(): number {
    return this.machine.hartId;
  }
  get gpt(): GptPort {
    return this.machine.gpt;
  }
  get x(): BigUint64Array {
    return this.machine.x;
  }
  get f(): BigUint64Array {
    return this.machine.f;
  }
  get pc(): bigint {
    return this.machine.pc;
  }
  set pc(value: bigint) {
    this.machine.pc = value;
  }
  get privilege(): Privilege {
    return this.machine.privilege;
  }
  set privilege(value: Privilege) {
    this.machine.privilege = value;
  }
  get time(): bigint {
    return this.machine.time;
  }
  get timeCompare(): bigint {
    return this.machine.timeCompare;
  }
  set timeCompare(value: bigint) {
    this.machine.timeCompare = value;
  }
  read64(address: Pa): bigint {
    return this.machine.read64(address);
  }
  readBytes(address: Pa, byteLen: number): Uint8Array {
    return this.machine.readBytes(address, byteLen);
  }
  verify(page: PageNo): boolean {
    return this.machine.verify(page);
  }
  backedPages(from: PageNo, to: PageNo): PageNo[] {
    return this.machine.backedPages(from, to);
  }
  readCsr(csr: number): bigint {
    return this.machine.readCsr(csr);
  }
  flushTlb(): void {
    this.machine.flushTlb();
  }
  shootDown(): void {
    this.machine.shootDown();
  }
  lockLines(address: Pa, byteLen: number): boolean {
    return this.machine.lockLines(address, byteLen);
  }
  unlockLines(address: Pa, byteLen: number): void {
    this.machine.unlockLines(address, byteLen);
  }
}
