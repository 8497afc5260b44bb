/** Why a run came back, as values. */
import type { Watchpoint } from "./debug-points.ts";
import type { Trap } from "./platform.ts";
import type { PageNo, Va } from "./units.ts";

/** Nothing is wrong: somebody is to look around, and the run goes on. */
export const isPause = ({ kind }: Stop): boolean => kind === "breakpoint" || kind === "watchpoint" || kind === "paused";

/** What happened, and on a machine with several harts to which one. */
export type Stop = StopReason & { readonly hart?: number };

type StopReason =
  /** A trap enters M-mode, and the monitor plays it (monitor mode). */
  | { readonly kind: "trap"; readonly trap: Trap }
  /** The budget is used up. */
  | { readonly kind: "budget" }
  /** The guest ended the machine through the finisher or HTIF. */
  | { readonly kind: "exit"; readonly code: number }
  /** Every hart waits in WFI, and no interrupt can ever come. */
  | { readonly kind: "idle" }
  /** Every hart waits in WFI, and the earliest timer is so many ticks behind `timeLimit`. */
  | { readonly kind: "waiting"; readonly ticks: bigint }
  /** The CPU is about to touch a page that is watched; nothing has been executed. */
  | { readonly kind: "watch"; readonly page: PageNo }
  /** The host memory for guest pages is used up; nothing has been executed. */
  | { readonly kind: "out of memory"; readonly page: PageNo }
  /** HTIF asks for something else than an exit, a character or a write to standard output. */
  | { readonly kind: "htif"; readonly request: bigint }
  /** The next instruction has a breakpoint (debug-points.ts); `step` executes it. */
  | { readonly kind: "breakpoint" }
  /** The last instruction touched a watched byte, the first of them at `address`. */
  | { readonly kind: "watchpoint"; readonly watchpoint: Watchpoint; readonly address: Va }
  /** Whoever runs the machine in the hart's stead wants its caller to look around: nothing has happened, run goes on. */
  | { readonly kind: "paused" };
