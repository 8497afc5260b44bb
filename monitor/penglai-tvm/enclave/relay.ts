/**
 * What an enclave does with relay pages: ASYN_CALL (93) hands an entry on by name, SPLIT_MEM_REGION (92) cuts one in two,
 * RETURN_RELAY_PAGE (ocall 7) gives all of them back to the host with what is in them. Penglai reference §6.3, §6.4, §6.12.
 *
 *     ASYN_CALL         a0 name, a1 call_enclave_arg: req_vaddr and req_size name the entry
 *     SPLIT_MEM_REGION  a0 address, a1 size of the entry, a2 first address of its second part
 *
 * Fixed: what is named is a held entry before anything is unmapped, and a failure is -1 (published: 0 after some); the
 * second part of a split is not empty. The host hears of the first entry as before; which others came back it knows from
 * what it lent.
 */

import { isValid } from "../../../core/sv39.ts";
import { PAGE_SIZE, type PageNo, paOfPage } from "../../../core/units.ts";
import { Draft } from "../../kernel/draft.ts";
import type { Effect } from "../../kernel/effects.ts";
import { isDenial } from "../../kernel/guard.ts";
import { hex } from "../../kernel/page-owner.ts";
import { AddressSpace } from "../address-space.ts";
import { isOn } from "../defects.ts";
import { MAX_MAPPED_BYTE_LEN, MAX_RELAYS } from "../enclave-layout.ts";
import { deny } from "../guards.ts";
import { changed, type EnclaveCall, type Outcome, refuseEnclave, replyToEnclave } from "../outcome.ts";
import { unmapped } from "../passing.ts";
import { handOn, heldRelay, relayByteLen, without } from "../relay.ts";
import { release } from "../secure-memory.ts";
import { type Relay, withEnclave } from "../state.ts";
import { lockEffects } from "../world-switch.ts";
import { type CallArgument, readCallArgument, readName } from "./call-arg.ts";
import { changedNothing, OCALL, toHost } from "./to-host.ts";

export function asynCall(call: EnclaveCall): Outcome {
  const { state, enclave } = call;
  const name = readName(call, call.args[0]!);
  if (isDenial(name)) return refuseEnclave(call, name);
  if (name === "") return refuseEnclave(call, deny("NO_NAME", "relay pages for the empty name"));
  const arg = readCallArgument(call, call.args[1]!, "read");
  if (isDenial(arg)) return refuseEnclave(call, arg);
  const relay = heldRelay(enclave, arg.reqVaddr, arg.reqSize);
  if (isDenial(relay)) {
    const refused = refuseEnclave(call, relay);
    return isOn(state.config, "S1") ? { ...refused, effects: unmapNamed(call, arg) } : refused;
  }
  const draft = new Draft(call.memory);
  const handed = handOn(draft, { state, enclave }, relay, name);
  if (isDenial(handed)) return refuseEnclave(call, handed);
  // Bound ranges that stay may share a line with one that went.
  if (!isOn(state.config, "S9")) draft.add({ kind: "flushTlb" });
  draft.add(...lockEffects(handed.enclave));
  return replyToEnclave(call, 0n, changed(withEnclave(handed.state, handed.enclave), draft));
}

/** Defect S1: what the enclave named is gone, up to the largest range of relay pages. */
function unmapNamed({ memory, enclave }: EnclaveCall, { reqVaddr, reqSize }: CallArgument): readonly Effect[] {
  const draft = new Draft(memory);
  const space = new AddressSpace(draft, enclave.root, enclave.free);
  const size = reqSize < MAX_MAPPED_BYTE_LEN ? reqSize : MAX_MAPPED_BYTE_LEN;
  for (let at = reqVaddr; at < reqVaddr + size; at += BigInt(PAGE_SIZE))
    if (isValid(space.entry(at))) space.unmap(at, 1);
  return draft.effects;
}

export function splitMemRegion(call: EnclaveCall): Outcome {
  const [va, size, split] = call.args as [bigint, bigint, bigint];
  const { state, enclave } = call;
  const relay = heldRelay(enclave, va, size);
  if (isDenial(relay)) return refuseEnclave(call, relay);
  const offset = split - va;
  const isInside = offset > 0n && offset < size;
  const mayBeEmpty = isOn(state.config, "S18") && offset >= 0n && offset <= size;
  if ((!isInside && !mayBeEmpty) || offset % BigInt(PAGE_SIZE) !== 0n)
    return refuseEnclave(call, deny("SPLIT_POINT", `${hex(split)} in ${hex(size)} bytes at ${hex(va)}`));
  if (enclave.relays.length >= MAX_RELAYS && !isOn(state.config, "S17"))
    return refuseEnclave(call, deny("RELAY_LIMIT", `enclave ${enclave.eid} holds ${enclave.relays.length} entries`));
  const relays = enclave.relays.flatMap((held) => (held === relay ? parts(held, Number(offset)) : held));
  return replyToEnclave(call, 0n, { state: withEnclave(state, { ...enclave, relays }), effects: [] });
}

/** Both parts remember all entries of the host: each gives V back to those that map its pages. */
function parts({ block, va }: Relay, offset: number): [Relay, Relay] {
  const middle = (block.from + offset / PAGE_SIZE) as PageNo;
  return [
    { block: { ...block, to: middle }, va },
    { block: { ...block, from: middle }, va: va + BigInt(offset) },
  ];
}

/** arg0, arg1: the first entry, or {0, 0}. Not wiped: what is in the pages is the enclave's answer. */
export function returnRelayPages(call: EnclaveCall): Outcome {
  const [first] = call.enclave.relays;
  let { state, draft, enclave } = changedNothing(call);
  for (const relay of call.enclave.relays) {
    const left = isOn(state.config, "S20") ? enclave : unmapped(draft, enclave, relay.va, relay.block);
    enclave = without(left, relay);
    state = release(state, draft, relay.block, "keep contents");
  }
  const pa = first === undefined ? 0n : BigInt(paOfPage(first.block.from));
  const byteLen = BigInt(first === undefined ? 0 : relayByteLen([first]));
  const pending = { id: OCALL.RETURN_RELAY_PAGE, grant: "relay" } as const;
  return toHost(call, { state, draft, enclave }, pending, pa, byteLen);
}
