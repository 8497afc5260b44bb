/**
 * How an enclave gives the hart back: EXIT (99), YIELD (89), the timer, and its end by a fault. Penglai reference §6.3,
 * §6.9, §6.10. The host reads 0, 3, 1 and -1; an ocall (2) is in ocall.ts.
 *
 * The address and the cause of a fault never reach the host (controlled channel, §5): they go into the record of
 * departures, which only the owner of the simulation reads.
 */
import { departed } from "../departure.ts";
import { Draft } from "../draft.ts";
import type { Denial } from "../guards.ts";
import { advanced } from "../hart.ts";
import { changed, type EnclaveCall, type Outcome } from "../outcome.ts";
import { tellHost } from "../surroundings.ts";
import { leave, pause } from "../world-switch.ts";

const EXITED = 0n;
const TIMER_IRQ = 1n;
const YIELD = 3n;
const DESTROYED = -1n;

/** a0 is the value for *retval. */
export function exit(call: EnclaveCall): Outcome {
  const { enclave } = call;
  const draft = new Draft(call.memory);
  const state = departed(call.state, draft, enclave, "exit");
  tellHost(state, draft, enclave.out.retval, call.args[0]!);
  return leave(changed(state, draft), enclave, call.hart, { value: EXITED });
}

export function yieldHart(call: EnclaveCall): Outcome {
  const nothing = { state: call.state, effects: [] };
  const paused = { status: "runnable", pending: undefined } as const;
  return pause(nothing, call.enclave, advanced(call.hart), paused, { value: YIELD });
}

/** The slice that the host programmed is over: the enclave continues at the instruction it was interrupted at. */
export function timerExpired(call: EnclaveCall): Outcome {
  const nothing = { state: call.state, effects: [] };
  const paused = { status: "runnable", pending: undefined } as const;
  return pause(nothing, call.enclave, call.hart, paused, { value: TIMER_IRQ, timer: true });
}

export function destroyRunning(call: EnclaveCall, reason: Denial): Outcome {
  const draft = new Draft(call.memory);
  const state = departed(call.state, draft, call.enclave, reason);
  return { ...leave(changed(state, draft), call.enclave, call.hart, { value: DESTROYED }), denial: reason };
}
