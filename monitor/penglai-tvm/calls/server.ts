/**
 * CREATE_SERVER (90) and DESTROY_SERVER (89). Penglai reference §1 ("server"), §6.2, §6.9.
 *
 * A server is an enclave that the host creates, and nobody runs: "RUNNABLE at once", it executes when another enclave calls
 * it, on that enclave's hart. Its 16-byte name is its alone. A kbuffer of its own it has none, whatever create_param says:
 * during a call it sees the one of the enclave at the top of the chain.
 *
 * Fixed: a server that was called is not destroyed, and keeps its name (B24); only who created it destroys it; it is
 * measured when it is created, so that its report says what it was then.
 */
import { Draft } from "../../kernel/draft.ts";
import { isDenial } from "../../kernel/guard.ts";
import { isOn } from "../defects.ts";
import { departed } from "../departure.ts";
import { deny } from "../guards.ts";
import { serverNamed, withoutName } from "../names.ts";
import { changed, type HostCall, type Outcome, refuseHost, replyToHost } from "../outcome.ts";
import { readCreateParam } from "../params.ts";
import { ownServer } from "../records.ts";
import { createFrom } from "./create.ts";

export function createServer(call: HostCall): Outcome {
  const param = readCreateParam(call, call.args[0]!);
  if (isDenial(param)) return refuseHost(call, param);
  const namesake = serverNamed(call.state, param.name);
  if (namesake !== undefined && !isOn(call.state.config, "S14"))
    return refuseHost(call, deny("SERVER_NAME_TAKEN", `server ${namesake.eid} is "${param.name}"`));
  const withoutKbuffer = { ...param, kbuffer: 0n, kbufferSize: 0n };
  return createFrom(call, withoutKbuffer, { status: "runnable", server: { entry: param.entry } });
}

export function destroyServer(call: HostCall): Outcome {
  const server = ownServer(call, call.args[0]!);
  if (isDenial(server)) return refuseHost(call, server);
  if (server.caller !== undefined) {
    const refused = refuseHost(call, deny("SERVER_IN_CALL", `enclave ${server.caller} waits for server ${server.eid}`));
    return isOn(call.state.config, "B24") ? { ...refused, state: withoutName(call.state, server) } : refused;
  }
  const draft = new Draft(call.memory);
  return replyToHost(call, 0n, changed(departed(call.state, draft, server, "destroyed by the host"), draft));
}
