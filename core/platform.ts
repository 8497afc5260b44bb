/**
 * What M-mode software may do with the machine: the whole of what the TypeScript security monitor sees of it.
 * `Machine` implements it; tests may put anything else in its place.
 *
 * Memory access is M-mode's: physical, neither PMP nor GPT apply. A page that was never written reads as zeros and
 * costs the host nothing.
 */
import { PRIV_M, PRIV_S, PRIV_U } from "../assembly/access.ts";
import { type Pa, type PageNo, paOfPage } from "./units.ts";

/** Privilege level in the encoding of `mstatus.MPP`: U, S or M. */
export type Privilege = typeof U_MODE | typeof S_MODE | typeof M_MODE;
export const U_MODE = PRIV_U as 0;
export const S_MODE = PRIV_S as 1;
export const M_MODE = PRIV_M as 3;

/** A trap that enters M-mode. `cause` has bit 63 set for an interrupt, as `mcause` does. */
export interface Trap {
  readonly cause: bigint;
  /** `mepc`: the instruction that trapped, or the one to resume at after an interrupt. */
  readonly epc: bigint;
  readonly tval: bigint;
}

/**
 * M-mode read a page whose DRAM image somebody has changed, and it does not verify. On the hart this is the trap
 * INTEGRITY_FAULT; a monitor in TypeScript gets it thrown.
 */
export class IntegrityError extends Error {
  override readonly name = "IntegrityError";
  readonly page: PageNo;

  constructor(page: PageNo) {
    super(`page 0x${paOfPage(page).toString(16)} does not verify: its DRAM image was changed`);
    this.page = page;
  }
}

/** A hart as M-mode reaches it by an inter-processor interrupt. */
export interface PlatformHart {
  /** mhartid. */
  readonly index: number;
  /** Does something as this hart: meanwhile the platform's registers, CSRs and timer are its own. */
  select<T>(body: () => T): T;
}

/** M-mode's view of a machine: physical memory, registers, timer, locks of cache lines. */
export interface Platform {
  /** First byte of RAM. */
  readonly ramBase: Pa;
  /** Size of RAM in bytes. */
  readonly ramSize: number;

  /** @throws IntegrityError, as do the others that read */
  read64(address: Pa): bigint;
  write64(address: Pa, value: bigint): void;
  /** @returns a copy */
  readBytes(address: Pa, byteLen: number): Uint8Array;
  writeBytes(address: Pa, bytes: Uint8Array): void;
  /** Whole pages inside the range give their host memory back; they are not read, so never verified. */
  zero(address: Pa, byteLen: number): void;
  /** The destination reads like the source; host memory is shared until one of them is written. */
  copyPage(destination: PageNo, source: PageNo): void;
  /** Would a read of the page succeed? False if its DRAM image was changed and does not verify. */
  verify(page: PageNo): boolean;
  /** Pages of [from, to) that host memory backs, ascending; every other page of the range is all zeros. */
  backedPages(from: PageNo, to: PageNo): PageNo[];

  /** All harts, by mhartid. */
  readonly harts: readonly PlatformHart[];
  /** mhartid of the hart that trapped last: registers, CSRs and timer here are its own. */
  readonly hartId: number;
  /** x0 to x31; x[0] stays 0. */
  readonly x: BigUint64Array;
  /** f0 to f31, all 64 bits, whatever mstatus.FS says. */
  readonly f: BigUint64Array;
  /** Program counter of the next instruction. */
  pc: bigint;
  privilege: Privilege;
  /** Reads a CSR as M-mode software would. @throws RangeError for a CSR that does not exist */
  readCsr(csr: number): bigint;
  /** Writes a CSR as M-mode software would: the value is legalised (WARL). @throws RangeError as `readCsr` */
  writeCsr(csr: number, value: bigint): void;
  /** The effect of `sfence.vma x0, x0`: this hart forgets its translations, others may keep theirs. */
  flushTlb(): void;
  /** Every hart forgets its translations before this returns. */
  shootDown(): void;

  /** `mtime`, in ticks of the machine's timebase. */
  readonly time: bigint;
  /** `mtimecmp`; the machine timer interrupt is pending while `time >= timeCompare`. */
  timeCompare: bigint;

  /** Loads the lines of [address, address + byteLen) and locks them. @returns false if a set would have no free way left */
  lockLines(address: Pa, byteLen: number): boolean;
  /** Unlocks and flushes the lines of the range. */
  unlockLines(address: Pa, byteLen: number): void;
}
