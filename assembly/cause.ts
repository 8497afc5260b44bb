/**
 * Trap causes, as `mcause` shows them without the interrupt bit.
 * Source: RISC-V Privileged Architecture 20240411, §3.1.15. The custom range is 24 to 31 and 48 to 63; Penglai never
 * published the numbers of its own exceptions, so ours are a choice (docs/not-modelled.md).
 * Polyglot: asc and tsc both compile this file.
 */
export const FETCH_MISALIGNED: u32 = 0;
export const FETCH_ACCESS: u32 = 1;
export const ILLEGAL_INSTRUCTION: u32 = 2;
export const BREAKPOINT: u32 = 3;
export const LOAD_MISALIGNED: u32 = 4;
export const LOAD_ACCESS: u32 = 5;
export const STORE_MISALIGNED: u32 = 6;
export const STORE_ACCESS: u32 = 7;
export const ECALL_FROM_U: u32 = 8;
export const ECALL_FROM_S: u32 = 9;
export const ECALL_FROM_M: u32 = 11;
export const FETCH_PAGE_FAULT: u32 = 12;
export const LOAD_PAGE_FAULT: u32 = 13;
export const STORE_PAGE_FAULT: u32 = 15;
/** A page-table page lies outside the Host Page Table Area, or in the wrong sub-area of it. Never delegated. */
export const GPT_VIOLATION: u32 = 24;
/** A line from DRAM failed its MAC or its path to the on-chip root. Never delegated. */
export const INTEGRITY_FAULT: u32 = 25;

/** Interrupt numbers, as `mcause` shows them with the interrupt bit set. */
export const S_SOFTWARE: u32 = 1;
export const M_SOFTWARE: u32 = 3;
export const S_TIMER: u32 = 5;
export const M_TIMER: u32 = 7;
export const S_EXTERNAL: u32 = 9;
export const M_EXTERNAL: u32 = 11;

/** "No trap" for functions that return a cause (0 is a real one). */
export const NO_TRAP: u32 = 0xffffffff;
