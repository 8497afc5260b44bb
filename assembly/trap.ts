/**
 * Trap entry and interrupt selection. RISC-V Volume II, 20240411, sections 3.1.6 to 3.1.9 and 10.1. In monitor mode a trap
 * into M changes nothing in the hart: the TypeScript monitor finds it in the exit record and acts.
 */
import { PRIV_M, PRIV_S } from "./access.ts";
import { GPT_VIOLATION } from "./cause.ts";
import { selectContext } from "./context.ts";
import { stall } from "./counters.ts";
import { INTERRUPTS_S, pending } from "./csr.ts";
import {
  CSR_MCAUSE,
  CSR_MEDELEG,
  CSR_MEPC,
  CSR_MIDELEG,
  CSR_MIE,
  CSR_MSTATUS,
  CSR_MTVAL,
  CSR_MTVEC,
  CSR_SCAUSE,
  CSR_SEPC,
  CSR_STVAL,
  CSR_STVEC,
  EXIT_CAUSE,
  EXIT_EPC,
  EXIT_TVAL,
  HART_FIRMWARE,
  HART_PC,
  HART_PRIV,
  HART_RESERVATION,
} from "./layout.ts";
import { MSTATUS_MIE, MSTATUS_MPIE, MSTATUS_MPP, MSTATUS_SIE, MSTATUS_SPIE, MSTATUS_SPP } from "./mstatus.ts";

const INTERRUPT: i64 = i64.MIN_VALUE;

/** The interrupt to take now as an `mcause` value, or 0. "MEI, MSI, MTI, SEI, SSI, STI" is the order of priority. */
export function interrupt(): i64 {
  const ready = pending() & load<i64>(CSR_MIE);
  if (!ready) return 0;
  const priv = load<u32>(HART_PRIV);
  const mstatus = load<i64>(CSR_MSTATUS);
  const mideleg = load<i64>(CSR_MIDELEG);
  const isMEnabled = priv < PRIV_M || (mstatus & MSTATUS_MIE) != 0;
  const isSEnabled = priv < PRIV_S || (priv == PRIV_S && (mstatus & MSTATUS_SIE) != 0);
  let takeable = isMEnabled ? ready & ~mideleg : 0;
  if (!takeable && isSEnabled) takeable = ready & mideleg;
  if (!takeable) return 0;
  const number =
    takeable & 0x800 ? 11 : takeable & 0x8 ? 3 : takeable & 0x80 ? 7 : takeable & 0x200 ? 9 : takeable & 0x2 ? 1 : 5;
  return INTERRUPT | number;
}

function isDelegated(cause: i64): bool {
  if (load<u32>(HART_PRIV) == PRIV_M) return false;
  const number = cause & 0x3f;
  if (cause < 0) return !!(((load<i64>(CSR_MIDELEG) & INTERRUPTS_S) >>> number) & 1);
  return <u64>number < GPT_VIOLATION && ((load<i64>(CSR_MEDELEG) >>> number) & 1) != 0;
}

/** `BASE + 4 x cause` for interrupts in vectored mode, else BASE. */
function vector(tvec: i64, cause: i64): i64 {
  return (tvec & ~3) + (tvec & 1 && cause < 0 ? (cause & 0x3f) << 2 : 0);
}

/** Enters the trap at HART_PC. Returns false if it is the TypeScript monitor's. */
export function enterTrap(cause: i64, tval: i64): bool {
  const pc = load<i64>(HART_PC);
  const priv = load<u32>(HART_PRIV);
  store<i64>(HART_RESERVATION, 0);
  let mstatus = load<i64>(CSR_MSTATUS);
  if (isDelegated(cause)) {
    store<i64>(CSR_SCAUSE, cause);
    store<i64>(CSR_STVAL, tval);
    store<i64>(CSR_SEPC, pc);
    mstatus = (mstatus & ~MSTATUS_SPIE) | (mstatus & MSTATUS_SIE ? MSTATUS_SPIE : 0);
    mstatus = (mstatus & ~MSTATUS_SIE & ~MSTATUS_SPP) | (priv == PRIV_S ? MSTATUS_SPP : 0);
    return goTo(mstatus, PRIV_S, vector(load<i64>(CSR_STVEC), cause));
  }
  if (!load<u32>(HART_FIRMWARE)) {
    store<i64>(EXIT_CAUSE, cause);
    store<i64>(EXIT_TVAL, tval);
    store<i64>(EXIT_EPC, pc);
    return false;
  }
  store<i64>(CSR_MCAUSE, cause);
  store<i64>(CSR_MTVAL, tval);
  store<i64>(CSR_MEPC, pc);
  mstatus = (mstatus & ~MSTATUS_MPIE) | (mstatus & MSTATUS_MIE ? MSTATUS_MPIE : 0);
  mstatus = (mstatus & ~MSTATUS_MIE & ~MSTATUS_MPP) | ((<i64>priv) << 11);
  return goTo(mstatus, PRIV_M, vector(load<i64>(CSR_MTVEC), cause));
}

/** A trap entry takes a cycle, so that a guest which only traps uses up its budget. */
function goTo(mstatus: i64, priv: u32, pc: i64): bool {
  stall(1);
  store<i64>(CSR_MSTATUS, mstatus);
  store<u32>(HART_PRIV, priv);
  store<i64>(HART_PC, pc);
  selectContext();
  return true;
}
