/**
 * Why the target stopped, and the reply that says so. Source: GDB manual (13), "Stop Reply Packets"; signals are numbered
 * as GDB numbers them, whatever the host calls them.
 */
import * as cause from "../assembly/cause.ts";
import type { Watchpoint } from "../core/debug-points.ts";

export const SIGINT = 2;
const SIGILL = 4;
export const SIGTRAP = 5;
export const SIGABRT = 6;
const SIGBUS = 10;
const SIGSEGV = 11;

export interface StopEvent {
  readonly signal: number;
  /** Index of the hart that stopped. */
  readonly hart: number;
  /** What was met, and where. */
  readonly met?:
    | { readonly kind: "breakpoint" }
    | { readonly kind: "watchpoint"; readonly access: Watchpoint["access"]; readonly address: bigint };
}

/** What GDB has said that it understands. */
export interface StopFeatures {
  readonly swbreak: boolean;
}

const WATCH_NAMES = { write: "watch", read: "rwatch", both: "awatch" } as const;

/** T05thread:1;watch:80001000; */
export function stopReply({ signal, hart, met }: StopEvent, { swbreak }: StopFeatures): string {
  const reason =
    met?.kind === "watchpoint"
      ? `${WATCH_NAMES[met.access]}:${met.address.toString(16)};`
      : met?.kind === "breakpoint" && swbreak
        ? "swbreak:;"
        : "";
  return `T${hexByte(signal)}thread:${threadId(hart)};${reason}`;
}

/** Threads count from 1: 0 means any. */
export const threadId = (hart: number): string => (hart + 1).toString(16);

export const hexByte = (value: number): string => (value & 0xff).toString(16).padStart(2, "0");

const SIGNALS: ReadonlyMap<number, number> = new Map([
  [cause.ILLEGAL_INSTRUCTION, SIGILL],
  [cause.BREAKPOINT, SIGTRAP],
  [cause.FETCH_PAGE_FAULT, SIGSEGV],
  [cause.LOAD_PAGE_FAULT, SIGSEGV],
  [cause.STORE_PAGE_FAULT, SIGSEGV],
]);
const ECALLS = [cause.ECALL_FROM_U, cause.ECALL_FROM_U + 1].map(BigInt);

/** @returns the signal that a trap into the monitor is to a debugger; undefined for a call and an interrupt, which are none */
export function signalOf(trapCause: bigint): number | undefined {
  if (trapCause >> 63n === 1n || ECALLS.includes(trapCause)) return undefined;
  return SIGNALS.get(Number(trapCause)) ?? SIGBUS;
}
