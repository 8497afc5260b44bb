/**
 * The six CSR instructions. RISC-V Volume I, 20240411, section 7.1: with rs1 = x0 (or an immediate of 0) csrrs and csrrc
 * do not write. A csrrw with rd = x0 does not read, which no CSR of ours can tell.
 */
import { willCountCycle, willCountInstruction } from "./counters.ts";
import { MCYCLE, MINSTRET, MIP } from "./csr.gen.ts";
import { mayAccess, readCsr, writeCsr } from "./csr.ts";
import { illegal } from "./fetch.ts";
import { CSR_MIP, CSR_VALUE, HART_BUDGET, HART_PC, HART_PRIV, HART_X, REC_IMM, REC_RD, REC_RS1 } from "./layout.ts";
import { OUT_LEAVE, OUT_NEXT } from "./stop.ts";

const SWAP: u32 = 0;
const SET: u32 = 1;
const CLEAR: u32 = 2;

function access(rec: u32, length: u32, action: u32, operand: i64, isWrite: bool): u32 {
  // the immediate is sign-extended, a CSR number is not
  const number = load<u32>(rec, REC_IMM) & 0xfff;
  if (!mayAccess(number, isWrite, load<u32>(HART_PRIV)) || !readCsr(number)) return illegal();
  const old = load<i64>(CSR_VALUE);
  // "only the software-writable SEIP bit participates in the read-modify-write sequence of a CSRRS or CSRRC" (3.1.9)
  const base = number == MIP ? load<i64>(CSR_MIP) : old;
  const value = action == SWAP ? operand : action == SET ? base | operand : base & ~operand;
  // a counter holds what was written when the next instruction reads it: the instruction that wrote is not counted
  const ahead = number == MCYCLE ? willCountCycle() : number == MINSTRET ? willCountInstruction() : 0;
  const out = isWrite ? writeCsr(number, value - ahead) : OUT_NEXT;
  store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
  if (out != OUT_NEXT) store<i64>(HART_PC, load<i64>(HART_PC) + <i64>length);
  if (out == OUT_LEAVE) store<i64>(HART_BUDGET, load<i64>(HART_BUDGET) - 1);
  return out;
}

function register(rec: u32): i64 {
  return load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
}

/** The immediate stands where a register's number would, times 8. */
function immediate(rec: u32): i64 {
  return <i64>(load<u16>(rec, REC_RS1) >>> 3);
}

export function csrrw(rec: u32, length: u32): u32 {
  return access(rec, length, SWAP, register(rec), true);
}

export function csrrs(rec: u32, length: u32): u32 {
  return access(rec, length, SET, register(rec), load<u16>(rec, REC_RS1) != 0);
}

export function csrrc(rec: u32, length: u32): u32 {
  return access(rec, length, CLEAR, register(rec), load<u16>(rec, REC_RS1) != 0);
}

export function csrrwi(rec: u32, length: u32): u32 {
  return access(rec, length, SWAP, immediate(rec), true);
}

export function csrrsi(rec: u32, length: u32): u32 {
  return access(rec, length, SET, immediate(rec), immediate(rec) != 0);
}

export function csrrci(rec: u32, length: u32): u32 {
  return access(rec, length, CLEAR, immediate(rec), immediate(rec) != 0);
}
