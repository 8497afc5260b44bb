/**
 * Everything the monitor knows, as one immutable value. `step` takes one and returns one; a call that fails returns the
 * same object. Penglai reference §6.7 (monitor objects), §6.9 (states), §6.11 (memory).
 *
 * The records live here and not in guest memory; the pages they would occupy (page 0 of a region, the first page of a
 * grant) stay reserved. Each hart has at most one enclave, and an enclave at most one hart.
 * Ids of enclaves and shadows come from one counter and are never used again (published: slab indices, reused).
 * A call between enclaves is a pair of records that name each other (chain.ts); a relay page that is under way between two
 * enclaves belongs to neither (relay.ts).
 */

import type { GptRegisters } from "../../core/gpt-registers.ts";
import { PAGE_SIZE, type Pa, type PageNo, pageNoOf } from "../../core/units.ts";
import type { DefectSet } from "../kernel/defect.ts";
import type { Hart } from "../kernel/hart.ts";
import { type Owner, PUBLIC } from "../kernel/page-owner.ts";
import { RadixMap } from "../kernel/radix-map.ts";
import type { PageRange, Span } from "../kernel/span.ts";
import type { Attestation } from "./attestation.ts";
import type { TvmDefect } from "./defects.ts";
import type { Defences } from "./defences.ts";
import type { Denial } from "./guards.ts";

/** Who checks where tables of the host lie: the monitor, or the walker too. */
export type GptMode = Exclude<GptRegisters["mode"], "off">;

/** What does not change while the machine runs. */
export interface MonitorConfig {
  readonly ram: PageRange;
  /** The monitor's own memory: the first 2 MiB of RAM. */
  readonly monitor: Span;
  readonly gptMode: GptMode;
  readonly defences: Defences;
  readonly defects: DefectSet<TvmDefect>;
  readonly attestation: Attestation;
}

export interface Areas {
  readonly ptArea: Span;
  readonly mbitmap: Span;
  /** First byte of the PMD and of the PTE sub-area, once PT_AREA_SEPARATION has said where. */
  readonly separation?: { readonly pmdBase: Pa; readonly pteBase: Pa };
}

/** Pages that became private together, and the host entries that lost their V bit for it. */
export interface SecureBlock extends PageRange {
  readonly hidden: readonly Pa[];
}

/** §6.9. ATTESTING is over before anybody can look. */
export type EnclaveStatus = "fresh" | "runnable" | "running" | "stopped" | "ocalling";

/** Where results for the driver go (§6.7): addresses of public words, 0 where the host wants none. */
export interface OutPointers {
  readonly ocallId: Pa;
  readonly arg0: Pa;
  readonly arg1: Pa;
  readonly retval: Pa;
}

/** What RESUME(2) has to bring. */
export type PendingOcall =
  | { readonly id: number; readonly grant: "mmap"; readonly va: bigint; readonly byteLen: number }
  | { readonly id: number; readonly grant: "sbrk"; readonly byteLen: number }
  | { readonly id: number; readonly grant: "shm"; readonly key: bigint }
  /** a0 becomes what the host says. */
  | { readonly id: number; readonly grant: "status" }
  | { readonly id: number; readonly grant: "relay" }
  | { readonly id: number; readonly grant: "none"; readonly a0?: bigint };

/** A granted block and where the enclave sees it. Its first page holds its records and is not mapped. */
export interface Mapping {
  readonly block: SecureBlock;
  readonly va: bigint;
  readonly byteLen: number;
}

/** Memory that enclaves share with one another and not with the host (§6.13). Its first page holds its slots. */
export interface SecureShm {
  readonly key: bigint;
  /** What is mapped. */
  readonly byteLen: number;
  /** None until the host has granted it. */
  readonly block: SecureBlock | undefined;
  /** Who asked for it, as long as it lives. */
  readonly creator: number | undefined;
  /** In the order in which they came. */
  readonly attached: readonly { readonly eid: number; readonly va: bigint }[];
  /** SHM_DESTROY was called: nobody attaches any more. */
  readonly isDoomed: boolean;
}

