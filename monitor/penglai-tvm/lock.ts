/**
 * The lock of the monitor's records. The published monitor takes it in each host call and gives it back on every way out, but
 * for those that B13 names. Penglai reference §10 B13.
 *
 * A call is atomic in this machine: no hart executes while another one is in the monitor, so the lock is free whenever a
 * call begins, and nobody ever waits. What is modelled is the discipline: a call that leaves with the lock (B13) shuts
 * everybody out. The published code spins then for ever; here the next call is refused with -3, which the PMP variant has
 * for "lock retry" (§6.5). The order of several locks is not modelled: there is one.
 *
 * With K1 the lock is given back between looking and acting: RUN and RESUME look at the record, let go, and the hart makes
 * the call again to act on what it saw.
 */
import type { Invariant } from "../kernel/personality.ts";
import { isOn } from "./defects.ts";
import { deny } from "./guards.ts";
import { type HostCall, type Outcome, refuseHost } from "./outcome.ts";
import { type Enclave, enclaveById, type MonitorState, withEnclave } from "./state.ts";

/** "several error paths keep … the metadata lock (stop, create, create_shadow, schrödinger_init)". */
const KEEPS_LOCK = new Set(["STOP", "CREATE_ENCLAVE", "CREATE_SHADOW", "SCHRODINGER_INIT"]);
const LOOKS_FIRST = new Set(["RUN", "RESUME"]);
const LOCK_RETRY = -3n;

/** @param name of the call. @param carryOut what it does while it has the lock */
export function underLock(call: HostCall, name: string, carryOut: (call: HostCall) => Outcome): Outcome {
  const { config, lockedBy } = call.state;
  if (lockedBy !== undefined)
    return refuseHost(call, deny("LOCK_HELD", `hart ${lockedBy} has the lock of the records`, { value: LOCK_RETRY }));
  const outcome = isOn(config, "K1") && LOOKS_FIRST.has(name) ? inTwoSteps(call, carryOut) : carryOut(call);
  if (outcome.denial === undefined || !isOn(config, "B13") || !KEEPS_LOCK.has(name)) return outcome;
  return { ...outcome, state: { ...outcome.state, lockedBy: call.hartId } };
}

function inTwoSteps(call: HostCall, carryOut: (call: HostCall) => Outcome): Outcome {
  const { state, hartId, hart } = call;
  const eid = call.args[0]!;
  const seen = state.seen[hartId];
  if (seen !== undefined && BigInt(seen.eid) === eid) return carryOut({ ...call, state: asSeen(state, hartId, seen) });
  const enclave = enclaveById(state, eid);
  const wouldBe = carryOut(call);
  if (enclave === undefined || wouldBe.denial !== undefined) return wouldBe;
  return { state: withSeen(state, hartId, enclave), effects: [], next: { kind: "load", hart } };
}

/** The state in which the record says again what it said when the hart looked. */
function asSeen(state: MonitorState, hartId: number, { eid, status, pending }: Enclave): MonitorState {
  const now = enclaveById(state, BigInt(eid));
  const looked = withSeen(state, hartId, undefined);
  return now === undefined ? looked : withEnclave(looked, { ...now, status, pending });
}

function withSeen(state: MonitorState, hartId: number, enclave: Enclave | undefined): MonitorState {
  const seen = Array.from({ length: Math.max(state.seen.length, hartId + 1) }, (_, id) => state.seen[id]);
  seen[hartId] = enclave;
  return { ...state, seen };
}

export const lock: Invariant<MonitorState> = {
  name: "lock",
  rule: "no call returns with the lock of the records (B13)",
  violation: ({ lockedBy }) => (lockedBy === undefined ? undefined : `hart ${lockedBy} left the monitor with the lock`),
};
