/**
 * RESUME (95): a1 says from what: 0 timer or yield, 1 stop, 2 ocall. Penglai reference §6.2, §6.4, §6.9.
 *
 * Two results are no errors although nothing happened, as in the published code: a missing enclave resumed from the timer
 * gives 0 ("driver reads success"), a stopped one gives 1 (the driver comes again), an unknown a1 gives 0.
 *
 * Fixed (B14): the ocall that is answered must be the pending one, and a grant must hold what was asked for. A refused
 * grant leaves the enclave waiting, so the host can offer another; {0, 0} declines and the enclave reads 0.
 */

import { A0 } from "../../../core/registers.ts";
import { PTE_R, PTE_W } from "../../../core/sv39.ts";
import { PAGE_SIZE, type PageNo } from "../../../core/units.ts";
import { Draft } from "../../kernel/draft.ts";
import { isDenial } from "../../kernel/guard.ts";
import { type Hart, withRegisters } from "../../kernel/hart.ts";
import { hex, type Owner } from "../../kernel/page-owner.ts";
import { AddressSpace } from "../address-space.ts";
import { allegedSpan } from "../alleged.ts";
import { activeOf, chainEnded } from "../chain.ts";
import { isOn } from "../defects.ts";
import { type Denial, deny } from "../guards.ts";
import { withMmap } from "../mmap-area.ts";
import { changed, type HostCall, type Outcome, refuseHost, replyToHost } from "../outcome.ts";
import { ofEnclave, SECURE_SHM } from "../owner.ts";
import { ownEnclave } from "../records.ts";
import { takeRelays } from "../relay.ts";
import { RUN_RESULT } from "../run-result.ts";
import { secure } from "../secure-memory.ts";
import { attach, shmByKey, withoutShm } from "../secure-shm.ts";
import {
  type Enclave,
  enclaveById,
  type Mapping,
  type MonitorConfig,
  type MonitorState,
  type PendingOcall,
  type SecureBlock,
  withEnclave,
} from "../state.ts";
import { enter } from "../world-switch.ts";

const FROM_TIMER = 0n;
const FROM_STOP = 1n;
const FROM_OCALL = 2n;

export function resumeEnclave(call: HostCall): Outcome {
  const [eid, from] = call.args as [bigint, bigint];
  if (from === FROM_TIMER) return resumeFromTimer(call, eid);
  if (from === FROM_STOP) return resumeFromStop(call, eid);
  if (from === FROM_OCALL) return resumeFromOcall(call, eid);
  return refuseHost(call, deny("UNKNOWN_FUNCTION", `RESUME from ${from}`, { value: 0n }));
}

function resumeFromTimer(call: HostCall, eid: bigint): Outcome {
  const wakes = isOn(call.state.config, "T29") ? (["ocalling"] as const) : [];
  const enclave = ownEnclave(call, eid, ["runnable", "stopped", ...wakes]);
  if (isDenial(enclave))
    return refuseHost(call, enclaveById(call.state, eid) === undefined ? { ...enclave, value: 0n } : enclave);
  const active = activeOf(call.state, enclave);
  if (active.status === "stopped") return replyToHost(call, RUN_RESULT.TIMER_IRQ);
  return continueEnclave(call, new Draft(call.memory), active);
}

function resumeFromStop(call: HostCall, eid: bigint): Outcome {
  const enclave = ownEnclave(call, eid, ["stopped"]);
  if (isDenial(enclave)) return refuseHost(call, enclave);
  const active = activeOf(call.state, enclave);
  return replyToHost(call, 0n, { state: withEnclave(call.state, { ...active, status: "runnable" }), effects: [] });
}

function resumeFromOcall(call: HostCall, eid: bigint): Outcome {
  const top = ownEnclave(call, eid, ["ocalling"]);
  if (isDenial(top)) return refuseHost(call, top);
  const enclave = activeOf(call.state, top);
  const pending = enclave.pending!;
  const id = call.args[2]!;
  if (id !== BigInt(pending.id) && checksOcalls(call.state.config))
    return refuseHost(call, deny("WRONG_OCALL", `ocall ${id} is answered, ${pending.id} is pending`));
  const draft = new Draft(call.memory);
  if (pending.grant === "status") return continueEnclave(call, draft, withResult(enclave, call.args[3]!));
  if (pending.grant === "shm") return resumeWithShm(call, draft, enclave, pending.key);
  if (pending.grant === "relay") return resumeWithRelay(call, draft, enclave);
  if (pending.grant !== "none") return resumeWithGrant(call, draft, enclave, pending);
  return continueEnclave(call, draft, withResult(enclave, pending.a0));
}

interface Granted {
  readonly state: MonitorState;
  readonly block: SecureBlock;
  /** What the enclave gets of it. */
  readonly byteLen: number;
}

/** a3, a4: a block for `needed` bytes and its first page, taken from the host. */
function takeGrant(call: HostCall, draft: Draft, needed: number, owner: Owner): Granted | Denial {
  const [paddr, size] = call.args.slice(3) as [bigint, bigint];
  const span = allegedSpan(call.state, "the granted block", paddr, size, PAGE_SIZE);
  if (isDenial(span)) return span;
  const isEnough = span.byteLen >= needed + PAGE_SIZE;
  if (!isEnough && checksOcalls(call.state.config))
    return deny("GRANT_TOO_SMALL", `${hex(size)} bytes for ${hex(needed)} and a first page`);
  const secured = secure(call.state, call.memory, draft, call.hart, span, owner);
  return isDenial(secured) ? secured : { ...secured, byteLen: isEnough ? needed : span.byteLen - PAGE_SIZE };
}

