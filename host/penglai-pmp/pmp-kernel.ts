/**
 * The operating system's part that the Penglai-PMP driver needs, scripted: S-mode without page tables, its pages, and the
 * memory that it has lent to the monitor. Penglai reference §2.3, §6.5, §6.14.
 *
 * Every `load` and `store` is an S-mode access of the machine, so PMP decides, exactly as for a real kernel. Without page
 * tables because this monitor looks at none; a kernel with tables would only translate more.
 *
 * Regions: the first is lent when it is needed, each of 1/16 of RAM or what a large enclave wants, and comes back when the monitor
 * has opened it again ("EXIT releases the PMP entry if the region is then empty").
 */
import { S_MODE } from "../../core/platform.ts";
import { PAGE_SIZE, type Pa, type PageNo, pa, pageNoOf, va } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import type { Refusal, Result } from "../enclave.ts";
import { FrameAllocator, orderFor } from "../frame-allocator.ts";
import { eidIn, type Hart, type SbiResult } from "../hart.ts";
import type { Harts } from "../harts.ts";
import { PENGLAI_HOST_EXTENSION } from "../penglai-abi.ts";
import type { HostMachine, HostMonitor } from "../ports.ts";
import { type Mailbox, mailboxOf, PmpCall, type PmpCallName } from "./pmp-abi.ts";

/** What the monitor keeps for itself at the beginning of RAM (§2.3, PMP0). */
const MONITOR_BYTE_LEN = 2 * 1024 * 1024;
const MIN_RAM = 16 * 1024 * 1024;
/** Regions are lent in sixteenths of RAM: 13 of them leave the kernel some. */
const REGION_SHARE = 16;

export class PmpKernel {
  readonly harts: Harts;
  #hart: Hart;
  /** For calls one at a time: what a call passes and what it returns. */
  readonly mailbox: Mailbox;
  readonly #machine: HostMachine;
  readonly #monitor: HostMonitor;
  readonly #frames: FrameAllocator;
  readonly #regionOrder: number;
  readonly #lent = new Map<Pa, number>();

  /** The monitor has booted. @throws UserError if RAM is too small */
  constructor(harts: Harts) {
    this.harts = harts;
    this.#hart = harts.first;
    this.#machine = harts.machine;
    this.#monitor = harts.monitor;
    const { ramBase, ramSize } = this.#machine;
    if (ramSize < MIN_RAM)
      throw new UserError(
        `a machine with ${ramSize / 2 ** 20} MiB of RAM cannot host enclaves`,
        "give it at least 16 MiB, for example --memory 1G",
      );
    const end = pageNoOf(pa(ramBase + ramSize));
    this.#frames = new FrameAllocator(pageNoOf(pa(ramBase + MONITOR_BYTE_LEN)), end as PageNo);
    this.#regionOrder = Math.floor(Math.log2(ramSize / PAGE_SIZE / REGION_SHARE));
    this.mailbox = mailboxOf(this.pages(1));
  }

  /** The hart that the kernel executes on. */
  get hart(): Hart {
    return this.#hart;
  }

  /** Does something as the kernel on `hart`. */
  on<T>(hart: Hart, body: () => T): T {
    const before = this.#hart;
    this.#hart = hart;
    try {
      return body();
    } finally {
      this.#hart = before;
    }
  }

  /** A call of the monitor. Its result stands in a1: "0 in a0 in all cases" where the timer ended it, else in both. */
  call(name: PmpCallName, ...args: readonly (bigint | number)[]): SbiResult {
    return this.hart.sbi(PENGLAI_HOST_EXTENSION, BigInt(PmpCall[name]), ...args.map(BigInt));
  }

  /** A call that gives 0, or why it did not. */
  command(name: PmpCallName, ...args: readonly (bigint | number)[]): Result<undefined> {
    const result = this.call(name, ...args);
    if (result.ok && result.value === 0n) return { ok: true, value: undefined };
    return { ok: false, refusal: this.refusal(name, result) };
  }

