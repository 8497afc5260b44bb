/**
 * CLINT: a software interrupt and a timer compare register for each hart, one time for all. SiFive FU540 manual, chapter 9.
 * Registers of harts that there are not read as zero.
 *
 *     0x0000 + 4 * hart  msip      0x4000 + 8 * hart  mtimecmp      0xbff8  mtime
 */
import { blockOf } from "../block.ts";
import { mtime, setMtime } from "../counters.ts";
import { CLINT_TIMECMP, CSR_MIP, HART, TURN_HARTS } from "../layout.ts";

export const CLINT_BASE: i64 = 0x2000000;
export const CLINT_SIZE: i64 = 0x10000;
const MTIMECMP: u32 = 0x4000;
const MTIME: u32 = 0xbff8;
const MIP_MSIP: i64 = 0x8;

/** The bytes of a 64-bit register that the access names. */
function part(value: i64, offset: u32): i64 {
  return value >>> ((offset & 7) << 3);
}

/** `old` with the `size` bytes at `offset` replaced. */
function merged(old: i64, offset: u32, size: u32, value: i64): i64 {
  if (size == 8) return value;
  const shift = (offset & 7) << 3;
  const mask = (((<i64>1) << (size << 3)) - 1) << shift;
  return (old & ~mask) | ((value << shift) & mask);
}

/** Block of the hart that a register belongs to, or 0 if there is no such hart. */
function ownerOf(index: u32): u32 {
  return index < load<u32>(TURN_HARTS) ? blockOf(index) : 0;
}

function msip(index: u32): i64 {
  const block = ownerOf(index);
  return block && load<i64>(block, CSR_MIP - HART) & MIP_MSIP ? 1 : 0;
}

function setMsip(index: u32, value: i64): void {
  const block = ownerOf(index);
  if (!block) return;
  const others = load<i64>(block, CSR_MIP - HART) & ~MIP_MSIP;
  store<i64>(block, others | (value & 1 ? MIP_MSIP : 0), CSR_MIP - HART);
}

export function clintLoad(offset: u32, size: u32): i64 {
  if (offset < MTIMECMP) {
    if (offset & 3 || size < 4) return 0;
    return msip(offset >>> 2) | (size == 8 ? msip((offset >>> 2) + 1) << 32 : 0);
  }
  if ((offset & ~7) == MTIME) return part(mtime(), offset);
  const block = ownerOf((offset - MTIMECMP) >>> 3);
  return block ? part(load<i64>(block, CLINT_TIMECMP - HART), offset) : 0;
}

export function clintStore(offset: u32, size: u32, value: i64): void {
  if (offset < MTIMECMP) {
    if (offset & 3) return;
    setMsip(offset >>> 2, value);
    if (size == 8) setMsip((offset >>> 2) + 1, value >>> 32);
  } else if ((offset & ~7) == MTIME) {
    setMtime(merged(mtime(), offset, size, value));
  } else {
    const block = ownerOf((offset - MTIMECMP) >>> 3);
    if (block)
      store<i64>(block, merged(load<i64>(block, CLINT_TIMECMP - HART), offset, size, value), CLINT_TIMECMP - HART);
  }
}
