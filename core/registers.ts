/**
 * Registers of a hart by name, for software that is written in TypeScript: x registers that calls use, fields of
 * `mstatus` and bits of `mie` and `mip` as the bigints that CSRs are here. CSR numbers: assembly/csr.gen.ts.
 * RISC-V ABIs 1.0, "Integer Register Convention"; RISC-V Privileged Architecture 20240411, §3.1.6 and §3.1.9.
 */
import { M_TIMER, S_EXTERNAL, S_SOFTWARE, S_TIMER } from "../assembly/cause.ts";
import * as mstatus from "../assembly/mstatus.ts";

export const SP = 2;
export const T0 = 5;
export const A0 = 10;
export const A1 = 11;
export const A2 = 12;
export const A3 = 13;
export const A4 = 14;
export const A6 = 16;
export const A7 = 17;

export const MSTATUS_SIE = BigInt(mstatus.MSTATUS_SIE);
export const MSTATUS_SPIE = BigInt(mstatus.MSTATUS_SPIE);
export const MSTATUS_SPP = BigInt(mstatus.MSTATUS_SPP);
export const MSTATUS_MPP = BigInt(mstatus.MSTATUS_MPP);
/** FS = 1: floating-point registers may be used and hold what they had at the beginning. */
export const MSTATUS_FS = BigInt(mstatus.MSTATUS_FS);
export const MSTATUS_FS_INITIAL = MSTATUS_FS & -MSTATUS_FS;
/** Where MPP begins: its two bits are a `Privilege`. */
export const MPP_SHIFT = 11n;
export const MSTATUS_TVM = BigInt(mstatus.MSTATUS_TVM);
export const MSTATUS_XL = BigInt(mstatus.MSTATUS_XL);

/** Bits of mie and mip. */
export const SSI = 1n << BigInt(S_SOFTWARE);
export const STI = 1n << BigInt(S_TIMER);
export const MTI = 1n << BigInt(M_TIMER);
export const SEI = 1n << BigInt(S_EXTERNAL);

/** mcounteren and scounteren: cycle, time and instret may be read below. */
export const COUNTERS = 7n;
