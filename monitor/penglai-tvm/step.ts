/**
 * One trap into M-mode: from what the monitor knows and what the hart was doing to what the monitor knows then, what
 * happens to the machine, and where execution continues. Pure: the same arguments give the same outcome.
 *
 *     host world:    ecall from S -> a call of §6.2 or SBI     illegal instruction -> satp and sfence.vma under TVM
 *                    timer -> supervisor timer                 anything else -> the host's own handler (B10)
 *     enclave world: ecall from U -> a call of §6.3            timer -> back to the host
 *                    anything else -> the enclave's end
 *                    an order of another hart comes before all of these
 *
 * Penglai reference §6.1, §6.9, §6.10.
 */

import * as cause from "../../assembly/cause.ts";
import { A0, A6, A7 } from "../../core/registers.ts";
import { pa, pageNoOf } from "../../core/units.ts";
import type { MemoryView } from "../kernel/draft.ts";
import { isDenial } from "../kernel/guard.ts";
import { HOST_MEMORY_USED_UP } from "../kernel/host-memory.ts";
import { hex } from "../kernel/page-owner.ts";
import type { TrapEntry } from "../kernel/trap-entry.ts";
import { attestEnclave, attestShadow } from "./calls/attest.ts";
import { createEnclave, createShadow } from "./calls/create.ts";
import { runShadow } from "./calls/fork.ts";
import { destroyEnclave, destroyShadow, stopEnclave } from "./calls/life-cycle.ts";
import { mapPte } from "./calls/map-pte.ts";
import { memoryExtend } from "./calls/memory-extend.ts";
import { ptAreaSeparation } from "./calls/pt-area-separation.ts";
import { resumeEnclave } from "./calls/resume.ts";
import { runEnclave } from "./calls/run.ts";
import { schrodingerInit } from "./calls/schrodinger-init.ts";
import { createServer, destroyServer } from "./calls/server.ts";
import { setPte } from "./calls/set-pte.ts";
import { smInit } from "./calls/sm-init.ts";
import { isOn } from "./defects.ts";
import { callEnclave } from "./enclave/call.ts";
import { endRunningChain } from "./enclave/end-of-chain.ts";
import { getEnclaveId, getKey, getReport } from "./enclave/identity.ts";
import { destroyRunning, exit, timerExpired, yieldHart } from "./enclave/leaving.ts";
import { ocall } from "./enclave/ocall.ts";
import { asynCall, splitMemRegion } from "./enclave/relay.ts";
import { enclaveReturn } from "./enclave/return.ts";
import { shmAttach, shmStat } from "./enclave/secure-shm.ts";
import { acquireServer, getCallerId } from "./enclave/server.ts";
import { deny } from "./guards.ts";
import { endForMemory } from "./host-memory.ts";
import { emulated, hostTrap } from "./host-trap.ts";
import { underLock } from "./lock.ts";
import { obey } from "./order.ts";
import { type EnclaveCall, type HostCall, type Outcome, refuseHost, replyToEnclave, replyToHost } from "./outcome.ts";
import { otherExtension, PENGLAI_HOST } from "./sbi.ts";
import { enclaveById, type MonitorState, runningOn } from "./state.ts";

/** `a6` of an enclave's calls (§6.1). */
const ENCLAVE_EXTENSION = 0x100101n;
/** musl asks its terminal with ioctl before it prints; "returns 0" (§6.1). */
const IOCTL = 29n;

type Handler<Call> = readonly [name: string, run: (call: Call) => Outcome];

/** By function number (§6.2). */
const HOST_CALLS: ReadonlyMap<bigint, Handler<HostCall>> = new Map([
  [101n, ["SET_PTE", setPte]],
  [100n, ["SM_INIT", smInit]],
  [99n, ["CREATE_ENCLAVE", createEnclave]],
  [98n, ["ATTEST", attestEnclave]],
  [97n, ["RUN", runEnclave]],
  [96n, ["STOP", stopEnclave]],
  [95n, ["RESUME", resumeEnclave]],
  [94n, ["DESTROY", destroyEnclave]],
  [92n, ["MEMORY_EXTEND", memoryExtend]],
  [90n, ["CREATE_SERVER", createServer]],
  [89n, ["DESTROY_SERVER", destroyServer]],
  [87n, ["RUN_SHADOW", runShadow]],
  [86n, ["CREATE_SHADOW", createShadow]],
  [85n, ["SCHRODINGER_INIT", schrodingerInit]],
  // "debug no-op, 0"
  [84n, ["PRINT", (call) => replyToHost(call, 0n)]],
  [83n, ["PT_AREA_SEPARATION", ptAreaSeparation]],
  [81n, ["MAP_PTE", mapPte]],
  [80n, ["ATTEST_SHADOW", attestShadow]],
  [79n, ["DESTROY_SHADOW", destroyShadow]],
]);

