/**
 * Everything the monitor knows, as one immutable value. `step` takes one and returns one; a call that fails returns the
 * same object. Penglai reference §6.5, §6.7 (monitor objects), §6.9 (states).
 *
 * Records live here and not in guest memory; the slabs that they would occupy are allocated all the same. A slab of 128
 * records has 128 KiB here (the published size is that of a C structure that nobody states).
 * Ids come from one counter and are never used again (published: slab indices, reused).
 */
import { PAGE_SIZE, type Pa, type PageNo, pageNoOf } from "../../core/units.ts";
import type { DefectSet } from "../kernel/defect.ts";
import type { Hart } from "../kernel/hart.ts";
import { type Owner, PUBLIC } from "../kernel/page-owner.ts";
import { RadixMap } from "../kernel/radix-map.ts";
import type { PageRange, Span } from "../kernel/span.ts";
import type { Attestation } from "./attestation.ts";
import { type DefectId, isOn } from "./defects.ts";
import type { Denial } from "./guards.ts";
import { MONITOR } from "./owner.ts";
import { allocate, type Block, giveBack, pagesOfBlock, type Regions } from "./regions.ts";

/** What does not change while the machine runs. */
export interface MonitorConfig {
  readonly ram: PageRange;
  /** The monitor's own memory: the first 2 MiB of RAM. */
  readonly monitor: Span;
  readonly attestation: Attestation;
  readonly defects: DefectSet<DefectId>;
}

/**
 * §6.9: "no OCALLING/ATTESTING (an ocall leaves the enclave RUNNABLE)"; `destroyed` keeps its memory until RESUME comes.
 */
export type EnclaveStatus = "fresh" | "runnable" | "running" | "stopped" | "destroyed";

/** Pages that host and enclave share, contiguous on both sides. */
export interface Window {
  readonly va: bigint;
  /** undefined if there is none. */
  readonly span: Span | undefined;
}

/** Where results for the driver go (§6.7): addresses of public words, 0 where the host wants none. */
export interface OutPointers {
  readonly ocallId: Pa;
  readonly arg0: Pa;
}

export interface Enclave {
  readonly eid: number;
  readonly status: EnclaveStatus;
  /** What STOP or DESTROY from another hart will do to it at its next trap. */
  readonly pending: "stop" | "destroy" | undefined;
  /** satp of the process that created it: the only one that may drive it. */
  readonly hostSatp: bigint;
  /** The root table is its first page. */
  readonly block: Block;
  readonly untrusted: Window;
  readonly kbuffer: Window;
  readonly out: OutPointers;
  readonly measurement: Uint8Array;
  /** Registers to continue with; while it runs, those it was entered with. */
  readonly hart: Hart;
}

/** Why an enclave is gone, for those who ask later. */
export interface Departure {
  readonly eid: number;
  readonly reason: Denial | "exit" | "destroyed by the host";
  /** a0 of EXIT, "only logged": the host does not hear of it (§6.6). */
  readonly exitValue?: bigint;
}

/** An enclave that has a hart, and the host's registers of that hart meanwhile. */
export interface Running {
  readonly eid: number;
  readonly host: Hart;
}

export interface MonitorState {
  readonly config: MonitorConfig;
  readonly regions: Regions;
  /** By hart: the block that its kernel may access, through PMP1. */
  readonly grants: readonly (Block | undefined)[];
  /** Blocks of records, the oldest first. */
  readonly slabs: readonly Block[];
  readonly records: number;
  /** By page number relative to the first page of RAM. */
  readonly owners: RadixMap<Owner>;
  /** How many live enclaves share a public page with the host. */
  readonly shares: RadixMap<number>;
  readonly enclaves: RadixMap<Enclave | undefined>;
  readonly nextEid: number;
  /** By hart: the enclave that has it; none where the host does. */
  readonly running: readonly (Running | undefined)[];
  /** Whether the entry for all the rest of memory is still there (defect P29). */
  readonly restIsOpen: boolean;
  /** The last ones, newest first. */
  readonly departures: readonly Departure[];
}

