/**
 * Time. The functional flavour counts one cycle an instruction or trap entry; the timed one adds what misses take.
 * `HART_DEADLINE - HART_BUDGET` is the number of a hart's cycles since reset, exact wherever the interpreter has suspended.
 *
 * The machine's clock is the sum of the harts' cycles, so it goes on with every instruction, whosever it is, and never
 * back. Harts run side by side in simulated time: `mtime` counts the clock divided by the number of harts, is the same for
 * all of them, and "the real-time clocks of all harts must be synchronized to within one tick" holds (Volume I, 20240411,
 * section 8.1).
 */
import {
  CLINT_TIME_OFFSET,
  CLINT_TIMECMP,
  CSR_MCOUNTINHIBIT,
  HART_BUDGET,
  HART_CYCLE_OFFSET,
  HART_DEADLINE,
  HART_INSTRET_OFFSET,
  HART_STALLS,
  TIME_DIVISOR,
  TURN_HARTS,
  TURN_OTHERS,
} from "./layout.ts";

export function cycles(): i64 {
  return load<i64>(HART_DEADLINE) - load<i64>(HART_BUDGET);
}

/** Cycles of all harts together. */
export function clock(): i64 {
  return cycles() + load<i64>(TURN_OTHERS);
}

/** Cycles of the clock in a tick of mtime. */
function tick(): i64 {
  return TIME_DIVISOR * <i64>load<u32>(TURN_HARTS);
}

export function retired(): i64 {
  return cycles() - load<i64>(HART_STALLS);
}

/** Cycles pass that no instruction and no budget is charged with. */
export function stall(count: i64): void {
  store<i64>(HART_DEADLINE, load<i64>(HART_DEADLINE) + count);
  store<i64>(HART_STALLS, load<i64>(HART_STALLS) + count);
}

/** Bits of `mcountinhibit`: the counter stands still. The others are read-only zero, as are the counters. */
const INHIBIT_CY: i64 = 1;
const INHIBIT_IR: i64 = 4;

function isInhibited(bit: i64): bool {
  return (load<i64>(CSR_MCOUNTINHIBIT) & bit) != 0;
}

/** What mcycle counts; an inhibited counter is its offset alone. */
function countedCycles(): i64 {
  return isInhibited(INHIBIT_CY) ? 0 : cycles();
}

function countedInstructions(): i64 {
  return isInhibited(INHIBIT_IR) ? 0 : retired();
}

export function mcycle(): i64 {
  return countedCycles() + load<i64>(HART_CYCLE_OFFSET);
}

export function minstret(): i64 {
  return countedInstructions() + load<i64>(HART_INSTRET_OFFSET);
}

/** 1 if the instruction that is being executed will be counted by mcycle, else 0. */
export function willCountCycle(): i64 {
  return isInhibited(INHIBIT_CY) ? 0 : 1;
}

export function willCountInstruction(): i64 {
  return isInhibited(INHIBIT_IR) ? 0 : 1;
}

export function setMcycle(value: i64): void {
  store<i64>(HART_CYCLE_OFFSET, value - countedCycles());
}

export function setMinstret(value: i64): void {
  store<i64>(HART_INSTRET_OFFSET, value - countedInstructions());
}

/**
 * `mcountinhibit`: CY and IR. "When the CY, IR, or HPMn bit is set, the corresponding counter does not increment": it goes
 * on later from where it stood. The instruction that writes is counted as its new value says.
 */
export function writeInhibit(value: i64): void {
  const cycle = mcycle();
  const instret = minstret();
  store<i64>(CSR_MCOUNTINHIBIT, value & (INHIBIT_CY | INHIBIT_IR));
  setMcycle(cycle);
  setMinstret(instret);
}

export function mtime(): i64 {
  return clock() / tick() + load<i64>(CLINT_TIME_OFFSET);
}

export function setMtime(value: i64): void {
  store<i64>(CLINT_TIME_OFFSET, load<i64>(CLINT_TIME_OFFSET) + value - mtime());
}

export function isTimerPending(): bool {
  return <u64>mtime() >= load<u64>(CLINT_TIMECMP);
}

/** Cycles of the clock, which are those of the hart while it has its turn, until mtime is `time`; at most 2^62. */
export function cyclesUntil(time: i64): i64 {
  const ticks = <u64>time - <u64>mtime();
  if (ticks >= (<u64>1) << 55) return (<i64>1) << 62;
  return <i64>ticks * tick() - (clock() % tick());
}
