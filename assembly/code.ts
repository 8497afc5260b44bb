/**
 * Which frames have predecoded instructions, and the execute TLB that leads from a page of pc to them.
 * A frame with records is never in the write TLB: every store to it comes by here (`mem.ts`), so instructions that the
 * guest overwrites are decoded again without a fence.
 */
import {
  EXEC_TLB,
  EXEC_TLB_STRIDE,
  FRAME_CODE,
  RECORD,
  RECORD_FRAMES,
  RECORD_SLOTS,
  RECORDS,
  RECORDS_NEXT,
  RECORDS_STRIDE,
} from "./layout.ts";
import { DECODE, PAGE_END } from "./op.gen.ts";
import { flushWrites } from "./tlb.ts";

const codeOf = (frame: u32): u32 => FRAME_CODE + ((frame >>> 12) << 1);

/** Forgets every translation of pc. */
export function flushExecute(): void {
  // all ones is no page address, so it never compares equal
  memory.fill(EXEC_TLB, 0xff, 4 * EXEC_TLB_STRIDE);
}

/** Host address of the frame's records, or 0 if it has none. */
export function recordsOf(frame: u32): u32 {
  const slot = load<u16>(codeOf(frame));
  return slot ? RECORDS + (slot - 1) * RECORDS_STRIDE : 0;
}

/** The same, giving it records; when all slots are taken, every one is given back first. */
export function makeRecordsOf(frame: u32): u32 {
  const existing = recordsOf(frame);
  if (existing) return existing;
  if (load<u32>(RECORDS_NEXT) == RECORD_SLOTS) dropAllRecords();
  const slot = load<u32>(RECORDS_NEXT);
  store<u32>(RECORDS_NEXT, slot + 1);
  store<u16>(codeOf(frame), <u16>(slot + 1));
  store<u32>(RECORD_FRAMES + (slot << 2), frame);
  const records = RECORDS + slot * RECORDS_STRIDE;
  memory.fill(records, 0, RECORDS_STRIDE);
  store<u16>(records + 2048 * RECORD, <u16>PAGE_END);
  flushWrites();
  return records;
}

export function frameOfRecord(rec: u32): u32 {
  return load<u32>(RECORD_FRAMES + (((rec - RECORDS) / RECORDS_STRIDE) << 2));
}

/** The frame is given back: its slot stays unused until all are dropped. */
export function dropRecords(frame: u32): void {
  const slot = load<u16>(codeOf(frame));
  if (!slot) return;
  store<u16>(codeOf(frame), 0);
  store<u32>(RECORD_FRAMES + ((slot - 1) << 2), 0);
  flushExecute();
}

export function dropAllRecords(): void {
  const count = load<u32>(RECORDS_NEXT);
  for (let slot: u32 = 0; slot < count; slot++) {
    const frame = load<u32>(RECORD_FRAMES + (slot << 2));
    if (frame) store<u16>(codeOf(frame), 0);
  }
  store<u32>(RECORDS_NEXT, 0);
  flushExecute();
}

/**
 * Every record of the slot becomes `code`, which a block that runs there meets at its next instruction. What the block
 * was charged for stays in REC_LEFT: the arms of DECODE and PAGE_END give it back.
 */
function replaceAll(records: u32, code: u32): void {
  for (let half: u32 = 0; half < 2048; half++) store<u16>(records + half * RECORD, <u16>code);
}

/** Instructions of the frame have changed: what was decoded is forgotten. */
export function clearRecords(frame: u32): void {
  const records = recordsOf(frame);
  if (records) replaceAll(records, DECODE);
}

/** A page no longer reads from this frame: whoever runs there looks up again where pc leads. */
export function divertRecords(frame: u32): void {
  const records = recordsOf(frame);
  if (!records) return;
  replaceAll(records, PAGE_END);
  dropRecords(frame);
}

/** Was an instruction decoded that covers one of the `size` bytes at `offset` of the frame? */
export function isDecoded(frame: u32, offset: u32, size: u32): bool {
  const records = recordsOf(frame);
  if (!records) return false;
  // an instruction of 4 bytes may begin 2 before
  const first: u32 = offset < 2 ? 0 : (offset - 2) >>> 1;
  const last = (offset + size - 1) >>> 1;
  for (let half = first; half <= last; half++) if (load<u16>(records + half * RECORD)) return true;
  return false;
}
