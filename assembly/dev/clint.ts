/**
 * CLINT of one hart: software interrupt, timer compare, time. SiFive FU540 manual, chapter 9.
 *
 *     0x0000  msip      0x4000  mtimecmp      0xbff8  mtime
 */
import { mtime, setMtime } from "../counters.ts";
import { CLINT_TIMECMP, CSR_MIP } from "../layout.ts";

export const CLINT_BASE: i64 = 0x2000000;
export const CLINT_SIZE: i64 = 0x10000;
const MSIP: u32 = 0;
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

export function clintLoad(offset: u32, size: u32): i64 {
  if ((offset & ~7) == MTIMECMP) return part(load<i64>(CLINT_TIMECMP), offset);
  if ((offset & ~7) == MTIME) return part(mtime(), offset);
  return offset == MSIP && size >= 4 && load<i64>(CSR_MIP) & MIP_MSIP ? 1 : 0;
}

export function clintStore(offset: u32, size: u32, value: i64): void {
  if ((offset & ~7) == MTIMECMP) store<i64>(CLINT_TIMECMP, merged(load<i64>(CLINT_TIMECMP), offset, size, value));
  else if ((offset & ~7) == MTIME) setMtime(merged(mtime(), offset, size, value));
  else if (offset == MSIP) store<i64>(CSR_MIP, (load<i64>(CSR_MIP) & ~MIP_MSIP) | (value & 1 ? MIP_MSIP : 0));
}
