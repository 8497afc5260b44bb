/**
 * A trap of an enclave. Penglai reference §6.1, §6.6, §6.9, §6.10.
 *
 * Fixed: no other extension than the enclave's own is reached (B27: published, every one, the host's included); whatever is
 * neither a call nor an interrupt ends the enclave (B28: published, the host's handler runs in S-mode under the enclave's
 * satp, with its region open).
 */
import * as cause from "../../assembly/cause.ts";
import { A6, A7 } from "../../core/registers.ts";
import { pa, pageNoOf } from "../../core/units.ts";
import { HOST_MEMORY_USED_UP } from "../kernel/host-memory.ts";
import { hex } from "../kernel/page-owner.ts";
import { NOT_SUPPORTED } from "../kernel/sbi.ts";
import { deliveredToSupervisor, INTERRUPT } from "../kernel/supervisor-trap.ts";
import type { TrapEntry } from "../kernel/trap-entry.ts";
import { isOn } from "./defects.ts";
import { getKey } from "./enclave/get-key.ts";
import { destroyAsAsked, destroyRunning, exit, ocall, refuseStateChanged, timerExpired } from "./enclave/leaving.ts";
import { deny } from "./guards.ts";
import { hostCall } from "./host-call.ts";
import { endForMemory } from "./integrity.ts";
import { type EnclaveCall, type Outcome, refuseEnclave } from "./outcome.ts";
import { runningOn } from "./state.ts";

/** `a7` of an enclave's calls (§6.1). */
const ENCLAVE_EXTENSION = 0x100101n;

type Handler = readonly [name: string, run: (call: EnclaveCall) => Outcome];

/** By function number, a6 (§6.6). */
const ENCLAVE_CALLS: ReadonlyMap<bigint, Handler> = new Map([
  [99n, ["EXIT", exit]],
  [98n, ["OCALL", ocall]],
  [88n, ["GET_KEY", getKey]],
]);

/** How an ecall of an enclave is called in logs. */
export const enclaveCallName = (x: BigUint64Array): string | undefined =>
  x[A7] === ENCLAVE_EXTENSION ? (ENCLAVE_CALLS.get(x[A6]!)?.[0] ?? `enclave function ${x[A6]}`) : undefined;

export function enclaveTrap(call: EnclaveCall, entry: TrapEntry): Outcome {
  const { config } = call.state;
  const isInterrupt = entry.cause >= INTERRUPT;
  const isDestroyed = call.enclave.pending === "destroy" || (isInterrupt && call.enclave.status === "destroyed");
  if (isDestroyed) return destroyAsAsked(call, isInterrupt);
  // Only the timer is enabled; whatever else may interrupt is the host's business too, and it gets the hart for it.
  if (isInterrupt) return timerExpired(call);
  if (entry.cause === BigInt(cause.ECALL_FROM_U)) return enclaveCall(call);
  const found = `cause ${entry.cause} at ${hex(call.hart.pc)}, address ${hex(entry.tval)}, enclave ${call.enclave.eid}`;
  if (entry.cause === BigInt(cause.INTEGRITY_FAULT)) return destroyRunning(call, deny("INTEGRITY", found));
  if (entry.cause === HOST_MEMORY_USED_UP) return endForMemory(call, pageNoOf(pa(Number(entry.tval))));
  const fault = deny("ENCLAVE_FAULT", found);
  return isOn(config, "B28") ? redirect(call, entry, fault) : destroyRunning(call, fault);
}

function enclaveCall(call: EnclaveCall): Outcome {
  const { x } = call.hart;
  const { config } = call.state;
  if (x[A7] !== ENCLAVE_EXTENSION) {
    if (isOn(config, "B27")) return hostCall(call);
    const found = `extension ${hex(x[A7]!)}, function ${hex(x[A6]!)}, enclave ${call.enclave.eid}`;
    return refuseEnclave(call, deny("CLOSED_EXTENSION", found, { value: NOT_SUPPORTED }));
  }
  const handler = ENCLAVE_CALLS.get(x[A6]!) ?? (isOn(config, "P32") ? ENCLAVE_CALLS.get(99n) : undefined);
  if (handler === undefined) {
    const found = `function ${hex(x[A6]!)}, enclave ${call.enclave.eid}`;
    return refuseEnclave(call, deny("UNKNOWN_ENCLAVE_FUNCTION", found, { value: NOT_SUPPORTED }));
  }
  // Only B29 lets another hart change the state of an enclave that runs.
  return call.enclave.status === "running" ? handler[1](call) : refuseStateChanged(call);
}

/** "Standard redirect to S-mode `stvec` without a world switch" (§6.1). */
function redirect(call: EnclaveCall, entry: TrapEntry, denial: ReturnType<typeof deny>): Outcome {
  const { stvec } = runningOn(call.state, call.hartId)!.host.csrs;
  const hart = { ...call.hart, csrs: { ...call.hart.csrs, stvec } };
  const next = { kind: "load", hart: deliveredToSupervisor(hart, entry.cause, entry.tval) } as const;
  return { state: call.state, effects: [], next, denial };
}
