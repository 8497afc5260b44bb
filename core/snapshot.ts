/**
 * Snapshots: everything that decides what a machine does next, in a form that does not depend on how it got there. Two
 * machines in the same state give equal snapshots, whatever budgets they ran with and whichever host frames they use.
 *
 * Taken: harts (registers, CSRs), whose turn it is and what is left of it, device registers, caches of the timed flavour, characters that wait in the UART,
 * and every backed page. Pages that share a host frame share their bytes here, and share a frame again after a restore.
 * Left out, as it is derived: TLBs, predecoded pages, frame numbers. Left out, as it is the host's and not the machine's:
 * which pages are watched, console listeners.
 * Invariant: nothing in a snapshot aliases a machine's memory, so running a machine never changes one.
 */
import {
  CACHE,
  CACHE_END,
  HART,
  HART_BUDGET,
  HART_DEADLINE,
  HART_EXEC_TLB,
  HART_TLB,
  HART_X,
  HARTS,
  HARTS_STRIDE,
  HTIF_FROMHOST,
  HTIF_TOHOST,
  STATE_END,
  UART_RING,
  UART_RX,
  UART_TX,
  X_SINK,
} from "../assembly/layout.ts";
import type { Flavour } from "./core-module.ts";
import type { Machine } from "./machine.ts";
import { PAGE_SIZE, type Pa, type PageNo, pageNoOf } from "./units.ts";

/** Counts up when hart state or cache state is laid out anew; older snapshots are then refused. */
const SNAPSHOT_VERSION = 6;

/** What two machines must have in common to exchange states. */
export interface SnapshotConfiguration {
  readonly flavour: Flavour;
  readonly mode: "monitor" | "firmware";
  readonly ramBase: Pa;
  readonly ramSize: number;
  /** Canonical ISA string. */
  readonly isa: string;
  /** How many harts. */
  readonly harts: number;
}

/** A machine at one moment, as plain bytes; good for every machine of the same RAM, harts, mode and flavour. */
export interface Snapshot {
  readonly version: number;
  readonly configuration: SnapshotConfiguration;
  /** HART to STATE_END of assembly/layout.ts, in canonical form: the hart whose turn it is has no second copy. */
  readonly hart: Uint8Array;
  /** CACHE to CACHE_END; empty in the functional flavour. */
  readonly caches: Uint8Array;
  /** Characters that the host has not taken yet, and those that the guest has not. */
  readonly transmitted: Uint8Array;
  readonly typed: Uint8Array;
  /** Backed pages; every other page reads as zeros. */
  readonly pages: ReadonlyMap<PageNo, Uint8Array>;
}

/** Derived fields, zeroed in the canonical form: address and bytes. */
const DERIVED: readonly (readonly [at: number, byteLen: number])[] = [
  [HART_X + X_SINK, 8],
  [HART_BUDGET, 8],
  [HART_TLB, 4],
  [HART_EXEC_TLB, 4],
];

/** @returns copies: the machine goes on as if nobody had looked */
export function takeSnapshot(machine: Machine): Snapshot {
  const bytes = new Uint8Array(machine.core.memory.buffer);
  const configuration = configurationOf(machine);
  return {
    version: SNAPSHOT_VERSION,
    configuration,
    hart: readHarts(machine),
    caches: configuration.flavour === "timed" ? bytes.slice(CACHE, CACHE_END) : new Uint8Array(0),
    transmitted: readRing(bytes, UART_TX),
    typed: readRing(bytes, UART_RX),
    pages: readPages(machine),
  };
}

function readHarts(machine: Machine): Uint8Array {
  const state = new Uint8Array(machine.core.memory.buffer).slice(HART, STATE_END);
  const view = new DataView(state.buffer);
  for (const { index, isCurrent, cycles } of machine.harts) {
    const there = HARTS - HART + index * HARTS_STRIDE;
    if (isCurrent) state.fill(0, there, there + HARTS_STRIDE);
    const block = isCurrent ? 0 : there;
    for (const [at, byteLen] of DERIVED) state.fill(0, block + at - HART, block + at - HART + byteLen);
    // cycles are deadline - budget: the two depend on how the run was cut, their difference does not
    view.setBigUint64(block + HART_DEADLINE - HART, cycles, true);
  }
  return state;
}

