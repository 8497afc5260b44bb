/**
 * Codes of the floating-point unit. RISC-V Volume I, 20240411, sections 20.2 and 20.9; HALF of Zfh has no number of its
 * own there. Polyglot: asc and tsc both compile this file.
 */

/** Formats in the order of their width: 16 << format bits. */
export const HALF: u32 = 0;
export const SINGLE: u32 = 1;
export const DOUBLE: u32 = 2;

/** Rounding modes: to nearest with ties to even, to zero, down, up, to nearest with ties to the larger magnitude. */
export const RNE: u32 = 0;
export const RTZ: u32 = 1;
export const RDN: u32 = 2;
export const RUP: u32 = 3;
export const RMM: u32 = 4;

/** Accrued exceptions: inexact, underflow, overflow, division by zero, invalid operation. */
export const FLAG_NX: u32 = 1;
export const FLAG_UF: u32 = 2;
export const FLAG_OF: u32 = 4;
export const FLAG_DZ: u32 = 8;
export const FLAG_NV: u32 = 16;

/** What fclass answers, a bit each. */
export const CLASS_NEGATIVE_INFINITY: u32 = 1;
export const CLASS_NEGATIVE_NORMAL: u32 = 2;
export const CLASS_NEGATIVE_SUBNORMAL: u32 = 4;
export const CLASS_NEGATIVE_ZERO: u32 = 8;
export const CLASS_POSITIVE_ZERO: u32 = 16;
export const CLASS_POSITIVE_SUBNORMAL: u32 = 32;
export const CLASS_POSITIVE_NORMAL: u32 = 64;
export const CLASS_POSITIVE_INFINITY: u32 = 128;
export const CLASS_SIGNALING_NAN: u32 = 256;
export const CLASS_QUIET_NAN: u32 = 512;
