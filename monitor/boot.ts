/**
 * From reset to the host world: PMP0 and PMP7, what S-mode handles itself, and the hart in S-mode at its pc.
 * Penglai reference §2.2; delegation as OpenSBI chooses it.
 */
import * as cause from "../assembly/cause.ts";
import type { Platform } from "../core/platform.ts";
import { carryOut, readEntry } from "./shell.ts";
import { SEI, SSI, STI } from "./spec/hart.ts";
import { pmpPlan } from "./spec/pmp-plan.ts";
import type { MonitorState } from "./spec/state.ts";

const MCOUNTEREN = 0x306;
/** cycle, time and instret are no secret of M-mode's. */
const COUNTERS = 7n;

/** Access faults, illegal instructions and ecalls from S stay with the monitor. */
const DELEGATED = [
  cause.FETCH_MISALIGNED,
  cause.BREAKPOINT,
  cause.ECALL_FROM_U,
  cause.FETCH_PAGE_FAULT,
  cause.LOAD_PAGE_FAULT,
  cause.STORE_PAGE_FAULT,
];

export function boot(platform: Platform, state: MonitorState): void {
  const entry = readEntry(platform, { cause: 0n, epc: platform.pc, tval: 0n });
  carryOut(platform, entry, {
    state,
    effects: [
      { kind: "setPmp", entries: pmpPlan(state) },
      { kind: "writeCsr", csr: MCOUNTEREN, value: COUNTERS },
      { kind: "flushTlb" },
    ],
    next: {
      kind: "load",
      hart: {
        ...entry.hart,
        privilege: 1,
        csrs: {
          ...entry.hart.csrs,
          medeleg: DELEGATED.reduce((bits, number) => bits | (1n << BigInt(number)), 0n),
          mideleg: SSI | STI | SEI,
        },
      },
    },
  });
}
