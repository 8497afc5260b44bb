/**
 * The module's face. Arguments and results are numbers and addresses; everything larger lies in memory (layout.ts). The
 * module imports its memory and nothing else.
 */
import { COUNT_CLOCK, COUNT_RETIRED, PRIV_M, TRANSLATE_STOP, TRANSLATE_TRAP, TRANSLATED } from "./access.ts";
import { divs, divu, mulh, mulhsu, mulhu, rems, remu } from "./alu.ts";
import { brev8, clmul, clmulh, clmulr, orcb, rev8, xperm4, xperm8 } from "./bits.ts";
import { dropAllRecords } from "./code.ts";
import { flushAll, flushHart, flushIfDue } from "./context.ts";
import { clock, isTimerPending, mtime } from "./counters.ts";
import { readCsr, writeCsr } from "./csr.ts";
import { resetCsrs } from "./csr-legal.ts";
import { debugPointsChanged } from "./debug.ts";
import { decode16, decode32 } from "./decode.gen.ts";
import { fetchWord, initRecords } from "./fetch.ts";
import { fadd, fsub } from "./fpu/add.ts";
import { fclass } from "./fpu/classify.ts";
import { feq, fle, flt, fmax, fmin } from "./fpu/compare.ts";
import { fcvt, fcvtFromInt, fcvtToInt } from "./fpu/convert.ts";
import { fdiv } from "./fpu/divide.ts";
import { doubleOf, fromInt, singleOf, toInt } from "./fpu/fast-convert.ts";
import { add64, div64, eq64, fma64, le64, lt64, mul64, sqrt64, sub64 } from "./fpu/fast-double.ts";
import { add32, div32, eq32, fma32, le32, lt32, mul32, sqrt32, sub32 } from "./fpu/fast-single.ts";
import { fmadd } from "./fpu/fused.ts";
import { fmul } from "./fpu/multiply.ts";
import { fsqrt } from "./fpu/square-root.ts";
import { enter, resetHarts, retiredByAll, run, settle, step } from "./harts.ts";
import { isCached, lockLines, touchLine, unlockLines } from "./hw/cache.ts";
import {
  CACHE_COST_L2,
  CACHE_COST_MEMORY,
  CLINT_TIMECMP,
  CSR_VALUE,
  DEFECTS,
  ENTRY_RECORD,
  EXIT_OUT,
  EXIT_STOP,
  EXTENSIONS,
  FRAME_SIZE,
  FRAMES,
  HART_FIRMWARE,
  HART_PRIV,
  POOL_END,
  POOL_NEXT,
  RAM_BASE,
  RAM_SIZE,
  WALK_PA,
} from "./layout.ts";
import { permit } from "./mem.ts";
import { copyPage, isBacked, pageToRead, pageToWrite, setHtif, watchPage, zeroPage } from "./physical.ts";
import { OUT_STOP, STOP_BUDGET } from "./stop.ts";

export {
  add32,
  add64,
  brev8,
  clmul,
  clmulh,
  clmulr,
  copyPage,
  debugPointsChanged,
  decode16,
  decode32,
  div32,
  div64,
  divs,
  divu,
  doubleOf,
  enter,
  eq32,
  eq64,
  fadd,
  fclass,
  fcvt,
  fcvtFromInt,
  fcvtToInt,
  fdiv,
  feq,
  fle,
  flt,
  flushAll,
  flushHart,
  fma32,
  fma64,
  fmadd,
  fmax,
  fmin,
  fmul,
  fromInt,
  fsqrt,
  fsub,
  isBacked,
  isCached,
  isTimerPending,
  le32,
  le64,
  lockLines,
  lt32,
  lt64,
  mul32,
  mul64,
  mulh,
  mulhsu,
  mulhu,
  orcb,
  pageToRead,
  pageToWrite,
  rems,
  remu,
  rev8,
  run,
  setHtif,
  settle,
  singleOf,
  sqrt32,
  sqrt64,
  step,
  sub32,
  sub64,
  toInt,
  touchLine,
  unlockLines,
  watchPage,
  xperm4,
  xperm8,
  zeroPage,
};

/**
 * Resets the machine in zeroed memory. `poolBytes` of host memory back the guest's, `extensions` are bits of
 * extension.gen.ts, `defects` of defect.ts; a turn of one of the `harts` takes `quantum` cycles.
 */
export function reset(
  ramBase: i64,
  ramSize: i64,
  poolBytes: u32,
  isFirmware: bool,
  extensions: u64,
  harts: u32,
  quantum: i64,
  defects: u32,
): void {
  store<i64>(RAM_BASE, ramBase);
  store<i64>(RAM_SIZE, ramSize);
  store<u64>(EXTENSIONS, extensions);
  store<u32>(DEFECTS, defects);
  store<u32>(POOL_NEXT, FRAMES + FRAME_SIZE);
  store<u32>(POOL_END, FRAMES + poolBytes);
  store<u32>(HART_PRIV, PRIV_M);
  store<u32>(HART_FIRMWARE, isFirmware ? 1 : 0);
  store<i64>(CLINT_TIMECMP, -1);
  resetCsrs();
  store<i64>(CACHE_COST_L2, 12);
  store<i64>(CACHE_COST_MEMORY, 100);
  resetHarts(harts, quantum, !isFirmware);
  initRecords(ENTRY_RECORD);
  flushAll();
}

/** After the host has replaced hart state or memory: nothing derived from the old one is kept. */
export function restored(): void {
  dropAllRecords();
  flushAll();
}

/** Reads a CSR as M-mode does, into CSR_VALUE. Returns false if there is none of that number. */
export function hostReadCsr(number: u32): bool {
  return readCsr(number);
}

/** Writes a CSR as M-mode does. */
export function hostWriteCsr(number: u32, value: i64): void {
  writeCsr(number, value);
}

/** One of the COUNT_* into CSR_VALUE. */
export function hostCount(which: u32): void {
  store<i64>(CSR_VALUE, which == COUNT_CLOCK ? clock() : which == COUNT_RETIRED ? retiredByAll() : mtime());
}

/**
 * Translates and checks an access of `priv` as the hart would do it.
 * Returns TRANSLATED with the physical address in WALK_PA, TRANSLATE_TRAP (EXIT_CAUSE, EXIT_TVAL), or TRANSLATE_STOP with
 * the page in EXIT_VALUE.
 */
export function hostTranslate(va: i64, size: u32, kind: u32, priv: u32): u32 {
  if (permit(va, size, kind, priv)) return TRANSLATED;
  // told by the result: what is left in EXIT_STOP would end the next run
  store<u32>(EXIT_STOP, STOP_BUDGET);
  return load<u32>(EXIT_OUT) == OUT_STOP ? TRANSLATE_STOP : TRANSLATE_TRAP;
}

/** The instruction word at `pc` into CSR_VALUE, or -1 if it cannot be fetched. */
export function hostFetch(pc: i64): void {
  flushIfDue();
  store<i64>(CSR_VALUE, fetchWord(pc));
  store<u32>(EXIT_STOP, STOP_BUDGET);
}

export function translatedAddress(): i64 {
  return load<i64>(WALK_PA);
}
