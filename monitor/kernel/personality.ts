/**
 * A monitor as a value: what it knows at reset, what a trap does, what must always hold, and how it explains itself. A
 * personality is pure; `personal-monitor.ts` holds its state and carries its effects out on a machine. Whoever writes one
 * gets loader, command, tracing, explanation, fuzzing and two-trace tests for it (docs/tutorials/monitor.md).
 *
 * `S` is everything the monitor knows, as one immutable value.
 */
import type { Pa, PageNo } from "../../core/units.ts";
import type { World } from "../monitor.ts";
import type { MemoryView } from "./draft.ts";
import type { Effect } from "./effects.ts";
import type { Explanation } from "./explanation.ts";
import type { Hart } from "./hart.ts";
import type { Outcome } from "./outcome.ts";
import type { Owner } from "./page-owner.ts";
import type { RadixMap } from "./radix-map.ts";
import type { TrapEntry } from "./trap-entry.ts";

/** What a personality may know of the machine when it is made. */
export interface MachineFacts {
  readonly ramBase: Pa;
  /** Bytes. */
  readonly ramSize: number;
}

/** What the monitor does at reset. */
export interface Boot {
  readonly effects: readonly Effect[];
  /** How the first hart, which is given as it is at reset, enters the host world. */
  readonly hart: (reset: Hart) => Hart;
}

/** Owners of RAM by page, counted from the first page of RAM. */
export interface Ownership {
  readonly first: PageNo;
  readonly owners: RadixMap<Owner>;
}

/** What holds before and after every trap. */
export interface Invariant<S> {
  /** Stable, for tests and for the bug zoo: "refcount". */
  readonly name: string;
  /** The rule and its source. */
  readonly rule: string;
  /** @returns what violates it, as a clause; undefined if it holds */
  violation(state: S, memory: MemoryView): string | undefined;
}

export interface Personality<S> {
  /** "penglai-tvm". */
  readonly name: string;
  readonly initial: S;
  boot(state: S): Boot;
  /** One trap. The same arguments give the same outcome; nothing that a caller passes makes it throw, but for an IntegrityError of `memory`. */
  step(state: S, entry: TrapEntry, memory: MemoryView): Outcome<S>;
  /** How a trap is called in logs; undefined if it is no call. */
  callName?(state: S, entry: TrapEntry): string | undefined;
  /** Whose code a hart executes. */
  worldOf(state: S, hartId: number): World;
  ownership(state: S): Ownership;
  /** @param owner undefined for a page outside RAM */
  describeOwner(owner: Owner | undefined): string;
  /** Absent: who owns the page, and nothing more. */
  explain?(state: S, address: Pa): Explanation;
  readonly invariants: readonly Invariant<S>[];
  /**
   * What becomes of a trap whose handling read, or would have written, a page that does not verify. It reads no memory.
   * Absent: the machine halts.
   */
  integrityFailure?(state: S, entry: TrapEntry, memory: MemoryView, page: PageNo): Outcome<S>;
  /** What becomes of a trap whose handling would have written a page that the simulator has no memory for. Absent: as `integrityFailure`. */
  hostMemoryUsedUp?(state: S, entry: TrapEntry, memory: MemoryView, page: PageNo): Outcome<S>;
}

/** What a user's choice makes of a personality. */
export interface PersonalityOptions {
  /** u64: keys and random numbers come from it. */
  readonly seed: bigint;
  /** Ids of its own defects that are switched on. */
  readonly defects: ReadonlySet<string>;
}

/** What a file exports by default that `atoll run --monitor FILE` runs. */
export interface MonitorModule<S> {
  /** For people. */
  readonly name: string;
  personality(facts: MachineFacts, options: PersonalityOptions): Personality<S>;
}

/** @returns undefined for a page outside RAM */
export function ownerIn({ first, owners }: Ownership, page: PageNo): Owner | undefined {
  return page >= first && page < first + owners.size ? owners.get(page - first) : undefined;
}
