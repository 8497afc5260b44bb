/** The interpreter. Generated from isa/*.isa and isa/interpreter.template by isa/generate.ts: do not edit. */
/*
 * One dense switch over predecoded records (docs/adr/0003-interpreter.md has what was measured). The budget is charged
 * for a whole block when it is entered and tested there; a trap within the block gives the rest back, so counts are
 * exact. `continue` goes on at `rec`, `break` at the address `pc`.
 */
import { divs, divu, mulh, mulhsu, mulhu, rems, remu } from "./alu.ts";
import { brev8, clmul, clmulh, clmulr, orcb, rev8, xperm4, xperm8 } from "./bits.ts";
import { amocasD, amocasQ, amocasW, reserve, storeConditional, wrsNto, wrsSto } from "./amo.ts";
import { cboClean, cboFlush, cboInval, cboZero } from "./cbo.ts";
import { csrrc, csrrci, csrrs, csrrsi, csrrw, csrrwi } from "./csr-instruction.ts";
import { areFloatsDirty, areFloatsOff, BOX_16, BOX_32, dirtyFloats, mayWriteFloats, RM_DYNAMIC, RM_LAST, unbox16, unbox32 } from "./float-state.ts";
import { decodeBlock, fetchMiss, fetchOne, illegal, misaligned } from "./fetch.ts";
import { TIMED } from "./flavour.ts";
import * as fpu from "./fpu/operations.ts";
import { readLine, writeLine } from "./hw/cache.ts";
import {
  EXEC_TLB_ENTRIES,
  EXIT_OUT,
  HART_BUDGET,
  HART_EXEC_TLB,
  HART_FFLAGS,
  HART_FRM,
  HART_PC,
  HART_TLB,
  HART_X,
  REC_IMM,
  REC_LEFT,
  REC_LENGTH,
  REC_RD,
  REC_RM,
  REC_RS1,
  REC_RS2,
  REC_RS3,
  SCRATCH_RECORD,
  TLB_INDEX_MASK,
  TLB_MISS,
  TLB_WRITE,
} from "./layout.ts";
import { amoMiss, loadMiss, storeMiss } from "./mem.ts";
import { leaveBudget, leaveStore, resumed, suspend } from "./record.ts";
import * as op from "./op.gen.ts";
import { OUT_BUDGET, OUT_FAR, OUT_NEXT } from "./stop.ts";
import { ebreak, ecall, fence, fenceI, mret, sfenceInval, sfenceVma, sret, wfi } from "./system.ts";

/**
 * Executes from the record `rec`, which stands for the address bias + (rec >>> 3), until HART_BUDGET is used up or
 * something needs `run`. Returns OUT_LEAVE, OUT_TRAP, OUT_STOP or OUT_BUDGET with HART_PC and HART_BUDGET up to date.
 */
