/**
 * The monitor itself met memory that does not verify, or that the simulator cannot back. The call that met it ends before it
 * changed anything, and whoever relies on the page ends too: the enclave that runs, else the enclave that owns the page.
 * Ending an enclave wipes its pages unread and writes no word that does not verify, so it cannot fail for the same reason.
 */
import type { PageNo } from "../../core/units.ts";
import { Draft, type MemoryView } from "../kernel/draft.ts";
import { describePage } from "../kernel/page-owner.ts";
import type { TrapEntry } from "../kernel/trap-entry.ts";
import { departed } from "./departure.ts";
import { destroyRunning } from "./enclave/leaving.ts";
import { deny } from "./guards.ts";
import { changed, type EnclaveCall, type HostCall, type Outcome, refuseHost, replyToHost } from "./outcome.ts";
import { enclaveOf } from "./owner.ts";
import { enclaveById, type MonitorState, ownerOf, runningOn } from "./state.ts";

/** What becomes of a trap whose handling read or would have written `page`. */
export function integrityFailure(state: MonitorState, entry: TrapEntry, memory: MemoryView, page: PageNo): Outcome {
  const owner = ownerOf(state, page);
  const denial = deny("INTEGRITY", "the monitor met memory that does not verify", { page: { page, owner } });
  const call = callOf(state, entry, memory);
  if ("enclave" in call) return destroyRunning(call, denial);
  const eid = owner === undefined ? undefined : enclaveOf(owner);
  const enclave = eid === undefined ? undefined : enclaveById(state, BigInt(eid));
  if (enclave === undefined || enclave.status === "running") return refuseHost(call, denial);
  const draft = new Draft(memory);
  const after = departed(state, draft, enclave, { reason: denial });
  return { ...replyToHost(call, -1n, changed(after, draft)), denial };
}

/** What becomes of a trap whose handling would have written a page that the simulator has no memory for. */
export function hostMemoryUsedUp(state: MonitorState, entry: TrapEntry, memory: MemoryView, page: PageNo): Outcome {
  const call = callOf(state, entry, memory);
  if ("enclave" in call) return endForMemory(call, page);
  return refuseHost(call, deny("HOST_MEMORY", `the monitor writes ${describePage(page)}`));
}

export const endForMemory = (call: EnclaveCall, page: PageNo): Outcome =>
  destroyRunning(call, deny("HOST_MEMORY", `enclave ${call.enclave.eid} writes ${describePage(page)}`));

function callOf(state: MonitorState, { hart, hartId }: TrapEntry, memory: MemoryView): HostCall | EnclaveCall {
  const call: HostCall = { state, memory, hartId, hart, args: [] };
  const running = runningOn(state, hartId);
  return running === undefined ? call : { ...call, enclave: enclaveById(state, BigInt(running.eid))! };
}
