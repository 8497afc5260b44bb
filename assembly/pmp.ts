/**
 * Physical Memory Protection: 16 entries. RISC-V Privileged Architecture 20240411, §3.7, and the Smepmp extension (chapter
 * 6), which binds M-mode. Checked when a TLB entry is filled, on accesses that are not filled, and on the page-table
 * accesses of the walker; a change of an entry or of `mseccfg` flushes the TLBs. Granularity is 4 bytes (G = 0).
 *
 *     pmpcfg   7   6 5   4 3   2   1   0        mseccfg   63      3   2     1     0
 *             | L | 0 0 | A | X | W | R |                |   zero   | RLB | MMWP | MML |
 */
import { EXECUTE, PRIV_M, READ } from "./access.ts";
import {
  FETCH_BY_R,
  LOCK_IGNORED,
  PMP_BY_PAGE,
  PMP_DEFAULT_ALLOW,
  PMP_GOES_ON,
  PMP_PARTIAL,
  TOR_OF_ZERO,
} from "./defect.ts";
import { isDefective } from "./defective.ts";
import { CSR_MSECCFG, PMP_ADDR, PMP_CFG } from "./layout.ts";

export const PMP_ENTRIES: u32 = 16;
const CFG_R: u32 = 1;
const CFG_W: u32 = 2;
const CFG_X: u32 = 4;
const CFG_RWX: u32 = 7;
const CFG_L: u32 = 0x80;
const CFG_A: u32 = 0x18;
const A_TOR: u32 = 0x08;
const A_NA4: u32 = 0x10;
/** Machine Mode Lockdown: an entry is M-mode's or that of S and U. */
const MSECCFG_MML: i64 = 1;
/** Machine Mode Whitelist Policy: M-mode needs an entry that matches. */
const MSECCFG_MMWP: i64 = 2;
/** Rule Locking Bypass: locked entries may be written. */
const MSECCFG_RLB: i64 = 4;

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
  if (mode == A_TOR) return isWrongTor(index) ? u64.MAX_VALUE : address(index) << 2;
  if (mode == A_NA4) return (address(index) << 2) + 4;
  const ones = ctz(~address(index));
  return ones + 3 >= 64 ? u64.MAX_VALUE : base(index) + ((<u64>1) << (ones + 3));
}

/** QEMU 7.2: "pmpaddr[i-1] = pmpaddr[i] = 0" matches everything instead of nothing (Komodo reference §0, finding 9). */
function isWrongTor(index: u32): bool {
  return isDefective(TOR_OF_ZERO) && index > 0 && address(index) == 0 && address(index - 1) == 0;
}

function isSet(bit: i64): bool {
  return (load<i64>(CSR_MSECCFG) & bit) != 0;
}

/** R, W or X that an access of `kind` needs. */
function bitOf(kind: u32): u32 {
  if (kind == EXECUTE && isDefective(FETCH_BY_R)) return CFG_R;
  return kind == READ ? CFG_R : kind == EXECUTE ? CFG_X : CFG_W;
}

/** R, W and X that an entry grants to `priv`. */
function granted(bits: u32, priv: u32): u32 {
  if (isSet(MSECCFG_MML)) return grantedUnderLockdown(bits, priv == PRIV_M);
  return priv == PRIV_M && (!(bits & CFG_L) || isDefective(LOCK_IGNORED)) ? CFG_RWX : bits;
}

/**
 * Smepmp, the truth table of MML = 1. Entries without L are those of S and U, with L M-mode's; "the formerly reserved
 * encoding of pmpcfg.RW=01, and the encoding pmpcfg.LRWX=1111, now encode a Shared-Region".
 *
 *      L R W X     M    S/U
 *      0 0 1 0     RW   R        data that M writes
 *      0 0 1 1     RW   RW       data
 *      1 0 1 0     X    X        code
 *      1 0 1 1     RX   X        code
 *      1 1 1 1     R    R        data
 *      0 . . .     -    as RWX
 *      1 . . .     as RWX   -
 */
