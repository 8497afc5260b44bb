/**
 * The outer loop of the hart whose turn it is (harts.ts): interrupts, slices between the events of the machine, single
 * steps at the end of a budget, traps. It comes back with a STOP_* code and never calls the host; STOP_IDLE says that the
 * hart now waits.
 */
import { flushIfDue, selectContext } from "./context.ts";
import { cycles, retired } from "./counters.ts";
import { arm } from "./debug.ts";
import { fetchOne } from "./fetch.ts";
import { interpret } from "./interp.gen.ts";
import {
  CSR_MSTATUS,
  DEBUG_BREAKS,
  DEBUG_WATCHES,
  ENTRY_RECORD,
  EXIT_CAUSE,
  EXIT_OUT,
  EXIT_STOP,
  EXIT_TVAL,
  HART_BUDGET,
  HART_DEADLINE,
  HART_F,
  HART_FFLAGS,
  HART_PC,
  HART_X,
  REC_RD,
  SCRATCH_RECORD,
  STEP_FLAGS,
} from "./layout.ts";
import { FIRST_TRANSFER } from "./op.gen.ts";
import { cyclesToTimer } from "./pending.ts";
import { OUT_BUDGET, OUT_TRAP, STOP_BUDGET, STOP_TRAP, STOP_WATCHPOINT } from "./stop.ts";
import { enterTrap, interrupt } from "./trap.ts";

/**
 * V8 replaces the baseline code of a function only when it is called again, so no call of the interpreter lasts longer
 * than this many cycles (235 against 443 million instructions a second on a prototype).
 */
const LONGEST_SLICE: i64 = 4_000_000;

/** Executes up to `budget` cycles. */
export function runHart(budget: i64): u32 {
  const end = cycles() + budget;
  let isStepping = false;
  arm(DEBUG_BREAKS | DEBUG_WATCHES);
  flushIfDue();
  selectContext();
  while (true) {
    const left = end - cycles();
    if (left <= 0) return STOP_BUDGET;
    const taken = interrupt();
    if (taken) {
      if (!enterTrap(taken, 0)) return STOP_TRAP;
      continue;
    }
    const out = slice(left, isStepping);
    isStepping = false;
    if (out == OUT_BUDGET) isStepping = load<i64>(HART_BUDGET) > 0;
    else if (out == OUT_TRAP) {
      if (!enterTrap(load<i64>(EXIT_CAUSE), load<i64>(EXIT_TVAL))) return STOP_TRAP;
    } else {
      let stop = takeStop();
      if (stop == STOP_WATCHPOINT) {
        stop = stepPastWatchpoint();
        arm(DEBUG_BREAKS | DEBUG_WATCHES);
      }
      if (stop != STOP_BUDGET) return stop;
    }
  }
}

/** One instruction, or one trap entry in its stead. Breakpoints do not count. */
export function stepHart(): u32 {
  arm(DEBUG_WATCHES);
  const stop = stepOnce();
  return stop == STOP_WATCHPOINT ? stepPastWatchpoint() : stop;
}

/**
 * The watched access is made now. Should its instruction still trap, or something else have to come first, there is no
 * hit to tell.
 */
function stepPastWatchpoint(): u32 {
  arm(0);
  const before = retired();
  const stop = stepOnce();
  return stop == STOP_BUDGET && retired() != before ? STOP_WATCHPOINT : stop;
}

function stepOnce(): u32 {
  flushIfDue();
  selectContext();
  store<u8>(STEP_FLAGS, 0);
  const taken = interrupt();
  if (taken) return enterTrap(taken, 0) ? STOP_BUDGET : STOP_TRAP;
  const out = executeOne();
  if (out == OUT_BUDGET) return STOP_BUDGET;
  if (out == OUT_TRAP) return enterTrap(load<i64>(EXIT_CAUSE), load<i64>(EXIT_TVAL)) ? STOP_BUDGET : STOP_TRAP;
  return takeStop();
}

/** The stop that a routine has left, or STOP_BUDGET. */
function takeStop(): u32 {
  const stop = load<u32>(EXIT_STOP);
  store<u32>(EXIT_STOP, STOP_BUDGET);
  return stop;
}

/** Opens a slice of at most `left` cycles that ends before the next event. Returns the pc. */
function open(left: i64): i64 {
  const limit = min(min(left, LONGEST_SLICE), cyclesToTimer());
  store<i64>(HART_DEADLINE, cycles() + limit);
  store<i64>(HART_BUDGET, limit);
  return load<i64>(HART_PC);
}

/** The slice begins with one instruction by itself where a whole block does not fit. */
function slice(left: i64, isStepping: bool): u32 {
  const pc = open(left);
  if (!isStepping) return interpret(ENTRY_RECORD, pc - <i64>(ENTRY_RECORD >>> 3));
  return fetchOne(pc) ? interpretScratch(pc) : load<u32>(EXIT_OUT);
}

/** A slice of one instruction that keeps what it raises apart from what fflags hold already. */
function executeOne(): u32 {
  const pc = open(1);
  if (!fetchOne(pc)) return load<u32>(EXIT_OUT);
  // what ends a block raises nothing, and may read fflags
  if (<u32>load<u16>(SCRATCH_RECORD) >= FIRST_TRANSFER) return interpretScratch(pc);
  const accrued = load<u8>(HART_FFLAGS);
  const status = load<i64>(CSR_MSTATUS);
  store<u8>(HART_FFLAGS, 0);
  const out = interpretScratch(pc);
  const raised = load<u8>(HART_FFLAGS);
  store<u8>(STEP_FLAGS, raised);
  store<u8>(HART_FFLAGS, accrued | raised);
  // of mstatus such an instruction changes nothing but FS, and that only for a new flag or a register of f
  if (!(raised & ~accrued) && <u32>load<u16>(SCRATCH_RECORD, REC_RD) < HART_F - HART_X) store<i64>(CSR_MSTATUS, status);
  return out;
}

function interpretScratch(pc: i64): u32 {
  store<i64>(HART_BUDGET, load<i64>(HART_BUDGET) - 1);
  return interpret(SCRATCH_RECORD, pc - <i64>(SCRATCH_RECORD >>> 3));
}
