/**
 * From the host into an enclave and back. Penglai reference §6.10: all registers of x and f and the CSRs of hart.ts change hands,
 * pending interrupts are cleared, translations flushed.
 *
 * Order matters: cache lines are locked before the enclave's first instruction and unlocked and flushed before the
 * host's; the TLB is flushed behind the new satp, so that no translation of the old one slips in between.
 * The host's pc already points behind its ecall when the enclave is entered: a call that got here is committed.
 *
 * Off in `clearRegistersOnSwitch`: the registers that a C caller expects to lose (a2 to a7, t0 to t6), and all of the
 * floating-point unit, keep what the world before left in them (the class of B18).
 */

import { MTI, SEI, SSI, STI } from "../../core/registers.ts";
import type { Effect } from "../kernel/effects.ts";
import { advanced, type Csrs, enclaveMstatus, type Hart, type RegisterWrite, withRegisters } from "../kernel/hart.ts";
import { isOn, type TvmDefect } from "./defects.ts";
import { type Denial, deny } from "./guards.ts";
import { type Change, type EnclaveCall, foldHostResult, type HostCall, type Outcome } from "./outcome.ts";
import {
  type Enclave,
  enclaveById,
  type MonitorConfig,
  type MonitorState,
  runningOn,
  withEnclave,
  withRunning,
} from "./state.ts";

const CLEAR_PENDING: Effect = { kind: "pending", set: 0n, clear: MTI | STI | SSI | SEI };

/** CSRs that a defect forgets to switch. */
const FORGOTTEN: readonly (readonly [TvmDefect, readonly (keyof Csrs)[]])[] = [
  ["B18", ["sscratch", "sepc", "scause", "stval", "scounteren"]],
  ["T41", ["medeleg"]],
  ["T42", ["mideleg"]],
  ["T43", ["scounteren"]],
];

/** What the next world finds of the CSRs of the world before: nothing, unless a defect is on. */
function keptCsrs(config: MonitorConfig, before: Csrs): Partial<Csrs> {
  const names = FORGOTTEN.flatMap(([id, csrs]) => (isOn(config, id) ? csrs : []));
  return Object.fromEntries(names.map((name) => [name, before[name]]));
}

/** Where an enclave goes on that called: behind its ecall. */
export const behindCall = ({ state, hart }: EnclaveCall): Hart => (isOn(state.config, "T44") ? hart : advanced(hart));

/** a2 to a7, t0 to t6. */
const TEMPORARIES = [12, 13, 14, 15, 16, 17, 5, 6, 7, 28, 29, 30, 31];
/** s0 to s11. */
const SAVED = [8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27];

/**
 * @param enclave as it will be recorded; its `hart` is what it continues with
 * @param ifLockRefused what becomes of the call when the cache does not lock the enclave's lines again
 */
export function enter(
  call: HostCall,
  change: Change,
  enclave: Enclave,
  ifLockRefused: (denial: Denial) => Outcome,
): Outcome {
  const { config } = call.state;
  const host = isOn(config, "T45") ? call.hart : advanced(call.hart);
  const mstatus = isOn(config, "T51") ? host.csrs.mstatus : enclaveMstatus(host.csrs.mstatus);
  const csrs = { ...enclave.hart.csrs, mstatus, mie: MTI, ...keptCsrs(config, host.csrs) };
  const leaves = !config.defences.clearRegistersOnSwitch && enclave.status === "fresh";
  const own = { ...enclave.hart, csrs };
  const cleared = leaves ? withFloats(withRegisters(own, leftovers(host, own)), host) : own;
  const hart = isOn(config, "B18") ? withFloats(cleared, host) : cleared;
  const running = { ...enclave, status: "running" as const };
  const locks = lockEffects(enclave);
  const outcome: Outcome = {
    state: withRunning(withEnclave(change.state, running), call.hartId, { eid: enclave.eid, host }),
    effects: [
      ...locks,
      ...change.effects,
      ...(isOn(config, "T50") ? [] : [CLEAR_PENDING]),
      { kind: "enclaveMode", on: true },
    ],
    next: { kind: isOn(config, "T49") ? "load" : "switch", hart },
    value: 0n,
  };
  if (locks.length === 0) return outcome;
  const refused = ifLockRefused(deny("RELOCK_REFUSED", `enclave ${enclave.eid} has ${locks.length} ranges to lock`));
  return { ...outcome, ifLockRefused: { ...refused, effects: [...unlockEffects(enclave), ...refused.effects] } };
}

/**
 * From one enclave to another on the same hart, in the same stay: a call of a server, or its return. The host's registers
 * wait on, the timer too.
 *
 * @param change with the enclave that is left as it is to be recorded, or without it
 * @param ifLockRefused what becomes of the call when the cache does not lock the lines of the enclave that is entered
 */
