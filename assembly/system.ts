/**
 * Instructions of the system family that are no CSR access. They are called suspended: HART_PC is the instruction's own
 * address, and minstret does not count it yet.
 */
import { PRIV_M, PRIV_S, PRIV_U } from "./access.ts";
import { BREAKPOINT, ECALL_FROM_U } from "./cause.ts";
import { flushAll, selectContext } from "./context.ts";
import { leaveWith, raise } from "./exit.ts";
import { illegal } from "./fetch.ts";
import {
  CSR_MEPC,
  CSR_MSTATUS,
  CSR_SEPC,
  HART,
  HART_BUDGET,
  HART_PC,
  HART_PRIV,
  HART_STATE,
  STATE_WAITING,
} from "./layout.ts";
import {
  MSTATUS_MIE,
  MSTATUS_MPIE,
  MSTATUS_MPP,
  MSTATUS_MPRV,
  MSTATUS_SIE,
  MSTATUS_SPIE,
  MSTATUS_SPP,
  MSTATUS_TSR,
  MSTATUS_TVM,
  MSTATUS_TW,
} from "./mstatus.ts";
import { isWoken } from "./pending.ts";
import { OUT_FAR, OUT_LEAVE, OUT_NEXT, OUT_TRAP, STOP_IDLE } from "./stop.ts";

/** Harts take turns, and records follow every store: nothing to order. */
export function fence(_rec: u32, _length: u32): u32 {
  return OUT_NEXT;
}

/** Stores have already been seen by fetches (code.ts). */
export function fenceI(_rec: u32, _length: u32): u32 {
  return OUT_NEXT;
}

export function ecall(_rec: u32, _length: u32): u32 {
  raise(ECALL_FROM_U + load<u32>(HART_PRIV), 0);
  return OUT_TRAP;
}

export function ebreak(_rec: u32, _length: u32): u32 {
  raise(BREAKPOINT, load<i64>(HART_PC));
  return OUT_TRAP;
}

/** The instruction is done and `run` has to look around. */
function leaveAt(pc: i64): u32 {
  store<i64>(HART_PC, pc);
  store<i64>(HART_BUDGET, load<i64>(HART_BUDGET) - 1);
  return OUT_LEAVE;
}

/** "xIE is set to xPIE; the privilege mode is changed to y; xPIE is set to 1"; xPP becomes U. Leaving M clears MPRV. */
export function mret(_rec: u32, _length: u32): u32 {
  if (load<u32>(HART_PRIV) != PRIV_M) return illegal();
  let mstatus = load<i64>(CSR_MSTATUS);
  const to = <u32>((mstatus & MSTATUS_MPP) >>> 11);
  mstatus = (mstatus & ~MSTATUS_MIE) | (mstatus & MSTATUS_MPIE ? MSTATUS_MIE : 0);
  mstatus = (mstatus | MSTATUS_MPIE) & ~MSTATUS_MPP;
  if (to != PRIV_M) mstatus &= ~MSTATUS_MPRV;
  store<i64>(CSR_MSTATUS, mstatus);
  store<u32>(HART_PRIV, to);
  selectContext();
  return leaveAt(load<i64>(CSR_MEPC));
}

export function sret(_rec: u32, _length: u32): u32 {
  const priv = load<u32>(HART_PRIV);
  let mstatus = load<i64>(CSR_MSTATUS);
  if (priv == PRIV_U || (priv == PRIV_S && mstatus & MSTATUS_TSR)) return illegal();
  const to = mstatus & MSTATUS_SPP ? PRIV_S : PRIV_U;
  mstatus = (mstatus & ~MSTATUS_SIE) | (mstatus & MSTATUS_SPIE ? MSTATUS_SIE : 0);
  mstatus = (mstatus | MSTATUS_SPIE) & ~MSTATUS_SPP & ~MSTATUS_MPRV;
  store<i64>(CSR_MSTATUS, mstatus);
  store<u32>(HART_PRIV, to);
  selectContext();
  return leaveAt(load<i64>(CSR_SEPC));
}

/** Waits for an interrupt that is enabled in `mie`, whatever mstatus says; how time passes meanwhile is harts.ts's. */
export function wfi(_rec: u32, length: u32): u32 {
  const priv = load<u32>(HART_PRIV);
  if (priv == PRIV_U || (priv == PRIV_S && load<i64>(CSR_MSTATUS) & MSTATUS_TW)) return illegal();
  if (!isWoken(HART)) {
    store<u32>(HART_STATE, STATE_WAITING);
    leaveWith(STOP_IDLE, 0);
  }
  return leaveAt(load<i64>(HART_PC) + <i64>length);
}

/** Flushes everything, whatever rs1 and rs2 select: always allowed, and cheap here. */
export function sfenceVma(_rec: u32, length: u32): u32 {
  const priv = load<u32>(HART_PRIV);
  if (priv == PRIV_U || (priv == PRIV_S && load<i64>(CSR_MSTATUS) & MSTATUS_TVM)) return illegal();
  flushAll();
  store<i64>(HART_PC, load<i64>(HART_PC) + <i64>length);
  return OUT_FAR;
}

/**
 * Svinval: sinval.vma is sfence.vma here, with its rule for TVM, so the fences around it have nothing left to do. They
 * are "unaffected by the mstatus.TVM [...] fields" (chapter 13), but U-mode may not execute them.
 */
export function sfenceInval(_rec: u32, _length: u32): u32 {
  return load<u32>(HART_PRIV) == PRIV_U ? illegal() : OUT_NEXT;
}
