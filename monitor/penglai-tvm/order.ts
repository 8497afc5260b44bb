/**
 * STOP and DESTROY of an enclave that runs on another hart than the caller's. Penglai reference §6.9: "RUNNABLE /
 * RUNNING(IPI) | stop | STOPPED | 0 / host of runner sees 1"; §6.10: "IPIs inside an enclave: only stop/destroy events
 * change its state".
 *
 *     caller's hart:  STOP -> order recorded, interrupt sent -> 0        runner's hart: interrupt -> obey -> host, 1
 *
 * Whatever traps into the monitor first, the order comes before it: the enclave stands at the instruction that trapped
 * and makes it again if it ever goes on. So an EXIT or an ocall cannot cross an order (class of B29).
 * Of a chain of calls the active enclave runs, and its hart takes the order: STOP stops it, DESTROY ends the chain.
 * The shell takes the interrupt before the call returns ("with a sync"), so memory that DESTROY frees is public by then.
 */
import { Draft } from "../kernel/draft.ts";
import { chainEnded } from "./chain.ts";
import {
  type Change,
  changed,
  type EnclaveCall,
  type HostCall,
  type Outcome,
  replyToHost,
  untouched,
} from "./outcome.ts";
import { RUN_RESULT } from "./run-result.ts";
import { type Enclave, hartOf, type MonitorState, type Order, runningOn, withRunning } from "./state.ts";
import { leave, pause } from "./world-switch.ts";

/** @param enclave one that runs; DESTROY overrules an earlier STOP */
export const orderRunner = (call: HostCall, enclave: Enclave, order: Order): Outcome =>
  replyToHost(call, 0n, ordered(call.state, enclave, order));

/** As `orderRunner`, without an answer to whoever calls. */
export function ordered(state: MonitorState, enclave: Enclave, order: Order): Change {
  const hartId = hartOf(state, enclave.eid);
  const running = runningOn(state, hartId)!;
  const kept = running.order === "destroy" ? running.order : order;
  return {
    state: withRunning(state, hartId, { ...running, order: kept }),
    effects: [{ kind: "interrupt", hartId }],
  };
}

/** On the runner's hart. "Host of runner sees 1"; of one that is destroyed "0 through IPI path". */
export function obey(call: EnclaveCall, order: Order): Outcome {
  const { enclave, hart } = call;
  if (order === "stop") {
    const stopped = { status: "stopped", pending: undefined } as const;
    return pause(call, untouched(call), enclave, hart, stopped, { value: RUN_RESULT.TIMER_IRQ });
  }
  const draft = new Draft(call.memory);
  const state = chainEnded(call.state, draft, enclave, "destroyed by the host");
  return leave(call, changed(state, draft), enclave, hart, { value: RUN_RESULT.EXITED });
}
