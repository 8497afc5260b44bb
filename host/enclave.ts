/**
 * The driver's record of one enclave: what it lent to the monitor, the pages it shares with the enclave, and how far the
 * enclave has come. Penglai reference §6.7 (parameters), §6.9 (states), §6.14 (driver loop).
 *
 * The *mailbox* is one page of the kernel's own through which the monitor gets parameters and returns results:
 *
 *   0x000 create_param or shadow_run_param | 0x100 run_param | 0x200 six result words | 0x400 report, 328 bytes
 */
import { type Pa, pa, type Va } from "../core/units.ts";
import type { ResultWords } from "./penglai-abi.ts";

/** A block of whole pages. */
export interface PageRange {
  readonly at: Pa;
  readonly pageCount: number;
}

/**
 * Why a call did not do what was asked, in the words of the monitor if it gives any. A real host would read `value` alone;
 * the words are for the person at the simulator, and nothing in host/ acts on them.
 */
export interface Refusal {
  /** The call that was refused. */
  readonly call: string;
  /** What it returned. */
  readonly value: bigint;
  /** Stable name of the monitor's check, if it explains itself. */
  readonly guard?: string;
  readonly explanation: string;
}
/** What was asked for, or why the monitor refused it. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export interface EnclaveStatistics {
  /** World exits by cause. */
  timer: number;
  yield: number;
  ocall: number;
  /** Instructions retired while the enclave had the hart. */
  instructions: number;
}

/** Relay pages for an enclave: new ones with these contents, or those that others handed on under its name (§6.12). */
export type RelaySource = Uint8Array | "handed over";
/** The same with the block that the driver has filled. */
export type RelayGrant = PageRange | "handed over";

/** How an enclave ended. */
export type EnclaveEnd =
  | { readonly kind: "exited"; readonly value: bigint }
  | { readonly kind: "killed"; readonly refusal: Refusal }
  | { readonly kind: "destroyed" }
  | { readonly kind: "out-of-fuel"; readonly eid: number };

export interface Enclave {
  /** -1 until the monitor has given one: a fork gets it when it first runs. */
  eid: number;
  readonly name: string;
  readonly kind: "enclave" | "server" | "shadow" | "fork";
  /** The shadow that a fork comes from. */
  readonly template: Enclave | undefined;
  /** Lent at creation; secure while the enclave lives. */
  readonly region: PageRange;
  /** Where the driver put each page of the image; of a fork only the monitor knows. */
  frames: ReadonlyMap<Va, Pa>;
  /** Lent by ocalls, by first page. */
  readonly grants: Map<Pa, PageRange>;
  readonly mailbox: Pa;
  readonly kbuffer: Pa;
  readonly shm: PageRange | undefined;
  /** `fresh`: RUN comes next; `runnable`: RESUME; `running`: a call of some hart is not back. */
  state: "fresh" | "runnable" | "running" | "stopped" | "ended";
  end: EnclaveEnd | undefined;
  readonly statistics: EnclaveStatistics;
  /** Receives the bytes of each SYS_WRITE, without the terminating NUL. */
  readonly console: (bytes: Uint8Array) => void;
  /** Relay pages that the next entry passes. */
  relay: RelayGrant | undefined;
  /** Receives what the enclave gives back with RETURN_RELAY_PAGE. @returns what it gets instead, nothing if undefined */
  readonly onRelay: (bytes: Uint8Array) => RelaySource | undefined;
  /** Memory that the monitor never gave back, so the kernel cannot use it either. */
  readonly lost: PageRange[];
}

const RUN_PARAM = 0x100;
const RESULTS = 0x200;
const REPORT = 0x400;

export const paramOf = (mailbox: Pa): Pa => mailbox;
export const runParamOf = (mailbox: Pa): Pa => pa(mailbox + RUN_PARAM);
export const reportOf = (mailbox: Pa): Pa => pa(mailbox + REPORT);

/** The result words of a mailbox. */
export function resultsOf(mailbox: Pa): ResultWords {
  const word = (i: number): Pa => pa(mailbox + RESULTS + 8 * i);
  return {
    eid: word(0),
    ocallId: word(1),
    ocallArg0: word(2),
    ocallArg1: word(3),
    syscall: word(4),
    exitValue: word(5),
  };
}
