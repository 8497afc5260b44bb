/**
 * Who accesses memory and how, and what the module's face answers the host. Polyglot: asc and tsc both compile this file.
 */

/** Kinds of access. */
export const READ: u32 = 0;
export const WRITE: u32 = 1;
export const EXECUTE: u32 = 2;

/** Privilege levels, in the encoding of `mstatus.MPP`. */
export const PRIV_U: u32 = 0;
export const PRIV_S: u32 = 1;
export const PRIV_M: u32 = 3;

/** What hostTranslate returns: the address is in WALK_PA; a trap; the host has to do something first. */
export const TRANSLATED: u32 = 0;
export const TRANSLATE_TRAP: u32 = 1;
export const TRANSLATE_STOP: u32 = 2;

/** What hostCount counts since reset: cycles and retired instructions of all harts together, ticks of mtime. */
export const COUNT_CLOCK: u32 = 0;
export const COUNT_RETIRED: u32 = 1;
export const COUNT_TICKS: u32 = 2;
