/**
 * What a call is and what comes of it. A call that fails is `refuse`d: the same state object, no effects, only the
 * result registers and the program counter change.
 */
import { A0, A1 } from "../../core/registers.ts";
import type { Draft, MemoryView } from "../kernel/draft.ts";
import type { Hart, RegisterWrite } from "../kernel/hart.ts";
import type { Change as KernelChange, Outcome as KernelOutcome } from "../kernel/outcome.ts";
import type { Denial } from "./guards.ts";
import type { Enclave, MonitorState } from "./state.ts";

/** An ecall of the host. */
export interface HostCall {
  readonly state: MonitorState;
  readonly memory: MemoryView;
  /** mhartid of the hart that calls. */
  readonly hartId: number;
  /** The caller's registers; pc is the ecall itself. */
  readonly hart: Hart;
  /** a0 to a5. */
  readonly args: readonly bigint[];
}

/** An ecall of the enclave that runs. */
export interface EnclaveCall extends HostCall {
  readonly enclave: Enclave;
}

export type Outcome = KernelOutcome<MonitorState>;

/** State and effects that a call has arrived at. */
export type Change = KernelChange<MonitorState>;

export const changed = (state: MonitorState, draft: Draft): Change => ({ state, effects: draft.effects });

/** A call that changes nothing but registers. */
export const untouched = (call: HostCall): Change => ({ state: call.state, effects: [] });

/** "a0 = ret and a1 = ret: the handler returns the value both as error and value" (§6.1). */
export const hostResult = (value: bigint): readonly RegisterWrite[] => [
  [A0, value],
  [A1, value],
];

/** The host continues behind its ecall with `value`. */
export function replyToHost(call: HostCall, value: bigint, change: Change = untouched(call)): Outcome {
  return { ...change, next: { kind: "advance", writes: hostResult(value) }, value };
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
