/**
 * ENCLAVE_RETURN (95): a0 call_enclave_arg, from a server to its caller; and what a server that ends leaves to its caller.
 * Penglai reference §6.3, §6.9, §6.12.
 *
 * "On return moved back, and an optional resp block is given to the caller": the server names the block that it gives back
 * in req_vaddr and req_size, and one more in resp_vaddr and resp_size, each a whole block of its own. The caller finds
 * where it got them in its own structure, 0 for a block that it did not get, with resp_val; its a0 is 0.
 * A return always succeeds once the structure can be read: what cannot be given stays the server's.
 *
 * Fixed: the block that comes back is at least as large as the one that was passed *and* a block the server holds; the
 * caller's structure is the one of the call, whatever its memory says meanwhile.
 */
import { A0 } from "../../../core/registers.ts";
import { Draft } from "../../kernel/draft.ts";
import { isDenial } from "../../kernel/guard.ts";
import { withRegisters } from "../../kernel/hart.ts";
import { pagesOf } from "../../kernel/span.ts";
import { topOf } from "../chain.ts";
import { isOn } from "../defects.ts";
import { departed } from "../departure.ts";
import { KBUFFER_BASE, RELAY_BASE } from "../enclave-layout.ts";
import { type Denial, deny } from "../guards.ts";
import { changed, type EnclaveCall, type Outcome, refuseEnclave } from "../outcome.ts";
import { type Passed, passBlock, passRelay, unmapped } from "../passing.ts";
import { heldRelay } from "../relay.ts";
import { type Enclave, enclaveById, type MonitorState, withEnclave } from "../state.ts";
import { switchEnclaves } from "../world-switch.ts";
import { heldBlock, idleHart } from "./call.ts";
import { answerEffects, type CallArgument, readCallArgument } from "./call-arg.ts";
import { endRunningChain } from "./end-of-chain.ts";

export function enclaveReturn(call: EnclaveCall): Outcome {
  const { state, enclave: server } = call;
  if (server.caller === undefined)
    return refuseEnclave(call, deny("NOT_CALLED", `nobody has called enclave ${server.eid}`));
  const ret = readCallArgument(call, call.args[0]!, "read");
  if (isDenial(ret)) return refuseEnclave(call, ret);
  const draft = new Draft(call.memory);
  const caller = enclaveById(state, BigInt(server.caller))!;
  const { arg } = caller.calling!;
  const withRequest = giveRequestBack(state, draft, { from: server, to: caller }, ret);
  const withBoth = giveResponse(draft, withRequest, ret);
  draft.add(
    ...answerEffects(call.memory, arg, {
      respVal: ret.respVal,
      reqVaddr: withRequest.va,
      respVaddr: withBoth.va,
      respSize: withBoth.va === 0n ? 0n : ret.respSize,
    }),
  );
  return backToCaller(call, draft, withBoth);
}

/** A server ends in the middle of a call: its caller reads -1 and has again what it passed, if the server still held it. */
export function serverEnded(call: EnclaveCall, reason: Denial): Outcome {
  const { state, enclave: server } = call;
  const caller = enclaveById(state, BigInt(server.caller!))!;
  const draft = new Draft(call.memory);
  const { from, to, state: given } = giveAbandoned(state, draft, { from: server, to: caller });
  const gone = departed(given, draft, from, reason);
  const resumed = { ...to, calling: undefined, hart: withRegisters(to.hart, [[A0, -1n]]) };
  const change = changed(withEnclave(gone, resumed), draft);
  const outcome = switchEnclaves(call, change, to.eid, (lost) => endRunningChain(call, lost));
  return { ...outcome, denial: reason, value: -1n };
}

/** The block of req_vaddr, to where the caller passed one. va is 0 if it does not come back. */
function giveRequestBack(
  state: MonitorState,
  draft: Draft,
  pair: { readonly from: Enclave; readonly to: Enclave },
  { reqVaddr, reqSize }: CallArgument,
): Passed {
  const { request } = pair.to.calling!;
  const nothing: Passed = { state, ...pair, va: 0n };
  if (request === undefined || reqSize < BigInt(request.byteLen)) return nothing;
  if (reqVaddr === RELAY_BASE) {
    const relay = heldRelay(pair.from, reqVaddr, reqSize);
    return isDenial(relay) ? nothing : (passRelay(state, draft, pair, relay) ?? nothing);
  }
  const block = heldBlock(pair.from, reqVaddr, reqSize);
  return isDenial(block) ? nothing : (passBlock(state, draft, pair, block, request.va) ?? nothing);
}

/** The block of resp_vaddr, to the highest free place. */
function giveResponse(draft: Draft, { state, from, to }: Passed, { respVaddr, respSize }: CallArgument): Passed {
  const nothing: Passed = { state, from, to, va: 0n };
  const block = heldBlock(from, respVaddr, respSize);
  return isDenial(block) ? nothing : (passBlock(state, draft, { from, to }, block) ?? nothing);
}

/** What the caller passed, if the server has neither given it away nor back to the host. */
function giveAbandoned(
  state: MonitorState,
  draft: Draft,
  pair: { readonly from: Enclave; readonly to: Enclave },
): Passed {
  const { request } = pair.to.calling!;
  const isPassed = ({ block }: { readonly block: { readonly from: number } }): boolean =>
    block.from === request?.block.from;
  const mapping = pair.from.mmaps.find(isPassed);
  const relay = pair.from.relays.find(isPassed);
  const passed =
    (mapping && passBlock(state, draft, pair, mapping, request!.va)) ?? (relay && passRelay(state, draft, pair, relay));
  return passed ?? { state, ...pair, va: 0n };
}

/** The server is as it was before the call, but for its memory. */
function backToCaller(call: EnclaveCall, draft: Draft, { state, from, to }: Passed): Outcome {
  const { kbuffer } = topOf(call.state, call.enclave);
  const { config } = state;
  const isLeft = kbuffer === undefined || isOn(config, "S6");
  const left = isLeft ? from : unmapped(draft, from, KBUFFER_BASE, pagesOf(kbuffer));
  const idle: Enclave = {
    ...left,
    status: "runnable",
    caller: undefined,
    hart: isOn(config, "S8") ? { ...call.hart, pc: left.server!.entry } : idleHart(left),
  };
  const resumed: Enclave = { ...to, calling: undefined, hart: withRegisters(to.hart, [[A0, 0n]]) };
  const change = changed(withEnclave(withEnclave(state, idle), resumed), draft);
  return { ...switchEnclaves(call, change, to.eid, (lost) => endRunningChain(call, lost)), value: 0n };
}