export function interpret(rec: u32, bias: i64): u32 {
  let budget = load<i64>(HART_BUDGET);
  let tlb = load<u32>(HART_TLB);
  let execTlb = load<u32>(HART_EXEC_TLB);
  let pc: i64 = 0;
  while (true) {
    switch (<u32>load<u16>(rec)) {
      case op.DECODE: {
        // nothing is known from here on yet; what was charged for it is what the record says
        budget += <i64>load<u16>(rec, REC_LEFT);
        decodeBlock(rec);
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.PAGE_END: {
        // 0 at a real end of a page; a record that was diverted gives back what it was charged for
        budget += <i64>load<u16>(rec, REC_LEFT);
        pc = bias + <i64>(rec >>> 3);
        break;
      }
      case op.LUI: {
        // lui  U  0110111  i  2.4.1
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), i, HART_X);
        rec += 32;
        continue;
      }
      case op.C_LUI: {
        // lui  U  0110111  i  2.4.1 (compressed)
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), i, HART_X);
        rec += 16;
        continue;
      }
      case op.AUIPC: {
        // auipc  U  0010111  pc + i  2.4.1
        const i = <i64>load<i32>(rec, REC_IMM);
        const pc = bias + <i64>(rec >>> 3);
        store<i64>(<usize>load<u16>(rec, REC_RD), pc + i, HART_X);
        rec += 32;
        continue;
      }
      case op.LB: {
        // lb  I-load  000 0000011  load i8  2.6
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK));
        if (h & TLB_MISS) {
          suspend(rec, bias, budget);
          h = <i64>loadMiss(va, 1);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= readLine(va, tlb);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>load<i8>(<usize>h), HART_X);
        rec += 32;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.LH: {
        // lh  I-load  001 0000011  load i16  2.6
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK));
        if (h & (TLB_MISS | 1)) {
          suspend(rec, bias, budget);
          h = <i64>loadMiss(va, 2);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= readLine(va, tlb);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>load<i16>(<usize>h), HART_X);
        rec += 32;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_LH: {
        // lh  I-load  001 0000011  load i16  2.6 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK));
        if (h & (TLB_MISS | 1)) {
          suspend(rec, bias, budget);
          h = <i64>loadMiss(va, 2);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= readLine(va, tlb);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>load<i16>(<usize>h), HART_X);
        rec += 16;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.LW: {
        // lw  I-load  010 0000011  load i32  2.6
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK));
        if (h & (TLB_MISS | 3)) {
          suspend(rec, bias, budget);
          h = <i64>loadMiss(va, 4);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= readLine(va, tlb);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>load<i32>(<usize>h), HART_X);
        rec += 32;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_LW: {
        // lw  I-load  010 0000011  load i32  2.6 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK));
        if (h & (TLB_MISS | 3)) {
          suspend(rec, bias, budget);
          h = <i64>loadMiss(va, 4);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= readLine(va, tlb);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>load<i32>(<usize>h), HART_X);
        rec += 16;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.LD: {
        // ld  I-load  011 0000011  load i64  4.3
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK));
        if (h & (TLB_MISS | 7)) {
          suspend(rec, bias, budget);
          h = <i64>loadMiss(va, 8);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= readLine(va, tlb);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>load<i64>(<usize>h), HART_X);
        rec += 32;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_LD: {
        // ld  I-load  011 0000011  load i64  4.3 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK));
        if (h & (TLB_MISS | 7)) {
          suspend(rec, bias, budget);
          h = <i64>loadMiss(va, 8);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= readLine(va, tlb);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>load<i64>(<usize>h), HART_X);
        rec += 16;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.LBU: {
        // lbu  I-load  100 0000011  load u8  2.6
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK));
        if (h & TLB_MISS) {
          suspend(rec, bias, budget);
          h = <i64>loadMiss(va, 1);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= readLine(va, tlb);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>load<u8>(<usize>h), HART_X);
        rec += 32;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_LBU: {
        // lbu  I-load  100 0000011  load u8  2.6 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK));
        if (h & TLB_MISS) {
          suspend(rec, bias, budget);
          h = <i64>loadMiss(va, 1);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= readLine(va, tlb);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>load<u8>(<usize>h), HART_X);
        rec += 16;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.LHU: {
        // lhu  I-load  101 0000011  load u16  2.6
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK));
        if (h & (TLB_MISS | 1)) {
          suspend(rec, bias, budget);
          h = <i64>loadMiss(va, 2);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= readLine(va, tlb);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>load<u16>(<usize>h), HART_X);
        rec += 32;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_LHU: {
        // lhu  I-load  101 0000011  load u16  2.6 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK));
        if (h & (TLB_MISS | 1)) {
          suspend(rec, bias, budget);
          h = <i64>loadMiss(va, 2);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= readLine(va, tlb);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>load<u16>(<usize>h), HART_X);
        rec += 16;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.LWU: {
        // lwu  I-load  110 0000011  load u32  4.3
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK));
        if (h & (TLB_MISS | 3)) {
          suspend(rec, bias, budget);
          h = <i64>loadMiss(va, 4);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= readLine(va, tlb);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>load<u32>(<usize>h), HART_X);
        rec += 32;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.SB: {
        // sb  S  000 0100011  store i8  2.6
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        const h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & TLB_MISS) {
          suspend(rec, bias, budget);
          const out = storeMiss(va, 1, y);
          if (out != OUT_NEXT) return leaveStore(out, 4);
          if (TIMED) budget = resumed(rec);
        } else {
          store<i8>(<usize>h, <i8>y);
          if (TIMED) budget -= writeLine(va, tlb);
        }
        rec += 32;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_SB: {
        // sb  S  000 0100011  store i8  2.6 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        const h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & TLB_MISS) {
          suspend(rec, bias, budget);
          const out = storeMiss(va, 1, y);
          if (out != OUT_NEXT) return leaveStore(out, 2);
          if (TIMED) budget = resumed(rec);
        } else {
          store<i8>(<usize>h, <i8>y);
          if (TIMED) budget -= writeLine(va, tlb);
        }
        rec += 16;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.SH: {
        // sh  S  001 0100011  store i16  2.6
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        const h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 1)) {
          suspend(rec, bias, budget);
          const out = storeMiss(va, 2, y);
          if (out != OUT_NEXT) return leaveStore(out, 4);
          if (TIMED) budget = resumed(rec);
        } else {
          store<i16>(<usize>h, <i16>y);
          if (TIMED) budget -= writeLine(va, tlb);
        }
        rec += 32;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_SH: {
        // sh  S  001 0100011  store i16  2.6 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        const h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 1)) {
          suspend(rec, bias, budget);
          const out = storeMiss(va, 2, y);
          if (out != OUT_NEXT) return leaveStore(out, 2);
          if (TIMED) budget = resumed(rec);
        } else {
          store<i16>(<usize>h, <i16>y);
          if (TIMED) budget -= writeLine(va, tlb);
        }
        rec += 16;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.SW: {
        // sw  S  010 0100011  store i32  2.6
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        const h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 3)) {
          suspend(rec, bias, budget);
          const out = storeMiss(va, 4, y);
          if (out != OUT_NEXT) return leaveStore(out, 4);
          if (TIMED) budget = resumed(rec);
        } else {
          store<i32>(<usize>h, <i32>y);
          if (TIMED) budget -= writeLine(va, tlb);
        }
        rec += 32;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_SW: {
        // sw  S  010 0100011  store i32  2.6 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        const h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 3)) {
          suspend(rec, bias, budget);
          const out = storeMiss(va, 4, y);
          if (out != OUT_NEXT) return leaveStore(out, 2);
          if (TIMED) budget = resumed(rec);
        } else {
          store<i32>(<usize>h, <i32>y);
          if (TIMED) budget -= writeLine(va, tlb);
        }
        rec += 16;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.SD: {
        // sd  S  011 0100011  store i64  4.3
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        const h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 7)) {
          suspend(rec, bias, budget);
          const out = storeMiss(va, 8, y);
          if (out != OUT_NEXT) return leaveStore(out, 4);
          if (TIMED) budget = resumed(rec);
        } else {
          store<i64>(<usize>h, <i64>y);
          if (TIMED) budget -= writeLine(va, tlb);
        }
        rec += 32;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_SD: {
        // sd  S  011 0100011  store i64  4.3 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        const h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 7)) {
          suspend(rec, bias, budget);
          const out = storeMiss(va, 8, y);
          if (out != OUT_NEXT) return leaveStore(out, 2);
          if (TIMED) budget = resumed(rec);
        } else {
          store<i64>(<usize>h, <i64>y);
          if (TIMED) budget -= writeLine(va, tlb);
        }
        rec += 16;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.ADDI: {
        // addi  I  000 0010011  x + i  2.4.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), x + i, HART_X);
        rec += 32;
        continue;
      }
      case op.C_ADDI: {
        // addi  I  000 0010011  x + i  2.4.1 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), x + i, HART_X);
        rec += 16;
        continue;
      }
      case op.SLTI: {
        // slti  I  010 0010011  x <s i  2.4.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), x < i ? 1 : 0, HART_X);
        rec += 32;
        continue;
      }
      case op.SLTIU: {
        // sltiu  I  011 0010011  x <u i  2.4.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), <u64>x < <u64>i ? 1 : 0, HART_X);
        rec += 32;
        continue;
      }
      case op.XORI: {
        // xori  I  100 0010011  x ^ i  2.4.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), x ^ i, HART_X);
        rec += 32;
        continue;
      }
      case op.C_XORI: {
        // xori  I  100 0010011  x ^ i  2.4.1 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), x ^ i, HART_X);
        rec += 16;
        continue;
      }
      case op.ORI: {
        // ori  I  110 0010011  x | i  2.4.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), x | i, HART_X);
        rec += 32;
        continue;
      }
      case op.ANDI: {
        // andi  I  111 0010011  x & i  2.4.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), x & i, HART_X);
        rec += 32;
        continue;
      }
      case op.C_ANDI: {
        // andi  I  111 0010011  x & i  2.4.1 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), x & i, HART_X);
        rec += 16;
        continue;
      }
      case op.SLLI: {
        // slli  I-shift  000000 001 0010011  x << i  4.2.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), x << i, HART_X);
        rec += 32;
        continue;
      }
      case op.C_SLLI: {
        // slli  I-shift  000000 001 0010011  x << i  4.2.1 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), x << i, HART_X);
        rec += 16;
        continue;
      }
      case op.SRLI: {
        // srli  I-shift  000000 101 0010011  x >>u i  4.2.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), x >>> i, HART_X);
        rec += 32;
        continue;
      }
      case op.C_SRLI: {
        // srli  I-shift  000000 101 0010011  x >>u i  4.2.1 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), x >>> i, HART_X);
        rec += 16;
        continue;
      }
      case op.SRAI: {
        // srai  I-shift  010000 101 0010011  x >>s i  4.2.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), x >> i, HART_X);
        rec += 32;
        continue;
      }
      case op.C_SRAI: {
        // srai  I-shift  010000 101 0010011  x >>s i  4.2.1 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), x >> i, HART_X);
        rec += 16;
        continue;
      }
      case op.ADD: {
        // add  R  0000000 000 0110011  x + y  2.4.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x + y, HART_X);
        rec += 32;
        continue;
      }
      case op.C_ADD: {
        // add  R  0000000 000 0110011  x + y  2.4.2 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x + y, HART_X);
        rec += 16;
        continue;
      }
      case op.SUB: {
        // sub  R  0100000 000 0110011  x - y  2.4.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x - y, HART_X);
        rec += 32;
        continue;
      }
      case op.C_SUB: {
        // sub  R  0100000 000 0110011  x - y  2.4.2 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x - y, HART_X);
        rec += 16;
        continue;
      }
      case op.SLL: {
        // sll  R  0000000 001 0110011  x << (y & 63)  4.2.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x << (y & 63), HART_X);
        rec += 32;
        continue;
      }
      case op.SLT: {
        // slt  R  0000000 010 0110011  x <s y  2.4.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x < y ? 1 : 0, HART_X);
        rec += 32;
        continue;
      }
      case op.SLTU: {
        // sltu  R  0000000 011 0110011  x <u y  2.4.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <u64>x < <u64>y ? 1 : 0, HART_X);
        rec += 32;
        continue;
      }
      case op.XOR: {
        // xor  R  0000000 100 0110011  x ^ y  2.4.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x ^ y, HART_X);
        rec += 32;
        continue;
      }
      case op.C_XOR: {
        // xor  R  0000000 100 0110011  x ^ y  2.4.2 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x ^ y, HART_X);
        rec += 16;
        continue;
      }
      case op.SRL: {
        // srl  R  0000000 101 0110011  x >>u (y & 63)  4.2.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x >>> (y & 63), HART_X);
        rec += 32;
        continue;
      }
      case op.SRA: {
        // sra  R  0100000 101 0110011  x >>s (y & 63)  4.2.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x >> (y & 63), HART_X);
        rec += 32;
        continue;
      }
      case op.OR: {
        // or  R  0000000 110 0110011  x | y  2.4.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x | y, HART_X);
        rec += 32;
        continue;
      }
      case op.C_OR: {
        // or  R  0000000 110 0110011  x | y  2.4.2 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x | y, HART_X);
        rec += 16;
        continue;
      }
      case op.AND: {
        // and  R  0000000 111 0110011  x & y  2.4.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x & y, HART_X);
        rec += 32;
        continue;
      }
      case op.C_AND: {
        // and  R  0000000 111 0110011  x & y  2.4.2 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x & y, HART_X);
        rec += 16;
        continue;
      }
      case op.ADDIW: {
        // addiw  I  000 0011011  sext32(x + i)  4.2.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(x + i)), HART_X);
        rec += 32;
        continue;
      }
      case op.C_ADDIW: {
        // addiw  I  000 0011011  sext32(x + i)  4.2.1 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(x + i)), HART_X);
        rec += 16;
        continue;
      }
      case op.SLLIW: {
        // slliw  I-shiftw  0000000 001 0011011  sext32(x << i)  4.2.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(x << i)), HART_X);
        rec += 32;
        continue;
      }
      case op.SRLIW: {
        // srliw  I-shiftw  0000000 101 0011011  sext32(zext32(x) >>u i)  4.2.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(<i64>(<u32>(x)) >>> i)), HART_X);
        rec += 32;
        continue;
      }
      case op.SRAIW: {
        // sraiw  I-shiftw  0100000 101 0011011  sext32(x) >>s i  4.2.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(x)) >> i, HART_X);
        rec += 32;
        continue;
      }
      case op.ADDW: {
        // addw  R  0000000 000 0111011  sext32(x + y)  4.2.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(x + y)), HART_X);
        rec += 32;
        continue;
      }
      case op.C_ADDW: {
        // addw  R  0000000 000 0111011  sext32(x + y)  4.2.2 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(x + y)), HART_X);
        rec += 16;
        continue;
      }
      case op.SUBW: {
        // subw  R  0100000 000 0111011  sext32(x - y)  4.2.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(x - y)), HART_X);
        rec += 32;
        continue;
      }
      case op.C_SUBW: {
        // subw  R  0100000 000 0111011  sext32(x - y)  4.2.2 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(x - y)), HART_X);
        rec += 16;
        continue;
      }
      case op.SLLW: {
        // sllw  R  0000000 001 0111011  sext32(x << (y & 31))  4.2.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(x << (y & 31))), HART_X);
        rec += 32;
        continue;
      }
      case op.SRLW: {
        // srlw  R  0000000 101 0111011  sext32(zext32(x) >>u (y & 31))  4.2.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(<i64>(<u32>(x)) >>> (y & 31))), HART_X);
        rec += 32;
        continue;
      }
      case op.SRAW: {
        // sraw  R  0100000 101 0111011  sext32(x) >>s (y & 31)  4.2.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(x)) >> (y & 31), HART_X);
        rec += 32;
        continue;
      }
      case op.MUL: {
        // mul  R  0000001 000 0110011  x * y  13.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x * y, HART_X);
        rec += 32;
        continue;
      }
      case op.C_MUL: {
        // mul  R  0000001 000 0110011  x * y  13.1 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x * y, HART_X);
        rec += 16;
        continue;
      }
      case op.MULH: {
        // mulh  R  0000001 001 0110011  mulh(x, y)  13.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), mulh(x, y), HART_X);
        rec += 32;
        continue;
      }
      case op.MULHSU: {
        // mulhsu  R  0000001 010 0110011  mulhsu(x, y)  13.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), mulhsu(x, y), HART_X);
        rec += 32;
        continue;
      }
      case op.MULHU: {
        // mulhu  R  0000001 011 0110011  mulhu(x, y)  13.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), mulhu(x, y), HART_X);
        rec += 32;
        continue;
      }
      case op.DIV: {
        // div  R  0000001 100 0110011  divs(x, y)  13.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), divs(x, y), HART_X);
        rec += 32;
        continue;
      }
      case op.DIVU: {
        // divu  R  0000001 101 0110011  divu(x, y)  13.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), divu(x, y), HART_X);
        rec += 32;
        continue;
      }
      case op.REM: {
        // rem  R  0000001 110 0110011  rems(x, y)  13.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), rems(x, y), HART_X);
        rec += 32;
        continue;
      }
      case op.REMU: {
        // remu  R  0000001 111 0110011  remu(x, y)  13.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), remu(x, y), HART_X);
        rec += 32;
        continue;
      }
      case op.MULW: {
        // mulw  R  0000001 000 0111011  sext32(x * y)  13.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(x * y)), HART_X);
        rec += 32;
        continue;
      }
      case op.DIVW: {
        // divw  R  0000001 100 0111011  sext32(divs(sext32(x), sext32(y)))  13.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(divs(<i64>(<i32>(x)), <i64>(<i32>(y))))), HART_X);
        rec += 32;
        continue;
      }
      case op.DIVUW: {
        // divuw  R  0000001 101 0111011  sext32(divu(zext32(x), zext32(y)))  13.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(divu(<i64>(<u32>(x)), <i64>(<u32>(y))))), HART_X);
        rec += 32;
        continue;
      }
      case op.REMW: {
        // remw  R  0000001 110 0111011  sext32(rems(sext32(x), sext32(y)))  13.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(rems(<i64>(<i32>(x)), <i64>(<i32>(y))))), HART_X);
        rec += 32;
        continue;
      }
      case op.REMUW: {
        // remuw  R  0000001 111 0111011  sext32(remu(zext32(x), zext32(y)))  13.2
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(remu(<i64>(<u32>(x)), <i64>(<u32>(y))))), HART_X);
        rec += 32;
        continue;
      }
      case op.ADD_UW: {
        // add.uw  R  0000100 000 0111011  y + zext32(x)  Zba
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), y + <i64>(<u32>(x)), HART_X);
        rec += 32;
        continue;
      }
      case op.C_ADD_UW: {
        // add.uw  R  0000100 000 0111011  y + zext32(x)  Zba (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), y + <i64>(<u32>(x)), HART_X);
        rec += 16;
        continue;
      }
      case op.SH1ADD: {
        // sh1add  R  0010000 010 0110011  y + (x << 1)  Zba
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), y + (x << 1), HART_X);
        rec += 32;
        continue;
      }
      case op.SH2ADD: {
        // sh2add  R  0010000 100 0110011  y + (x << 2)  Zba
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), y + (x << 2), HART_X);
        rec += 32;
        continue;
      }
      case op.SH3ADD: {
        // sh3add  R  0010000 110 0110011  y + (x << 3)  Zba
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), y + (x << 3), HART_X);
        rec += 32;
        continue;
      }
      case op.SH1ADD_UW: {
        // sh1add.uw  R  0010000 010 0111011  y + (zext32(x) << 1)  Zba
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), y + (<i64>(<u32>(x)) << 1), HART_X);
        rec += 32;
        continue;
      }
      case op.SH2ADD_UW: {
        // sh2add.uw  R  0010000 100 0111011  y + (zext32(x) << 2)  Zba
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), y + (<i64>(<u32>(x)) << 2), HART_X);
        rec += 32;
        continue;
      }
      case op.SH3ADD_UW: {
        // sh3add.uw  R  0010000 110 0111011  y + (zext32(x) << 3)  Zba
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), y + (<i64>(<u32>(x)) << 3), HART_X);
        rec += 32;
        continue;
      }
      case op.SLLI_UW: {
        // slli.uw  I-shift  000010 001 0011011  zext32(x) << i  Zba
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<u32>(x)) << i, HART_X);
        rec += 32;
        continue;
      }
      case op.ANDN: {
        // andn  R  0100000 111 0110011  x & ~y  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x & ~y, HART_X);
        rec += 32;
        continue;
      }
      case op.ORN: {
        // orn  R  0100000 110 0110011  x | ~y  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x | ~y, HART_X);
        rec += 32;
        continue;
      }
      case op.XNOR: {
        // xnor  R  0100000 100 0110011  ~(x ^ y)  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), ~(x ^ y), HART_X);
        rec += 32;
        continue;
      }
      case op.ROL: {
        // rol  R  0110000 001 0110011  rotl(x, y)  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), rotl<i64>(x, y), HART_X);
        rec += 32;
        continue;
      }
      case op.ROR: {
        // ror  R  0110000 101 0110011  rotr(x, y)  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), rotr<i64>(x, y), HART_X);
        rec += 32;
        continue;
      }
      case op.RORI: {
        // rori  I-shift  011000 101 0010011  rotr(x, i)  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), rotr<i64>(x, i), HART_X);
        rec += 32;
        continue;
      }
      case op.ROLW: {
        // rolw  R  0110000 001 0111011  sext32(x << (y & 31) | zext32(x) >>u (32 - (y & 31)))  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>((x << (y & 31)) | (<i64>(<u32>(x)) >>> ((<i64>32) - (y & 31))))), HART_X);
        rec += 32;
        continue;
      }
      case op.RORW: {
        // rorw  R  0110000 101 0111011  sext32(zext32(x) >>u (y & 31) | x << (32 - (y & 31)))  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>((<i64>(<u32>(x)) >>> (y & 31)) | (x << ((<i64>32) - (y & 31))))), HART_X);
        rec += 32;
        continue;
      }
      case op.RORIW: {
        // roriw  I-shiftw  0110000 101 0011011  sext32(zext32(x) >>u i | x << (32 - i))  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>((<i64>(<u32>(x)) >>> i) | (x << ((<i64>32) - i)))), HART_X);
        rec += 32;
        continue;
      }
      case op.REV8: {
        // rev8  R-unary  011010111000 101 0010011  rev8(x)  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), rev8(x), HART_X);
        rec += 32;
        continue;
      }
      case op.ZEXT_H: {
        // zext.h  R-unary  000010000000 100 0111011  x & 0xffff  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x & 65535, HART_X);
        rec += 32;
        continue;
      }
      case op.C_ZEXT_H: {
        // zext.h  R-unary  000010000000 100 0111011  x & 0xffff  Zbb (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x & 65535, HART_X);
        rec += 16;
        continue;
      }
      case op.CLZ: {
        // clz  R-unary  011000000000 001 0010011  clz(x)  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), clz<i64>(x), HART_X);
        rec += 32;
        continue;
      }
      case op.CTZ: {
        // ctz  R-unary  011000000001 001 0010011  ctz(x)  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), ctz<i64>(x), HART_X);
        rec += 32;
        continue;
      }
      case op.CPOP: {
        // cpop  R-unary  011000000010 001 0010011  cpop(x)  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), popcnt<i64>(x), HART_X);
        rec += 32;
        continue;
      }
      case op.CLZW: {
        // clzw  R-unary  011000000000 001 0011011  clz(zext32(x)) - 32  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), clz<i64>(<i64>(<u32>(x))) - 32, HART_X);
        rec += 32;
        continue;
      }
      case op.CTZW: {
        // ctzw  R-unary  011000000001 001 0011011  ctz(x | 0x100000000)  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), ctz<i64>(x | 4294967296), HART_X);
        rec += 32;
        continue;
      }
      case op.CPOPW: {
        // cpopw  R-unary  011000000010 001 0011011  cpop(zext32(x))  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), popcnt<i64>(<i64>(<u32>(x))), HART_X);
        rec += 32;
        continue;
      }
      case op.MAX: {
        // max  R  0000101 110 0110011  x >=s y ? x : y  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x >= y ? x : y, HART_X);
        rec += 32;
        continue;
      }
      case op.MAXU: {
        // maxu  R  0000101 111 0110011  x >=u y ? x : y  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <u64>x >= <u64>y ? x : y, HART_X);
        rec += 32;
        continue;
      }
      case op.MIN: {
        // min  R  0000101 100 0110011  x <s y ? x : y  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x < y ? x : y, HART_X);
        rec += 32;
        continue;
      }
      case op.MINU: {
        // minu  R  0000101 101 0110011  x <u y ? x : y  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <u64>x < <u64>y ? x : y, HART_X);
        rec += 32;
        continue;
      }
      case op.SEXT_B: {
        // sext.b  R-unary  011000000100 001 0010011  sext8(x)  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i8>(x)), HART_X);
        rec += 32;
        continue;
      }
      case op.C_SEXT_B: {
        // sext.b  R-unary  011000000100 001 0010011  sext8(x)  Zbb (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i8>(x)), HART_X);
        rec += 16;
        continue;
      }
      case op.SEXT_H: {
        // sext.h  R-unary  011000000101 001 0010011  sext16(x)  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i16>(x)), HART_X);
        rec += 32;
        continue;
      }
      case op.C_SEXT_H: {
        // sext.h  R-unary  011000000101 001 0010011  sext16(x)  Zbb (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i16>(x)), HART_X);
        rec += 16;
        continue;
      }
      case op.ORC_B: {
        // orc.b  R-unary  001010000111 101 0010011  orcb(x)  Zbb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), orcb(x), HART_X);
        rec += 32;
        continue;
      }
      case op.BCLR: {
        // bclr  R  0100100 001 0110011  x & ~(1 << (y & 63))  Zbs
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x & ~((<i64>1) << (y & 63)), HART_X);
        rec += 32;
        continue;
      }
      case op.BCLRI: {
        // bclri  I-shift  010010 001 0010011  x & ~(1 << i)  Zbs
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), x & ~((<i64>1) << i), HART_X);
        rec += 32;
        continue;
      }
      case op.BEXT: {
        // bext  R  0100100 101 0110011  x >>u (y & 63) & 1  Zbs
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), (x >>> (y & 63)) & 1, HART_X);
        rec += 32;
        continue;
      }
      case op.BEXTI: {
        // bexti  I-shift  010010 101 0010011  x >>u i & 1  Zbs
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), (x >>> i) & 1, HART_X);
        rec += 32;
        continue;
      }
      case op.BINV: {
        // binv  R  0110100 001 0110011  x ^ 1 << (y & 63)  Zbs
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x ^ ((<i64>1) << (y & 63)), HART_X);
        rec += 32;
        continue;
      }
      case op.BINVI: {
        // binvi  I-shift  011010 001 0010011  x ^ 1 << i  Zbs
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), x ^ ((<i64>1) << i), HART_X);
        rec += 32;
        continue;
      }
      case op.BSET: {
        // bset  R  0010100 001 0110011  x | 1 << (y & 63)  Zbs
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x | ((<i64>1) << (y & 63)), HART_X);
        rec += 32;
        continue;
      }
      case op.BSETI: {
        // bseti  I-shift  001010 001 0010011  x | 1 << i  Zbs
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        store<i64>(<usize>load<u16>(rec, REC_RD), x | ((<i64>1) << i), HART_X);
        rec += 32;
        continue;
      }
      case op.CLMUL: {
        // clmul  R  0000101 001 0110011  clmul(x, y)  Zbc
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), clmul(x, y), HART_X);
        rec += 32;
        continue;
      }
      case op.CLMULH: {
        // clmulh  R  0000101 011 0110011  clmulh(x, y)  Zbc
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), clmulh(x, y), HART_X);
        rec += 32;
        continue;
      }
      case op.CLMULR: {
        // clmulr  R  0000101 010 0110011  clmulr(x, y)  Zbc
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), clmulr(x, y), HART_X);
        rec += 32;
        continue;
      }
      case op.PACK: {
        // pack  R  0000100 100 0110011  zext32(x) | y << 32  Zbkb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<u32>(x)) | (y << 32), HART_X);
        rec += 32;
        continue;
      }
      case op.PACKH: {
        // packh  R  0000100 111 0110011  x & 0xff | (y & 0xff) << 8  Zbkb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), (x & 255) | ((y & 255) << 8), HART_X);
        rec += 32;
        continue;
      }
      case op.PACKW: {
        // packw  R-packw  0000100 100 0111011  sext32(x & 0xffff | (y & 0xffff) << 16)  Zbkb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>((x & 65535) | ((y & 65535) << 16))), HART_X);
        rec += 32;
        continue;
      }
      case op.BREV8: {
        // brev8  R-unary  011010000111 101 0010011  brev8(x)  Zbkb
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), brev8(x), HART_X);
        rec += 32;
        continue;
      }
      case op.XPERM4: {
        // xperm4  R  0010100 010 0110011  xperm4(x, y)  Zbkx
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), xperm4(x, y), HART_X);
        rec += 32;
        continue;
      }
      case op.XPERM8: {
        // xperm8  R  0010100 100 0110011  xperm8(x, y)  Zbkx
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), xperm8(x, y), HART_X);
        rec += 32;
        continue;
      }
      case op.CZERO_EQZ: {
        // czero.eqz  R  0000111 101 0110011  y == 0 ? 0 : x  Zicond
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), y == 0 ? 0 : x, HART_X);
        rec += 32;
        continue;
      }
      case op.CZERO_NEZ: {
        // czero.nez  R  0000111 111 0110011  y != 0 ? 0 : x  Zicond
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), y != 0 ? 0 : x, HART_X);
        rec += 32;
        continue;
      }
      case op.FLW: {
        // flw  F-load  010 0000111  load f32  20.5
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK));
        if (h & (TLB_MISS | 3)) {
          suspend(rec, bias, budget);
          h = <i64>loadMiss(va, 4);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= readLine(va, tlb);
        store<i64>(<usize>load<u16>(rec, REC_RD), (<i64>load<u32>(<usize>h)) | BOX_32, HART_X);
        dirtyFloats();
        rec += 32;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.FSW: {
        // fsw  F-store  010 0100111  store f32  20.5
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        const h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 3)) {
          suspend(rec, bias, budget);
          const out = storeMiss(va, 4, y);
          if (out != OUT_NEXT) return leaveStore(out, 4);
          if (TIMED) budget = resumed(rec);
        } else {
          store<u32>(<usize>h, <u32>y);
          if (TIMED) budget -= writeLine(va, tlb);
        }
        rec += 32;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.FADD_S: {
        // fadd.s  F-rm  0000000 1010011  f32 add32(a32, b32, rm)  20.6
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.add32(a32, b32, rm)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FSUB_S: {
        // fsub.s  F-rm  0000100 1010011  f32 sub32(a32, b32, rm)  20.6
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.sub32(a32, b32, rm)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FMUL_S: {
        // fmul.s  F-rm  0001000 1010011  f32 mul32(a32, b32, rm)  20.6
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.mul32(a32, b32, rm)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FDIV_S: {
        // fdiv.s  F-rm  0001100 1010011  f32 div32(a32, b32, rm)  20.6
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.div32(a32, b32, rm)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FSQRT_S: {
        // fsqrt.s  F1-rm  0101100 00000 1010011  f32 sqrt32(a32, rm)  20.6
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.sqrt32(a32, rm)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FMIN_S: {
        // fmin.s  F  0010100 000 1010011  f32 min32(a32, b32)  20.6
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.min32(a32, b32)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FMAX_S: {
        // fmax.s  F  0010100 001 1010011  f32 max32(a32, b32)  20.6
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.max32(a32, b32)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FMADD_S: {
        // fmadd.s  F4-rm  00 1000011  f32 fma32(a32, b32, c32, rm)  20.6
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const c32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS3), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.fma32(a32, b32, c32, rm)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FMSUB_S: {
        // fmsub.s  F4-rm  00 1000111  f32 fma32(a32, b32, c32 ^ 0x80000000, rm)  20.6
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const c32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS3), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.fma32(a32, b32, c32 ^ 2147483648, rm)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FNMSUB_S: {
        // fnmsub.s  F4-rm  00 1001011  f32 fma32(a32 ^ 0x80000000, b32, c32, rm)  20.6
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const c32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS3), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.fma32(a32 ^ 2147483648, b32, c32, rm)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FNMADD_S: {
        // fnmadd.s  F4-rm  00 1001111  f32 fma32(a32 ^ 0x80000000, b32, c32 ^ 0x80000000, rm)  20.6
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const c32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS3), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.fma32(a32 ^ 2147483648, b32, c32 ^ 2147483648, rm)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FSGNJ_S: {
        // fsgnj.s  F  0010000 000 1010011  f32 (a32 & 0x7fffffff) | (b32 & 0x80000000)  20.7
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), ((a32 & 2147483647) | (b32 & 2147483648)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FSGNJN_S: {
        // fsgnjn.s  F  0010000 001 1010011  f32 (a32 & 0x7fffffff) | (~b32 & 0x80000000)  20.7
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), ((a32 & 2147483647) | (~b32 & 2147483648)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FSGNJX_S: {
        // fsgnjx.s  F  0010000 010 1010011  f32 a32 ^ (b32 & 0x80000000)  20.7
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (a32 ^ (b32 & 2147483648)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_W_S: {
        // fcvt.w.s  FX1-rm  1100000 00000 1010011  tow32(a32, rm)  20.7
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.tow32(a32, rm), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FCVT_WU_S: {
        // fcvt.wu.s  FX1-rm  1100000 00001 1010011  towu32(a32, rm)  20.7
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.towu32(a32, rm), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FCVT_L_S: {
        // fcvt.l.s  FX1-rm  1100000 00010 1010011  tol32(a32, rm)  20.7
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.tol32(a32, rm), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FCVT_LU_S: {
        // fcvt.lu.s  FX1-rm  1100000 00011 1010011  tolu32(a32, rm)  20.7
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.tolu32(a32, rm), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FCVT_S_W: {
        // fcvt.s.w  XF1-rm  1101000 00000 1010011  f32 fromw32(x, rm)  20.7
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.fromw32(x, rm)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_S_WU: {
        // fcvt.s.wu  XF1-rm  1101000 00001 1010011  f32 fromwu32(x, rm)  20.7
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.fromwu32(x, rm)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_S_L: {
        // fcvt.s.l  XF1-rm  1101000 00010 1010011  f32 froml32(x, rm)  20.7
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.froml32(x, rm)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_S_LU: {
        // fcvt.s.lu  XF1-rm  1101000 00011 1010011  f32 fromlu32(x, rm)  20.7
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.fromlu32(x, rm)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FMV_X_W: {
        // fmv.x.w  FX1  1110000 00000 000 1010011  sext32(x)  20.7
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>(<i32>(x)), HART_X);
        rec += 32;
        continue;
      }
      case op.FMV_W_X: {
        // fmv.w.x  XF1  1111000 00000 000 1010011  f32 x  20.7
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), (x) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FEQ_S: {
        // feq.s  FX  1010000 010 1010011  eq32(a32, b32)  20.8
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.eq32(a32, b32), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FLT_S: {
        // flt.s  FX  1010000 001 1010011  lt32(a32, b32)  20.8
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.lt32(a32, b32), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FLE_S: {
        // fle.s  FX  1010000 000 1010011  le32(a32, b32)  20.8
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.le32(a32, b32), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FCLASS_S: {
        // fclass.s  FX1  1110000 00000 001 1010011  class32(a32)  20.9
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.class32(a32), HART_X);
        rec += 32;
        continue;
      }
      case op.FLD: {
        // fld  F-load  011 0000111  load f64  21.3
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK));
        if (h & (TLB_MISS | 7)) {
          suspend(rec, bias, budget);
          h = <i64>loadMiss(va, 8);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= readLine(va, tlb);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>load<i64>(<usize>h), HART_X);
        dirtyFloats();
        rec += 32;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_FLD: {
        // fld  F-load  011 0000111  load f64  21.3 (compressed)
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK));
        if (h & (TLB_MISS | 7)) {
          suspend(rec, bias, budget);
          h = <i64>loadMiss(va, 8);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= readLine(va, tlb);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>load<i64>(<usize>h), HART_X);
        dirtyFloats();
        rec += 16;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.FSD: {
        // fsd  F-store  011 0100111  store f64  21.3
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        const h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 7)) {
          suspend(rec, bias, budget);
          const out = storeMiss(va, 8, y);
          if (out != OUT_NEXT) return leaveStore(out, 4);
          if (TIMED) budget = resumed(rec);
        } else {
          store<i64>(<usize>h, <i64>y);
          if (TIMED) budget -= writeLine(va, tlb);
        }
        rec += 32;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_FSD: {
        // fsd  F-store  011 0100111  store f64  21.3 (compressed)
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        const h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 7)) {
          suspend(rec, bias, budget);
          const out = storeMiss(va, 8, y);
          if (out != OUT_NEXT) return leaveStore(out, 2);
          if (TIMED) budget = resumed(rec);
        } else {
          store<i64>(<usize>h, <i64>y);
          if (TIMED) budget -= writeLine(va, tlb);
        }
        rec += 16;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.FADD_D: {
        // fadd.d  F-rm  0000001 1010011  f64 add64(a64, b64, rm)  21.4
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const b64 = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.add64(a64, b64, rm), HART_X);
        rec += 32;
        continue;
      }
      case op.FSUB_D: {
        // fsub.d  F-rm  0000101 1010011  f64 sub64(a64, b64, rm)  21.4
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const b64 = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.sub64(a64, b64, rm), HART_X);
        rec += 32;
        continue;
      }
      case op.FMUL_D: {
        // fmul.d  F-rm  0001001 1010011  f64 mul64(a64, b64, rm)  21.4
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const b64 = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.mul64(a64, b64, rm), HART_X);
        rec += 32;
        continue;
      }
      case op.FDIV_D: {
        // fdiv.d  F-rm  0001101 1010011  f64 div64(a64, b64, rm)  21.4
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const b64 = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.div64(a64, b64, rm), HART_X);
        rec += 32;
        continue;
      }
      case op.FSQRT_D: {
        // fsqrt.d  F1-rm  0101101 00000 1010011  f64 sqrt64(a64, rm)  21.4
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.sqrt64(a64, rm), HART_X);
        rec += 32;
        continue;
      }
      case op.FMIN_D: {
        // fmin.d  F  0010101 000 1010011  f64 min64(a64, b64)  21.4
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const b64 = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.min64(a64, b64), HART_X);
        rec += 32;
        continue;
      }
      case op.FMAX_D: {
        // fmax.d  F  0010101 001 1010011  f64 max64(a64, b64)  21.4
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const b64 = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.max64(a64, b64), HART_X);
        rec += 32;
        continue;
      }
      case op.FMADD_D: {
        // fmadd.d  F4-rm  01 1000011  f64 fma64(a64, b64, c64, rm)  21.4
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const b64 = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const c64 = load<i64>(<usize>load<u16>(rec, REC_RS3), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.fma64(a64, b64, c64, rm), HART_X);
        rec += 32;
        continue;
      }
      case op.FMSUB_D: {
        // fmsub.d  F4-rm  01 1000111  f64 fma64(a64, b64, c64 ^ (1 << 63), rm)  21.4
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const b64 = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const c64 = load<i64>(<usize>load<u16>(rec, REC_RS3), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.fma64(a64, b64, c64 ^ ((<i64>1) << 63), rm), HART_X);
        rec += 32;
        continue;
      }
      case op.FNMSUB_D: {
        // fnmsub.d  F4-rm  01 1001011  f64 fma64(a64 ^ (1 << 63), b64, c64, rm)  21.4
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const b64 = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const c64 = load<i64>(<usize>load<u16>(rec, REC_RS3), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.fma64(a64 ^ ((<i64>1) << 63), b64, c64, rm), HART_X);
        rec += 32;
        continue;
      }
      case op.FNMADD_D: {
        // fnmadd.d  F4-rm  01 1001111  f64 fma64(a64 ^ (1 << 63), b64, c64 ^ (1 << 63), rm)  21.4
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const b64 = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const c64 = load<i64>(<usize>load<u16>(rec, REC_RS3), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.fma64(a64 ^ ((<i64>1) << 63), b64, c64 ^ ((<i64>1) << 63), rm), HART_X);
        rec += 32;
        continue;
      }
      case op.FSGNJ_D: {
        // fsgnj.d  F  0010001 000 1010011  f64 (a64 & ~(1 << 63)) | (b64 & (1 << 63))  21.5
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const b64 = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), (a64 & ~((<i64>1) << 63)) | (b64 & ((<i64>1) << 63)), HART_X);
        rec += 32;
        continue;
      }
      case op.FSGNJN_D: {
        // fsgnjn.d  F  0010001 001 1010011  f64 (a64 & ~(1 << 63)) | (~b64 & (1 << 63))  21.5
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const b64 = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), (a64 & ~((<i64>1) << 63)) | (~b64 & ((<i64>1) << 63)), HART_X);
        rec += 32;
        continue;
      }
      case op.FSGNJX_D: {
        // fsgnjx.d  F  0010001 010 1010011  f64 a64 ^ (b64 & (1 << 63))  21.5
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const b64 = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), a64 ^ (b64 & ((<i64>1) << 63)), HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_S_D: {
        // fcvt.s.d  F1-rm  0100000 00001 1010011  f32 cvt64to32(a64, rm)  21.5
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.cvt64to32(a64, rm)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_D_S: {
        // fcvt.d.s  F1-rmx  0100001 00000 1010011  f64 cvt32to64(a32, rm)  21.5
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.cvt32to64(a32, rm), HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_W_D: {
        // fcvt.w.d  FX1-rm  1100001 00000 1010011  tow64(a64, rm)  21.5
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.tow64(a64, rm), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FCVT_WU_D: {
        // fcvt.wu.d  FX1-rm  1100001 00001 1010011  towu64(a64, rm)  21.5
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.towu64(a64, rm), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FCVT_L_D: {
        // fcvt.l.d  FX1-rm  1100001 00010 1010011  tol64(a64, rm)  21.5
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.tol64(a64, rm), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FCVT_LU_D: {
        // fcvt.lu.d  FX1-rm  1100001 00011 1010011  tolu64(a64, rm)  21.5
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.tolu64(a64, rm), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FCVT_D_W: {
        // fcvt.d.w  XF1-rmx  1101001 00000 1010011  f64 fromw64(x, rm)  21.5
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.fromw64(x, rm), HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_D_WU: {
        // fcvt.d.wu  XF1-rmx  1101001 00001 1010011  f64 fromwu64(x, rm)  21.5
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.fromwu64(x, rm), HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_D_L: {
        // fcvt.d.l  XF1-rm  1101001 00010 1010011  f64 froml64(x, rm)  21.5
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.froml64(x, rm), HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_D_LU: {
        // fcvt.d.lu  XF1-rm  1101001 00011 1010011  f64 fromlu64(x, rm)  21.5
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.fromlu64(x, rm), HART_X);
        rec += 32;
        continue;
      }
      case op.FMV_X_D: {
        // fmv.x.d  FX1  1110001 00000 000 1010011  x  21.5
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x, HART_X);
        rec += 32;
        continue;
      }
      case op.FMV_D_X: {
        // fmv.d.x  XF1  1111001 00000 000 1010011  f64 x  21.5
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), x, HART_X);
        rec += 32;
        continue;
      }
      case op.FEQ_D: {
        // feq.d  FX  1010001 010 1010011  eq64(a64, b64)  21.6
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const b64 = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.eq64(a64, b64), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FLT_D: {
        // flt.d  FX  1010001 001 1010011  lt64(a64, b64)  21.6
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const b64 = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.lt64(a64, b64), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FLE_D: {
        // fle.d  FX  1010001 000 1010011  le64(a64, b64)  21.6
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const b64 = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.le64(a64, b64), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FCLASS_D: {
        // fclass.d  FX1  1110001 00000 001 1010011  class64(a64)  21.7
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.class64(a64), HART_X);
        rec += 32;
        continue;
      }
      case op.FLH: {
        // flh  F-load  001 0000111  load f16  Zfh
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK));
        if (h & (TLB_MISS | 1)) {
          suspend(rec, bias, budget);
          h = <i64>loadMiss(va, 2);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= readLine(va, tlb);
        store<i64>(<usize>load<u16>(rec, REC_RD), (<i64>load<u16>(<usize>h)) | BOX_16, HART_X);
        dirtyFloats();
        rec += 32;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.FSH: {
        // fsh  F-store  001 0100111  store f16  Zfh
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const va = x + i;
        const h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 1)) {
          suspend(rec, bias, budget);
          const out = storeMiss(va, 2, y);
          if (out != OUT_NEXT) return leaveStore(out, 4);
          if (TIMED) budget = resumed(rec);
        } else {
          store<u16>(<usize>h, <u16>y);
          if (TIMED) budget -= writeLine(va, tlb);
        }
        rec += 32;
        if (TIMED && budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.FMV_X_H: {
        // fmv.x.h  FX1  1110010 00000 000 1010011  ((x & 0xffff) << 48) >>s 48  Zfh
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), ((x & 65535) << 48) >> 48, HART_X);
        rec += 32;
        continue;
      }
      case op.FMV_H_X: {
        // fmv.h.x  XF1  1111010 00000 000 1010011  f16 x  Zfh
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), (x) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_S_H: {
        // fcvt.s.h  F1-rmx  0100000 00010 1010011  f32 cvt16to32(a16, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.cvt16to32(a16, rm)) | BOX_32, HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_H_S: {
        // fcvt.h.s  F1-rm  0100010 00000 1010011  f16 cvt32to16(a32, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a32 = unbox32(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.cvt32to16(a32, rm)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_D_H: {
        // fcvt.d.h  F1-rmx  0100001 00010 1010011  f64 cvt16to64(a16, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.cvt16to64(a16, rm), HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_H_D: {
        // fcvt.h.d  F1-rm  0100010 00001 1010011  f16 cvt64to16(a64, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a64 = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.cvt64to16(a64, rm)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FADD_H: {
        // fadd.h  F-rm  0000010 1010011  f16 add16(a16, b16, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.add16(a16, b16, rm)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FSUB_H: {
        // fsub.h  F-rm  0000110 1010011  f16 sub16(a16, b16, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.sub16(a16, b16, rm)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FMUL_H: {
        // fmul.h  F-rm  0001010 1010011  f16 mul16(a16, b16, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.mul16(a16, b16, rm)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FDIV_H: {
        // fdiv.h  F-rm  0001110 1010011  f16 div16(a16, b16, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.div16(a16, b16, rm)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FSQRT_H: {
        // fsqrt.h  F1-rm  0101110 00000 1010011  f16 sqrt16(a16, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.sqrt16(a16, rm)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FMIN_H: {
        // fmin.h  F  0010110 000 1010011  f16 min16(a16, b16)  Zfh
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.min16(a16, b16)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FMAX_H: {
        // fmax.h  F  0010110 001 1010011  f16 max16(a16, b16)  Zfh
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.max16(a16, b16)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FMADD_H: {
        // fmadd.h  F4-rm  10 1000011  f16 fma16(a16, b16, c16, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const c16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS3), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.fma16(a16, b16, c16, rm)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FMSUB_H: {
        // fmsub.h  F4-rm  10 1000111  f16 fma16(a16, b16, c16 ^ 0x8000, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const c16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS3), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.fma16(a16, b16, c16 ^ 32768, rm)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FNMSUB_H: {
        // fnmsub.h  F4-rm  10 1001011  f16 fma16(a16 ^ 0x8000, b16, c16, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const c16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS3), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.fma16(a16 ^ 32768, b16, c16, rm)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FNMADD_H: {
        // fnmadd.h  F4-rm  10 1001111  f16 fma16(a16 ^ 0x8000, b16, c16 ^ 0x8000, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const c16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS3), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.fma16(a16 ^ 32768, b16, c16 ^ 32768, rm)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FSGNJ_H: {
        // fsgnj.h  F  0010010 000 1010011  f16 (a16 & 0x7fff) | (b16 & 0x8000)  Zfh
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), ((a16 & 32767) | (b16 & 32768)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FSGNJN_H: {
        // fsgnjn.h  F  0010010 001 1010011  f16 (a16 & 0x7fff) | (~b16 & 0x8000)  Zfh
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), ((a16 & 32767) | (~b16 & 32768)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FSGNJX_H: {
        // fsgnjx.h  F  0010010 010 1010011  f16 a16 ^ (b16 & 0x8000)  Zfh
        if (!areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(0)) return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), (a16 ^ (b16 & 32768)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_W_H: {
        // fcvt.w.h  FX1-rm  1100010 00000 1010011  tow16(a16, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.tow16(a16, rm), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FCVT_WU_H: {
        // fcvt.wu.h  FX1-rm  1100010 00001 1010011  towu16(a16, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.towu16(a16, rm), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FCVT_L_H: {
        // fcvt.l.h  FX1-rm  1100010 00010 1010011  tol16(a16, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.tol16(a16, rm), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FCVT_LU_H: {
        // fcvt.lu.h  FX1-rm  1100010 00011 1010011  tolu16(a16, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.tolu16(a16, rm), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FCVT_H_W: {
        // fcvt.h.w  XF1-rm  1101010 00000 1010011  f16 fromw16(x, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.fromw16(x, rm)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_H_WU: {
        // fcvt.h.wu  XF1-rm  1101010 00001 1010011  f16 fromwu16(x, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.fromwu16(x, rm)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_H_L: {
        // fcvt.h.l  XF1-rm  1101010 00010 1010011  f16 froml16(x, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.froml16(x, rm)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FCVT_H_LU: {
        // fcvt.h.lu  XF1-rm  1101010 00011 1010011  f16 fromlu16(x, rm)  Zfh
        let rm = <u32>load<u16>(rec, REC_RM);
        if (rm == RM_DYNAMIC) rm = <u32>load<u8>(HART_FRM);
        if (rm > RM_LAST || !areFloatsDirty()) {
          suspend(rec, bias, budget);
          if (!mayWriteFloats(rm)) return illegal();
        }
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        store<i64>(<usize>load<u16>(rec, REC_RD), (fpu.fromlu16(x, rm)) | BOX_16, HART_X);
        rec += 32;
        continue;
      }
      case op.FEQ_H: {
        // feq.h  FX  1010010 010 1010011  eq16(a16, b16)  Zfh
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.eq16(a16, b16), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FLT_H: {
        // flt.h  FX  1010010 001 1010011  lt16(a16, b16)  Zfh
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.lt16(a16, b16), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FLE_H: {
        // fle.h  FX  1010010 000 1010011  le16(a16, b16)  Zfh
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        const b16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const raised = <u32>load<u8>(HART_FFLAGS);
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.le16(a16, b16), HART_X);
        if (<u32>load<u8>(HART_FFLAGS) != raised) dirtyFloats();
        rec += 32;
        continue;
      }
      case op.FCLASS_H: {
        // fclass.h  FX1  1110010 00000 001 1010011  class16(a16)  Zfh
        if (areFloatsOff()) {
          suspend(rec, bias, budget);
          return illegal();
        }
        const a16 = unbox16(load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X));
        store<i64>(<usize>load<u16>(rec, REC_RD), fpu.class16(a16), HART_X);
        rec += 32;
        continue;
      }
      case op.MOP_R_N: {
        // mop.r.n  MOP.R  1 00 0111 100 1110011  0  Zimop
        store<i64>(<usize>load<u16>(rec, REC_RD), 0, HART_X);
        rec += 32;
        continue;
      }
      case op.MOP_RR_N: {
        // mop.rr.n  MOP.RR  1 00 1 100 1110011  0  Zimop
        store<i64>(<usize>load<u16>(rec, REC_RD), 0, HART_X);
        rec += 32;
        continue;
      }
      case op.JAL_FAR: {
        // jal  J  1101111  jump pc + i  2.5.1 (far)
        const i = <i64>load<i32>(rec, REC_IMM);
        pc = bias + <i64>(rec >>> 3);
        const target = pc + i;
        store<i64>(<usize>load<u16>(rec, REC_RD), bias + <i64>(rec >>> 3) + <i64>load<u16>(rec, REC_LENGTH), HART_X);
        pc = target;
        break;
      }
      case op.JAL: {
        // jal  J  1101111  jump pc + i  2.5.1 (near)
        store<i64>(<usize>load<u16>(rec, REC_RD), bias + <i64>(rec >>> 3) + 4, HART_X);
        rec += load<u32>(rec, REC_IMM);
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_JAL: {
        // jal  J  1101111  jump pc + i  2.5.1 (near compressed)
        store<i64>(<usize>load<u16>(rec, REC_RD), bias + <i64>(rec >>> 3) + 2, HART_X);
        rec += load<u32>(rec, REC_IMM);
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.JAL_ALIGNED: {
        // jal  J  1101111  jump pc + i  2.5.1 (aligned)
        const i = <i64>load<i32>(rec, REC_IMM);
        pc = bias + <i64>(rec >>> 3);
        const target = pc + i;
        if (target & 2) {
          suspend(rec, bias, budget);
          return misaligned(target);
        }
        store<i64>(<usize>load<u16>(rec, REC_RD), bias + <i64>(rec >>> 3) + 4, HART_X);
        pc = target;
        break;
      }
      case op.JALR: {
        // jalr  I-load  000 1100111  jump (x + i) & ~1  2.5.1
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const target = (x + i) & ~1;
        store<i64>(<usize>load<u16>(rec, REC_RD), bias + <i64>(rec >>> 3) + 4, HART_X);
        pc = target;
        break;
      }
      case op.C_JALR: {
        // jalr  I-load  000 1100111  jump (x + i) & ~1  2.5.1 (compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const target = (x + i) & ~1;
        store<i64>(<usize>load<u16>(rec, REC_RD), bias + <i64>(rec >>> 3) + 2, HART_X);
        pc = target;
        break;
      }
      case op.JALR_ALIGNED: {
        // jalr  I-load  000 1100111  jump (x + i) & ~1  2.5.1 (aligned)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const i = <i64>load<i32>(rec, REC_IMM);
        const target = (x + i) & ~1;
        if (target & 2) {
          suspend(rec, bias, budget);
          return misaligned(target);
        }
        store<i64>(<usize>load<u16>(rec, REC_RD), bias + <i64>(rec >>> 3) + 4, HART_X);
        pc = target;
        break;
      }
      case op.BEQ_FAR: {
        // beq  B  000 1100011  if x == y  2.5.2 (far)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        pc = bias + <i64>(rec >>> 3) + (x == y ? <i64>load<i32>(rec, REC_IMM) : <i64>load<u16>(rec, REC_LENGTH));
        break;
      }
      case op.BEQ: {
        // beq  B  000 1100011  if x == y  2.5.2 (near)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        rec += x == y ? load<u32>(rec, REC_IMM) : 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_BEQ: {
        // beq  B  000 1100011  if x == y  2.5.2 (near compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        rec += x == y ? load<u32>(rec, REC_IMM) : 16;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.BEQ_ALIGNED: {
        // beq  B  000 1100011  if x == y  2.5.2 (aligned)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const target = bias + <i64>(rec >>> 3) + (x == y ? <i64>load<i32>(rec, REC_IMM) : 4);
        if (target & 2) {
          suspend(rec, bias, budget);
          return misaligned(target);
        }
        pc = target;
        break;
      }
      case op.BNE_FAR: {
        // bne  B  001 1100011  if x != y  2.5.2 (far)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        pc = bias + <i64>(rec >>> 3) + (x != y ? <i64>load<i32>(rec, REC_IMM) : <i64>load<u16>(rec, REC_LENGTH));
        break;
      }
      case op.BNE: {
        // bne  B  001 1100011  if x != y  2.5.2 (near)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        rec += x != y ? load<u32>(rec, REC_IMM) : 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_BNE: {
        // bne  B  001 1100011  if x != y  2.5.2 (near compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        rec += x != y ? load<u32>(rec, REC_IMM) : 16;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.BNE_ALIGNED: {
        // bne  B  001 1100011  if x != y  2.5.2 (aligned)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const target = bias + <i64>(rec >>> 3) + (x != y ? <i64>load<i32>(rec, REC_IMM) : 4);
        if (target & 2) {
          suspend(rec, bias, budget);
          return misaligned(target);
        }
        pc = target;
        break;
      }
      case op.BLT_FAR: {
        // blt  B  100 1100011  if x <s y  2.5.2 (far)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        pc = bias + <i64>(rec >>> 3) + (x < y ? <i64>load<i32>(rec, REC_IMM) : <i64>load<u16>(rec, REC_LENGTH));
        break;
      }
      case op.BLT: {
        // blt  B  100 1100011  if x <s y  2.5.2 (near)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        rec += x < y ? load<u32>(rec, REC_IMM) : 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_BLT: {
        // blt  B  100 1100011  if x <s y  2.5.2 (near compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        rec += x < y ? load<u32>(rec, REC_IMM) : 16;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.BLT_ALIGNED: {
        // blt  B  100 1100011  if x <s y  2.5.2 (aligned)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const target = bias + <i64>(rec >>> 3) + (x < y ? <i64>load<i32>(rec, REC_IMM) : 4);
        if (target & 2) {
          suspend(rec, bias, budget);
          return misaligned(target);
        }
        pc = target;
        break;
      }
      case op.BGE_FAR: {
        // bge  B  101 1100011  if x >=s y  2.5.2 (far)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        pc = bias + <i64>(rec >>> 3) + (x >= y ? <i64>load<i32>(rec, REC_IMM) : <i64>load<u16>(rec, REC_LENGTH));
        break;
      }
      case op.BGE: {
        // bge  B  101 1100011  if x >=s y  2.5.2 (near)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        rec += x >= y ? load<u32>(rec, REC_IMM) : 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_BGE: {
        // bge  B  101 1100011  if x >=s y  2.5.2 (near compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        rec += x >= y ? load<u32>(rec, REC_IMM) : 16;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.BGE_ALIGNED: {
        // bge  B  101 1100011  if x >=s y  2.5.2 (aligned)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const target = bias + <i64>(rec >>> 3) + (x >= y ? <i64>load<i32>(rec, REC_IMM) : 4);
        if (target & 2) {
          suspend(rec, bias, budget);
          return misaligned(target);
        }
        pc = target;
        break;
      }
      case op.BLTU_FAR: {
        // bltu  B  110 1100011  if x <u y  2.5.2 (far)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        pc = bias + <i64>(rec >>> 3) + (<u64>x < <u64>y ? <i64>load<i32>(rec, REC_IMM) : <i64>load<u16>(rec, REC_LENGTH));
        break;
      }
      case op.BLTU: {
        // bltu  B  110 1100011  if x <u y  2.5.2 (near)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        rec += <u64>x < <u64>y ? load<u32>(rec, REC_IMM) : 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_BLTU: {
        // bltu  B  110 1100011  if x <u y  2.5.2 (near compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        rec += <u64>x < <u64>y ? load<u32>(rec, REC_IMM) : 16;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.BLTU_ALIGNED: {
        // bltu  B  110 1100011  if x <u y  2.5.2 (aligned)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const target = bias + <i64>(rec >>> 3) + (<u64>x < <u64>y ? <i64>load<i32>(rec, REC_IMM) : 4);
        if (target & 2) {
          suspend(rec, bias, budget);
          return misaligned(target);
        }
        pc = target;
        break;
      }
      case op.BGEU_FAR: {
        // bgeu  B  111 1100011  if x >=u y  2.5.2 (far)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        pc = bias + <i64>(rec >>> 3) + (<u64>x >= <u64>y ? <i64>load<i32>(rec, REC_IMM) : <i64>load<u16>(rec, REC_LENGTH));
        break;
      }
      case op.BGEU: {
        // bgeu  B  111 1100011  if x >=u y  2.5.2 (near)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        rec += <u64>x >= <u64>y ? load<u32>(rec, REC_IMM) : 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.C_BGEU: {
        // bgeu  B  111 1100011  if x >=u y  2.5.2 (near compressed)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        rec += <u64>x >= <u64>y ? load<u32>(rec, REC_IMM) : 16;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.BGEU_ALIGNED: {
        // bgeu  B  111 1100011  if x >=u y  2.5.2 (aligned)
        const x = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        const target = bias + <i64>(rec >>> 3) + (<u64>x >= <u64>y ? <i64>load<i32>(rec, REC_IMM) : 4);
        if (target & 2) {
          suspend(rec, bias, budget);
          return misaligned(target);
        }
        pc = target;
        break;
      }
      case op.FENCE: {
        // fence  FENCE  000 0001111  do fence  2.7
        suspend(rec, bias, budget);
        const out = fence(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.FENCE_I: {
        // fence.i  FENCE.I  001 0001111  do fenceI  6
        suspend(rec, bias, budget);
        const out = fenceI(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.ECALL: {
        // ecall  NONE  000000000000 00000 000 00000 1110011  do ecall  2.8
        suspend(rec, bias, budget);
        const out = ecall(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.EBREAK: {
        // ebreak  NONE  000000000001 00000 000 00000 1110011  do ebreak  2.8
        suspend(rec, bias, budget);
        const out = ebreak(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.C_EBREAK: {
        // ebreak  NONE  000000000001 00000 000 00000 1110011  do ebreak  2.8 (compressed)
        suspend(rec, bias, budget);
        const out = ebreak(rec, 2);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 16;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.LR_W: {
        // lr.w  A-lr  00010 00000 010 0101111  lr i32  14.2
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        suspend(rec, bias, budget);
        const h = reserve(va, 4);
        if (!h) return load<u32>(EXIT_OUT);
        budget = resumed(rec);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>load<i32>(h), HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.SC_W: {
        // sc.w  A  00011 010 0101111  sc i32  14.2
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        suspend(rec, bias, budget);
        const out = storeConditional(va, 4, y);
        if (out > 1) return out;
        budget = resumed(rec);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>out, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOSWAP_W: {
        // amoswap.w  A  00001 010 0101111  amo i32 y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 3)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 4);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const y = <i64>(<i32>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i32>(<usize>h);
        store<i32>(<usize>h, <i32>(y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOADD_W: {
        // amoadd.w  A  00000 010 0101111  amo i32 m + y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 3)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 4);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const m = <i64>load<i32>(<usize>h);
        const y = <i64>(<i32>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i32>(<usize>h);
        store<i32>(<usize>h, <i32>(m + y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOXOR_W: {
        // amoxor.w  A  00100 010 0101111  amo i32 m ^ y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 3)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 4);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const m = <i64>load<i32>(<usize>h);
        const y = <i64>(<i32>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i32>(<usize>h);
        store<i32>(<usize>h, <i32>(m ^ y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOAND_W: {
        // amoand.w  A  01100 010 0101111  amo i32 m & y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 3)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 4);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const m = <i64>load<i32>(<usize>h);
        const y = <i64>(<i32>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i32>(<usize>h);
        store<i32>(<usize>h, <i32>(m & y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOOR_W: {
        // amoor.w  A  01000 010 0101111  amo i32 m | y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 3)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 4);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const m = <i64>load<i32>(<usize>h);
        const y = <i64>(<i32>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i32>(<usize>h);
        store<i32>(<usize>h, <i32>(m | y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOMIN_W: {
        // amomin.w  A  10000 010 0101111  amo i32 m <s y ? m : y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 3)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 4);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const m = <i64>load<i32>(<usize>h);
        const y = <i64>(<i32>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i32>(<usize>h);
        store<i32>(<usize>h, <i32>(m < y ? m : y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOMAX_W: {
        // amomax.w  A  10100 010 0101111  amo i32 m >=s y ? m : y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 3)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 4);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const m = <i64>load<i32>(<usize>h);
        const y = <i64>(<i32>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i32>(<usize>h);
        store<i32>(<usize>h, <i32>(m >= y ? m : y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOMINU_W: {
        // amominu.w  A  11000 010 0101111  amo u32 m <u y ? m : y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 3)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 4);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const m = <i64>load<u32>(<usize>h);
        const y = <i64>(<u32>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i32>(<usize>h);
        store<u32>(<usize>h, <u32>(<u64>m < <u64>y ? m : y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOMAXU_W: {
        // amomaxu.w  A  11100 010 0101111  amo u32 m >=u y ? m : y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 3)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 4);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const m = <i64>load<u32>(<usize>h);
        const y = <i64>(<u32>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i32>(<usize>h);
        store<u32>(<usize>h, <u32>(<u64>m >= <u64>y ? m : y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.LR_D: {
        // lr.d  A-lr  00010 00000 011 0101111  lr i64  14.2
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        suspend(rec, bias, budget);
        const h = reserve(va, 8);
        if (!h) return load<u32>(EXIT_OUT);
        budget = resumed(rec);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>load<i64>(h), HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.SC_D: {
        // sc.d  A  00011 011 0101111  sc i64  14.2
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        const y = load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X);
        suspend(rec, bias, budget);
        const out = storeConditional(va, 8, y);
        if (out > 1) return out;
        budget = resumed(rec);
        store<i64>(<usize>load<u16>(rec, REC_RD), <i64>out, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOSWAP_D: {
        // amoswap.d  A  00001 011 0101111  amo i64 y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 7)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 8);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const y = <i64>(<i64>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i64>(<usize>h);
        store<i64>(<usize>h, <i64>(y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOADD_D: {
        // amoadd.d  A  00000 011 0101111  amo i64 m + y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 7)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 8);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const m = <i64>load<i64>(<usize>h);
        const y = <i64>(<i64>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i64>(<usize>h);
        store<i64>(<usize>h, <i64>(m + y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOXOR_D: {
        // amoxor.d  A  00100 011 0101111  amo i64 m ^ y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 7)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 8);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const m = <i64>load<i64>(<usize>h);
        const y = <i64>(<i64>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i64>(<usize>h);
        store<i64>(<usize>h, <i64>(m ^ y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOAND_D: {
        // amoand.d  A  01100 011 0101111  amo i64 m & y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 7)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 8);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const m = <i64>load<i64>(<usize>h);
        const y = <i64>(<i64>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i64>(<usize>h);
        store<i64>(<usize>h, <i64>(m & y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOOR_D: {
        // amoor.d  A  01000 011 0101111  amo i64 m | y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 7)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 8);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const m = <i64>load<i64>(<usize>h);
        const y = <i64>(<i64>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i64>(<usize>h);
        store<i64>(<usize>h, <i64>(m | y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOMIN_D: {
        // amomin.d  A  10000 011 0101111  amo i64 m <s y ? m : y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 7)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 8);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const m = <i64>load<i64>(<usize>h);
        const y = <i64>(<i64>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i64>(<usize>h);
        store<i64>(<usize>h, <i64>(m < y ? m : y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOMAX_D: {
        // amomax.d  A  10100 011 0101111  amo i64 m >=s y ? m : y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 7)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 8);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const m = <i64>load<i64>(<usize>h);
        const y = <i64>(<i64>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i64>(<usize>h);
        store<i64>(<usize>h, <i64>(m >= y ? m : y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOMINU_D: {
        // amominu.d  A  11000 011 0101111  amo i64 m <u y ? m : y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 7)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 8);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const m = <i64>load<i64>(<usize>h);
        const y = <i64>(<i64>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i64>(<usize>h);
        store<i64>(<usize>h, <i64>(<u64>m < <u64>y ? m : y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.AMOMAXU_D: {
        // amomaxu.d  A  11100 011 0101111  amo i64 m >=u y ? m : y  14.4
        const va = load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
        let h = va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK), TLB_WRITE);
        if (h & (TLB_MISS | 7)) {
          suspend(rec, bias, budget);
          h = <i64>amoMiss(va, 8);
          if (!h) return load<u32>(EXIT_OUT);
          if (TIMED) budget = resumed(rec);
        } else if (TIMED) budget -= writeLine(va, tlb);
        const m = <i64>load<i64>(<usize>h);
        const y = <i64>(<i64>load<i64>(<usize>load<u16>(rec, REC_RS2), HART_X));
        const old = <i64>load<i64>(<usize>h);
        store<i64>(<usize>h, <i64>(<u64>m >= <u64>y ? m : y));
        store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
        rec += 32;
        budget -= <i64>load<u16>(rec, REC_LEFT);
        if (budget < 0) return leaveBudget(rec, bias, budget);
        continue;
      }
      case op.WRS_NTO: {
        // wrs.nto  NONE  000000001101 00000 000 00000 1110011  do wrsNto  Zawrs
        suspend(rec, bias, budget);
        const out = wrsNto(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.WRS_STO: {
        // wrs.sto  NONE  000000011101 00000 000 00000 1110011  do wrsSto  Zawrs
        suspend(rec, bias, budget);
        const out = wrsSto(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.AMOCAS_W: {
        // amocas.w  A  00101 010 0101111  do amocasW  Zacas
        suspend(rec, bias, budget);
        const out = amocasW(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.AMOCAS_D: {
        // amocas.d  A  00101 011 0101111  do amocasD  Zacas
        suspend(rec, bias, budget);
        const out = amocasD(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.AMOCAS_Q: {
        // amocas.q  A-pair  00101 0 100 0 0101111  do amocasQ  Zacas
        suspend(rec, bias, budget);
        const out = amocasQ(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.CBO_INVAL: {
        // cbo.inval  CBO  000000000000 010 00000 0001111  do cboInval  CMO
        suspend(rec, bias, budget);
        const out = cboInval(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.CBO_CLEAN: {
        // cbo.clean  CBO  000000000001 010 00000 0001111  do cboClean  CMO
        suspend(rec, bias, budget);
        const out = cboClean(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.CBO_FLUSH: {
        // cbo.flush  CBO  000000000010 010 00000 0001111  do cboFlush  CMO
        suspend(rec, bias, budget);
        const out = cboFlush(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.CBO_ZERO: {
        // cbo.zero  CBO  000000000100 010 00000 0001111  do cboZero  CMO
        suspend(rec, bias, budget);
        const out = cboZero(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.CSRRW: {
        // csrrw  CSR  001 1110011  do csrrw  I-7.1
        suspend(rec, bias, budget);
        const out = csrrw(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.CSRRS: {
        // csrrs  CSR  010 1110011  do csrrs  I-7.1
        suspend(rec, bias, budget);
        const out = csrrs(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.CSRRC: {
        // csrrc  CSR  011 1110011  do csrrc  I-7.1
        suspend(rec, bias, budget);
        const out = csrrc(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.CSRRWI: {
        // csrrwi  CSR-imm  101 1110011  do csrrwi  I-7.1
        suspend(rec, bias, budget);
        const out = csrrwi(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.CSRRSI: {
        // csrrsi  CSR-imm  110 1110011  do csrrsi  I-7.1
        suspend(rec, bias, budget);
        const out = csrrsi(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.CSRRCI: {
        // csrrci  CSR-imm  111 1110011  do csrrci  I-7.1
        suspend(rec, bias, budget);
        const out = csrrci(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.SRET: {
        // sret  NONE  000100000010 00000 000 00000 1110011  do sret  II-3.3.2
        suspend(rec, bias, budget);
        const out = sret(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.MRET: {
        // mret  NONE  001100000010 00000 000 00000 1110011  do mret  II-3.3.2
        suspend(rec, bias, budget);
        const out = mret(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.WFI: {
        // wfi  NONE  000100000101 00000 000 00000 1110011  do wfi  II-3.3.3
        suspend(rec, bias, budget);
        const out = wfi(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.SFENCE_VMA: {
        // sfence.vma  SFENCE  0001001 000 00000 1110011  do sfenceVma  II-10.2.1
        suspend(rec, bias, budget);
        const out = sfenceVma(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.SINVAL_VMA: {
        // sinval.vma  SFENCE  0001011 000 00000 1110011  do sfenceVma  Svinval
        suspend(rec, bias, budget);
        const out = sfenceVma(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.SFENCE_W_INVAL: {
        // sfence.w.inval  NONE  000110000000 00000 000 00000 1110011  do sfenceInval  Svinval
        suspend(rec, bias, budget);
        const out = sfenceInval(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.SFENCE_INVAL_IR: {
        // sfence.inval.ir  NONE  000110000001 00000 000 00000 1110011  do sfenceInval  Svinval
        suspend(rec, bias, budget);
        const out = sfenceInval(rec, 4);
        if (out > OUT_FAR) return out;
        budget = load<i64>(HART_BUDGET) - 1;
        if (out == OUT_NEXT) {
          rec += 32;
          budget -= <i64>load<u16>(rec, REC_LEFT);
          if (budget < 0) return leaveBudget(rec, bias, budget);
          continue;
        }
        pc = load<i64>(HART_PC);
        tlb = load<u32>(HART_TLB);
        execTlb = load<u32>(HART_EXEC_TLB);
        break;
      }
      case op.STRADDLE: {
        suspend(rec, bias, budget);
        if (!fetchOne(load<i64>(HART_PC))) return load<u32>(EXIT_OUT);
        bias = load<i64>(HART_PC) - <i64>(SCRATCH_RECORD >>> 3);
        rec = SCRATCH_RECORD;
        continue;
      }
      default: {
        suspend(rec, bias, budget);
        return illegal();
      }
    }
    if (budget <= 0) {
      store<i64>(HART_PC, pc);
      store<i64>(HART_BUDGET, budget);
      return OUT_BUDGET;
    }
    const entry = execTlb + ((<u32>(pc >>> 12) & (EXEC_TLB_ENTRIES - 1)) << 4);
    if (load<i64>(entry) == (pc & ~0xfff)) {
      rec = load<u32>(entry, 8) + ((<u32>pc & 0xffe) << 3);
    } else {
      store<i64>(HART_PC, pc);
      store<i64>(HART_BUDGET, budget);
      rec = fetchMiss(pc);
      if (!rec) return load<u32>(EXIT_OUT);
    }
    bias = pc - <i64>(rec >>> 3);
    budget -= <i64>load<u16>(rec, REC_LEFT);
    if (budget < 0) return leaveBudget(rec, bias, budget);
  }
}
