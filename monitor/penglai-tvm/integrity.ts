/**
 * The monitor itself met memory that does not verify: somebody changed its DRAM image (threat model, Penglai reference §1;
 * §3.1 "verify failure"). The call that met it ends before it changed anything, and whoever relies on the page ends too:
 * the enclave that runs, else the enclave that owns the page, in either case with the whole chain of calls it is in. Never silent, never a crash of the monitor.
 *
 * Ending an enclave wipes its pages unread, and writes neither entries nor result words that do not verify, so it cannot
 * fail for the same reason (`release`, `tellHost`).
 */
import type { PageNo } from "../../core/units.ts";
import { Draft, type MemoryView } from "../kernel/draft.ts";
import type { TrapEntry } from "../kernel/trap-entry.ts";
import { activeOf, chainEnded } from "./chain.ts";
import { endRunningChain } from "./enclave/end-of-chain.ts";
import { type Denial, deny } from "./guards.ts";
import { ordered } from "./order.ts";
import { changed, type HostCall, type Outcome, refuseHost, replyToHost } from "./outcome.ts";
import { enclaveOf } from "./owner.ts";
import { enclaveById, type MonitorState, ownerOf, runningOn } from "./state.ts";

/** What becomes of a trap whose handling read or would have written `page`. */
export function integrityFailure(
  state: MonitorState,
  { hart, hartId }: TrapEntry,
  memory: MemoryView,
  page: PageNo,
): Outcome {
  const owner = ownerOf(state, page);
  const denial = deny("INTEGRITY", "the monitor met memory that does not verify", { page: { page, owner } });
  const call: HostCall = { state, memory, hartId, hart, args: [] };
  const running = runningOn(state, hartId);
  if (running !== undefined) {
    const enclave = enclaveById(state, BigInt(running.eid))!;
    return endRunningChain({ ...call, enclave }, denial);
  }
  const eid = owner === undefined ? undefined : enclaveOf(owner);
  return eid === undefined ? refuseHost(call, denial) : endOwner(call, eid, denial);
}

function endOwner(call: HostCall, eid: number, denial: Denial): Outcome {
  const enclave = enclaveById(call.state, BigInt(eid))!;
  const active = activeOf(call.state, enclave);
  // its registers lie on another hart, which has to give it up first
  if (active.status === "running") return { ...replyToHost(call, -1n, ordered(call.state, active, "destroy")), denial };
  const draft = new Draft(call.memory);
  const state = chainEnded(call.state, draft, enclave, denial);
  return { ...replyToHost(call, -1n, changed(state, draft)), denial };
}
