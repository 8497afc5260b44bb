/** What a call of ARM-Komodo is and how it is answered: registers of Komodo reference §1.6 and §1.7. */
import type { Draft, MemoryView } from "../kernel/draft.ts";
import type { Hart } from "../kernel/hart.ts";
import type { Change, Outcome } from "../kernel/outcome.ts";
import { R0 } from "./abi.ts";
import { type CallRowOf, type CheckOf, firstFinding } from "./call-row.ts";
import { isOn, KOMODO_DEFECTS } from "./defects.ts";
import { deny, type KomodoDenial, type KomodoGuard } from "./guards.ts";
import type { Addrspace, Dispatcher, PageNr } from "./page.ts";
import type { KomodoState } from "./state.ts";

/** An ecall of the OS. */
export interface OsCall {
  readonly state: KomodoState;
  readonly memory: MemoryView;
  readonly hartId: number;
  /** The caller's registers; pc is the ecall itself. */
  readonly hart: Hart;
  /** R1 to R8. */
  readonly args: readonly bigint[];
}

/** An ecall of the enclave that runs. */
export interface EnclaveCall extends OsCall {
  readonly nr: PageNr;
  readonly dispatcher: Dispatcher;
  readonly space: Addrspace;
}

/** What comes of a call; `value` is R0 of whoever has the hart next. */
export type KomodoOutcome = Outcome<KomodoState>;

export type Check<Call> = CheckOf<Call, KomodoGuard>;
export type CallRow<Call> = CallRowOf<Call, KomodoGuard, KomodoState>;

/** The first check that finds something decides. */
export function firstDenial<Call extends OsCall>(row: CallRow<Call>, call: Call): KomodoDenial | undefined {
  const found = firstFinding(row, call, call.state.config.defects, KOMODO_DEFECTS);
  return found && deny(found.guard, found.finding);
}

export const changed = (state: KomodoState, draft: Draft): Change<KomodoState> => ({ state, effects: draft.effects });

/** "returns R0 = err, R1 = value … R2 = R3 = 0; R4–R12 preserved" (§1.6). */
export function replyToOs(
  call: OsCall,
  error: bigint,
  value = 0n,
  change: Change<KomodoState> = unchanged(call),
): KomodoOutcome {
  return { ...change, next: { kind: "advance", writes: osResult(error, value) }, value: error };
}

const unchanged = ({ state }: OsCall): Change<KomodoState> => ({ state, effects: [] });

export const osResult = (error: bigint, value: bigint): readonly (readonly [register: number, value: bigint])[] => [
  [R0, error],
  [R0 + 1, value],
  [R0 + 2, 0n],
  [R0 + 3, 0n],
];

/** Registers R0 to R8 of an enclave that goes on. */
const ENCLAVE_RESULTS = 9;

/** "up to 9 result registers R0–R8, the rest zeroed" (§1.7); R9 to R12, LR and SP are the enclave's own. */
export function replyToEnclave(
  call: EnclaveCall,
  results: ArrayLike<number>,
  change: Change<KomodoState> = unchanged(call),
): KomodoOutcome {
  const writes = Array.from({ length: ENCLAVE_RESULTS }, (_, i) => [R0 + i, BigInt(results[i] ?? 0)] as const);
  const value = writes[0]![1];
  if (!isOn(call.state.config, "E9")) return { ...change, next: { kind: "advance", writes }, value };
  const x = call.hart.x.slice();
  for (const [register, word] of writes) x[register] = word;
  return { ...change, next: { kind: "load", hart: { ...call.hart, x } }, value };
}