export function switchEnclaves(
  call: EnclaveCall,
  change: Change,
  toEid: number,
  ifLockRefused: (denial: Denial) => Outcome,
): Outcome {
  const { config } = call.state;
  const running = runningOn(call.state, call.hartId)!;
  const to = enclaveById(change.state, BigInt(toEid))!;
  const csrs = { ...to.hart.csrs, mstatus: enclaveMstatus(running.host.csrs.mstatus), mie: MTI };
  const locks = lockEffects(to);
  const entered = withEnclave(change.state, { ...to, status: "running" });
  const outcome: Outcome = {
    state: withRunning(entered, call.hartId, { ...running, eid: toEid }),
    effects: [...(config.defences.flushLockedLines ? unlockEffects(call.enclave) : []), ...locks, ...change.effects],
    next: { kind: "switch", hart: { ...to.hart, csrs } },
    value: 0n,
  };
  if (locks.length === 0) return outcome;
  const refused = ifLockRefused(deny("RELOCK_REFUSED", `enclave ${toEid} has ${locks.length} ranges to lock`));
  return { ...outcome, ifLockRefused: { ...refused, effects: [...unlockEffects(to), ...refused.effects] } };
}

/** How an enclave gives the hart back. */
export interface Leaving {
  /** What RUN or RESUME returns to the host. */
  readonly value: bigint;
  /** The hart was taken by the timer: the host finds its own timer interrupt pending. */
  readonly timer?: boolean;
}

/**
 * @param change with the enclave as it is to be recorded, or without it
 * @param was the enclave that ran, with its locks
 * @param hart the registers it left
 */
export function leave(
  { hartId }: EnclaveCall,
  change: Change,
  was: Enclave,
  hart: Hart,
  { value, timer = false }: Leaving,
): Outcome {
  const { config } = change.state;
  const { host } = runningOn(change.state, hartId)!;
  const mie = timer ? host.csrs.mie & ~MTI : host.csrs.mie;
  const csrs = { ...host.csrs, mie, ...keptCsrs(config, hart.csrs) };
  const clears = config.defences.clearRegistersOnSwitch;
  const leaks = [...(clears ? [] : leftovers(hart, host)), ...(isOn(config, "T48") ? savedRegisters(hart) : [])];
  const next = withRegisters({ ...host, csrs }, [...leaks, ...foldHostResult(value)]);
  return {
    state: withRunning(change.state, hartId, undefined),
    effects: [
      ...change.effects,
      ...(config.defences.flushLockedLines ? unlockEffects(was) : []),
      ...(timer && !isOn(config, "T46") ? [{ kind: "pending", set: STI, clear: 0n } as const] : []),
      ...(isOn(config, "T47") ? [] : [{ kind: "enclaveMode", on: false } as const]),
    ],
    next: {
      kind: isOn(config, "T49") ? "load" : "switch",
      hart: clears && !isOn(config, "B18") ? next : withFloats(next, hart),
    },
    value,
  };
}

/** The enclave stops where it is and can go on from `hart`. */
export function pause(
  call: EnclaveCall,
  change: Change,
  was: Enclave,
  hart: Hart,
  paused: Pick<Enclave, "status" | "pending">,
  leaving: Leaving,
): Outcome {
  const state: MonitorState = withEnclave(change.state, { ...was, ...paused, hart });
  return leave(call, { ...change, state }, was, hart, leaving);
}

export const lockEffects = (enclave: Pick<Enclave, "locks">): Effect[] =>
  enclave.locks.flatMap((range) => range.pieces.map((piece) => ({ kind: "lockLines", ...piece }) as const));

export const unlockEffects = (enclave: Pick<Enclave, "locks">): Effect[] =>
  enclave.locks.flatMap((range) => range.pieces.map((piece) => ({ kind: "unlockLines", ...piece }) as const));

const savedRegisters = ({ x }: Hart): readonly RegisterWrite[] =>
  SAVED.map((register) => [register, x[register]!] as const);

/** What stays of `before` in the temporaries; registers that `next` was given on purpose keep their values. */
const leftovers = (before: Hart, next: Hart): RegisterWrite[] =>
  TEMPORARIES.filter((register) => next.x[register] === 0n || next.privilege !== 0).map(
    (register) => [register, before.x[register]!] as const,
  );

/** `hart` with the floating-point registers of another world. */
const withFloats = (hart: Hart, { f, csrs: { fcsr } }: Hart): Hart => ({ ...hart, f, csrs: { ...hart.csrs, fcsr } });
