/** Kinds of memory access, and the causes that they raise. Polyglot: asc and tsc both compile this file. */
export const READ: u32 = 0;
export const WRITE: u32 = 1;
export const EXECUTE: u32 = 2;

/** Privilege levels, in the encoding of `mstatus.MPP`. */
export const PRIV_U: u32 = 0;
export const PRIV_S: u32 = 1;
export const PRIV_M: u32 = 3;
