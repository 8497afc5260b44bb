/**
 * A call as a row: number, name, arguments, checks in the order in which errors are found, effect. One table drives the
 * specification, the generators of near misses, the documentation and the switches of the bug zoo (Komodo reference
 * §4.6), so the order of errors, which is part of the contract (§1.6), stands in one place.
 */
import type { Draft, MemoryView } from "../kernel/draft.ts";
import type { Hart } from "../kernel/hart.ts";
import type { Change, Outcome } from "../kernel/outcome.ts";
import { R0 } from "./abi.ts";
import { type DefectId, isOn, isSkipped, swapsOf } from "./defects.ts";
import { deny, type Finding, type KomodoDenial, type KomodoGuard } from "./guards.ts";
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

/** What an argument means, for generators. */
export type ArgumentKind =
  | "newPage"
  | "anyPage"
  | "addrspace"
  | "dispatcher"
  | "l1Index"
  | "mapping"
  | "source"
  | "insecure"
  | "entry"
  | "word";

export interface Check<Call> {
  readonly guard: KomodoGuard;
  /** The argument that is checked, where a guard stands twice in a call. */
  readonly of?: string;
  /** A check that only this defect makes. */
  readonly only?: DefectId;
  /** @returns what is wrong, undefined if nothing is */
  readonly wrong: (call: Call) => Finding | undefined;
}

export interface CallRow<Call> {
  readonly nr: number;
  readonly name: string;
  readonly args: readonly ArgumentKind[];
  readonly checks: readonly Check<Call>[];
  /** Only if no check found anything. */
  readonly effect: (call: Call) => KomodoOutcome;
}

/** How a check is named in a row: "PAGE_FREE" or "PAGE_FREE(l1)". */
export const checkName = ({ guard, of }: Check<never>): string => (of === undefined ? guard : `${guard}(${of})`);

/** The first check that finds something decides. */
export function firstDenial<Call extends OsCall>(row: CallRow<Call>, call: Call): KomodoDenial | undefined {
  const { config } = call.state;
  for (const check of config.defects.size === 0 ? row.checks : alteredChecks(row, config)) {
    if (check.only !== undefined && !isOn(config, check.only)) continue;
    const finding = check.wrong(call);
    if (finding !== undefined) return deny(check.guard, finding);
  }
  return undefined;
}

/** The checks as the switched-on defects leave them. */
function alteredChecks<Call>(row: CallRow<Call>, config: KomodoState["config"]): Check<Call>[] {
  const checks = row.checks.filter((check) => !isSkipped(config, row.name, checkName(check)));
  for (const [one, other] of swapsOf(config, row.name)) {
    const [i, j] = [one, other].map((name) => checks.findIndex((check) => checkName(check) === name));
    [checks[i!], checks[j!]] = [checks[j!]!, checks[i!]!];
  }
  return checks;
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
