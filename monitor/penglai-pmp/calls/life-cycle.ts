/**
 * STOP (96) and DESTROY (94). Penglai reference §6.5, §6.9.
 *
 * Both are lazy: a fresh enclave is destroyed at once; of any other DESTROY marks it, and the next RESUME frees it. An enclave
 * that runs on another hart goes on until its next trap.
 * Fixed (B29): until then it runs undisturbed, and an EXIT of its own comes first (published: its state changes at once, so
 * that its own calls fail and EXIT returns to it).
 */
import { Draft } from "../../kernel/draft.ts";
import { isDenial } from "../../kernel/guard.ts";
import { isOn } from "../defects.ts";
import { departed } from "../departure.ts";
import { deny } from "../guards.ts";
import { changed, type HostCall, type Outcome, refuseHost, replyToHost } from "../outcome.ts";
import { ownEnclave } from "../records.ts";
import { type Enclave, type EnclaveStatus, withEnclave } from "../state.ts";

export function stopEnclave(call: HostCall): Outcome {
  const enclave = ownEnclave(call, call.args[0]!, ["runnable", "running"]);
  if (isDenial(enclave)) return refuseHost(call, enclave);
  if (enclave.pending !== undefined)
    return refuseHost(call, deny("WRONG_STATE", `enclave ${enclave.eid} is about to ${enclave.pending}`));
  return mark(call, enclave, "stopped", "stop");
}

export function destroyEnclave(call: HostCall): Outcome {
  const enclave = ownEnclave(call, call.args[0]!, ["fresh", "runnable", "running", "stopped"], "B20");
  if (isDenial(enclave)) return refuseHost(call, enclave);
  if (enclave.pending === "destroy")
    return refuseHost(call, deny("WRONG_STATE", `enclave ${enclave.eid} is about to be destroyed`));
  if (enclave.status !== "fresh") return mark(call, enclave, "destroyed", "destroy");
  const draft = new Draft(call.memory);
  return replyToHost(
    call,
    0n,
    changed(departed(call.state, draft, enclave, { reason: "destroyed by the host" }), draft),
  );
}

/** Of an enclave that runs elsewhere, what becomes of it waits for its next trap. */
function mark(call: HostCall, enclave: Enclave, status: EnclaveStatus, pending: Enclave["pending"]): Outcome {
  const waits = enclave.status === "running" && !isOn(call.state.config, "B29");
  const marked: Enclave = waits ? { ...enclave, pending } : { ...enclave, status };
  return replyToHost(call, 0n, { state: withEnclave(call.state, marked), effects: [] });
}