const MAX_EIDS = 2 ** 30;
const REMEMBERED_DEPARTURES = 64;

/** The state before MM_INIT. */
export function initialState(config: MonitorConfig): MonitorState {
  const pageCount = config.ram.to - config.ram.from;
  const owners = RadixMap.uniform(pageCount, PUBLIC);
  const first = pageNoOf(config.monitor.pa) - config.ram.from;
  return {
    config,
    regions: [],
    grants: [],
    slabs: [],
    records: 0,
    owners: owners.fill(first, first + config.monitor.byteLen / PAGE_SIZE, MONITOR),
    shares: RadixMap.uniform(pageCount, 0),
    enclaves: RadixMap.uniform<Enclave | undefined>(MAX_EIDS, undefined),
    nextEid: 1,
    running: [],
    restIsOpen: true,
    departures: [],
  };
}

/** What has the hart instead of the host. */
export const runningOn = (state: MonitorState, hartId: number): Running | undefined => state.running[hartId];

export const withRunning = (state: MonitorState, hartId: number, running: Running | undefined): MonitorState => ({
  ...state,
  running: replaced(state.running, hartId, running),
});

export const withGrant = (state: MonitorState, hartId: number, grant: Block | undefined): MonitorState => ({
  ...state,
  grants: replaced(state.grants, hartId, grant),
});

export const withEnclave = (state: MonitorState, enclave: Enclave): MonitorState => ({
  ...state,
  enclaves: state.enclaves.set(enclave.eid, enclave),
});

export const withDeparture = (state: MonitorState, departure: Departure): MonitorState => ({
  ...state,
  departures: [departure, ...state.departures].slice(0, REMEMBERED_DEPARTURES),
});

/** @param alleged any number a caller may pass */
export function enclaveById(state: MonitorState, alleged: bigint): Enclave | undefined {
  const eid = isOn(state.config, "P6") ? BigInt.asUintN(32, alleged) : alleged;
  return eid < BigInt(MAX_EIDS) ? state.enclaves.get(Number(eid)) : undefined;
}

/** @returns undefined for a page outside RAM */
export function ownerOf(state: MonitorState, page: PageNo): Owner | undefined {
  const { from, to } = state.config.ram;
  return page >= from && page < to ? state.owners.get(page - from) : undefined;
}

export function withOwner(state: MonitorState, pages: PageRange, owner: Owner): MonitorState {
  const base = state.config.ram.from;
  return { ...state, owners: state.owners.fill(pages.from - base, pages.to - base, owner) };
}

/** Counts a sharer of the window's pages more (1) or less (-1). */
export function share(state: MonitorState, { span }: Window, change: 1 | -1): MonitorState {
  if (span === undefined) return state;
  const base = pageNoOf(span.pa) - state.config.ram.from;
  let { shares } = state;
  // Run by run: neighbours mostly have the same count.
  for (const { from, to, value } of [...shares.runs(base, base + span.byteLen / PAGE_SIZE)])
    shares = shares.fill(from, to, value + change);
  return { ...state, shares };
}

/** A block of secure memory for `owner`; undefined if no region has one. */
export function withBlock(
  state: MonitorState,
  order: number,
  owner: Owner,
): { readonly state: MonitorState; readonly block: Block } | undefined {
  const found = allocate(state.regions, order);
  if (found === undefined) return undefined;
  const { regions, block } = found;
  return { state: withOwner({ ...state, regions }, pagesOfBlock(block), owner), block };
}

/** The block is free again; whoever had it has been wiped out of it. */
export const withoutBlock = (state: MonitorState, block: Block, owner: Owner): MonitorState =>
  withOwner(
    { ...state, regions: giveBack(state.regions, block, !isOn(state.config, "P27")) },
    pagesOfBlock(block),
    owner,
  );

const replaced = <T>(list: readonly (T | undefined)[], index: number, value: T | undefined): (T | undefined)[] =>
  Array.from({ length: Math.max(list.length, index + 1) }, (_, i) => (i === index ? value : list[i]));
