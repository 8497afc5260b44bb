/**
 * From the OS into a thread and back. Komodo reference §1.8:
 *
 *     Enter    R0 to R2 := args, "all other user registers zero", PC := entry, user mode, interrupts on
 *     Resume   "full saved context"
 *     leaving  Exit 0, R1 | fault 10, 0 | interrupt 9, 0;  R2 = R3 = 0, R4 to R12 and everything else of the OS preserved
 *
 * Inside, nothing is delegated and the OS's interrupts are enabled as it left them, so each of them ends the run; it stays
 * pending and the OS takes it when it is back: what ARM's monitor injects by hand the hart delivers. M's timer, which the OS
 * set by SBI, becomes its own. Floating-point registers belong to a world, too. TLB: "flushed on address-space switch".
 */
import { M_TIMER } from "../../assembly/cause.ts";
import { MSTATUS_MXR, MSTATUS_SUM } from "../../assembly/mstatus.ts";
import { U_MODE } from "../../core/platform.ts";
import { COUNTERS, MTI, STI } from "../../core/registers.ts";
import { satpOf } from "../../core/sv39.ts";
import { advanced, type Csrs, enclaveMstatus, type Hart, withRegisters } from "../kernel/hart.ts";
import { R0 } from "./abi.ts";
import { type EnclaveCall, type KomodoOutcome, type OsCall, osResult } from "./call.ts";
import { isOn } from "./defects.ts";
import { rootOfL1 } from "./hardware-tables.ts";
import type { Dispatcher, PageNr } from "./page.ts";
import { worldEntries } from "./pmp-plan.ts";
import { dispatcherOf, type KomodoConfig, type KomodoState, spaceOf, withPage } from "./state.ts";

/** What a thread finds at its entry point, before its arguments: zeros. */
export const freshRegisters = ({ state, hart }: OsCall): BigUint64Array =>
  isOn(state.config, "E1") ? hart.x.slice() : new BigUint64Array(32);

/** What a thread continues with. */
export type Registers = Pick<Hart, "x" | "f" | "pc"> & { readonly fcsr: bigint };

/** The call that asked for it is committed: the OS's pc already points behind its ecall. */
export function enterThread(call: OsCall, nr: PageNr, { x, f, pc, fcsr }: Registers): KomodoOutcome {
  const { state } = call;
  const { config } = state;
  const host = advanced(call.hart);
  const space = spaceOf(state, dispatcherOf(state, nr).owner);
  const csrs = enclaveCsrs(config, host.csrs, satpOf(rootOfL1(config, space.l1)), fcsr);
  const own: Hart = { x, f, pc, privilege: U_MODE, csrs };
  return {
    state: { ...state, running: { dispatcher: nr, hartId: call.hartId, host } },
    effects: [{ kind: "setPmp", entries: worldEntries(config, "enclave") }],
    next: { kind: "switch", hart: isOn(config, "E4") ? withFloats(own, call.hart) : own },
    value: 0n,
  };
}

/** Nothing of the OS's but which of its interrupts are enabled; counters may be read. */
function enclaveCsrs(config: KomodoConfig, host: Csrs, satp: bigint, fcsr: bigint): Csrs {
  const csrs: Csrs = {
    mstatus: enclaveMstatus(host.mstatus),
    satp,
    stvec: 0n,
    mie: host.mie,
    mideleg: 0n,
    medeleg: 0n,
    sscratch: 0n,
    sepc: 0n,
    scause: 0n,
    stval: 0n,
    scounteren: COUNTERS,
    fcsr,
  };
  if (isOn(config, "E12")) return { ...csrs, medeleg: host.medeleg, mideleg: host.mideleg, stvec: host.stvec };
  if (isOn(config, "E14"))
    return { ...csrs, mstatus: csrs.mstatus | (host.mstatus & BigInt(MSTATUS_SUM | MSTATUS_MXR)) };
  return csrs;
}

/** How a thread gives the hart back. */
export interface Leaving {
  readonly dispatcher: Dispatcher;
  readonly error: bigint;
  readonly value: bigint;
  /** As in mcause, without bit 63. */
  readonly interrupt?: bigint;
}

export function leaveThread(call: EnclaveCall, { dispatcher, error, value, interrupt }: Leaving): KomodoOutcome {
  const { config } = call.state;
  const { host } = call.state.running!;
  const isTimer = interrupt === BigInt(M_TIMER);
  const mstatus = isOn(config, "E11") ? call.hart.csrs.mstatus : host.csrs.mstatus;
  const csrs = { ...host.csrs, mstatus, mie: isTimer ? host.csrs.mie & ~MTI : host.csrs.mie };
  const hart = withRegisters({ ...host, csrs }, [...osResult(error, value), ...leaks(config, call.hart)]);
  const becomesSupervisors = isTimer && !isOn(config, "E10");
  return {
    state: { ...withPage(call.state, call.nr, dispatcher), running: undefined },
    effects: [
      { kind: "setPmp", entries: worldEntries(config, "os") },
      ...(becomesSupervisors ? [{ kind: "pending", set: STI, clear: 0n } as const] : []),
    ],
    next: { kind: "switch", hart: isOn(config, "E4") ? withFloats(hart, call.hart) : hart },
    value: error,
  };
}

/** What the OS must not see, where a defect shows it: R2 and R3, R4 to R12. */
function leaks(config: KomodoConfig, enclave: Hart): (readonly [register: number, value: bigint])[] {
  const registers = [
    ...(isOn(config, "E2") ? [R0 + 2, R0 + 3] : []),
    ...(isOn(config, "E3") ? [4, 5, 6, 7, 8, 9, 10, 11, 12].map((i) => R0 + i) : []),
  ];
  return registers.map((register) => [register, enclave.x[register]!] as const);
}

const withFloats = (hart: Hart, { f, csrs: { fcsr } }: Hart): Hart => ({ ...hart, f, csrs: { ...hart.csrs, fcsr } });

/** The thread that runs on a hart. */
export function runningOn(state: KomodoState, hartId: number): KomodoState["running"] {
  return state.running?.hartId === hartId ? state.running : undefined;
}
