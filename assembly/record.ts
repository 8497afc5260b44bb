/**
 * Records, and how the interpreter leaves the middle of a block: HART_PC and HART_BUDGET are then as if the block had
 * stopped before the instruction in question.
 */
import {
  HART_BUDGET,
  HART_F,
  HART_PC,
  HART_X,
  REC_IMM,
  REC_LEFT,
  REC_LENGTH,
  REC_RD,
  REC_RS1,
  REC_RS2,
  X_SINK,
} from "./layout.ts";
import { OUT_BUDGET, OUT_LEAVE } from "./stop.ts";

/** Registers of a record are byte offsets to HART_X: f0 is the register of this number. */
export const F0: u32 = (HART_F - HART_X) >> 3;

/** Writes a record; `left` follows when the block is complete. An rd of x0 becomes the sink, so arms need not ask. */
export function put(rec: usize, op: u32, rd: u32, rs1: u32, rs2: u32, imm: i32, length: u32): void {
  store<u16>(rec, <u16>op);
  store<u16>(rec, rd == 0 ? <u16>X_SINK : <u16>(rd << 3), REC_RD);
  store<u16>(rec, <u16>(rs1 << 3), REC_RS1);
  store<u16>(rec, <u16>(rs2 << 3), REC_RS2);
  store<i32>(rec, imm, REC_IMM);
  store<u16>(rec, <u16>length, REC_LENGTH);
}

/** Before a call that needs to know where execution stands: this instruction and the rest of the block are given back. */
export function suspend(rec: u32, bias: i64, budget: i64): void {
  store<i64>(HART_PC, bias + <i64>(rec >>> 3));
  store<i64>(HART_BUDGET, budget + <i64>load<u16>(rec, REC_LEFT));
}

/** The budget to go on with after `suspend`: the called routine may have taken cycles from it. */
export function resumed(rec: u32): i64 {
  return load<i64>(HART_BUDGET) - <i64>load<u16>(rec, REC_LEFT);
}

/** The block at `rec` no longer fits the budget. */
export function leaveBudget(rec: u32, bias: i64, budget: i64): u32 {
  suspend(rec, bias, budget);
  return OUT_BUDGET;
}

/** A suspended store of `length` bytes came back with something else than OUT_NEXT. */
export function leaveStore(out: u32, length: u32): u32 {
  if (out == OUT_LEAVE) {
    store<i64>(HART_PC, load<i64>(HART_PC) + <i64>length);
    store<i64>(HART_BUDGET, load<i64>(HART_BUDGET) - 1);
  }
  return out;
}
