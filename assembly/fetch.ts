/**
 * Instruction fetch: from a pc to the record of its instruction, and decoding a block at a time. An instruction that
 * records cannot hold (across two pages, in a page that PMP divides or no frame backs, or the single step at the end of
 * a budget) is decoded into SCRATCH_RECORD, behind which a record leads to the next pc.
 */
import { EXECUTE } from "./access.ts";
import { FETCH_ACCESS, FETCH_MISALIGNED, ILLEGAL_INSTRUCTION } from "./cause.ts";
import { frameOfRecord, makeRecordsOf } from "./code.ts";
import { isBreakOffset, isBreakpoint } from "./debug.ts";
import { decode16, decode32 } from "./decode.gen.ts";
import { halt, raise } from "./exit.ts";
import { ZCA } from "./extension.gen.ts";
import { hasExtension } from "./extension.ts";
import { entry, isRam, pageOf, readable } from "./frames.ts";
import {
  ENTRY_FRAME,
  ENTRY_WATCHED,
  EXEC_TLB_ENTRIES,
  EXIT_STOP,
  HART_EXEC_TLB,
  HART_PC,
  HART_PRIV,
  REC_IMM,
  REC_LEFT,
  REC_LENGTH,
  RECORD,
  RECORDS,
  RECORDS_STRIDE,
  SCRATCH_RECORD,
  SCRATCH_WORD,
  WALK_PA,
} from "./layout.ts";
import { permit } from "./mem.ts";
import * as op from "./op.gen.ts";
import { isPmpUniform } from "./pmp.ts";
import { OUT_TRAP, STOP_BREAKPOINT, STOP_BUDGET, STOP_WATCH } from "./stop.ts";

/** Physical address of the `size` bytes of an instruction at `pc`, or false for a trap or a stop. */
function permitFetch(pc: i64, size: u32): bool {
  if (!permit(pc, size, EXECUTE, load<u32>(HART_PRIV))) return false;
  const pa = load<i64>(WALK_PA);
  if (!isRam(pa, size)) {
    raise(FETCH_ACCESS, pc);
    return false;
  }
  if (!(entry(pageOf(pa)) & ENTRY_WATCHED)) return true;
  halt(STOP_WATCH, pageOf(pa));
  return false;
}

/** The record of the instruction at `pc`, remembering its page in the execute TLB; 0 for a trap or a stop. */
export function fetchMiss(pc: i64): u32 {
  if (!permitFetch(pc, 2)) return 0;
  const pa = load<i64>(WALK_PA);
  const frame = entry(pageOf(pa)) & ENTRY_FRAME;
  // a page of zeros holds no instruction to remember: fetching takes no frame
  if (!frame || !isPmpUniform(pa)) return fetchOne(pc) ? SCRATCH_RECORD : 0;
  const records = makeRecordsOf(frame);
  const at = load<u32>(HART_EXEC_TLB) + ((<u32>(pc >>> 12) & (EXEC_TLB_ENTRIES - 1)) << 4);
  store<i64>(at, pc & ~0xfff);
  store<u32>(at + 8, records);
  return records + ((<u32>pc & 0xffe) << 3);
}

/** The instruction word at `pc`, or -1 for a trap or a stop; 16-bit instructions zero-extended. */
export function fetchWord(pc: i64): i64 {
  if (!permitFetch(pc, 2)) return -1;
  const pa = load<i64>(WALK_PA);
  const low = <u32>load<u16>(readable(pageOf(pa)) + (<u32>pa & 0xfff));
  if ((low & 3) != 3) return low;
  if (!permitFetch(pc + 2, 2)) return -1;
  const next = load<i64>(WALK_PA);
  // two halves are one access to PMP when they lie in one page: both were allowed by the same walk
  return <i64>(low | ((<u32>load<u16>(readable(pageOf(next)) + (<u32>next & 0xfff))) << 16));
}

/**
 * Decodes the instruction at `pc` into SCRATCH_RECORD. Returns false for a trap or a stop. A breakpoint comes after the
 * fetch: an instruction that cannot be fetched traps, as it does without a debugger.
 */