  /** What the monitor says about a call that did not succeed. */
  refusal(call: string, result: SbiResult): Refusal {
    if (!result.ok)
      return {
        call,
        value: -1n,
        explanation: `enclave ${eidIn(result)} still has the hart: it ran out of fuel or pauses`,
      };
    const denial = this.#monitor.lastDenial;
    const explanation = denial?.explanation ?? `the monitor returned ${result.value} and gave no reason`;
    return { call, value: result.value, ...(denial && { guard: denial.guard }), explanation };
  }

  /** Zeroed pages of the kernel's own, a power of two and naturally aligned. @throws UserError if there are none left */
  pages(pageCount: number): Pa {
    const at = this.#frames.allocate(orderFor(pageCount));
    if (at === undefined) throw noMemory(pageCount);
    for (let i = 0; i < pageCount; i++) this.store(pa(at + i * PAGE_SIZE), new Uint8Array(PAGE_SIZE));
    return at;
  }

  freePages(at: Pa, pageCount: number): void {
    this.#frames.free(at, orderFor(pageCount));
  }

  /** Lends the monitor another region, in which a block of 2^order pages fits. @returns false if there is none, or no room */
  extend(order: number): boolean {
    const regionOrder = Math.max(order, this.#regionOrder);
    const at = this.#frames.allocate(regionOrder);
    if (at === undefined) return false;
    const call = this.#lent.size === 0 ? "MM_INIT" : "MEMORY_EXTEND";
    if (this.command(call, at, 2 ** regionOrder * PAGE_SIZE).ok) {
      this.#lent.set(at, regionOrder);
      return true;
    }
    this.#frames.free(at, regionOrder);
    return false;
  }

  /** Takes back the regions that the monitor has opened to the kernel again; the first word of one stands for all of it. */
  collect(): void {
    for (const [at, order] of this.#lent) {
      if (!this.#hart.select(() => this.#machine.loadAs(S_MODE, va(BigInt(at)), 8)).ok) continue;
      this.#lent.delete(at);
      this.#frames.free(at, order);
    }
  }

  /** @throws Error if the monitor keeps the kernel from its own memory */
  store(at: Pa, bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length; ) {
      const length = Math.min(bytes.length - offset, PAGE_SIZE - ((at + offset) % PAGE_SIZE));
      const part = bytes.subarray(offset, offset + length);
      const to = va(BigInt(at + offset));
      const outcome = this.#hart.select(() => this.#machine.storeAs(S_MODE, to, part));
      if (!outcome.ok) throw new Error(`the kernel cannot store to 0x${at.toString(16)}: cause ${outcome.cause}`);
      offset += length;
    }
  }

  /** @throws Error as `store` */
  load(at: Pa, byteLen: number): Uint8Array {
    const bytes = new Uint8Array(byteLen);
    for (let offset = 0; offset < byteLen; ) {
      const length = Math.min(byteLen - offset, PAGE_SIZE - ((at + offset) % PAGE_SIZE));
      const from = va(BigInt(at + offset));
      const outcome = this.#hart.select(() => this.#machine.loadAs(S_MODE, from, length));
      if (!outcome.ok) throw new Error(`the kernel cannot load from 0x${at.toString(16)}: cause ${outcome.cause}`);
      bytes.set(outcome.bytes, offset);
      offset += length;
    }
    return bytes;
  }

  load64(at: Pa): bigint {
    return new DataView(this.load(at, 8).buffer).getBigUint64(0, true);
  }

  store64(at: Pa, value: bigint): void {
    this.store(at, new Uint8Array(BigUint64Array.of(value).buffer));
  }
}

/** @param pageCount what was wanted */
export const noMemory = (pageCount: number): UserError =>
  new UserError(
    `no ${((pageCount * PAGE_SIZE) / 2 ** 20).toFixed(1)} MiB of contiguous memory left in the machine`,
    "give the machine more memory, for example --memory 4G",
  );
