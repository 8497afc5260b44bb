/**
 * What the untrusted side needs from the machine and from the monitor, and nothing more: S-mode's view of memory,
 * "run until somebody in M-mode is needed", and a monitor that answers traps. The whole of host/ is written against
 * these interfaces, so a test, or a user's own machine or monitor, can stand behind them.
 */
import type { Platform, Privilege, Trap } from "../core/platform.ts";
import type { Stop } from "../core/stop.ts";
import type { Va } from "../core/units.ts";

/** Cause and address of a trap that an access would have taken. */
export interface AccessFault {
  readonly ok: false;
  readonly cause: bigint;
  readonly tval: bigint;
}
export type LoadOutcome = { readonly ok: true; readonly bytes: Uint8Array } | AccessFault;
export type StoreOutcome = { readonly ok: true } | AccessFault;

export interface HostMachine extends Platform {
  /** Executes up to `budget` instructions. */
  run(budget: number): Stop;
  /** A data load as `privilege`, through satp, PMP and GPT. The range does not cross a page. */
  loadAs(privilege: Privilege, address: Va, byteLen: number): LoadOutcome;
  /** A data store as `privilege`, through satp, PMP and GPT. The range does not cross a page. */
  storeAs(privilege: Privilege, address: Va, bytes: Uint8Array): StoreOutcome;
}

/** Whose code the hart executes next. */
export type World = { readonly kind: "host" } | { readonly kind: "enclave"; readonly eid: number };

/** Why a monitor said no, in its own words. */
export interface Denial {
  /** Stable name of the check that failed. */
  readonly guard: string;
  readonly explanation: string;
}

export interface HostMonitor {
  boot(): void;
  handleTrap(trap: Trap): World;
  /** The last refusal, when the monitor explains itself. */
  readonly lastDenial?: Denial | undefined;
}
