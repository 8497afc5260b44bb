/**
 * The operating system's part that an enclave driver needs, scripted: boot under the monitor, a physical page allocator,
 * and memory access through the kernel's own page table.
 *
 * Boot order (Penglai reference §2.2): build the first tables in the pt_area, which the kernel may still write; SM_INIT
 * (from here on PMP1 makes the pt_area read-only and only SET_PTE and MAP_PTE change it); satp; PT_AREA_SEPARATION,
 * which sets `mstatus.TVM`.
 *
 * Every `load` and `store` is an S-mode access of the machine: PTE, PMP and GPT decide, exactly as for a real kernel.
 * Not modelled: processes, interrupts, demand paging.
 */
import { INTEGRITY_FAULT } from "../assembly/cause.ts";
import type { AccessFault, LoadOutcome, StoreOutcome } from "../core/guest-access.ts";
import { S_MODE } from "../core/platform.ts";
import { satpOf } from "../core/sv39.ts";
import { PAGE_SIZE, type Pa, type PageNo, pa, pageNoOf, type Va, va } from "../core/units.ts";
import { UserError } from "../core/user-error.ts";
import { DirectMap, type TableWriter } from "./direct-map.ts";
import { ZERO_PAGE } from "./enclave-image.ts";
import type { FrameAllocator } from "./frame-allocator.ts";
import type { Hart } from "./hart.ts";
import type { Harts } from "./harts.ts";
import { type KernelLayout, layOut } from "./kernel-layout.ts";
import { type HostCallName, SetPte } from "./penglai-abi.ts";
import type { HostMachine } from "./ports.ts";

export class Kernel {
  readonly harts: Harts;
  readonly layout: KernelLayout;
  readonly frames: FrameAllocator;
  /** The satp that the kernel runs with. */
  readonly satp: bigint;
  #hart: Hart;
  readonly #machine: HostMachine;
  readonly #map: DirectMap;
  #writer: TableWriter;
  #paging = false;
  #isPtAreaGuarded = false;
  /** Pages that may hold something else than zeros, because the kernel stored to them. */
  readonly #written = new Set<PageNo>();
  /** Source array of SET_PTE's MEMCPY. */
  readonly #staging: Pa;