/** An entry of relay pages: lent by the host with data in them. All of the block is mapped. */
export interface Relay {
  readonly block: SecureBlock;
  readonly va: bigint;
}

/** Relay pages that were handed on by name and that nobody has picked up. */
export interface RelayUnderWay {
  readonly name: string;
  readonly block: SecureBlock;
}

/** A call that an enclave has made and that has not returned. */
export interface PendingCall {
  readonly callee: number;
  /** Where its call_enclave_arg lies: what comes back is written there. */
  readonly arg: readonly Span[];
  /** What it passed: where it saw the block, and what it was. */
  readonly request: { readonly va: bigint; readonly byteLen: number; readonly block: SecureBlock } | undefined;
}

/** A bound range of the enclave's and the physical lines behind it. */
export interface LockedRange {
  readonly va: bigint;
  readonly byteLen: number;
  readonly pieces: readonly Span[];
}

export interface Enclave {
  readonly eid: number;
  readonly status: EnclaveStatus;
  /** satp of the process that created it: the only one that may drive it. */
  readonly hostSatp: bigint;
  readonly root: PageNo;
  readonly region: SecureBlock;
  /** Pages of the region that nobody has used yet; the lowest goes first. */
  readonly free: PageRange;
  readonly kbuffer: Span | undefined;
  readonly shm: Span | undefined;
  readonly out: OutPointers;
  readonly measurement: Uint8Array;
  /** Registers to continue with; while it runs, those it was entered with. */
  readonly hart: Hart;
  readonly heapTop: bigint;
  /** Ascending by address. */
  readonly heap: readonly Mapping[];
  /** Descending by address. */
  readonly mmaps: readonly Mapping[];
  readonly pending: PendingOcall | undefined;
  readonly locks: readonly LockedRange[];
  /** The template it was forked from. */
  readonly shadow: number | undefined;
  /** Up to 16 bytes as Latin-1, without the NULs behind them: the host's word for it (names.ts). */
  readonly name: string;
  /** Of a server: where every call of it begins. */
  readonly server: { readonly entry: bigint } | undefined;
  /** Of a server in a call: who called it. */
  readonly caller: number | undefined;
  /** The call it waits for; it is RUNNABLE meanwhile, but who goes on is the callee. */
  readonly calling: PendingCall | undefined;
  /** Ascending by address. */
  readonly relays: readonly Relay[];
}

export interface Shadow {
  readonly eid: number;
  readonly hostSatp: bigint;
  readonly root: PageNo;
  readonly region: SecureBlock;
  readonly entry: bigint;
  readonly measurement: Uint8Array;
  readonly liveForks: number;
  readonly forks: number;
}

/** Why an enclave is gone, for those who ask later. */
export interface Departure {
  readonly eid: number;
  readonly reason: Denial | "exit" | "destroyed by the host";
}

/** What another hart wants of the enclave: what its hart does when it takes the interrupt. */
export type Order = "stop" | "destroy";

/** An enclave that has a hart, and the host's registers of that hart meanwhile. */
export interface Running {
  readonly eid: number;
  readonly host: Hart;
  readonly order?: Order;
}

export interface MonitorState {
  readonly config: MonitorConfig;
  readonly areas: Areas | undefined;
  /** By page number relative to the first page of RAM. */
  readonly owners: RadixMap<Owner>;
  /** By table page of the host's, as `owners`: what it can map, once that is known (table-reach.ts). */
  readonly reach: RadixMap<PageRange | undefined>;
  /** How many live enclaves share a public page with the host. */
  readonly shares: RadixMap<number>;
  readonly enclaves: RadixMap<Enclave | undefined>;
  readonly shadows: RadixMap<Shadow | undefined>;
  readonly secureShms: readonly SecureShm[];
  /** Ids of live enclaves by a hash of their names. */
  readonly names: RadixMap<readonly number[] | undefined>;
  /** In the order in which they were handed on. */
  readonly relays: readonly RelayUnderWay[];
  readonly nextEid: number;
  readonly freeRecords: number;
  /** By hart: the enclave that has it; none where the host does. */
  readonly running: readonly (Running | undefined)[];
  /** The hart that has left the monitor with the lock of the records, and by hart what it has seen of one: lock.ts. */
  readonly lockedBy: number | undefined;
  readonly seen: readonly (Enclave | undefined)[];
  /** Random numbers drawn so far, in draws. */
  readonly draws: number;
  /** The last ones, newest first. */
  readonly departures: readonly Departure[];
}

