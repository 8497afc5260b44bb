/**
 * Handing an ocall to the host: id and arguments in its words, the enclave OCALLING, the host reads 2. Penglai reference
 * §6.4. "Ocalls are attributed to the top caller" (§1): those of a server go into the words of the enclave that the host
 * runs. A word that an ocall does not have is left as it was.
 */
import { Draft } from "../../kernel/draft.ts";
import { topOf } from "../chain.ts";
import { changed, type EnclaveCall, type Outcome } from "../outcome.ts";
import { RUN_RESULT } from "../run-result.ts";
import type { Enclave, MonitorState, PendingOcall } from "../state.ts";
import { tellHost } from "../surroundings.ts";
import { behindCall, pause } from "../world-switch.ts";

/** a0 of OCALL (98). @spec Penglai reference §6.4, §5 */
export const OCALL = {
  MMAP: 1,
  UNMAP: 2,
  SYS_WRITE: 3,
  SBRK: 4,
  READ_SECT: 5,
  WRITE_SECT: 6,
  RETURN_RELAY_PAGE: 7,
  GETRANDOM: 8,
  SHM_GET: 9,
  SHM_DETACH: 10,
  SHM_DESTROY: 11,
  SHM_EXTEND: 12,
  BINDING: 2004,
  UNBINDING: 2005,
} as const;

/** State, draft and enclave that the ocall has arrived at. */
export interface Progress {
  readonly state: MonitorState;
  readonly draft: Draft;
  readonly enclave: Enclave;
}

export const changedNothing = (call: EnclaveCall): Progress => ({
  state: call.state,
  draft: new Draft(call.memory),
  enclave: call.enclave,
});

/** @param arg0 @param arg1 the words that this ocall has */
export function toHost(
  call: EnclaveCall,
  progress: Progress,
  pending: PendingOcall,
  arg0?: bigint,
  arg1?: bigint,
): Outcome {
  const { state, draft, enclave } = progress;
  const { out } = topOf(state, enclave);
  tellHost(state, draft, out.ocallId, BigInt(pending.id));
  if (arg0 !== undefined) tellHost(state, draft, out.arg0, arg0);
  if (arg1 !== undefined) tellHost(state, draft, out.arg1, arg1);
  const paused = { status: "ocalling", pending } as const;
  return pause(call, changed(state, draft), enclave, behindCall(call), paused, { value: RUN_RESULT.OCALL });
}
