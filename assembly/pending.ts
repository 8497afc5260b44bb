/**
 * Interrupts of any hart, by its block: HART for the one whose turn it is, its place in HARTS for another. RISC-V Volume
 * II, 20240411, sections 3.1.9 and 3.2.1, chapter 15 (Sstc): mtimecmp is the timer of M-mode, stimecmp, where menvcfg.STCE
 * grants it, that of S-mode. A timer pends from its time on; all ones is a timer that is not set.
 */
import { cyclesUntil, mtime } from "./counters.ts";
import { ENVCFG_STCE } from "./envcfg.ts";
import {
  CLINT_TIMECMP,
  CSR_MENVCFG,
  CSR_MIE,
  CSR_MIP,
  CSR_STIMECMP,
  HART,
  HART_ID,
  HART_STATE,
  PLIC_OUTPUT,
  STATE_STOPPED,
} from "./layout.ts";

const MTI: i64 = 0x80;
const STI: i64 = 0x20;
/** Later than every cycle there will be. */
const NEVER: i64 = (<i64>1) << 62;

/** Is STIP the line of stimecmp? Then software's bit of mip does not count. */
export function hasSupervisorTimer(block: u32): bool {
  return (load<i64>(block, CSR_MENVCFG - HART) & ENVCFG_STCE) != 0;
}

/**
 * `mip` with the lines of timers and PLIC in it: SEIP is "the logical-OR of the software-writable bit and the interrupt
 * signal from the interrupt controller".
 */
export function pendingOf(block: u32): i64 {
  const time = <u64>mtime();
  const external = <i64>load<u16>(PLIC_OUTPUT + (load<u32>(block, HART_ID - HART) << 1));
  let bits = load<i64>(block, CSR_MIP - HART) | external;
  if (time >= load<u64>(block, CLINT_TIMECMP - HART)) bits |= MTI;
  // "whenever time contains a value greater than or equal to stimecmp, treating the values as unsigned integers"
  if (hasSupervisorTimer(block)) bits = (bits & ~STI) | (time >= load<u64>(block, CSR_STIMECMP - HART) ? STI : 0);
  return bits;
}

/** An interrupt that ends WFI: "a locally enabled interrupt", whatever mstatus and mideleg say (section 3.3.3). */
export function isWoken(block: u32): bool {
  return (pendingOf(block) & load<i64>(block, CSR_MIE - HART)) != 0;
}

/** When a timer will wake the hart, in ticks of mtime; all ones: never. It is not woken yet. */
export function wakeTime(block: u32): u64 {
  const enabled = load<i64>(block, CSR_MIE - HART);
  const machine = enabled & MTI ? load<u64>(block, CLINT_TIMECMP - HART) : u64.MAX_VALUE;
  const isSupervisor = (enabled & STI) != 0 && hasSupervisorTimer(block);
  return isSupervisor ? min(machine, load<u64>(block, CSR_STIMECMP - HART)) : machine;
}

/** The same in cycles of the clock from now on; at most 2^62. Nothing wakes a hart that is stopped, also when it is time. */
export function cyclesToWake(block: u32): i64 {
  if (load<u32>(block, HART_STATE - HART) == STATE_STOPPED) return NEVER;
  const time = wakeTime(block);
  return time == u64.MAX_VALUE ? NEVER : cyclesUntil(<i64>time);
}

/** Cycles until a timer of the hart whose turn it is begins to pend; at most 2^62. */
export function cyclesToTimer(): i64 {
  const machine = cyclesUnlessPast(load<u64>(CLINT_TIMECMP));
  return hasSupervisorTimer(HART) ? min(machine, cyclesUnlessPast(load<u64>(CSR_STIMECMP))) : machine;
}

function cyclesUnlessPast(time: u64): i64 {
  return <u64>mtime() >= time ? NEVER : cyclesUntil(<i64>time);
}