export function fetchOne(pc: i64): bool {
  const word = fetchWord(pc);
  if (word < 0) return false;
  if (isBreakpoint(pc)) {
    halt(STOP_BREAKPOINT, 0);
    return false;
  }
  decode(SCRATCH_RECORD, <u32>word);
  store<u32>(SCRATCH_WORD, <u32>word);
  store<u16>(SCRATCH_RECORD, 1, REC_LEFT);
  store<u16>(SCRATCH_RECORD + <u32>load<u16>(SCRATCH_RECORD, REC_LENGTH) * 8, <u16>op.PAGE_END);
  return true;
}

function decode(rec: u32, word: u32): void {
  if ((word & 3) == 3) decode32(rec, word);
  else decode16(rec, word & 0xffff);
  if (!hasExtension(ZCA)) keepAligned(rec);
}

/** Without compressed instructions a transfer that may lead between two instructions becomes its aligned form. */
function keepAligned(rec: u32): void {
  const code = <u32>load<u16>(rec);
  if (code == op.JALR) store<u16>(rec, <u16>op.JALR_ALIGNED);
  // instructions begin at multiples of four here, so the distance says it all
  else if (isFarTransfer(code) && load<u32>(rec, REC_IMM) & 2) store<u16>(rec, <u16>(code + 3));
}

function isFarTransfer(code: u32): bool {
  return (
    code == op.JAL_FAR ||
    code == op.BEQ_FAR ||
    code == op.BNE_FAR ||
    code == op.BLT_FAR ||
    code == op.BGE_FAR ||
    code == op.BLTU_FAR ||
    code == op.BGEU_FAR
  );
}

/** Decodes from `rec` to the end of its block, of its page, or to what is decoded already, and counts backwards. */
export function decodeBlock(rec: u32): void {
  const offset = ((rec - RECORDS) % RECORDS_STRIDE) >>> 3;
  const frame = frameOfRecord(rec);
  let at = offset;
  let count: u32 = 0;
  let behind: u32 = 0;
  let here = rec;
  while (at < 0x1000) {
    if (load<u16>(here)) {
      behind = <u32>load<u16>(here, REC_LEFT);
      break;
    }
    decodeAt(here, frame, at);
    count++;
    if (<u32>load<u16>(here) >= op.FIRST_TRANSFER) break;
    const length = <u32>load<u16>(here, REC_LENGTH);
    at += length;
    here += length * 8;
  }
  let left = count + behind;
  here = rec;
  while (count--) {
    store<u16>(here, <u16>left, REC_LEFT);
    left -= 1;
    here += <u32>load<u16>(here, REC_LENGTH) * 8;
  }
}

/**
 * Decodes the instruction at `at` of the frame; a transfer within the page becomes its near form. Where a breakpoint may
 * lie the record is a STRADDLE, too: it leads to fetchOne, which knows the virtual address.
 */
function decodeAt(rec: u32, frame: u32, at: u32): void {
  const low = <u32>load<u16>(frame + at);
  if (((low & 3) == 3 && at == 0xffe) || isBreakOffset(at)) {
    store<u16>(rec, <u16>op.STRADDLE);
    store<u16>(rec, 4, REC_LENGTH);
  } else {
    decode(rec, (low & 3) == 3 ? load<u32>(frame + at) : low);
  }
  const code = <u32>load<u16>(rec);
  const target = at + load<u32>(rec, REC_IMM);
  if (!isFarTransfer(code) || target >= 0x1000) return;
  // forms follow each other: far, near, near compressed
  store<u16>(rec, <u16>(load<u16>(rec, REC_LENGTH) == 2 ? code + 2 : code + 1));
  store<i32>(rec, (<i32>target - <i32>at) << 3, REC_IMM);
}

/**
 * The arm of ILLEGAL: `mtval` is the instruction word, or 0 if it cannot be fetched again because its page table was
 * changed without a fence.
 */
export function illegal(): u32 {
  const word = fetchWord(load<i64>(HART_PC));
  store<u32>(EXIT_STOP, STOP_BUDGET);
  raise(ILLEGAL_INSTRUCTION, max<i64>(word, 0));
  return OUT_TRAP;
}

/** A transfer leads to an address that is no multiple of IALIGN: its own trap, with the target as trap value. */
export function misaligned(target: i64): u32 {
  raise(FETCH_MISALIGNED, target);
  return OUT_TRAP;
}

/** Records that stand in no page: ENTRY_RECORD leads to the pc that `run` enters at. */
export function initRecords(entryRecord: u32): void {
  memory.fill(entryRecord, 0, RECORD);
  store<u16>(entryRecord, <u16>op.PAGE_END);
}
