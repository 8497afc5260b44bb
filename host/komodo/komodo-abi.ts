/**
 * Komodo as its operating system knows it, from the document and not from the monitor's source: call numbers, results, mapping
 * words. Komodo reference §1.3, §1.5, §1.6.
 */
import type { Refusal } from "../enclave.ts";
import type { NoResult } from "../hart.ts";

export const KomodoCall = {
  GET_PHYS_PAGES: 2,
  INIT_ADDRSPACE: 10,
  INIT_DISPATCHER: 11,
  INIT_L2PTABLE: 12,
  MAP_SECURE: 13,
  MAP_INSECURE: 14,
  ALLOC_SPARE: 15,
  REMOVE: 20,
  FINALISE: 21,
  ENTER: 22,
  RESUME: 23,
  STOP: 29,
} as const;
type KomodoCallName = keyof typeof KomodoCall;
/** The two that run a thread. */
export type EntryName = "ENTER" | "RESUME";
/** Those that run none. */
export type BuildCall = Exclude<KomodoCallName, EntryName>;

/** R0 of Enter and Resume. */
export const LEFT = 0n;
export const INTERRUPTED = 9n;
export const FAULTED = 10n;

export const MAPPING_R = 1;
export const MAPPING_W = 2;
export const MAPPING_X = 4;

/** An L1 slot, and the L2 table in it, stands for 4 MiB. */
export const L1_SLOT_SHIFT = 22;
/** "l1 mod 4 ≠ 0 → 1". */
export const L1_ALIGNMENT = 4;
/** An enclave sees 0 to 1 GiB. */
export const ENCLAVE_VA_END = 0x4000_0000;

/** What a call left in R0 and R1. */
export interface KomodoResult {
  readonly ok: true;
  readonly error: bigint;
  readonly value: bigint;
}

/** How an operating system runs threads, and its memory. Page p of insecure RAM is `p * 4096` bytes behind its start. */
export interface KomodoEntry {
  readonly insecurePages: number;
  /** From now on `enter` runs threads until the time of one slice is over, all of them together. */
  beginSlice(): void;
  /** Runs a thread until it leaves or the slice is over. */
  enter(name: EntryName, dispatcher: number, ...args: readonly bigint[]): KomodoResult | NoResult;
  /** Goes on after a pause. */
  goOn(): KomodoResult | NoResult;
  /** Instructions that enclaves have retired. */
  readonly retired: number;
  /** @throws Error beyond insecure RAM */
  load(page: number, offset: number, byteLen: number): Uint8Array;
  /** @throws Error as `load` */
  store(page: number, offset: number, bytes: Uint8Array): void;
  /** What the monitor says about the last call that it refused, or the last fault. */
  readonly lastRefusal: Pick<Refusal, "guard" | "explanation"> | undefined;
}

/** A monitor as an operating system has it. */
export interface KomodoPort<Call extends string = BuildCall> extends KomodoEntry {
  /** A call that runs no thread. */
  call(name: Call, ...args: readonly number[]): KomodoResult;
}
