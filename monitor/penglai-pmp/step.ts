/**
 * One trap into M-mode: from what the monitor knows and what the hart was doing to what the monitor knows then, what
 * happens to the machine, and where execution continues. Pure: the same arguments give the same outcome.
 *
 *     host world:    ecall from S -> a call of §6.5 or SBI     timer -> supervisor timer
 *                    anything else -> the host's own handler
 *     enclave world: enclave-trap.ts
 *
 * Whatever a trap did, the PMP of its hart follows the state (pmp-plan.ts). Penglai reference §6.1, §6.9, §6.10.
 */
import * as cause from "../../assembly/cause.ts";
import { A0 } from "../../core/registers.ts";
import type { MemoryView } from "../kernel/draft.ts";
import { hex } from "../kernel/page-owner.ts";
import { deliveredToSupervisor, hostInterrupt, INTERRUPT } from "../kernel/supervisor-trap.ts";
import type { TrapEntry } from "../kernel/trap-entry.ts";
import { enclaveCallName, enclaveTrap } from "./enclave-trap.ts";
import { deny } from "./guards.ts";
import { hostCall, hostCallName } from "./host-call.ts";
import { type HostCall, type Outcome, refuseHost } from "./outcome.ts";
import { withPmp } from "./pmp-plan.ts";
import { enclaveById, type MonitorState, runningOn } from "./state.ts";

/** @spec Penglai reference §6 */
export function step(state: MonitorState, entry: TrapEntry, memory: MemoryView): Outcome {
  return withPmpOf(state, entry, handle(state, entry, memory));
}

/** The outcome, with the hart's PMP as its state demands. */
export const withPmpOf = (state: MonitorState, { hartId }: TrapEntry, outcome: Outcome): Outcome =>
  outcome.state === state ? outcome : { ...outcome, effects: withPmp(state, hartId, outcome) };

function handle(state: MonitorState, entry: TrapEntry, memory: MemoryView): Outcome {
  const { hart, hartId } = entry;
  const call: HostCall = { state, memory, hartId, hart, args: [...hart.x.subarray(A0, A0 + 6)] };
  const running = runningOn(state, hartId);
  if (running !== undefined) {
    const enclave = enclaveById(state, BigInt(running.eid))!;
    return enclaveTrap({ ...call, enclave }, entry);
  }
  if (entry.cause === BigInt(cause.ECALL_FROM_S)) return hostCall(call);
  if (entry.cause === BigInt(cause.ECALL_FROM_U))
    return refuseHost(call, deny("NOT_A_SUPERVISOR_CALL", "an ecall from U-mode in the host world"));
  return hostTrap(call, entry);
}

/** How a trap is called in logs; undefined if it is no call. */
export function callName(state: MonitorState, entry: TrapEntry): string | undefined {
  const { x } = entry.hart;
  if (entry.cause === BigInt(cause.ECALL_FROM_S)) return hostCallName(x);
  const isEnclaves = entry.cause === BigInt(cause.ECALL_FROM_U) && runningOn(state, entry.hartId) !== undefined;
  return isEnclaves ? enclaveCallName(x) : undefined;
}

/** What is not the monitor's business goes to the kernel's own handler as if it had been delegated. */
function hostTrap({ state, hart }: HostCall, { cause: number, tval }: TrapEntry): Outcome {
  if (number >= INTERRUPT) return hostInterrupt(state, hart, number - INTERRUPT);
  const guard = number === BigInt(cause.INTEGRITY_FAULT) ? "INTEGRITY" : "HOST_TRAP";
  return {
    state,
    effects: [],
    next: { kind: "load", hart: deliveredToSupervisor(hart, number, tval) },
    denial: deny(guard, `cause ${number} at ${hex(hart.pc)}, address ${hex(tval)}`),
  };
}
