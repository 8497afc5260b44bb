/**
 * What enclaves ask about servers: ACQUIRE_SERVER (97), a0 name, gives the server's id; GET_CALLER_ID (91) gives a server the
 * id of who called it, and -1 to whoever was not called. Penglai reference §6.3.
 *
 * Fixed: the published GET_CALLER_ID returns 0 whoever called.
 */
import { isDenial } from "../../kernel/guard.ts";
import { isOn } from "../defects.ts";
import { deny } from "../guards.ts";
import { serverNamed } from "../names.ts";
import { type EnclaveCall, type Outcome, refuseEnclave, replyToEnclave } from "../outcome.ts";
import { readName } from "./call-arg.ts";

export function acquireServer(call: EnclaveCall): Outcome {
  const name = readName(call, call.args[0]!);
  if (isDenial(name)) return refuseEnclave(call, name);
  const server = serverNamed(call.state, name);
  if (server === undefined) return refuseEnclave(call, deny("UNKNOWN_SERVER", `no server is "${name}"`));
  return replyToEnclave(call, BigInt(server.eid));
}

export function getCallerId(call: EnclaveCall): Outcome {
  const { eid, caller } = call.enclave;
  if (isOn(call.state.config, "S10")) return replyToEnclave(call, 0n);
  if (caller === undefined) return refuseEnclave(call, deny("NOT_CALLED", `nobody has called enclave ${eid}`));
  return replyToEnclave(call, BigInt(caller));
}