  /**
   * Boots the monitor and then the kernel on it.
   * @throws UserError if the RAM is unsuitable or the monitor refuses one of the boot calls
   */
  constructor(harts: Harts) {
    const hart = harts.first;
    this.harts = harts;
    this.#hart = hart;
    this.#machine = harts.machine;
    this.layout = layOut(harts.machine);
    this.frames = this.layout.frames;
    harts.monitor.boot();

    this.#map = new DirectMap(this.layout);
    this.#writer = this.#directWriter();
    this.satp = satpOf(this.#map.root);
    const { ptArea, mbitmap, mbitmapByteLen } = this.layout;
    this.#staging = this.pages(1);
    this.#ensureMapped(this.layout.ramBase, PAGE_SIZE);
    this.#ensureMapped(ptArea.base, PAGE_SIZE);

    this.#bootCall("SM_INIT", ptArea.base, ptArea.byteLen, mbitmap, mbitmapByteLen, this.#staging);
    this.#writer = this.#monitorWriter();
    this.#isPtAreaGuarded = true;
    for (const each of harts.all) {
      each.writeSatp(this.satp);
      each.fence();
    }
    this.#paging = true;
    this.#bootCall("PT_AREA_SEPARATION", ptArea.pgdOrder, ptArea.pmdOrder);
  }

  /** The hart that the kernel executes on: the first one, but within `on`. */
  get hart(): Hart {
    return this.#hart;
  }

  /** The kernel does something on another hart. */
  on<T>(hart: Hart, body: () => T): T {
    const before = this.#hart;
    this.#hart = hart;
    try {
      return body();
    } finally {
      this.#hart = before;
    }
  }

  /** @returns what S-mode reads, or the trap it takes. @throws RangeError if the range leaves RAM */
  load(from: Pa, byteLen: number): LoadOutcome {
    const bytes = new Uint8Array(byteLen);
    for (const { at, offset, length } of this.#chunks(from, byteLen)) {
      const address = this.#va(at);
      const part = this.#hart.select(() => this.#machine.loadAs(S_MODE, address, length));
      if (!part.ok) return part;
      bytes.set(part.bytes, offset);
    }
    return { ok: true, bytes };
  }

  /** Stores as S-mode; pages before the one that traps are written. @throws RangeError if the range leaves RAM */
  store(to: Pa, bytes: Uint8Array): StoreOutcome {
    for (const { at, offset, length } of this.#chunks(to, bytes.length)) {
      const address = this.#va(at);
      const piece = bytes.subarray(offset, offset + length);
      const part = this.#hart.select(() => this.#machine.storeAs(S_MODE, address, piece));
      if (!part.ok) return part;
      this.#written.add(pageNoOf(at));
    }
    return { ok: true };
  }

  /** A word of memory that the kernel owns. */
  load64(from: Pa): bigint {
    const word = this.load(from, 8);
    if (!word.ok) throw unexpected("load", from, word);
    return new DataView(word.bytes.buffer).getBigUint64(0, true);
  }

  /** Stores to memory that the kernel owns. */
  put(to: Pa, bytes: Uint8Array): void {
    const outcome = this.store(to, bytes);
    if (!outcome.ok) throw unexpected("store", to, outcome);
  }

  /**
   * @param pageCount contiguous pages of zeros
   * @throws UserError if there is no such block
   */
  pages(pageCount: number): Pa {
    const address = this.tryPages(pageCount);
    if (address !== undefined) return address;
    const free = (this.frames.freePages * PAGE_SIZE) / 2 ** 20;
    throw new UserError(
      `no ${(pageCount * PAGE_SIZE) / 2 ** 20} MiB of contiguous memory left in the machine (${free.toFixed(1)} MiB are free)`,
      "give the machine more memory, for example --memory 4G",
    );
  }

  /** As `pages`, naturally aligned if `pageCount` is a power of two; undefined if there is no such block. */
  tryPages(pageCount: number): Pa | undefined {
    const address = this.frames.allocateExact(pageCount);
    if (address === undefined) return undefined;
    try {
      this.#zero(address, pageCount);
    } catch (error) {
      this.freeUnshared(address, pageCount);
      throw error;
    }
    return address;
  }

  /** Frees pages that only the kernel has written, if anybody: it knows which have to be zeroed before they are used again. */
  freeUnshared(address: Pa, pageCount: number): void {
    this.frames.freeExact(address, pageCount);
  }

  /** Frees pages that the kernel or an enclave may have written: they are zeroed before they are used again. */
  freePages(address: Pa, pageCount: number): void {
    for (let i = 0; i < pageCount; i++) this.#written.add((pageNoOf(address) + i) as PageNo);
    this.frames.freeExact(address, pageCount);
  }

  /**
   * Prepares a range to become secure: it is mapped, and no 2 MiB leaf covers it in part ("range must be … not partially
   * covered by a 2-MB leaf", §2.2).
   */
  prepareSecure(from: Pa, byteLen: number): void {
    this.#ensureMapped(from, byteLen);
    this.#map.split(from, byteLen, this.#writer);
  }

  /**
   * Frees pages that were secure, if the monitor has made them public again; the first one stands for all.
   * @returns false, and keeps them allocated for ever, if they are still secure
   */
  takeBack(address: Pa, pageCount: number): boolean {
    if (!this.load(address, 8).ok) return false;
    // The monitor wiped what it gave back, so nothing of what was stored there before is left.
    for (let i = 0; i < pageCount; i++) this.#written.delete((pageNoOf(address) + i) as PageNo);
    this.frames.freeExact(address, pageCount);
    return true;
  }

  /** Where the level 1 entry that maps `address` lies; attackers want to know. */
  middleEntry(address: Pa): Pa {
    this.#ensureMapped(address, PAGE_SIZE);
    return this.#map.middleEntry(address);
  }

  /** Where the direct map shows `address`. */
  vaOf(address: Pa): Va {
    return this.#map.vaOf(address);
  }

  #zero(address: Pa, pageCount: number): void {
    for (let page = pageNoOf(address); page < pageNoOf(address) + pageCount; page++) {
      if (!this.#written.has(page as PageNo)) continue;
      this.put(pa(page * PAGE_SIZE), ZERO_PAGE);
      this.#written.delete(page as PageNo);
    }
  }

  /** Before paging is on, S-mode addresses are physical. */
  #va(address: Pa): Va {
    const { stuckIn } = this.hart;
    if (stuckIn !== undefined)
      throw new UserError(
        `enclave ${stuckIn} ran out of fuel, pauses or runs, and has the hart, so the kernel cannot run there`,
        "give the enclaves more fuel, for example --fuel 1e9",
      );
    if (!this.#paging) return va(BigInt(address));
    const at = this.#map.vaOf(address);
    this.#ensureMapped(address, 1);
    return at;
  }

  #ensureMapped(from: Pa, byteLen: number): void {
    this.#map.map(from, byteLen, this.#writer, this.#isPtAreaGuarded);
  }

