/**
 * One trap into M-mode, purely. Komodo reference §1.6 to §1.8.
 *
 *     the OS:      ecall from S -> a call of §1.6; a7 = SBI's timer extension -> set_timer
 *                  timer -> supervisor timer      anything else -> the OS's own handler
 *     an enclave:  ecall from U -> a call of §1.7      interrupt -> (9, 0)      anything else -> (10, 0)
 *
 * One core: the monitor's lock is held while a thread runs, so a call from another hart waits and is made again.
 * A call is committed before its caller's pc moves on, so nothing that comes in between can lose it (§0 finding 7).
 */
import { ECALL_FROM_S, ECALL_FROM_U } from "../../assembly/cause.ts";
import { A7 } from "../../core/registers.ts";
import type { PageNo } from "../../core/units.ts";
import type { MemoryView } from "../kernel/draft.ts";
import { hex } from "../kernel/page-owner.ts";
import { standardSbi, unknownExtension } from "../kernel/sbi.ts";
import { deliveredToSupervisor, hostInterrupt, INTERRUPT } from "../kernel/supervisor-trap.ts";
import type { TrapEntry } from "../kernel/trap-entry.ts";
import { R0 } from "./abi.ts";
import {
  type CallRow,
  type EnclaveCall,
  firstDenial,
  type KomodoOutcome,
  type OsCall,
  replyToEnclave,
  replyToOs,
} from "./call.ts";
import { enclaveCallNamed, osCallNamed } from "./calls.ts";
import { fault, interrupted } from "./enclave-calls/leaving.ts";
import { deny, type KomodoDenial } from "./guards.ts";
import { refusal } from "./refusal.ts";
import { dispatcherOf, type KomodoState, spaceOf } from "./state.ts";
import { runningOn } from "./world-switch.ts";

/** Extension of SBI's timer; R7 of a Komodo call is free, so it must not hold this. */
const SBI_TIME = 0x54494d45n;
/** R1 to R8. */
const ARGUMENTS = 8;

/** @spec Komodo reference §1.6 to §1.8 */
export function step(state: KomodoState, entry: TrapEntry, memory: MemoryView): KomodoOutcome {
  const call = callOf(state, entry, memory);
  const running = enclaveCallOf(call);
  if (running !== undefined) return enclaveTrap(running, entry);
  if (entry.cause === BigInt(ECALL_FROM_S)) return osCall(call);
  return osTrap(call, entry);
}

/** How a trap is called in logs; undefined if it is no call. */
export function callName(state: KomodoState, { hartId, hart, cause }: TrapEntry): string | undefined {
  const number = hart.x[R0]!;
  if (runningOn(state, hartId) === undefined) {
    if (cause !== BigInt(ECALL_FROM_S) || hart.x[A7] === SBI_TIME) return undefined;
    return osCallNamed(state.config, number)?.name ?? `OS call ${number}`;
  }
  if (cause !== BigInt(ECALL_FROM_U)) return undefined;
  return enclaveCallNamed(state.config, number)?.name ?? `enclave call ${number}`;
}

/** What becomes of a trap whose handling read, or would have written, memory that does not verify. */
export const integrityFailure = (
  state: KomodoState,
  entry: TrapEntry,
  memory: MemoryView,
  page: PageNo,
): KomodoOutcome =>
  ended(state, entry, memory, deny("INTEGRITY", about(state, page, "the monitor met memory that does not verify")));

/** The same for a page that the simulator has no memory for. */
export const hostMemoryUsedUp = (
  state: KomodoState,
  entry: TrapEntry,
  memory: MemoryView,
  page: PageNo,
): KomodoOutcome => ended(state, entry, memory, deny("HOST_MEMORY", about(state, page, "the monitor writes a page")));

function about({ owners, config }: KomodoState, page: PageNo, found: string) {
  const inRam = page >= config.ram.from && page < config.ram.to;
  return { found, page: { page, owner: inRam ? owners.get(page - config.ram.from) : undefined } };
}

/** The thread that runs faults; a call of the OS is refused. */
function ended(state: KomodoState, entry: TrapEntry, memory: MemoryView, denial: KomodoDenial): KomodoOutcome {
  const call = callOf(state, entry, memory);
  const running = enclaveCallOf(call);
  return running === undefined ? { ...replyToOs(call, denial.value), denial } : fault(running, entry, denial);
}

const callOf = (state: KomodoState, { hart, hartId }: TrapEntry, memory: MemoryView): OsCall => ({
  state,
  memory,
  hartId,
  hart,
  args: [...hart.x.subarray(R0 + 1, R0 + 1 + ARGUMENTS)],
});

function enclaveCallOf(call: OsCall): EnclaveCall | undefined {
  const running = runningOn(call.state, call.hartId);
  if (running === undefined) return undefined;
  const dispatcher = dispatcherOf(call.state, running.dispatcher);
  return { ...call, nr: running.dispatcher, dispatcher, space: spaceOf(call.state, dispatcher.owner) };
}

function osCall(call: OsCall): KomodoOutcome {
  const { state, hart } = call;
  if (hart.x[A7] === SBI_TIME) return standardSbi(state, hart, []) ?? unknownExtension(state);
  // the lock is taken: the same ecall again
  if (state.running !== undefined) return { state, effects: [], next: { kind: "load", hart } };
  const row = osCallNamed(state.config, hart.x[R0]!);
  if (row !== undefined) return osRow(row, call);
  const denial = deny("UNKNOWN_CALL", { found: `call ${hex(hart.x[R0]!)}` });
  return { ...replyToOs(call, denial.value), denial };
}

function osRow(row: CallRow<OsCall>, call: OsCall): KomodoOutcome {
  const denial = firstDenial(row, call);
  return denial === undefined ? row.effect(call) : refusal(row, call, denial);
}

function enclaveTrap(call: EnclaveCall, entry: TrapEntry): KomodoOutcome {
  if (entry.cause >= INTERRUPT) return interrupted(call, entry.cause - INTERRUPT);
  if (entry.cause !== BigInt(ECALL_FROM_U)) return fault(call, entry);
  const number = call.hart.x[R0]!;
  const row = enclaveCallNamed(call.state.config, number);
  const denial =
    row === undefined ? deny("UNKNOWN_ENCLAVE_CALL", { found: `call ${hex(number)}` }) : firstDenial(row, call);
  return denial === undefined ? row!.effect(call) : { ...replyToEnclave(call, [Number(denial.value)]), denial };
}

/** Not the monitor's business, except for the timer that the OS set. */
function osTrap({ state, hart }: OsCall, { cause, tval }: TrapEntry): KomodoOutcome {
  if (cause >= INTERRUPT) return hostInterrupt(state, hart, cause - INTERRUPT);
  return {
    state,
    effects: [],
    next: { kind: "load", hart: deliveredToSupervisor(hart, cause, tval) },
    denial: deny("HOST_TRAP", { found: `cause ${cause} at ${hex(hart.pc)}, address ${hex(tval)}` }),
  };
}