const MAX_EIDS = 2 ** 30;
export const NAME_HASHES = 2 ** 30;
/** Records that fit the monitor's own memory before the first MEMORY_EXTEND: one slab of §6.7. */
export const INITIAL_RECORDS = 100;
const REMEMBERED_DEPARTURES = 64;

/** The state before SM_INIT. */
export function initialState(config: MonitorConfig, monitorOwner: Owner): MonitorState {
  const pageCount = config.ram.to - config.ram.from;
  const owners = RadixMap.uniform(pageCount, PUBLIC);
  const first = pageNoOf(config.monitor.pa) - config.ram.from;
  return {
    config,
    areas: undefined,
    owners: owners.fill(first, first + config.monitor.byteLen / PAGE_SIZE, monitorOwner),
    reach: RadixMap.uniform<PageRange | undefined>(pageCount, undefined),
    shares: RadixMap.uniform(pageCount, 0),
    enclaves: RadixMap.uniform<Enclave | undefined>(MAX_EIDS, undefined),
    shadows: RadixMap.uniform<Shadow | undefined>(MAX_EIDS, undefined),
    secureShms: [],
    names: RadixMap.uniform<readonly number[] | undefined>(NAME_HASHES, undefined),
    relays: [],
    nextEid: 1,
    freeRecords: INITIAL_RECORDS,
    running: [],
    lockedBy: undefined,
    seen: [],
    draws: 0,
    departures: [],
  };
}

/** What has the hart instead of the host. */
export const runningOn = (state: MonitorState, hartId: number): Running | undefined => state.running[hartId];

export function withRunning(state: MonitorState, hartId: number, running: Running | undefined): MonitorState {
  const harts = Array.from({ length: Math.max(state.running.length, hartId + 1) }, (_, id) => state.running[id]);
  harts[hartId] = running;
  return { ...state, running: harts };
}

/** The hart that an enclave has. */
export const hartOf = (state: MonitorState, eid: number): number =>
  state.running.findIndex((running) => running?.eid === eid);

export const withEnclave = (state: MonitorState, enclave: Enclave): MonitorState => ({
  ...state,
  enclaves: state.enclaves.set(enclave.eid, enclave),
});

export const withShadow = (state: MonitorState, shadow: Shadow): MonitorState => ({
  ...state,
  shadows: state.shadows.set(shadow.eid, shadow),
});

export const withDeparture = (state: MonitorState, departure: Departure): MonitorState => ({
  ...state,
  departures: [departure, ...state.departures].slice(0, REMEMBERED_DEPARTURES),
});

/** @param eid any number a caller may pass */
export const enclaveById = (state: MonitorState, eid: bigint): Enclave | undefined =>
  eid < BigInt(MAX_EIDS) ? state.enclaves.get(Number(eid)) : undefined;

export const shadowById = (state: MonitorState, eid: bigint): Shadow | undefined =>
  eid < BigInt(MAX_EIDS) ? state.shadows.get(Number(eid)) : undefined;

/** @returns undefined for a page outside RAM */
export function ownerOf(state: MonitorState, page: PageNo): Owner | undefined {
  const { from, to } = state.config.ram;
  return page >= from && page < to ? state.owners.get(page - from) : undefined;
}

/** The first page of [from, to), which lies in RAM, whose owner `accepts` refuses. */
export function firstPageNot(
  state: MonitorState,
  pages: PageRange,
  accepts: (owner: Owner) => boolean,
): PageNo | undefined {
  const base = state.config.ram.from;
  const index = state.owners.find(pages.from - base, pages.to - base, (owner) => !accepts(owner));
  return index === undefined ? undefined : ((base + index) as PageNo);
}

export function withOwner(state: MonitorState, pages: PageRange, owner: Owner): MonitorState {
  const base = state.config.ram.from;
  return { ...state, owners: state.owners.fill(pages.from - base, pages.to - base, owner) };
}
