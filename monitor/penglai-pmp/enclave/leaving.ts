/**
 * How an enclave gives the hart back: EXIT (99), OCALL (98), the timer, and its end. Penglai reference §6.6, §6.9, §6.10.
 *
 * What another hart asked of it meanwhile is done here, before anything else (§6.9): an enclave that is to be destroyed ends at
 * its next trap, whatever it asks for, and its host sees 0; one that is to be stopped leaves as it would have, and is stopped.
 * The value of EXIT "is only logged, host sees 0". Address and cause of a fault never reach the host: they go into the record of
 * departures, which only the owner of the simulation reads.
 */
import { Draft } from "../../kernel/draft.ts";
import { advanced } from "../../kernel/hart.ts";
import { isOn } from "../defects.ts";
import { departed, withoutEmptied } from "../departure.ts";
import { type Denial, deny } from "../guards.ts";
import { changed, type EnclaveCall, type Outcome, refuseEnclave, untouched } from "../outcome.ts";
import { RUN_RESULT } from "../run-result.ts";
import type { Departure } from "../state.ts";
import { tellHost } from "../windows.ts";
import { leave, pause } from "../world-switch.ts";

const SYS_WRITE = 3n;
const USER_DEFINED = 9n;

export function exit(call: EnclaveCall): Outcome {
  const draft = new Draft(call.memory);
  const state = withoutEmptied(
    call.state,
    departed(call.state, draft, call.enclave, { reason: "exit", exitValue: call.args[0]! }),
  );
  return leave(call, changed(state, draft), call.hart, { value: RUN_RESULT.EXITED });
}

/** a0 id; a1 of USER_DEFINED is the size of what the enclave left in untrusted memory. */
export function ocall(call: EnclaveCall): Outcome {
  const [id, size] = call.args as [bigint, bigint];
  if (id !== SYS_WRITE && id !== USER_DEFINED) return refuseEnclave(call, deny("UNKNOWN_OCALL", `ocall ${id}`));
  const { state, enclave } = call;
  const draft = new Draft(call.memory);
  tellHost(state, draft, enclave.out.ocallId, id);
  if (id === USER_DEFINED || isOn(state.config, "P33")) tellHost(state, draft, enclave.out.arg0, size);
  const hart = isOn(state.config, "P16") ? call.hart : advanced(call.hart);
  return pause(call, changed(state, draft), hart, { value: RUN_RESULT.OCALL });
}

/** The slice that the host programmed is over: the enclave continues at the instruction it was interrupted at. */
export function timerExpired(call: EnclaveCall): Outcome {
  return pause(call, untouched(call), call.hart, { value: RUN_RESULT.TIMER_IRQ, timer: true });
}

/** The end that the host asked for on another hart. @param timer the trap was the timer */
export const destroyAsAsked = (call: EnclaveCall, timer: boolean): Outcome =>
  end(call, "destroyed by the host", RUN_RESULT.EXITED, timer);

export const destroyRunning = (call: EnclaveCall, reason: Denial): Outcome => ({
  ...end(call, reason, RUN_RESULT.DESTROYED, false),
  denial: reason,
});

function end(call: EnclaveCall, reason: Departure["reason"], value: bigint, timer: boolean): Outcome {
  const draft = new Draft(call.memory);
  const state = departed(call.state, draft, call.enclave, { reason });
  return leave(call, changed(state, draft), call.hart, { value, timer });
}

/** "They require RUNNING" (§6.9): what becomes of a call whose enclave another hart has stopped or destroyed (B29). */
export const refuseStateChanged = (call: EnclaveCall): Outcome =>
  refuseEnclave(call, deny("WRONG_STATE", `enclave ${call.enclave.eid} calls and is ${call.enclave.status}`));
