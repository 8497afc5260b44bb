/**
 * Interrupts of any hart, by its block: HART for the one whose turn it is, its place in HARTS for another. RISC-V Volume
 * II, 20240411, section 3.1.9.
 */
import { cyclesUntil, mtime } from "./counters.ts";
import { CLINT_TIMECMP, CSR_MIE, CSR_MIP, HART, HART_ID, PLIC_OUTPUT } from "./layout.ts";

const MTI: i64 = 0x80;
/** Later than every cycle there will be. */
const NEVER: i64 = (<i64>1) << 62;

/** `mip` with the lines of timer and PLIC in it: SEIP is "the logical-OR of the software-writable bit and the signal". */
export function pendingOf(block: u32): i64 {
  const isTimer = <u64>mtime() >= load<u64>(block, CLINT_TIMECMP - HART);
  const external = <i64>load<u16>(PLIC_OUTPUT + (load<u32>(block, HART_ID - HART) << 1));
  return load<i64>(block, CSR_MIP - HART) | external | (isTimer ? MTI : 0);
}

/** An interrupt that ends WFI: "locally enabled", whatever mstatus and mideleg say (section 3.3.3). */
export function isWoken(block: u32): bool {
  return (pendingOf(block) & load<i64>(block, CSR_MIE - HART)) != 0;
}

/** When a timer will wake the hart, in ticks of mtime; all ones: never. It is not woken yet. */
export function wakeTime(block: u32): u64 {
  return load<i64>(block, CSR_MIE - HART) & MTI ? load<u64>(block, CLINT_TIMECMP - HART) : u64.MAX_VALUE;
}

/** The same in cycles of the clock from now on; at most 2^62. */
export function cyclesToWake(block: u32): i64 {
  const time = wakeTime(block);
  return time == u64.MAX_VALUE ? NEVER : cyclesUntil(<i64>time);
}
