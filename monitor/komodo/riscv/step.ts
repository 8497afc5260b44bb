/**
 * One trap into M-mode under `komodo-riscv`, purely. Komodo reference §3.1.
 *
 *     the OS:      ecall from S -> a7 names a call; SBI's timer        timer -> supervisor timer      else -> its own handler
 *     an enclave:  ecall from S, a7 = 30 -> (0, a0); other numbers -> -ENOSYS
 *                  interrupt -> (9, mcause)      anything else -> (10, mcause); either way Resume goes on at the same place
 *
 * One core, as the original; a call from another hart waits.
 */
import { ECALL_FROM_S, INTEGRITY_FAULT } from "../../../assembly/cause.ts";
import { A0, A7 } from "../../../core/registers.ts";
import type { PageNo } from "../../../core/units.ts";
import type { MemoryView } from "../../kernel/draft.ts";
import { advanced } from "../../kernel/hart.ts";
import { hex } from "../../kernel/page-owner.ts";
import { standardSbi } from "../../kernel/sbi.ts";
import { deliveredToSupervisor, hostInterrupt, INTERRUPT } from "../../kernel/supervisor-trap.ts";
import type { TrapEntry } from "../../kernel/trap-entry.ts";
import { KOM_ERROR, RISCV_CALL } from "../abi.ts";
import { firstFinding } from "../call-row.ts";
import { type RiscvCall, type RiscvOutcome, reply } from "./call.ts";
import { callNamed } from "./calls.ts";
import { isOn, KOMODO_RISCV_DEFECTS } from "./defects.ts";
import { deny, type RiscvDenial, type RiscvGuard } from "./guards.ts";
import type { RiscvState } from "./state.ts";
import { leaveThread, runningOn } from "./world-switch.ts";

/** mcause of a store that the machine has no host memory for. */
const HOST_MEMORY_USED_UP = 26n;
/** "0–8 stay SBI": of those, atoll has the timer. */
const LEGACY_SBI_END = 9n;
const SBI_TIME = 0x54494d45n;

/** @spec Komodo reference §3.1 */
export function step(state: RiscvState, entry: TrapEntry, memory: MemoryView): RiscvOutcome {
  const { hart, hartId, cause, tval } = entry;
  const call: RiscvCall = { state, memory, hartId, hart, args: [...hart.x.subarray(A0, A0 + 5)] };
  if (runningOn(state, hartId) !== undefined) return enclaveTrap(call, entry);
  if (cause === BigInt(ECALL_FROM_S)) return osCall(call);
  if (cause >= INTERRUPT) return hostInterrupt(state, hart, cause - INTERRUPT);
  const denial = deny("HOST_TRAP", { found: `cause ${cause} at ${hex(hart.pc)}, address ${hex(tval)}` });
  return { state, effects: [], next: { kind: "load", hart: deliveredToSupervisor(hart, cause, tval) }, denial };
}

/** How a trap is called in logs; undefined if it is no call. */
export function callName(state: RiscvState, { hartId, hart, cause }: TrapEntry): string | undefined {
  const number = hart.x[A7]!;
  if (cause !== BigInt(ECALL_FROM_S)) return undefined;
  if (runningOn(state, hartId) !== undefined)
    return number === BigInt(RISCV_CALL.EXIT) ? "Exit" : `enclave call ${number}`;
  if (isSbi(number)) return undefined;
  return callNamed(state.config, number)?.name ?? `OS call ${number}`;
}

const isSbi = (number: bigint): boolean => number < LEGACY_SBI_END || number === SBI_TIME;

function osCall(call: RiscvCall): RiscvOutcome {
  const { state, hart } = call;
  const number = hart.x[A7]!;
  const answer = isSbi(number) ? standardSbi(state, hart, []) : undefined;
  if (answer !== undefined) return answer;
  // the lock is taken: the same ecall again
  if (state.running !== undefined) return { state, effects: [], next: { kind: "load", hart } };
  const row = callNamed(state.config, number);
  if (row === undefined) return refuse(call, deny("UNKNOWN_CALL", { found: `call ${hex(number)}` }));
  const found = firstFinding(row, call, state.config.defects, KOMODO_RISCV_DEFECTS);
  return found === undefined ? row.effect(call) : refuse(call, deny(found.guard, found.finding));
}

const refuse = (call: RiscvCall, denial: RiscvDenial): RiscvOutcome => ({ ...reply(call, denial.value), denial });

function enclaveTrap(call: RiscvCall, { cause, tval }: TrapEntry): RiscvOutcome {
  const { hart, state } = call;
  if (cause === BigInt(ECALL_FROM_S)) {
    const number = hart.x[A7]!;
    if (number !== BigInt(RISCV_CALL.EXIT))
      return refuse(call, deny("UNKNOWN_ENCLAVE_CALL", { found: `call ${hex(number)}` }));
    const context = isOn(state.config, "E9") ? hart : advanced(hart);
    return leaveThread(call, { error: 0, value: hart.x[A0]!, entered: isOn(state.config, "L11"), context });
  }
  const entered = !isOn(state.config, "L10");
  if (cause >= INTERRUPT)
    return leaveThread(call, { error: KOM_ERROR.INTERRUPTED, value: cause, entered, context: hart });
  const guard: RiscvGuard =
    cause === BigInt(INTEGRITY_FAULT) ? "INTEGRITY" : cause === HOST_MEMORY_USED_UP ? "HOST_MEMORY" : "ENCLAVE_TRAP";
  const denial = deny(guard, { found: `cause ${cause} at ${hex(hart.pc)}, address ${hex(tval)}` });
  return { ...leaveThread(call, { error: KOM_ERROR.FAULT, value: cause, entered, context: hart }), denial };
}

/** What becomes of a trap whose handling met memory that does not verify: the thread faults, a call of the OS is refused. */
export const integrityFailure = (state: RiscvState, entry: TrapEntry, memory: MemoryView, page: PageNo): RiscvOutcome =>
  ended(state, entry, memory, page, "INTEGRITY", BigInt(INTEGRITY_FAULT));

/** The same for a page that the simulator has no memory for. */
export const hostMemoryUsedUp = (state: RiscvState, entry: TrapEntry, memory: MemoryView, page: PageNo): RiscvOutcome =>
  ended(state, entry, memory, page, "HOST_MEMORY", HOST_MEMORY_USED_UP);

function ended(
  state: RiscvState,
  { hart, hartId }: TrapEntry,
  memory: MemoryView,
  page: PageNo,
  guard: RiscvGuard,
  cause: bigint,
): RiscvOutcome {
  const call: RiscvCall = { state, memory, hartId, hart, args: [] };
  const { ram } = state.config;
  const owner = page >= ram.from && page < ram.to ? state.owners.get(page - ram.from) : undefined;
  const denial = deny(guard, { found: "the monitor needs the page", page: { page, owner } });
  if (runningOn(state, hartId) === undefined) return refuse(call, denial);
  return { ...leaveThread(call, { error: KOM_ERROR.FAULT, value: cause, entered: true, context: hart }), denial };
}
