/**
 * Harts take turns, in the order of their numbers. The hart whose turn it is lies in HART, where the interpreter works;
 * every other one lies in its block of HARTS as it was when its turn ended.
 *
 *     cycles    0           q          2q          3q
 *     hart 0    |1 turn-----|4---------|7----
 *     hart 1    |2----------|5--- wfi.....            in one round all harts get to the same count of cycles
 *     hart 2    |3----------|6---------|
 *
 * A turn ends when the hart's cycles reach TURN_END; what an instruction of the timed flavour takes beyond it is missing
 * from the hart's next turn. A hart that waits in WFI lets its cycles pass; when all of them wait, time jumps to the
 * earliest timer, as far as the host lets it, and without one the machine is idle for good. One hart has an endless turn and meets nothing of this.
 *
 * Invariant: what happens does not depend on how a run is cut into budgets. So a turn is passed on only when the next cycle
 * is wanted, and what waits is looked at where the clock stands, never from where a budget ended.
 */
import { blockOf } from "./block.ts";
import { flushAll, selectContext } from "./context.ts";
import { clock, cycles, mtime, setMtime, stall } from "./counters.ts";
import { driveUartLine } from "./dev/uart.ts";
import {
  CSR_GPT_END,
  CSR_GPT_MODE,
  CSR_MENVCFG,
  CSR_MSECCFG,
  CSR_MSTATUS,
  CSR_SATP,
  EXIT_VALUE,
  HART,
  HART_BUDGET,
  HART_DEADLINE,
  HART_ID,
  HART_RESERVATION,
  HART_STALLS,
  HART_STATE,
  HARTS,
  HARTS_STRIDE,
  PMP_ADDR,
  PMP_CFG,
  STATE_RUNNING,
  STATE_STOPPED,
  STATE_WAITING,
  TIME_LIMIT,
  TURN_END,
  TURN_HART,
  TURN_HARTS,
  TURN_OTHERS,
  TURN_QUANTUM,
} from "./layout.ts";
import { MSTATUS_MXR, MSTATUS_SUM } from "./mstatus.ts";
import { cyclesToWake, isWoken, wakeTime } from "./pending.ts";
import { runHart, stepHart } from "./run.ts";
import { STOP_BUDGET, STOP_IDLE, STOP_NONE, STOP_WAITING } from "./stop.ts";
import { flushWrites } from "./tlb.ts";

/** Makes `count` harts like the one in HART, which is the first; all but that one stopped if `isStopped`. */
export function resetHarts(count: u32, quantum: i64, isStopped: bool): void {
  store<u32>(TURN_HARTS, count);
  store<i64>(TURN_QUANTUM, quantum);
  store<i64>(TURN_END, count == 1 ? i64.MAX_VALUE : quantum);
  for (let index: u32 = 1; index < count; index++) {
    const block = HARTS + index * HARTS_STRIDE;
    memory.copy(block, HART, HARTS_STRIDE);
    store<u32>(block, index, HART_ID - HART);
    store<u32>(block, isStopped ? STATE_STOPPED : STATE_RUNNING, HART_STATE - HART);
  }
}

/** Executes up to `budget` cycles of the clock. */
export function run(budget: i64): u32 {
  const end = clock() + budget;
  // the host may have typed since
  driveUartLine();
  while (true) {
    const met = settleUntil(end);
    if (met != STOP_NONE) return met;
    const stop = runHart(min(end - clock(), load<i64>(TURN_END) - cycles()));
    if (stop != STOP_BUDGET && stop != STOP_IDLE) return stop;
  }
}

/** One instruction of the hart that comes next, or one trap entry in its stead: what a tracer looks at. */
export function step(): u32 {
  driveUartLine();
  const met = settleUntil(i64.MAX_VALUE);
  if (met != STOP_NONE) return met;
  const stop = stepHart();
  // time jumps, or the machine is idle, with the instruction that began to wait
  return stop == STOP_IDLE ? settleUntil(clock()) : stop;
}

/**
 * Lets up to `budget` cycles pass in which nobody executes, so that the hart whose turn it is executes next. Returns
 * STOP_NONE then, else STOP_BUDGET or STOP_IDLE.
 */
export function settle(budget: i64): u32 {
  driveUartLine();
  return settleUntil(clock() + budget);
}

function settleUntil(end: i64): u32 {
  while (true) {
    const isHere = isReady(HART);
    if (!isHere && isNobodyReady()) {
      const reached = skipToTimer();
      if (reached == STOP_NONE) continue;
      if (reached == STOP_WAITING) return reached;
      // "a legal implementation is to simply implement the WFI instruction as a NOP": should the host go on all the
      // same, so does the hart
      if (load<u32>(HART_STATE) == STATE_WAITING) store<u32>(HART_STATE, STATE_RUNNING);
      return STOP_IDLE;
    }
    const left = end - clock();
    if (left <= 0) return STOP_BUDGET;
    const turn = load<i64>(TURN_END) - cycles();
    if (turn <= 0) {
      passTurn(end);
    } else if (isHere) {
      store<u32>(HART_STATE, STATE_RUNNING);
      return STOP_NONE;
    } else {
      stall(min(min(left, turn), cyclesToWake(HART)));
    }
  }
}

