/**
 * What a call is and what comes of it. A call that fails is `refuse`d: the same state object, no effects, only the
 * result register and the program counter change.
 */

import { A0 } from "../../core/registers.ts";
import type { Draft, MemoryView } from "./draft.ts";
import type { Effect } from "./effects.ts";
import type { Denial } from "./guards.ts";
import { foldHostResult, type Hart, type RegisterWrite } from "./hart.ts";
import type { Enclave, MonitorState } from "./state.ts";

/** An ecall of the host. */
export interface HostCall {
  readonly state: MonitorState;
  readonly memory: MemoryView;
  /** The caller's registers; pc is the ecall itself. */
  readonly hart: Hart;
  /** a0 to a5. */
  readonly args: readonly bigint[];
}

/** An ecall of the enclave that runs. */
export interface EnclaveCall extends HostCall {
  readonly enclave: Enclave;
}

/** Where execution continues. */
export type Next =
  /** Behind the instruction that trapped, with some registers changed. */
  | { readonly kind: "advance"; readonly writes: readonly RegisterWrite[] }
  /** With these registers, all of them. */
  | { readonly kind: "load"; readonly hart: Hart }
  /** With the registers of the other world; no translation of the old one is left. */
  | { readonly kind: "switch"; readonly hart: Hart };

export interface Outcome {
  readonly state: MonitorState;
  readonly effects: readonly Effect[];
  readonly next: Next;
  /** The number that the caller reads, before it is folded into registers; none if nobody called. */
  readonly value?: bigint;
  /** Why the call was refused, or why the enclave is gone. */
  readonly denial?: Denial;
  /** What holds instead if the hardware refuses to lock a line; its effects undo the locks made so far. */
  readonly ifLockRefused?: Outcome;
}

/** State and effects that a call has arrived at. */
export interface Change {
  readonly state: MonitorState;
  readonly effects: readonly Effect[];
}

export const changed = (state: MonitorState, draft: Draft): Change => ({ state, effects: draft.effects });

/** A call that changes nothing but registers. */
export const untouched = (call: HostCall): Change => ({ state: call.state, effects: [] });

/** The host continues behind its ecall with `value`. */
export function replyToHost(call: HostCall, value: bigint, change: Change = untouched(call)): Outcome {
  return { ...change, next: { kind: "advance", writes: foldHostResult(value) }, value };
}

export const refuseHost = (call: HostCall, denial: Denial): Outcome => ({
  ...replyToHost(call, denial.value),
  denial,
});

/** The enclave continues behind its ecall with a0 = `value`. */
export function replyToEnclave(call: EnclaveCall, value: bigint, change: Change = untouched(call)): Outcome {
  return { ...change, next: { kind: "advance", writes: [[A0, value]] }, value };
}

export const refuseEnclave = (call: EnclaveCall, denial: Denial): Outcome => ({
  ...replyToEnclave(call, denial.value),
  denial,
});