  *#chunks(from: Pa, byteLen: number) {
    for (let offset = 0; offset < byteLen; ) {
      const at = pa(from + offset);
      const length = Math.min(byteLen - offset, PAGE_SIZE - (at % PAGE_SIZE));
      yield { at, offset, length };
      offset += length;
    }
  }

  #directWriter(): TableWriter {
    return {
      setEntry: (at, entry) => this.put(at, new Uint8Array(BigUint64Array.of(entry).buffer)),
      setTable: (at, entries) => this.put(at, new Uint8Array(entries.buffer)),
      splitLeaf: () => {
        throw new Error("nothing becomes secure before SM_INIT");
      },
    };
  }

  #monitorWriter(): TableWriter {
    return {
      setEntry: (at, entry) => this.#tableCall("SET_PTE", SetPte.ONE, BigInt(at), entry),
      setTable: (at, entries) => {
        this.put(this.#staging, new Uint8Array(entries.buffer));
        this.#tableCall("SET_PTE", SetPte.MEMCPY, BigInt(at), BigInt(this.#staging), BigInt(entries.byteLength));
      },
      splitLeaf: (at, table) => this.#tableCall("MAP_PTE", BigInt(at), BigInt(table)),
    };
  }

  #tableCall(call: HostCallName, ...args: readonly bigint[]): void {
    const result = this.hart.penglai(call, ...args);
    if (result.ok && result.value === 0n) return;
    const guard = this.hart.monitor.lastDenial?.guard;
    if (guard === "INTEGRITY") throw tablesChanged(`${call} was refused`);
    if (guard === "HOST_MEMORY")
      throw new UserError("the host memory for guest pages is used up", "run fewer enclaves, or smaller ones", 1);
    throw new Error(`${call}(${args.map((arg) => `0x${arg.toString(16)}`).join(", ")}) was refused: ${this.#reason()}`);
  }

  #bootCall(call: HostCallName, ...args: readonly number[]): void {
    const result = this.hart.penglai(call, ...args);
    if (result.ok && result.value === 0n) return;
    throw new UserError(
      `the monitor refused ${call} while the kernel booted: ${this.#reason()}`,
      "choose another monitor",
    );
  }

  #reason(): string {
    return this.hart.monitor.lastDenial?.explanation ?? "the monitor gave no reason";
  }
}

function unexpected(what: string, at: Pa, fault: AccessFault): Error {
  if (Number(fault.cause) === INTEGRITY_FAULT) return tablesChanged(`${what} at 0x${at.toString(16)}`);
  return new Error(`the kernel's own ${what} at 0x${at.toString(16)} trapped with cause ${fault.cause}`);
}

const tablesChanged = (found: string): UserError =>
  new UserError(
    `the kernel cannot go on: its page tables do not verify (${found})`,
    "somebody changed the DRAM below the kernel itself: start another system",
    1,
  );
