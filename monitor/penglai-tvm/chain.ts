/**
 * Who calls whom: an enclave that called a server waits, the server may call another one, and so on. Penglai reference
 * §6.9, §6.12 ("nesting via caller/top_caller").
 *
 *     host -> top (RUNNABLE, waits) -> server (RUNNABLE, waits) -> server (the active one: RUNNING, OCALLING, STOPPED, …)
 *
 * The host knows the chain by its top: RUN, RESUME, STOP and DESTROY name the top and act on the active enclave, ocalls of
 * a server appear as the top's. A server is in one call at most, so chains have no cycle and never share a server.
 *
 * Who ends, and who reads what:
 *
 * | what happens to                   | ends                          | reads                                            |
 * | --------------------------------- | ----------------------------- | ------------------------------------------------ |
 * | the active server: fault, unknown | the server                    | its caller: -1; what it passed is its again      |
 * | function, illegal extension       |                               |                                                  |
 * | the active server: EXIT           | nobody                        | the server: -1, it returns by ENCLAVE_RETURN     |
 * | the active server or any other of | the whole chain               | the host: -1                                     |
 * | the chain: memory does not verify |                               |                                                  |
 * | or the simulator has none left    |                               |                                                  |
 * | a waiting caller: its cache lines | the whole chain               | the host: -1                                     |
 * | are not locked again              |                               |                                                  |
 * | the top: DESTROY                  | the whole chain               | the host: 0                                      |
 * | a server in a call:               | nobody                        | the host: -1 (fixed: B24, its name went)         |
 * | DESTROY_SERVER                    |                               |                                                  |
 *
 * A server whose caller ends in the middle of a call ends, too: it cannot be told what it left half done, and whoever
 * called it next would find it so. The host, which chooses the moment, could pick any. (Published: the server waits for
 * ever for a caller that is gone.) Availability is the host's to take anyway, integrity is not.
 */
import type { Draft } from "../kernel/draft.ts";
import { isOn } from "./defects.ts";
import { departed } from "./departure.ts";
import { deny } from "./guards.ts";
import { type Departure, type Enclave, enclaveById, type MonitorState } from "./state.ts";

/** The enclave that goes on when its chain does: itself, unless it waits for a call. */
export function activeOf(state: MonitorState, enclave: Enclave): Enclave {
  let active = enclave;
  while (active.calling !== undefined) {
    const callee = enclaveById(state, BigInt(active.calling.callee));
    // Only a defect leaves somebody waiting for nobody.
    if (callee === undefined) break;
    active = callee;
  }
  return active;
}

/** The enclave that the host runs: itself, unless it is a server in a call. */
export function topOf(state: MonitorState, enclave: Enclave): Enclave {
  let top = enclave;
  while (top.caller !== undefined) {
    const caller = enclaveById(state, BigInt(top.caller));
    if (caller === undefined) break;
    top = caller;
  }
  return top;
}

/** The state without the whole chain of an enclave; who of it has a hart must be switched away by the caller. */
export function chainEnded(
  state: MonitorState,
  draft: Draft,
  enclave: Enclave,
  reason: Departure["reason"],
): MonitorState {
  const { config } = state;
  const top = isOn(config, "S19") ? enclave : topOf(state, enclave);
  let next = state;
  for (let current: Enclave | undefined = top; current !== undefined; ) {
    const callee: number | undefined = current.calling?.callee;
    const why = current === top || typeof reason !== "string" ? reason : callerEnded(top);
    next = departed(next, draft, current, why);
    const isLast: boolean = callee === undefined || isOn(config, "S12");
    current = isLast ? undefined : enclaveById(next, BigInt(callee!));
  }
  return next;
}

const callerEnded = (top: Enclave): Departure["reason"] =>
  deny("CALLER_ENDED", `enclave ${top.eid}, in whose name it ran, was destroyed`);
