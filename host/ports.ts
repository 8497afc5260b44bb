/**
 * What the untrusted side needs from the machine and from the monitor, and nothing more: S-mode's view of memory,
 * "run until somebody in M-mode is needed", and a monitor that answers traps. The whole of host/ is written against
 * these interfaces, so a test, or a user's own machine or monitor, can stand behind them.
 */
import type { Hart } from "../core/hart.ts";
import type { Machine } from "../core/machine.ts";
import type { Platform, PlatformHart } from "../core/platform.ts";
import type { Monitor } from "../monitor/monitor.ts";

export type HostHart = PlatformHart & Pick<Hart, "privilege" | "retired" | "start" | "stop">;

export type HostMachine = Omit<Platform, "harts"> &
  Pick<Machine, "run" | "loadAs" | "storeAs"> & { readonly harts: readonly HostHart[] };

/** Why a monitor said no, in its own words. */
export interface Denial {
  /** Stable name of the check that failed. */
  readonly guard: string;
  readonly explanation: string;
}

export interface HostMonitor extends Pick<Monitor, "boot" | "handleTrap"> {
  /** The last refusal, when the monitor explains itself. */
  readonly lastDenial?: Denial | undefined;
}
