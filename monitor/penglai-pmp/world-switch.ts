/**
 * From the host into an enclave and back. Penglai reference §6.10: all registers of x and f and the CSRs of hart.ts change
 * hands, pending interrupts are cleared, translations flushed; the region's PMP entry follows the state (pmp-plan.ts).
 *
 * Fixed (B18): floating-point registers and the other S registers belong to a world; FS is 3 in an enclave as published.
 * The host's pc already points behind its ecall when the enclave is entered: a call that got here is committed.
 */
import { A0, A1, MSTATUS_FS, MTI, SEI, SSI, STI } from "../../core/registers.ts";
import { advanced, enclaveMstatus, type Hart, type RegisterWrite, withRegisters } from "../kernel/hart.ts";
import { isOn } from "./defects.ts";
import { type Change, type EnclaveCall, type HostCall, hostResult, type Outcome } from "./outcome.ts";
import { type Enclave, type MonitorConfig, runningOn, withEnclave, withRunning } from "./state.ts";

/** a2 to a7, t0 to t6: what a C caller expects to lose. */
const TEMPORARIES = [12, 13, 14, 15, 16, 17, 5, 6, 7, 28, 29, 30, 31];

/** @param enclave as it will be recorded; its `hart` is what it continues with */
export function enter(call: HostCall, { state, effects }: Change, enclave: Enclave): Outcome {
  const { config } = state;
  const host = advanced(call.hart);
  const mstatus = enclaveMstatus(host.csrs.mstatus) | MSTATUS_FS;
  const own: Hart = { ...enclave.hart, csrs: { ...enclave.hart.csrs, mstatus, mie: MTI } };
  const leaks = isOn(config, "P15") && enclave.status === "fresh" ? temporaries(host, own) : [];
  const running = { ...enclave, status: "running" as const };
  return {
    state: withRunning(withEnclave(state, running), call.hartId, { eid: enclave.eid, host }),
    effects: [...effects, { kind: "pending", set: 0n, clear: MTI | STI | SSI | SEI }],
    next: { kind: "switch", hart: withFloats(config, withRegisters(own, leaks), host) },
    value: 0n,
  };
}

/** How an enclave gives the hart back. */
export interface Leaving {
  /** What RUN or RESUME returns to the host. */
  readonly value: bigint;
  /** The hart was taken by the timer: the host finds its own timer interrupt pending. */
  readonly timer?: boolean;
}

/**
 * @param change with the enclave as it is to be recorded, or without it
 * @param hart the registers it left
 */
export function leave({ hartId }: EnclaveCall, change: Change, hart: Hart, { value, timer = false }: Leaving): Outcome {
  const { config } = change.state;
  const { host } = runningOn(change.state, hartId)!;
  const mie = timer ? host.csrs.mie & ~MTI : host.csrs.mie;
  const delegation = isOn(config, "P13") ? { medeleg: hart.csrs.medeleg, mideleg: hart.csrs.mideleg } : {};
  const leaks = isOn(config, "P14") ? temporaries(hart, { ...host, x: new BigUint64Array(32) }) : [];
  // The timer handler leaves no error in a0; an ecall's handler returns its value in both (§6.1, §6.10).
  const result: readonly RegisterWrite[] = timer
    ? [
        [A0, 0n],
        [A1, value],
      ]
    : hostResult(value);
  const next = withRegisters({ ...host, csrs: { ...host.csrs, mie, ...delegation } }, [...leaks, ...result]);
  const isPending = timer && !isOn(config, "P17");
  return {
    state: withRunning(change.state, hartId, undefined),
    effects: [...change.effects, ...(isPending ? [{ kind: "pending", set: STI, clear: 0n } as const] : [])],
    next: { kind: "switch", hart: withFloats(config, next, hart) },
    value,
  };
}

/** The enclave stops where it is and can go on from `hart`. */
export function pause(call: EnclaveCall, change: Change, hart: Hart, leaving: Leaving): Outcome {
  const { enclave } = call;
  const status = enclave.pending === "stop" || enclave.status === "stopped" ? "stopped" : "runnable";
  const state = withEnclave(change.state, { ...enclave, status, pending: undefined, hart });
  return leave(call, { ...change, state }, hart, leaving);
}

/** What stays of `before` in the temporaries; registers that `next` was given on purpose keep their values. */
const temporaries = (before: Hart, next: Hart): RegisterWrite[] =>
  TEMPORARIES.filter((register) => next.x[register] === 0n).map((register) => [register, before.x[register]!] as const);

/** `next` with its own floating-point registers, or with those of the world before. */
const withFloats = (config: MonitorConfig, next: Hart, before: Hart): Hart =>
  isOn(config, "B18") ? { ...next, f: before.f, csrs: { ...next.csrs, fcsr: before.csrs.fcsr } } : next;
