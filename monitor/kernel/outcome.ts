/** What comes of a trap: the monitor's next state, what happens to the machine, and where execution continues. */
import type { Effect } from "./effects.ts";
import type { Denial } from "./guard.ts";
import type { Hart, RegisterWrite } from "./hart.ts";

/** Where execution continues. */
export type Next =
  /** Behind the instruction that trapped, with some registers changed. */
  | { readonly kind: "advance"; readonly writes: readonly RegisterWrite[] }
  /** With these registers, all of them. */
  | { readonly kind: "load"; readonly hart: Hart }
  /** With the registers of the other world; no translation of the old one is left. */
  | { readonly kind: "switch"; readonly hart: Hart };

/** State and effects that a call has arrived at. */
export interface Change<S> {
  readonly state: S;
  /** In order. */
  readonly effects: readonly Effect[];
}

/** A trap that is refused keeps the state object and has no effects: only registers and the program counter change. */
export interface Outcome<S> extends Change<S> {
  readonly next: Next;
  /** The number that the caller reads, before it is folded into registers; none if nobody called. */
  readonly value?: bigint;
  /** Why the call was refused, or why an enclave is gone. */
  readonly denial?: Denial;
  /** What holds instead if the hardware refuses to lock a line; its effects undo the locks made so far. */
  readonly ifLockRefused?: Outcome<S>;
}
