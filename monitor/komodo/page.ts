/**
 * What a secure page is. Komodo reference §1.4: "total map page → Free | Typed(owner, entry)"; the owner is the page number
 * of an address space, which owns itself.
 *
 * A data page's contents lie in the machine's memory and not here; the pages of all other types hold nothing that
 * anybody reads. Table contents are abstract: hardware-tables.ts keeps the machine's tables.
 */
import type { KomodoMeasurement } from "../../attest/komodo-measurement.ts";
import type { Hart } from "../kernel/hart.ts";
import type { RadixMap } from "../kernel/radix-map.ts";

/** Number of a secure page, 0 to GetPhysPages - 1. */
export type PageNr = number;

export interface Free {
  readonly type: "free";
}

export type AddrspaceState = "init" | "final" | "stopped";

export interface Addrspace {
  readonly type: "addrspace";
  /** Itself. */
  readonly owner: PageNr;
  readonly l1: PageNr;
  /** Other pages that it owns. */
  readonly refcount: number;
  readonly state: AddrspaceState;
  readonly measurement: KomodoMeasurement;
}

/** A thread slot. */
export interface Dispatcher {
  readonly type: "dispatcher";
  readonly owner: PageNr;
  /** A word. */
  readonly entry: number;
  /** Interrupted: `context` goes on with Resume. */
  readonly entered: boolean;
  /** Registers of the last interrupt. */
  readonly context: Hart | undefined;
  /** Eight words each, of VerifyStep0 and VerifyStep1. */
  readonly verifyWords: Uint32Array;
  readonly verifyMeasurement: Uint32Array;
}

export interface L1Table {
  readonly type: "l1";
  readonly owner: PageNr;
  /** L2 tables by L1 index. */
  readonly slots: RadixMap<PageNr | undefined>;
}

/** An entry of an L2 table; all are readable. Pages of insecure RAM are counted from its beginning. */
export type Mapping =
  | { readonly kind: "secure"; readonly page: PageNr; readonly w: boolean; readonly x: boolean }
  | { readonly kind: "insecure"; readonly page: number; readonly w: boolean };

export interface L2Table {
  readonly type: "l2";
  readonly owner: PageNr;
  readonly slots: RadixMap<Mapping | undefined>;
}

export interface Data {
  readonly type: "data";
  readonly owner: PageNr;
}

/** Given to an enclave that has not used it yet; its bytes are those of an earlier owner. */
export interface Spare {
  readonly type: "spare";
  readonly owner: PageNr;
}

export type SecurePage = Free | Addrspace | Dispatcher | L1Table | L2Table | Data | Spare;

export const FREE: Free = { type: "free" };
