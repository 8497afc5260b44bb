/**
 * CALL_ENCLAVE (96): a0 id of a server, a1 call_enclave_arg. The server runs on the caller's hart, in the caller's time, with
 * the block at req_vaddr, which is the server's from now on. Penglai reference §6.8, §6.9, §6.12.
 *
 *     server's entry: a0 req_arg · a1 req VA or 0 · a2 req_size · a3 shm VA or 0 · a4 shm size, sp as for any enclave
 *
 * req_vaddr is a whole mmap block, or the relay base with the entry that is held there. The server sees the block at the
 * same address if that is free for it. "Server gets top caller's kbuffer": it is mapped for the call, so that ocalls of the
 * server are the top's. A server starts at its entry point in every call, with all other registers zero.
 *
 * Fixed: everything that can be refused is refused before anything moves (published: blocks are lost halfway); the size of
 * the passed relay pages is that of the entry; the structure is read once, and its answer is written where it was read.
 */
import { A0, A1, A2, A3, A4, SP } from "../../../core/registers.ts";
import { isValid, satpOf } from "../../../core/sv39.ts";
import { PAGE_SIZE, paOfPage } from "../../../core/units.ts";
import { Draft } from "../../kernel/draft.ts";
import { isDenial } from "../../kernel/guard.ts";
import { entryHart, type Hart, withRegisters } from "../../kernel/hart.ts";
import { hex } from "../../kernel/page-owner.ts";
import { type PageRange, pagesOf, type Span } from "../../kernel/span.ts";
import { AddressSpace } from "../address-space.ts";
import { topOf } from "../chain.ts";
import { isOn } from "../defects.ts";
import { KBUFFER_BASE, RELAY_BASE, SHM_BASE, STACK_TOP } from "../enclave-layout.ts";
import { type Denial, deny } from "../guards.ts";
import { changed, type EnclaveCall, type Outcome, refuseEnclave } from "../outcome.ts";
import { mapped, type Passed, passBlock, passRelay } from "../passing.ts";
import { heldRelay, relayByteLen } from "../relay.ts";
import {
  type Enclave,
  enclaveById,
  type Mapping,
  type MonitorConfig,
  type MonitorState,
  type PendingCall,
  withEnclave,
} from "../state.ts";
import { behindCall, lockEffects, switchEnclaves } from "../world-switch.ts";
import { type CallArgument, readCallArgument } from "./call-arg.ts";

const BUSY_RESULT = -2n;

export function callEnclave(call: EnclaveCall): Outcome {
  const { state, enclave } = call;
  const server = callableServer(state, call.args[0]!);
  if (isDenial(server)) return refuseEnclave(call, server);
  const arg = readCallArgument(call, call.args[1]!, "write");
  if (isDenial(arg)) return refuseEnclave(call, arg);
  const draft = new Draft(call.memory);
  const passed = passRequest(call, draft, server, arg);
  if (isDenial(passed)) return refuseEnclave(call, passed);
  const { kbuffer } = topOf(state, enclave);
  const callee = kbuffer === undefined ? passed.to : withKbuffer(draft, state.config, passed.to, kbuffer);
  if (callee === undefined)
    return refuseEnclave(call, deny("NO_ADDRESS_SPACE", `the kbuffer's tables do not fit server ${server.eid}`));

  const { eid } = enclave;
  // An idle server's registers are those of its entry.
  const hart = withRegisters(callee.hart, [
    [SP, STACK_TOP],
    [A0, arg.reqArg],
    [A1, passed.va],
    [A2, arg.reqSize],
    [A3, callee.shm === undefined ? 0n : SHM_BASE],
    [A4, BigInt(callee.shm?.byteLen ?? 0)],
  ]);
  const calling: PendingCall = { callee: callee.eid, arg: arg.pieces, request: passed.request };
  const waiting: Enclave = { ...passed.from, status: "runnable", hart: behindCall(call), calling };
  const next = withEnclave(withEnclave(passed.state, waiting), { ...callee, caller: eid, hart });
  return switchEnclaves(call, changed(next, draft), callee.eid, (lost) => ({
    ...refuseEnclave(call, lost),
    // The caller goes on, with its own lines locked as they were.
    effects: lockEffects(enclave),
  }));
}

function withKbuffer(draft: Draft, config: MonitorConfig, server: Enclave, kbuffer: Span): Enclave | undefined {
  const { root, free } = server;
  const mayBeMapped = isOn(config, "S4") || isOn(config, "S6");
  const wasLeft = mayBeMapped && isValid(new AddressSpace(draft, root, free).entry(KBUFFER_BASE));
  return wasLeft ? server : mapped(draft, server, KBUFFER_BASE, pagesOf(kbuffer));
}

/** A server between two calls: every register is zero, and the next call begins at the entry point. */
export const idleHart = ({ root, server }: Enclave): Hart => entryHart(server!.entry, satpOf(paOfPage(root)), []);

/** In use means in a call, wherever and whether or not its chain has a hart. */
function callableServer(state: MonitorState, eid: bigint): Enclave | Denial {
  const server = enclaveById(state, eid);
  if (server?.server === undefined) return deny("UNKNOWN_SERVER", `there is no server ${eid}`);
  if (server.caller === undefined || isOn(state.config, "S4")) return server;
  return deny("SERVER_BUSY", `enclave ${server.caller} has called server ${eid}`, { value: BUSY_RESULT });
}

/** Gives the server what the caller passes. Nothing, if req_vaddr is 0. */
function passRequest(
  { state, enclave }: EnclaveCall,
  draft: Draft,
  server: Enclave,
  { reqVaddr: va, reqSize, pieces }: CallArgument,
): (Passed & Pick<PendingCall, "request">) | Denial {
  const pair = { from: enclave, to: server };
  if (va === 0n) return { state, ...pair, va, request: undefined };
  const isUnchecked = isOn(state.config, "S3");
  const size = isUnchecked && enclave.relays[0] !== undefined ? BigInt(relayByteLen([enclave.relays[0]])) : reqSize;
  const relay = va === RELAY_BASE ? heldRelay(enclave, va, size) : undefined;
  if (isDenial(relay)) return relay;
  const mapping = relay === undefined ? heldBlock(enclave, va, reqSize) : undefined;
  if (isDenial(mapping)) return mapping;
  const { block } = (relay ?? mapping)!;
  const isInside = ({ from }: PageRange): boolean => from >= block.from && from < block.to;
  if (pieces.some((piece) => isInside(pagesOf(piece))) && !isOn(state.config, "S21"))
    return deny("ARGUMENT_PASSED", `call_enclave_arg lies in the block at ${hex(va)}`);
  const pageCount = isUnchecked ? Number(reqSize / BigInt(PAGE_SIZE)) : undefined;
  const passed = relay ? passRelay(state, draft, pair, relay, pageCount) : passBlock(state, draft, pair, mapping!, va);
  if (passed === undefined)
    return deny("NO_ADDRESS_SPACE", `server ${server.eid} has no place or no tables for ${hex(reqSize)} bytes`);
  return { ...passed, request: { va, byteLen: Number(reqSize), block } };
}

/** The whole mmap block of exactly this address and size. */
export function heldBlock({ eid, mmaps }: Enclave, va: bigint, size: bigint): Mapping | Denial {
  const held = mmaps.find((mapping) => mapping.va === va && BigInt(mapping.byteLen) === size);
  return held ?? deny("NO_SUCH_BLOCK", `enclave ${eid} has no block of ${hex(size)} bytes at ${hex(va)}`);
}
