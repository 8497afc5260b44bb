/**
 * From the OS into a thread and back, under `komodo-riscv`. Komodo reference §3.1: enclaves run in S-mode with
 * `mstatus.TVM = 1` and nothing delegated; each world has its own general registers and satp, stvec, scounteren, stval, scause,
 * sepc, sstatus, sscratch.
 *
 * Fixed: floating-point state is switched, too (published: an enclave finds the OS's and leaves its own, S1); S-mode
 * interrupts are enabled at every entry (published: sie is read back while nothing is delegated, so it is zero from the second
 * entry on, S2). Not modelled: sip; the OS's pending interrupts stay pending and end the run.
 */
import { M_TIMER } from "../../../assembly/cause.ts";
import * as mstatus from "../../../assembly/mstatus.ts";
import { S_MODE } from "../../../core/platform.ts";
import {
  A0,
  MSTATUS_FS,
  MSTATUS_SIE,
  MSTATUS_SPIE,
  MSTATUS_SPP,
  MSTATUS_TVM,
  MSTATUS_XL,
  MTI,
  SEI,
  SSI,
  STI,
} from "../../../core/registers.ts";
import { satpOf } from "../../../core/sv39.ts";
import type { Pa } from "../../../core/units.ts";
import { advanced, type Csrs, type Hart, withRegisters } from "../../kernel/hart.ts";
import { INTERRUPT } from "../../kernel/supervisor-trap.ts";
import { KOM_ERROR } from "../abi.ts";
import type { PageNr } from "../page.ts";
import type { RiscvCall, RiscvOutcome } from "./call.ts";
import { isOn } from "./defects.ts";
import type { RiscvDispatcher } from "./page.ts";
import { secureEntry } from "./pmp-plan.ts";
import { type RiscvConfig, type RiscvState, threadOf, withPage } from "./state.ts";

const MEMORY_BITS = BigInt(mstatus.MSTATUS_SUM | mstatus.MSTATUS_MXR);
/** What of mstatus a world has for itself: sstatus. */
const SSTATUS = MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP | MSTATUS_FS | MEMORY_BITS;

/** A thread before its first run: everything zero but pc and satp. */
export function firstContext(entry: bigint, root: Pa): Hart {
  const csrs: Csrs = {
    mstatus: 0n,
    satp: satpOf(root),
    stvec: 0n,
    mie: SSI | STI | SEI,
    mideleg: 0n,
    medeleg: 0n,
    sscratch: 0n,
    sepc: 0n,
    scause: 0n,
    stval: 0n,
    scounteren: 0n,
    fcsr: 0n,
  };
  return { x: new BigUint64Array(32), f: new BigUint64Array(32), pc: entry, privilege: S_MODE, csrs };
}

/** @param args a0 and on, in place of what the thread had in them */
export function enterThread(call: RiscvCall, nr: PageNr, args: readonly bigint[]): RiscvOutcome {
  const { state } = call;
  const { config } = state;
  const { context } = threadOf(state, nr);
  const host = advanced(call.hart);
  const hart = withRegisters(
    { ...context, csrs: enclaveCsrs(config, context.csrs, host.csrs) },
    args.map((value, i) => [A0 + i, value] as const),
  );
  return {
    state: { ...state, running: { dispatcher: nr, hartId: call.hartId, host } },
    effects: [{ kind: "setPmp", entries: [secureEntry(config, "enclave")] }],
    next: { kind: "switch", hart: mixesFloats(config) ? withFloats(hart, call.hart) : hart },
    value: 0n,
  };
}

function enclaveCsrs(config: RiscvConfig, own: Csrs, host: Csrs): Csrs {
  const tvm = isOn(config, "E13") ? 0n : MSTATUS_TVM;
  const kept = isOn(config, "E14") ? host.mstatus & MEMORY_BITS : 0n;
  const enabled = isOn(config, "S2") ? own.mie & (SSI | STI | SEI) : SSI | STI | SEI;
  const csrs = {
    ...own,
    mstatus: (host.mstatus & MSTATUS_XL) | tvm | kept | (own.mstatus & SSTATUS),
    mie: enabled | (host.mie & MTI),
    mideleg: 0n,
    medeleg: 0n,
  };
  return isOn(config, "E12") ? { ...csrs, medeleg: host.medeleg, mideleg: host.mideleg } : csrs;
}

/** How a thread gives the hart back: a0 and a1 of the OS, and what becomes of it. */
export interface Leaving {
  readonly error: number;
  readonly value: bigint;
  readonly entered: boolean;
  readonly context: Hart;
}

/** "context kept": whatever made it leave. */
export function leaveThread(call: RiscvCall, { error, value, entered, context }: Leaving): RiscvOutcome {
  const { state } = call;
  const { config } = state;
  const { dispatcher: nr, host } = state.running!;
  const isTimer = value === (INTERRUPT | BigInt(M_TIMER)) && error === KOM_ERROR.INTERRUPTED;
  const csrs = { ...host.csrs, mie: isTimer ? host.csrs.mie & ~MTI : host.csrs.mie };
  const leaks = isOn(config, "E3")
    ? [18, 19, 20, 21, 22].map((register) => [register, call.hart.x[register]!] as const)
    : [];
  const hart = withRegisters({ ...host, csrs }, [[A0, BigInt(error)], [A0 + 1, value], ...leaks]);
  // read back while nothing is delegated, sie is zero (S2)
  const mie = isOn(config, "S2") ? 0n : context.csrs.mie;
  const thread: RiscvDispatcher = {
    ...threadOf(state, nr),
    entered,
    context: { ...context, csrs: { ...context.csrs, mie } },
  };
  return {
    state: { ...withPage(state, nr, thread), running: undefined },
    effects: [
      { kind: "setPmp", entries: [secureEntry(config, "os")] },
      ...(isTimer && !isOn(config, "E10") ? [{ kind: "pending", set: STI, clear: 0n } as const] : []),
    ],
    next: { kind: "switch", hart: mixesFloats(config) ? withFloats(hart, call.hart) : hart },
    value: BigInt(error),
  };
}

const mixesFloats = (config: RiscvConfig): boolean => isOn(config, "E4") || isOn(config, "S1");
const withFloats = (hart: Hart, { f, csrs: { fcsr } }: Hart): Hart => ({ ...hart, f, csrs: { ...hart.csrs, fcsr } });

/** The thread that runs on a hart. */
export const runningOn = (state: RiscvState, hartId: number): RiscvState["running"] =>
  state.running?.hartId === hartId ? state.running : undefined;
