/**
 * Physical Memory Protection: 16 entries. RISC-V Volume II, 20211203, section 3.7. Checked when a TLB entry is filled,
 * on accesses that are not filled, and on the page-table accesses of the walker; a change of an entry flushes the TLBs.
 * Granularity is 4 bytes (G = 0). Smepmp is not modelled.
 *
 *     pmpcfg   7   6 5   4 3   2   1   0
 *             | L | 0 0 | A | X | W | R |
 */
import { EXECUTE, PRIV_M, READ } from "./access.ts";
import { PMP_ADDR, PMP_CFG } from "./layout.ts";

export const PMP_ENTRIES: u32 = 16;
const CFG_L: u32 = 0x80;
const CFG_A: u32 = 0x18;
const A_TOR: u32 = 0x08;
const A_NA4: u32 = 0x10;

function cfg(index: u32): u32 {
  return <u32>load<u8>(PMP_CFG + index);
}

function address(index: u32): u64 {
  return load<u64>(PMP_ADDR + (index << 3));
}

/** First byte of the entry's range. */
function base(index: u32): u64 {
  const mode = cfg(index) & CFG_A;
  if (mode == A_TOR) return index == 0 ? 0 : address(index - 1) << 2;
  if (mode == A_NA4) return address(index) << 2;
  // NAPOT: yyyy0111 covers 2^(number of trailing ones + 3) bytes; 0b0111 is 64 bytes at yyyy0000 << 2
  return (address(index) & (address(index) + 1)) << 2;
}

/** First byte behind the entry's range; a range at the top of the address space ends at 2^64 - 1. */
function end(index: u32): u64 {
  const mode = cfg(index) & CFG_A;
  if (mode == A_TOR) return address(index) << 2;
  if (mode == A_NA4) return (address(index) << 2) + 4;
  const ones = ctz(~address(index));
  return ones + 3 >= 64 ? u64.MAX_VALUE : base(index) + ((<u64>1) << (ones + 3));
}

/** "If no PMP entry matches an M-mode access, it succeeds"; others fail "if at least one PMP entry is implemented". */
function isAllowedBy(index: u32, kind: u32, priv: u32): bool {
  const bits = cfg(index);
  if (priv == PRIV_M && !(bits & CFG_L)) return true;
  return (bits & (kind == READ ? 1 : kind == EXECUTE ? 4 : 2)) != 0;
}

/**
 * May `priv` access all `size` bytes at `pa`? "The lowest-numbered PMP entry that matches any byte of an access
 * determines whether that access succeeds or fails"; it "must match all bytes of an access, or the access fails".
 */
export function pmpAllows(pa: i64, size: u32, kind: u32, priv: u32): bool {
  const first = <u64>pa;
  const last = first + <u64>(size - 1);
  for (let index: u32 = 0; index < PMP_ENTRIES; index++) {
    if (!(cfg(index) & CFG_A)) continue;
    const low = base(index);
    const high = end(index);
    if (last < low || first >= high || low >= high) continue;
    return first >= low && last < high && isAllowedBy(index, kind, priv);
  }
  return priv == PRIV_M;
}

/** Does one entry (or none) decide about every byte of the page, so that a TLB entry can stand for the check? */
export function isPmpUniform(pa: i64): bool {
  const first = <u64>pa & ~0xfff;
  for (let index: u32 = 0; index < PMP_ENTRIES; index++) {
    if (!(cfg(index) & CFG_A)) continue;
    const low = base(index);
    const high = end(index);
    if (first + 0xfff < low || first >= high || low >= high) continue;
    return first >= low && first + 0xfff < high;
  }
  return true;
}

export function isLocked(index: u32): bool {
  return (cfg(index) & CFG_L) != 0;
}

/** "If entry i is locked, writes to pmpicfg and pmpaddri are ignored"; a locked TOR entry locks pmpaddr of i - 1 too. */
export function writePmpAddress(index: u32, value: i64): void {
  if (isLocked(index)) return;
  if (index + 1 < PMP_ENTRIES && isLocked(index + 1) && (cfg(index + 1) & CFG_A) == A_TOR) return;
  store<i64>(PMP_ADDR + (index << 3), value & 0x003fffffffffffff);
}

/** "The combination R=0 and W=1 is reserved": such a write leaves the byte's R, W as they are legal, without W. */
export function writePmpConfig(index: u32, value: u32): void {
  if (isLocked(index)) return;
  let legal = value & 0x9f;
  if ((legal & 3) == 2) legal &= ~(<u32>2);
  store<u8>(PMP_CFG + index, <u8>legal);
}
