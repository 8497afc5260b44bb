/**
 * From reset to the host world of a monitor that plays OpenSBI for a kernel: what S-mode handles itself, the counters it may
 * read, and the hart in S-mode at its pc. Delegation as OpenSBI chooses it.
 */
import * as cause from "../../assembly/cause.ts";
import { MCOUNTEREN } from "../../assembly/csr.gen.ts";
import { S_MODE } from "../../core/platform.ts";
import { COUNTERS, SEI, SSI, STI } from "../../core/registers.ts";
import type { Boot } from "./personality.ts";
import type { PmpEntry } from "./pmp.ts";

/** Access faults, illegal instructions and ecalls from S stay with the monitor. */
const DELEGATED = [
  cause.FETCH_MISALIGNED,
  cause.BREAKPOINT,
  cause.ECALL_FROM_U,
  cause.FETCH_PAGE_FAULT,
  cause.LOAD_PAGE_FAULT,
  cause.STORE_PAGE_FAULT,
];
const MEDELEG = DELEGATED.reduce((bits, number) => bits | (1n << BigInt(number)), 0n);

/** @param entries the PMP as the host is to find it */
export const bootHost = (entries: readonly PmpEntry[]): Boot => ({
  effects: [
    { kind: "setPmp", entries },
    // Time is no secret of M-mode's.
    { kind: "writeCsr", csr: MCOUNTEREN, value: COUNTERS },
    { kind: "flushTlb" },
  ],
  hart: (reset) => ({
    ...reset,
    privilege: S_MODE,
    csrs: { ...reset.csrs, medeleg: MEDELEG, mideleg: SSI | STI | SEI },
  }),
});