/** Memory for secure-shm.ts comes in. Its creator is the first who has it; {0, 0} declines, and the enclave reads -1. */
function resumeWithShm(call: HostCall, draft: Draft, enclave: Enclave, key: bigint): Outcome {
  const [paddr, size] = call.args.slice(3) as [bigint, bigint];
  const asked = shmByKey(call.state, key)!;
  if (paddr === 0n && size === 0n)
    return continueEnclave({ ...call, state: withoutShm(call.state, asked) }, draft, withResult(enclave, -1n), call);
  const granted = takeGrant(call, draft, asked.byteLen, SECURE_SHM);
  if (isDenial(granted)) return refuseHost(call, granted);
  const { block, byteLen } = granted;
  // Wiped as a whole (published: the first page that is mapped).
  const from = (block.from + 1) as PageNo;
  const wiped = isOn(call.state.config, "T58") ? PAGE_SIZE : byteLen;
  draft.zeroPages({ from, to: (from + wiped / PAGE_SIZE) as PageNo });
  const attached = attach(draft, granted.state, enclave, { ...asked, block, byteLen });
  if (isDenial(attached)) return refuseHost(call, attached);
  const { state, va } = attached;
  return continueEnclave({ ...call, state }, draft, withResult(attached.enclave, va), call);
}

const checksOcalls = (config: MonitorConfig): boolean => config.defences.ocallCheck && !isOn(config, "B14");

/** Memory that the enclave asked for comes in. */
function resumeWithGrant(
  call: HostCall,
  draft: Draft,
  enclave: Enclave,
  pending: Extract<PendingOcall, { grant: "mmap" | "sbrk" }>,
): Outcome {
  const [paddr, size] = call.args.slice(3) as [bigint, bigint];
  if (paddr === 0n && size === 0n) return continueEnclave(call, draft, withResult(enclave, 0n));
  const granted = takeGrant(call, draft, pending.byteLen, ofEnclave(enclave.eid));
  if (isDenial(granted)) return refuseHost(call, granted);
  const { block, byteLen } = granted;
  const from = (block.from + 1) as PageNo;
  const beyond = isOn(call.state.config, "T33") ? 1 : 0;
  const pages = { from, to: (from + byteLen / PAGE_SIZE + beyond) as PageNo };
  const va = pending.grant === "mmap" ? pending.va : enclave.heapTop;
  // Wiped on arrival: the enclave sees zeros, not what the host left there.
  if (!isOn(call.state.config, "T32")) draft.zeroPages(pages);
  const space = new AddressSpace(draft, enclave.root, enclave.free);
  // The tables fit: the ocall was not passed on before they did, and free pages only go to this enclave.
  const denial = space.map(va, pages, PTE_R | PTE_W);
  if (denial) return refuseHost(call, denial);
  const grown = { ...withMapping(enclave, pending.grant, { block, va, byteLen }), free: space.free };
  const result = pending.grant === "mmap" ? va : grown.heapTop;
  return continueEnclave({ ...call, state: granted.state }, draft, withResult(grown, result), call);
}

/** "Host resumes with new relay paddr, size (or magic)" (§6.4). {0, 0}: the enclave reads -1 and goes on without. */
function resumeWithRelay(call: HostCall, draft: Draft, enclave: Enclave): Outcome {
  const [address, size] = call.args.slice(3) as [bigint, bigint];
  const taken = takeRelays(call, draft, { state: call.state, enclave }, { address, size });
  if (isDenial(taken)) return refuseHost(call, taken);
  const result = taken.enclave.relays.length > 0 ? 0n : -1n;
  return continueEnclave({ ...call, state: taken.state }, draft, withResult(taken.enclave, result), call);
}

function withMapping(enclave: Enclave, grant: "mmap" | "sbrk", mapping: Mapping): Enclave {
  if (grant === "sbrk")
    return { ...enclave, heapTop: mapping.va + BigInt(mapping.byteLen), heap: [...enclave.heap, mapping] };
  return { ...enclave, mmaps: withMmap(enclave.mmaps, mapping) };
}

/** The enclave goes on; if its cache lines cannot be locked again it is destroyed instead. */
function continueEnclave(call: HostCall, draft: Draft, enclave: Enclave, original = call): Outcome {
  const change = changed(call.state, draft);
  return enter(call, change, { ...enclave, pending: undefined }, (denial) => {
    const ending = new Draft(original.memory);
    const state = chainEnded(original.state, ending, enclaveById(original.state, BigInt(enclave.eid))!, denial);
    return { ...replyToHost(original, -1n, changed(state, ending)), denial };
  });
}

/** a0 of the enclave; undefined leaves it as it was. */
const withResult = (enclave: Enclave, a0: bigint | undefined): Enclave =>
  a0 === undefined ? enclave : { ...enclave, hart: withA0(enclave.hart, a0) };

const withA0 = (hart: Hart, a0: bigint): Hart => withRegisters(hart, [[A0, a0]]);
