/**
 * The machine that simulates all this has less host memory than the guest has RAM, and it is used up. No published machine
 * has this limit, so it is an answer of ours: a call of the host is refused before it changed anything; an enclave that
 * needs the memory ends, which gives back what it had.
 *
 * The machine reports it of an enclave's own stores as a trap with a cause of the custom range (24 to 31), which is never
 * delegated. Ending an enclave needs no memory: it wipes pages and changes entries that are not zero.
 */

import type { PageNo } from "../../core/units.ts";
import type { MemoryView } from "../kernel/draft.ts";
import { describePage } from "../kernel/page-owner.ts";
import type { TrapEntry } from "../kernel/trap-entry.ts";
import { endRunningChain } from "./enclave/end-of-chain.ts";
import { deny } from "./guards.ts";
import { type EnclaveCall, type HostCall, type Outcome, refuseHost } from "./outcome.ts";
import { enclaveById, type MonitorState, runningOn } from "./state.ts";

/** What becomes of a trap whose handling would have written `page`. */
export function hostMemoryUsedUp(
  state: MonitorState,
  { hart, hartId }: TrapEntry,
  memory: MemoryView,
  page: PageNo,
): Outcome {
  const call: HostCall = { state, memory, hartId, hart, args: [] };
  const running = runningOn(state, hartId);
  if (running === undefined) return refuseHost(call, deny("HOST_MEMORY", `the monitor writes ${describePage(page)}`));
  return endForMemory({ ...call, enclave: enclaveById(state, BigInt(running.eid))! }, page);
}

export const endForMemory = (call: EnclaveCall, page: PageNo): Outcome =>
  endRunningChain(call, deny("HOST_MEMORY", `enclave ${call.enclave.eid} writes ${describePage(page)}`));