/**
 * Puts a machine into the state of a snapshot, its own or that of another machine.
 * @throws RangeError if the machine is not configured as the one that was snapshot, or the snapshot is of another version
 */
export function restoreSnapshot(machine: Machine, snapshot: Snapshot): void {
  checkFits(machine, snapshot);
  writePages(machine, snapshot.pages);
  const bytes = new Uint8Array(machine.core.memory.buffer);
  bytes.set(snapshot.hart, HART);
  bytes.set(snapshot.caches, CACHE);
  writeRing(bytes, UART_TX, snapshot.transmitted);
  writeRing(bytes, UART_RX, snapshot.typed);
  const { exports } = machine.core;
  const hart = new DataView(machine.core.memory.buffer);
  const tohost = hart.getBigUint64(HTIF_TOHOST, true);
  if (tohost !== 0n) exports.setHtif(tohost, hart.getBigUint64(HTIF_FROMHOST, true));
  exports.restored();
}

const configurationOf = ({ flavour, mode, ramBase, ramSize, isa, harts }: Machine): SnapshotConfiguration => ({
  flavour,
  mode,
  ramBase,
  ramSize,
  isa: isa.text,
  harts: harts.length,
});

function checkFits(machine: Machine, { version, configuration }: Snapshot): void {
  if (version !== SNAPSHOT_VERSION)
    throw new RangeError(`snapshot of version ${version}: this atoll reads version ${SNAPSHOT_VERSION}`);
  const own = configurationOf(machine);
  for (const name of ["flavour", "mode", "ramBase", "ramSize", "isa", "harts"] as const) {
    if (own[name] !== configuration[name])
      throw new RangeError(`snapshot of a machine with ${name} ${configuration[name]}, this one has ${own[name]}`);
  }
}

/** All pages of RAM that host memory backs. */
function backedPages({ ramBase, ramSize, memory }: Machine): PageNo[] {
  const first = pageNoOf(ramBase);
  return memory.backedPages(first, (first + ramSize / PAGE_SIZE) as PageNo);
}

function readPages(machine: Machine): Map<PageNo, Uint8Array> {
  const byFrame = new Map<number, Uint8Array>();
  const pages = new Map<PageNo, Uint8Array>();
  for (const page of backedPages(machine)) {
    const frame = machine.core.exports.pageToRead(page);
    const bytes = byFrame.get(frame) ?? machine.memory.peek(page);
    byFrame.set(frame, bytes);
    pages.set(page, bytes);
  }
  return pages;
}

function writePages(machine: Machine, pages: ReadonlyMap<PageNo, Uint8Array>): void {
  for (const page of backedPages(machine)) if (!pages.has(page)) machine.core.exports.zeroPage(page);
  const firstWith = new Map<Uint8Array, PageNo>();
  for (const [page, bytes] of pages) {
    const first = firstWith.get(bytes);
    if (first !== undefined) {
      machine.memory.copyPage(page, first);
    } else {
      machine.memory.poke(page, bytes);
      firstWith.set(bytes, page);
    }
  }
}

//   a ring: u32 head (written), u32 tail (read), UART_RING bytes
function readRing(bytes: Uint8Array, ring: number): Uint8Array {
  const view = new DataView(bytes.buffer, ring);
  const tail = view.getUint32(4, true);
  const waiting = (view.getUint32(0, true) - tail) >>> 0;
  return Uint8Array.from({ length: waiting }, (_, index) => view.getUint8(8 + ((tail + index) % UART_RING)));
}

function writeRing(bytes: Uint8Array, ring: number, waiting: Uint8Array): void {
  const view = new DataView(bytes.buffer, ring);
  view.setUint32(0, waiting.length, true);
  view.setUint32(4, 0, true);
  bytes.set(waiting, ring + 8);
}
