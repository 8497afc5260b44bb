/**
 * From reset to the host world: PMP0 and PMP7, what S-mode handles itself, and the hart in S-mode at its pc.
 * Penglai reference §2.2; delegation as OpenSBI chooses it.
 */
import * as cause from "../../assembly/cause.ts";
import { MCOUNTEREN } from "../../assembly/csr.gen.ts";
import { S_MODE } from "../../core/platform.ts";
import { COUNTERS, SEI, SSI, STI } from "../../core/registers.ts";
import type { Boot } from "../kernel/personality.ts";
import { pmpPlan } from "./pmp-plan.ts";
import type { MonitorState } from "./state.ts";

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

export const boot = (state: MonitorState): Boot => ({
  effects: [
    { kind: "setPmp", entries: pmpPlan(state) },
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