function grantedUnderLockdown(bits: u32, isM: bool): u32 {
  const rwx = bits & CFG_RWX;
  if (bits & CFG_L) {
    if (rwx == CFG_RWX) return CFG_R;
    if ((rwx & (CFG_R | CFG_W)) == CFG_W) return isM && rwx & CFG_X ? CFG_R | CFG_X : CFG_X;
    return isM ? rwx : 0;
  }
  if ((rwx & (CFG_R | CFG_W)) == CFG_W) return isM || rwx & CFG_X ? CFG_R | CFG_W : CFG_R;
  return isM ? 0 : rwx;
}

/**
 * No entry matches: S and U fail. M succeeds, unless MMWP: "denied"; under MML "executing code from a region without a
 * matching rule [...] is denied".
 */
function isAllowedWithoutMatch(kind: u32, priv: u32): bool {
  if (isDefective(PMP_DEFAULT_ALLOW)) return true;
  if (priv != PRIV_M || isSet(MSECCFG_MMWP)) return false;
  return kind != EXECUTE || !isSet(MSECCFG_MML);
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
    const isWhole = (first >= low && last < high) || isDefective(PMP_PARTIAL);
    const isAllowed = isWhole && (granted(cfg(index), priv) & bitOf(kind)) != 0;
    if (isAllowed || !isDefective(PMP_GOES_ON)) return isAllowed;
  }
  return isAllowedWithoutMatch(kind, priv);
}

/** Does one entry (or none) decide about every byte of the page, so that a TLB entry can stand for the check? */
export function isPmpUniform(pa: i64): bool {
  if (isDefective(PMP_BY_PAGE)) return true;
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

/** "The L bit indicates that the PMP entry is locked", unless RLB bypasses it. */
function isLocked(index: u32): bool {
  return (cfg(index) & CFG_L) != 0 && !isSet(MSECCFG_RLB);
}

/** "If PMP entry i is locked, writes to pmpicfg and pmpaddri are ignored"; a locked TOR entry locks pmpaddr of i - 1 too. */
export function writePmpAddress(index: u32, value: i64): void {
  if (isLocked(index)) return;
  if (index + 1 < PMP_ENTRIES && isLocked(index + 1) && (cfg(index + 1) & CFG_A) == A_TOR) return;
  store<i64>(PMP_ADDR + (index << 3), value & 0x003fffffffffffff);
}

/**
 * "The combinations with R=0 and W=1 are reserved" without MML: such a write leaves the byte without W. Under MML "adding
 * a rule with executable privileges that either is M-mode-only or a locked Shared-Region is not possible and such pmpcfg
 * writes are ignored", unless RLB lifts that.
 */
export function writePmpConfig(index: u32, value: u32): void {
  if (isLocked(index)) return;
  let legal = value & 0x9f;
  if (!isSet(MSECCFG_MML)) {
    if ((legal & (CFG_R | CFG_W)) == CFG_W) legal &= ~CFG_W;
  } else if (legal & CFG_L && !isSet(MSECCFG_RLB) && grantedUnderLockdown(legal, true) & CFG_X) {
    return;
  }
  store<u8>(PMP_CFG + index, <u8>legal);
}

/**
 * MML and MMWP: "once set it cannot be unset until a PMP reset". "When mseccfg.RLB is 0 and pmpcfg.L is 1 in any rule
 * or entry (including disabled entries), then mseccfg.RLB remains 0".
 */
export function writeMseccfg(value: i64): void {
  const old = load<i64>(CSR_MSECCFG);
  let legal = (value & (MSECCFG_MML | MSECCFG_MMWP | MSECCFG_RLB)) | (old & (MSECCFG_MML | MSECCFG_MMWP));
  if (!(old & MSECCFG_RLB) && isAnyLocked()) legal &= ~MSECCFG_RLB;
  store<i64>(CSR_MSECCFG, legal);
}

function isAnyLocked(): bool {
  for (let index: u32 = 0; index < PMP_ENTRIES; index++) if (cfg(index) & CFG_L) return true;
  return false;
}
