/**
 * Why `run` came back, and what a routine of the core tells the interpreter. Polyglot: asc and tsc both compile this file.
 */

/** The budget is used up. */
export const STOP_BUDGET: u32 = 0;
/** Monitor mode: a trap enters M. EXIT_CAUSE, EXIT_TVAL and EXIT_EPC say which. */
export const STOP_TRAP: u32 = 1;
/** The guest ended the machine: EXIT_VALUE is its exit code. */
export const STOP_EXIT: u32 = 2;
/** Every hart waits, for interrupts that can never come. */
export const STOP_IDLE: u32 = 3;
/** The CPU is about to touch the watched page EXIT_VALUE. */
export const STOP_WATCH: u32 = 4;
/** No frame is left for the page EXIT_VALUE. */
export const STOP_NO_FRAME: u32 = 5;
/** The UART's transmit ring is full. */
export const STOP_CONSOLE: u32 = 6;
/** HTIF asks for a system call: EXIT_VALUE is what was written to tohost. */
export const STOP_HTIF: u32 = 7;
/** The instruction at HART_PC has a breakpoint and has not been executed. */
export const STOP_BREAKPOINT: u32 = 8;
/** The last instruction made a watched access: WATCH_HIT and WATCH_HIT_INDEX. */
export const STOP_WATCHPOINT: u32 = 9;
/** Every hart waits for a timer that lies beyond TIME_LIMIT: EXIT_VALUE is how far, in ticks of mtime. */
export const STOP_WAITING: u32 = 10;
/** Not a stop: the hart whose turn it is executes next (`settle`). */
export const STOP_NONE: u32 = 255;

/** The instruction is done, the next one follows in place. */
export const OUT_NEXT: u32 = 0;
/** Done; execution goes on at HART_PC in a context that may have changed. */
export const OUT_FAR: u32 = 1;
/** Done; HART_PC is set, and `run` must look around (interrupts, deadline, stop) before it goes on. */
export const OUT_LEAVE: u32 = 2;
/** Not done: a trap, see EXIT_CAUSE and EXIT_TVAL. */
export const OUT_TRAP: u32 = 3;
/** Not done: `run` must stop with EXIT_STOP; the instruction is executed again. */
export const OUT_STOP: u32 = 4;
/** Not begun: the budget is used up. */
export const OUT_BUDGET: u32 = 5;
