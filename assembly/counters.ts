/**
 * Time. The functional flavour counts one cycle an instruction or trap entry; the timed one adds what misses take.
 * `HART_DEADLINE - HART_BUDGET` is the number of cycles since reset, exact wherever the interpreter has suspended.
 */
import {
  CLINT_TIME_OFFSET,
  CLINT_TIMECMP,
  HART_BUDGET,
  HART_CYCLE_OFFSET,
  HART_DEADLINE,
  HART_INSTRET_OFFSET,
  HART_STALLS,
  TIME_DIVISOR,
} from "./layout.ts";

export function cycles(): i64 {
  return load<i64>(HART_DEADLINE) - load<i64>(HART_BUDGET);
}

export function retired(): i64 {
  return cycles() - load<i64>(HART_STALLS);
}

/** Cycles pass that no instruction and no budget is charged with. */
export function stall(count: i64): void {
  store<i64>(HART_DEADLINE, load<i64>(HART_DEADLINE) + count);
  store<i64>(HART_STALLS, load<i64>(HART_STALLS) + count);
}

export function mcycle(): i64 {
  return cycles() + load<i64>(HART_CYCLE_OFFSET);
}

export function minstret(): i64 {
  return retired() + load<i64>(HART_INSTRET_OFFSET);
}

export function mtime(): i64 {
  return <i64>(<u64>cycles() / TIME_DIVISOR) + load<i64>(CLINT_TIME_OFFSET);
}

export function setMtime(value: i64): void {
  store<i64>(CLINT_TIME_OFFSET, load<i64>(CLINT_TIME_OFFSET) + value - mtime());
}

export function isTimerPending(): bool {
  return <u64>mtime() >= load<u64>(CLINT_TIMECMP);
}

/** Cycles until the machine timer interrupt becomes pending; at most 2^62. */
export function cyclesToTimer(): i64 {
  const ticks = load<u64>(CLINT_TIMECMP) - <u64>mtime();
  if (ticks >= (<u64>1) << 56) return (<i64>1) << 62;
  return <i64>(ticks * TIME_DIVISOR) - (cycles() % TIME_DIVISOR);
}