/** By function number (§6.3). */
const ENCLAVE_CALLS: ReadonlyMap<bigint, Handler<EnclaveCall>> = new Map([
  [99n, ["EXIT", exit]],
  [98n, ["OCALL", ocall]],
  [97n, ["ACQUIRE_SERVER", acquireServer]],
  [96n, ["CALL_ENCLAVE", callEnclave]],
  [95n, ["ENCLAVE_RETURN", enclaveReturn]],
  [94n, ["GET_REPORT", getReport]],
  [93n, ["ASYN_CALL", asynCall]],
  [92n, ["SPLIT_MEM_REGION", splitMemRegion]],
  [91n, ["GET_CALLER_ID", getCallerId]],
  [90n, ["GET_ENCLAVE_ID", getEnclaveId]],
  [89n, ["YIELD", yieldHart]],
  [88n, ["GET_KEY", getKey]],
  [84n, ["SHM_ATTACH", shmAttach]],
  [83n, ["SHM_STAT", shmStat]],
]);

/** @spec Penglai reference §6 */
export function step(state: MonitorState, entry: TrapEntry, memory: MemoryView): Outcome {
  const { hart, hartId } = entry;
  const call: HostCall = { state, memory, hartId, hart, args: [...hart.x.subarray(A0, A0 + 6)] };
  const running = runningOn(state, hartId);
  if (running !== undefined) {
    const enclave = enclaveById(state, BigInt(running.eid))!;
    const isOvertaken = isOn(state.config, "K2") && entry.cause === BigInt(cause.ECALL_FROM_U);
    if (running.order !== undefined && !isOvertaken) return obey({ ...call, enclave }, running.order);
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
  if (entry.cause === BigInt(cause.ECALL_FROM_S) && x[A7] === PENGLAI_HOST)
    return HOST_CALLS.get(x[A6]!)?.[0] ?? `host function ${x[A6]}`;
  if (
    entry.cause === BigInt(cause.ECALL_FROM_U) &&
    runningOn(state, entry.hartId) !== undefined &&
    x[A6] === ENCLAVE_EXTENSION
  )
    return ENCLAVE_CALLS.get(x[A7]!)?.[0] ?? `enclave function ${x[A7]}`;
  return undefined;
}

function hostCall(call: HostCall): Outcome {
  const { x } = call.hart;
  if (x[A7] !== PENGLAI_HOST) return otherExtension(call);
  const handler = HOST_CALLS.get(x[A6]!);
  if (handler === undefined) return refuseHost(call, deny("UNKNOWN_FUNCTION", `host function ${x[A6]}`));
  return underLock(call, ...handler);
}

function enclaveTrap(call: EnclaveCall, entry: TrapEntry): Outcome {
  const isInterrupt = entry.cause >> 63n === 1n;
  // Only the timer is enabled; whatever else may interrupt is the host's business too, and it gets the hart for it.
  if (isInterrupt) return timerExpired(call);
  if (entry.cause === BigInt(cause.ECALL_FROM_U)) return enclaveCall(call);
  const emulation = isOn(call.state.config, "B9") ? emulated(call, entry) : undefined;
  if (emulation !== undefined && !isDenial(emulation)) return emulation;
  const found = `cause ${entry.cause} at ${hex(call.hart.pc)}, address ${hex(entry.tval)}, enclave ${call.enclave.eid}`;
  if (entry.cause === BigInt(cause.INTEGRITY_FAULT)) return endRunningChain(call, deny("INTEGRITY", found));
  if (entry.cause === BigInt(cause.GPT_VIOLATION)) return destroyRunning(call, deny("GPT", found));
  if (entry.cause === HOST_MEMORY_USED_UP) return endForMemory(call, pageNoOf(pa(Number(entry.tval))));
  return destroyRunning(call, deny("ENCLAVE_FAULT", found));
}

function enclaveCall(call: EnclaveCall): Outcome {
  const { x } = call.hart;
  const handler = x[A6] === ENCLAVE_EXTENSION ? ENCLAVE_CALLS.get(x[A7]!) : undefined;
  if (handler !== undefined) return handler[1](call);
  if (x[A7] === IOCTL) return replyToEnclave(call, 0n);
  const found = `function ${hex(x[A7]!)} of extension ${hex(x[A6]!)}, enclave ${call.enclave.eid}`;
  return destroyRunning(call, deny("UNKNOWN_ENCLAVE_FUNCTION", found));
}
