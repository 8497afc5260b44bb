/**
 * Fields of `mstatus`. RISC-V Privileged Architecture 20240411, §3.1.6. Polyglot: asc and tsc both compile this file.
 *
 *     63 35 34 33 32 22  21 20  19  18  17     14 13 12 11 8   7    5    3   1
 *    |SD|SXL  |UXL  |TSR|TW|TVM|MXR|SUM|MPRV| | FS  |MPP  |SPP|MPIE|SPIE|MIE|SIE|
 */
export const MSTATUS_SIE: i64 = 1 << 1;
export const MSTATUS_MIE: i64 = 1 << 3;
export const MSTATUS_SPIE: i64 = 1 << 5;
export const MSTATUS_MPIE: i64 = 1 << 7;
export const MSTATUS_SPP: i64 = 1 << 8;
export const MSTATUS_MPP: i64 = 3 << 11;
/** State of f0 to f31 and fcsr: 0 off, 1 initial, 2 clean, 3 dirty. */
export const MSTATUS_FS: i64 = 3 << 13;
export const MSTATUS_MPRV: i64 = 1 << 17;
export const MSTATUS_SUM: i64 = 1 << 18;
export const MSTATUS_MXR: i64 = 1 << 19;
export const MSTATUS_TVM: i64 = 1 << 20;
export const MSTATUS_TW: i64 = 1 << 21;
export const MSTATUS_TSR: i64 = 1 << 22;
/** "summarizes whether either the FS, VS, or XS fields signal the presence of some dirty state"; read-only. */
export const MSTATUS_SD: i64 = 1 << 63;
/** UXL and SXL: the widths of U and S. */
export const MSTATUS_XL: i64 = 0xf00000000;
