/**
 * The end of everything that one hart runs for the host: the enclave that executes and all who wait for it (chain.ts). No
 * page of an enclave is read or written for it but to be wiped, so it succeeds whatever is wrong with them.
 */
import { Draft } from "../../kernel/draft.ts";
import { chainEnded } from "../chain.ts";
import type { Denial } from "../guards.ts";
import { changed, type EnclaveCall, type Outcome } from "../outcome.ts";
import { RUN_RESULT } from "../run-result.ts";
import { leave } from "../world-switch.ts";

export function endRunningChain(call: EnclaveCall, reason: Denial): Outcome {
  const draft = new Draft(call.memory);
  const state = chainEnded(call.state, draft, call.enclave, reason);
  const leaving = { value: RUN_RESULT.DESTROYED };
  return { ...leave(call, changed(state, draft), call.enclave, call.hart, leaving), denial: reason };
}
