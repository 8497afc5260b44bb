/**
 * Registers of a hart by name, for software that is written in TypeScript: x registers that calls use, fields of
 * `mstatus`, bits of `mie` and `mip`. CSR numbers: assembly/csr.gen.ts. RISC-V ABIs 1.0, "Integer Register Convention";
 * RISC-V Privileged Architecture 20211203, §3.1.6 and §3.1.9.
 */
import { M_TIMER, S_EXTERNAL, S_SOFTWARE, S_TIMER } from "../assembly/cause.ts";

export const SP = 2;
export const T0 = 5;
export const A0 = 10;
export const A1 = 11;
export const A2 = 12;
export const A6 = 16;
export const A7 = 17;

export const MSTATUS_SIE = 1n << 1n;
export const MSTATUS_SPIE = 1n << 5n;
export const MSTATUS_SPP = 1n << 8n;
export const MSTATUS_MPP = 3n << 11n;
/** Where MPP begins: its two bits are a `Privilege`. */
export const MPP_SHIFT = 11n;
export const MSTATUS_TVM = 1n << 20n;
/** UXL and SXL: the widths of U and S. */
export const MSTATUS_XL = 0xfn << 32n;

/** Bits of mie and mip. */
export const SSI = 1n << BigInt(S_SOFTWARE);
export const STI = 1n << BigInt(S_TIMER);
export const MTI = 1n << BigInt(M_TIMER);
export const SEI = 1n << BigInt(S_EXTERNAL);

/** mcounteren and scounteren: cycle, time and instret may be read below. */
export const COUNTERS = 7n;