/** The turn goes to the next hart that has use for it or that the end of the budget, still to come, will meet. */
function passTurn(end: i64): void {
  const current = load<u32>(TURN_HART);
  let next = current;
  while (true) {
    next++;
    if (next == load<u32>(TURN_HARTS)) {
      next = 0;
      store<i64>(TURN_END, load<i64>(TURN_END) + load<i64>(TURN_QUANTUM));
    }
    // nobody else was awake: all that is derived from the hart's state stays
    if (next == current) return;
    const block = HARTS + next * HARTS_STRIDE;
    const turn = load<i64>(TURN_END) - cyclesOf(block);
    if (turn <= 0) continue;
    if (isReady(block) || turn >= end - clock() || cyclesToWake(block) < turn) {
      enter(next);
      return;
    }
    store<i64>(block, load<i64>(block, HART_DEADLINE - HART) + turn, HART_DEADLINE - HART);
    store<i64>(block, load<i64>(block, HART_STALLS - HART) + turn, HART_STALLS - HART);
    store<i64>(TURN_OTHERS, load<i64>(TURN_OTHERS) + turn);
  }
}

/** Puts the state of a hart into HART; whose cycles count as whose does not change, so neither does the clock. */
export function enter(index: u32): void {
  const from = load<u32>(TURN_HART);
  if (index == from) return;
  const block = HARTS + index * HARTS_STRIDE;
  const isSame = isSameView(block);
  // from now on others' stores to what is reserved have to be looked at
  if (load<i64>(HART_RESERVATION)) flushWrites();
  store<i64>(TURN_OTHERS, clock() - cyclesOf(block));
  memory.copy(HARTS + from * HARTS_STRIDE, HART, HARTS_STRIDE);
  memory.copy(HART, block, HARTS_STRIDE);
  store<u32>(TURN_HART, index);
  if (!isSame) flushAll();
  selectContext();
}

/** Instructions of all harts together. */
export function retiredByAll(): i64 {
  const count = load<u32>(TURN_HARTS);
  let stalls: i64 = 0;
  for (let index: u32 = 0; index < count; index++) stalls += load<i64>(blockOf(index), HART_STALLS - HART);
  return clock() - stalls;
}

function cyclesOf(block: u32): i64 {
  return load<i64>(block, HART_DEADLINE - HART) - load<i64>(block, HART_BUDGET - HART);
}

/** Would the hart execute if it had the turn? */
function isReady(block: u32): bool {
  const state = load<u32>(block, HART_STATE - HART);
  return state == STATE_RUNNING || (state == STATE_WAITING && isWoken(block));
}

function isNobodyReady(): bool {
  const count = load<u32>(TURN_HARTS);
  for (let index: u32 = 0; index < count; index++) if (isReady(blockOf(index))) return false;
  return true;
}

/** All harts wait: time goes on to the earliest timer. Returns STOP_IDLE if there is none, STOP_WAITING before TIME_LIMIT. */
function skipToTimer(): u32 {
  const count = load<u32>(TURN_HARTS);
  let earliest = u64.MAX_VALUE;
  for (let index: u32 = 0; index < count; index++) {
    const block = blockOf(index);
    if (load<u32>(block, HART_STATE - HART) == STATE_WAITING) earliest = min(earliest, wakeTime(block));
  }
  if (earliest == u64.MAX_VALUE) return STOP_IDLE;
  const limit = load<u64>(TIME_LIMIT);
  if (limit && earliest > limit) {
    if (limit > <u64>mtime()) setMtime(<i64>limit);
    store<i64>(EXIT_VALUE, <i64>earliest - mtime());
    return STOP_WAITING;
  }
  setMtime(<i64>earliest);
  return STOP_NONE;
}

/**
 * Do addresses mean the same to the hart in `block` as to the one in HART? Then the TLBs serve both, as if either had
 * filled them: a fence of any hart empties them.
 */
function isSameView(block: u32): bool {
  const mstatus = load<i64>(CSR_MSTATUS) ^ load<i64>(block, CSR_MSTATUS - HART);
  return (
    !(mstatus & (MSTATUS_SUM | MSTATUS_MXR)) &&
    load<i64>(CSR_SATP) == load<i64>(block, CSR_SATP - HART) &&
    load<i64>(CSR_MENVCFG) == load<i64>(block, CSR_MENVCFG - HART) &&
    load<i64>(CSR_MSECCFG) == load<i64>(block, CSR_MSECCFG - HART) &&
    memory.compare(PMP_CFG, block + (PMP_CFG - HART), PMP_ADDR + 128 - PMP_CFG) == 0 &&
    memory.compare(CSR_GPT_MODE, block + (CSR_GPT_MODE - HART), CSR_GPT_END + 8 - CSR_GPT_MODE) == 0
  );
}
