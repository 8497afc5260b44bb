/**
 * How an enclave gives the hart back: EXIT (99), YIELD (89), the timer, and its end by a fault. Penglai reference §6.3,
 * §6.9, §6.10. An ocall is in ocall.ts.
 *
 * The address and the cause of a fault never reach the host (controlled channel, §5): they go into the record of
 * departures, which only the owner of the simulation reads.
 */

import { Draft } from "../../kernel/draft.ts";
import { isOn } from "../defects.ts";
import { departed } from "../departure.ts";
import { type Denial, deny } from "../guards.ts";
import { changed, type EnclaveCall, type Outcome, refuseEnclave, untouched } from "../outcome.ts";
import { RUN_RESULT } from "../run-result.ts";
import { tellHost } from "../surroundings.ts";
import { behindCall, leave, pause } from "../world-switch.ts";
import { endRunningChain } from "./end-of-chain.ts";
import { serverEnded } from "./return.ts";

const RUNNABLE = { status: "runnable", pending: undefined } as const;

/** a0 is the value for *retval. A server stays for the next call, so it cannot exit (§6.3 gives it no such end). */
export function exit(call: EnclaveCall): Outcome {
  const { enclave } = call;
  if (enclave.server !== undefined && !isOn(call.state.config, "S11"))
    return refuseEnclave(call, deny("SERVER_EXIT", `server ${enclave.eid} exits in a call`));
  const draft = new Draft(call.memory);
  const state = departed(call.state, draft, enclave, "exit");
  tellHost(state, draft, enclave.out.retval, call.args[0]!);
  return leave(call, changed(state, draft), enclave, call.hart, { value: RUN_RESULT.EXITED });
}

export function yieldHart(call: EnclaveCall): Outcome {
  return pause(call, untouched(call), call.enclave, behindCall(call), RUNNABLE, { value: RUN_RESULT.YIELD });
}

/** The slice that the host programmed is over: the enclave continues at the instruction it was interrupted at. */
export function timerExpired(call: EnclaveCall): Outcome {
  const leaving = { value: RUN_RESULT.TIMER_IRQ, timer: true };
  return pause(call, untouched(call), call.enclave, call.hart, RUNNABLE, leaving);
}

/** It faulted: the host reads -1, or, of a server, its caller. */
export const destroyRunning = (call: EnclaveCall, reason: Denial): Outcome =>
  call.enclave.caller === undefined || isOn(call.state.config, "S19")
    ? endRunningChain(call, reason)
    : serverEnded(call, reason);
