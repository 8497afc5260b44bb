/**
 * Relay pages: memory that the host fills and gives to an enclave with what is in it, which the enclave may hand on to the
 * next one, by name and without copying. Penglai reference §6.12.
 *
 *     host --RUN {address, size}--> enclave "a" --ASYN_CALL "b"--> (waits) --RUN {≠0, 0}--> enclave "b" --…--> host
 *
 * While they wait they belong to the name: no enclave and no host maps them. They are mapped at 0x38_0000_0000 upwards,
 * readable and writable. Ten entries at most are held by an enclave or wait under a name.
 *
 * Fixed: the range is checked like any other that becomes secure, before anything is mapped or unmapped; the eleventh entry
 * is refused (published: written behind the array); entries are wiped when the holder ends (B15), not when it returns
 * them, for that is what they are for. Only the one live enclave of a name gets what waits under it.
 * Not modelled: taking back pages that wait for an enclave that never comes.
 */
import { PAGE_SIZE } from "../../core/units.ts";
import type { Draft } from "../kernel/draft.ts";
import { isDenial } from "../kernel/guard.ts";
import { hex } from "../kernel/page-owner.ts";
import { pagesOf } from "../kernel/span.ts";
import { allegedSpan } from "./alleged.ts";
import { isOn } from "./defects.ts";
import { MAX_MAPPED_BYTE_LEN, MAX_RELAYS, RELAY_BASE } from "./enclave-layout.ts";
import { type Denial, deny } from "./guards.ts";
import { enclavesNamed } from "./names.ts";
import type { HostCall } from "./outcome.ts";
import { ofEnclave, RELAY } from "./owner.ts";
import type { AllegedRelay } from "./params.ts";
import { mapped, unmapped } from "./passing.ts";
import { secure } from "./secure-memory.ts";
import { type Enclave, type MonitorState, type Relay, type RelayUnderWay, withOwner } from "./state.ts";

/** State and an enclave that is not yet recorded in it. */
interface Progress {
  readonly state: MonitorState;
  readonly enclave: Enclave;
}

/** Slots that the published ASYN_CALL clears (B15). */
const PUBLISHED_SLOTS = 5;

export const relayByteLen = (relays: readonly Pick<Relay, "block">[]): number =>
  relays.reduce((sum, { block }) => sum + (block.to - block.from) * PAGE_SIZE, 0);

/**
 * What the host passes with RUN, RUN_SHADOW and as the answer to RETURN_RELAY_PAGE, for an enclave that holds no relay
 * pages: new ones, those that wait under its name, or none.
 */
export function takeRelays(
  call: HostCall,
  draft: Draft,
  progress: Progress,
  { address, size }: AllegedRelay,
): Progress | Denial {
  if (address === 0n && size === 0n) return progress;
  const denial = checkName(progress);
  if (denial) return denial;
  return size === 0n ? pickUp(draft, progress) : takeNew(call, draft, progress, { address, size });
}

/** Relay pages are registered under the enclave's name; nobody can address the empty one, and no server picks any up. */
function checkName({ state, enclave: { eid, name } }: Progress): Denial | undefined {
  if (name === "" || isOn(state.config, "S15")) return undefined;
  const other = enclavesNamed(state, name).find((namesake) => namesake.eid !== eid && namesake.server === undefined);
  return other && deny("NAME_AMBIGUOUS", `enclaves ${other.eid} and ${eid} are both "${name}"`);
}

function takeNew(
  call: HostCall,
  draft: Draft,
  { state, enclave }: Progress,
  { address, size }: AllegedRelay,
): Progress | Denial {
  const span = allegedSpan(state, "the relay page", address, size, PAGE_SIZE);
  if (isDenial(span)) return span;
  if (size > MAX_MAPPED_BYTE_LEN) return deny("TOO_LARGE", `the relay page has ${hex(size)} bytes`);
  const secured = secure(state, call.memory, draft, call.hart, span, ofEnclave(enclave.eid));
  if (isDenial(secured)) return secured;
  const holder = mapped(draft, enclave, RELAY_BASE, pagesOf(span));
  if (holder === undefined) return noTables(enclave, span.byteLen);
  return { state: secured.state, enclave: { ...holder, relays: [{ block: secured.block, va: RELAY_BASE }] } };
}

function pickUp(draft: Draft, { state, enclave }: Progress): Progress | Denial {
  const { name } = enclave;
  const waiting = waitingFor(state, name);
  if (waiting.length === 0) return deny("NO_RELAY_PAGE", `nothing waits for "${name}"`);
  const left = isOn(state.config, "S16") ? state.relays : state.relays.filter((relay) => !waiting.includes(relay));
  let progress: Progress = {
    state: { ...state, relays: left },
    enclave,
  };
  for (const { block } of waiting) {
    const va = RELAY_BASE + BigInt(relayByteLen(progress.enclave.relays));
    const holder = mapped(draft, progress.enclave, va, block);
    if (holder === undefined) return noTables(enclave, relayByteLen(waiting));
    progress = {
      state: withOwner(progress.state, block, ofEnclave(enclave.eid)),
      enclave: { ...holder, relays: [...holder.relays, { block, va }] },
    };
  }
  return progress;
}

const noTables = ({ eid }: Enclave, byteLen: number): Denial =>
  deny(
    "NO_FREE_PAGES",
    `the tables for ${hex(byteLen)} bytes of relay pages do not fit the free list of enclave ${eid}`,
  );

const waitingFor = (state: MonitorState, name: string): RelayUnderWay[] =>
  name === "" ? [] : state.relays.filter((relay) => relay.name === name);

/** Takes a held entry from the enclave and lets it wait under a name. */
export function handOn(draft: Draft, { state, enclave }: Progress, relay: Relay, name: string): Progress | Denial {
  const waiting = waitingFor(state, name);
  const byteLen = relayByteLen([...waiting, relay]);
  const isFull = waiting.length >= MAX_RELAYS && !isOn(state.config, "S17");
  if (isFull || BigInt(byteLen) > MAX_MAPPED_BYTE_LEN)
    return deny("RELAY_LIMIT", `${waiting.length} entries wait for "${name}", ${hex(byteLen)} bytes with this one`);
  const { block } = relay;
  const left = unmapped(draft, enclave, relay.va, block);
  const forgets = !isOn(state.config, "S2") || enclave.relays.indexOf(relay) < PUBLISHED_SLOTS;
  return {
    state: { ...withOwner(state, block, RELAY), relays: [...state.relays, { name, block }] },
    enclave: forgets ? without(left, relay) : left,
  };
}

export const without = (enclave: Enclave, relay: Relay): Enclave => ({
  ...enclave,
  relays: enclave.relays.filter((held) => held !== relay),
});

/** The held entry of exactly this address and size. */
export function heldRelay({ eid, relays }: Enclave, va: bigint, size: bigint): Relay | Denial {
  const held = relays.find((relay) => relay.va === va && BigInt(relayByteLen([relay])) === size);
  return held ?? deny("NOT_HELD", `enclave ${eid} holds no entry of ${hex(size)} bytes at ${hex(va)}`);
}
