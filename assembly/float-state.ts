/**
 * State of the floating-point unit: f0 to f31, fflags and frm, and mstatus.FS that says whether it may be used and has
 * changed. RISC-V Volume I, 20240411, sections 20.2 and 21.2; Volume II, 20240411, section 3.1.6.6.
 *
 *     f register   63                         32 31                16 15                0
 *       f64       | value                                                               |
 *       f32       | ones                       | value                                  |
 *       f16       | ones                                            | value             |
 *
 * FS becomes Dirty with every instruction that writes a register of f or raises a flag that was not set, and never
 * otherwise. Not modelled: FS Clean and Initial differ from each other only in what software makes of them.
 */
import { FCSR, FFLAGS, FRM } from "./csr.gen.ts";
import { F } from "./extension.gen.ts";
import { hasExtension } from "./extension.ts";
import { CSR_MSTATUS, HART_FFLAGS, HART_FRM } from "./layout.ts";
import { MSTATUS_FS, MSTATUS_SD } from "./mstatus.ts";

/** The rounding mode that frm holds, in the rm field of an instruction; and the last of those that round. */
export const RM_DYNAMIC: u32 = 7;
export const RM_LAST: u32 = 4;

/** The ones above a narrower number. */
export const BOX_16: i64 = ~(<i64>0xffff);
export const BOX_32: i64 = ~(<i64>0xffffffff);
const CANONICAL_NAN_16: i64 = 0x7e00;
const CANONICAL_NAN_32: i64 = 0x7fc00000;

const FS: u32 = <u32>MSTATUS_FS;

export function areFloatsOff(): bool {
  return !(load<u32>(CSR_MSTATUS) & FS);
}

export function areFloatsDirty(): bool {
  return (load<u32>(CSR_MSTATUS) & FS) == FS;
}

export function dirtyFloats(): void {
  store<u32>(CSR_MSTATUS, load<u32>(CSR_MSTATUS) | FS);
}

/** Before an instruction that writes a register of f: makes FS Dirty. False if the instruction is illegal. */
export function mayWriteFloats(rm: u32): bool {
  if (rm > RM_LAST || areFloatsOff()) return false;
  dirtyFloats();
  return true;
}

/** If it is not "correctly NaN-boxed, [...] the input value is treated as an n-bit canonical NaN" (I-21.2). */
export function unbox32(value: i64): i64 {
  return value >>> 32 == 0xffffffff ? value & 0xffffffff : CANONICAL_NAN_32;
}

export function unbox16(value: i64): i64 {
  return (value & BOX_16) == BOX_16 ? value & 0xffff : CANONICAL_NAN_16;
}

/** mstatus or sstatus as it reads, with SD. */
export function withSummary(status: i64): i64 {
  return (status & MSTATUS_FS) == MSTATUS_FS ? status | MSTATUS_SD : status;
}

/** Is it one of fflags, frm and fcsr? They are there for a guest while FS is not Off; the host reads zeros without F. */
export function isFloatCsr(number: u32): bool {
  return number >= FFLAGS && number <= FCSR;
}

/**
 *     fcsr   | 31:8 zero | frm 7:5 | fflags 4:0 |
 */
export function readFloatCsr(number: u32): i64 {
  const fflags = <i64>load<u8>(HART_FFLAGS);
  const frm = <i64>load<u8>(HART_FRM);
  return number == FFLAGS ? fflags : number == FRM ? frm : (frm << 5) | fflags;
}

/** frm takes the invalid rounding modes too: what uses them is illegal. Without F there is nothing to write (FS is Off). */
export function writeFloatCsr(number: u32, value: i64): void {
  if (!hasExtension(F)) return;
  if (number != FRM) store<u8>(HART_FFLAGS, <u8>(value & 31));
  if (number != FFLAGS) store<u8>(HART_FRM, <u8>((number == FRM ? value : value >>> 5) & 7));
  dirtyFloats();
}
