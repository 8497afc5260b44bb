/**
 * CSRs: what a read gives and what a write leaves (WARL). RISC-V Volume II, 20240411, chapters 2, 3.1 and 10.1.
 * Privilege is checked by the instructions (csr-instruction.ts); the host reads and writes as M-mode does.
 */
import { PRIV_M, PRIV_S } from "./access.ts";
import { flushAll, selectContext } from "./context.ts";
import { mcycle, minstret, mtime, setMcycle, setMinstret, writeInhibit } from "./counters.ts";
import * as csr from "./csr.gen.ts";
import { isModeThere, legalMenvcfg, legalSenvcfg } from "./csr-legal.ts";
import { STALE_PMP, STALE_SATP } from "./defect.ts";
import { isDefective } from "./defective.ts";
import { F, SMEPMP, SSTC, ZICNTR, ZIHPM } from "./extension.gen.ts";
import { hasExtension, misa, misalignedBits } from "./extension.ts";
import { areFloatsOff, isFloatCsr, readFloatCsr, withSummary, writeFloatCsr } from "./float-state.ts";
import {
  CONTEXT_S,
  CONTEXT_U,
  CSR_GPT_END,
  CSR_GPT_HPT,
  CSR_GPT_MODE,
  CSR_GPT_PMD,
  CSR_GPT_PTE,
  CSR_MCAUSE,
  CSR_MCOUNTEREN,
  CSR_MCOUNTINHIBIT,
  CSR_MEDELEG,
  CSR_MENVCFG,
  CSR_MEPC,
  CSR_MIDELEG,
  CSR_MIE,
  CSR_MIP,
  CSR_MSCRATCH,
  CSR_MSECCFG,
  CSR_MSTATUS,
  CSR_MTVAL,
  CSR_MTVEC,
  CSR_SATP,
  CSR_SCAUSE,
  CSR_SCOUNTEREN,
  CSR_SENVCFG,
  CSR_SEPC,
  CSR_SSCRATCH,
  CSR_STIMECMP,
  CSR_STVAL,
  CSR_STVEC,
  CSR_VALUE,
  HART,
  HART_ID,
  PMP_ADDR,
  PMP_CFG,
} from "./layout.ts";
import {
  MSTATUS_FS,
  MSTATUS_MIE,
  MSTATUS_MPIE,
  MSTATUS_MPP,
  MSTATUS_MPRV,
  MSTATUS_MXR,
  MSTATUS_SIE,
  MSTATUS_SPIE,
  MSTATUS_SPP,
  MSTATUS_SUM,
  MSTATUS_TSR,
  MSTATUS_TVM,
  MSTATUS_TW,
} from "./mstatus.ts";
import { hasSupervisorTimer, pendingOf } from "./pending.ts";
import { PMP_ENTRIES, writeMseccfg, writePmpAddress, writePmpConfig } from "./pmp.ts";
import { OUT_FAR, OUT_LEAVE, OUT_NEXT } from "./stop.ts";
import { flushContext } from "./tlb.ts";

const MSTATUS_SUM_MXR: i64 = MSTATUS_SUM | MSTATUS_MXR;
/** UXL = SXL = 2: 64 bits, read-only. */
const XL_64: i64 = 0xa00000000;
const SSTATUS_WRITABLE: i64 = MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP | MSTATUS_FS | MSTATUS_SUM_MXR;
const MSTATUS_WRITABLE: i64 =
  SSTATUS_WRITABLE | MSTATUS_MIE | MSTATUS_MPIE | MSTATUS_MPP | MSTATUS_MPRV | MSTATUS_TVM | MSTATUS_TW | MSTATUS_TSR;
const SSTATUS_VISIBLE: i64 = SSTATUS_WRITABLE | 0x200000000;
export const INTERRUPTS_M: i64 = 0x888;
export const INTERRUPTS_S: i64 = 0x222;
const STI: i64 = 0x20;
const COUNTEREN_TM: i64 = 2;
/** Exceptions that may be delegated: those of the base specification but the M-mode environment call. */
const DELEGABLE: i64 = 0xb3ff;

/** `mip` as it reads. */
export function pending(): i64 {
  return pendingOf(HART);
}

/** Reads into CSR_VALUE. Returns false if there is no such CSR. */
export function readCsr(number: u32): bool {
  let value: i64 = 0;
  switch (number) {
    case csr.FFLAGS:
    case csr.FRM:
    case csr.FCSR:
      value = readFloatCsr(number);
      break;
    case csr.CYCLE:
    case csr.MCYCLE:
      value = mcycle();
      break;
    case csr.INSTRET:
    case csr.MINSTRET:
      value = minstret();
      break;
    case csr.TIME:
      value = mtime();
      break;
    case csr.SSTATUS:
      value = withSummary((load<i64>(CSR_MSTATUS) | XL_64) & SSTATUS_VISIBLE);
      break;
    case csr.SIE:
      value = load<i64>(CSR_MIE) & load<i64>(CSR_MIDELEG);
      break;
    case csr.SIP:
      value = pending() & load<i64>(CSR_MIDELEG);
      break;
    case csr.STVEC:
      value = load<i64>(CSR_STVEC);
      break;
    case csr.SCOUNTEREN:
      value = load<i64>(CSR_SCOUNTEREN);
      break;
    case csr.SENVCFG:
      value = load<i64>(CSR_SENVCFG);
      break;
    case csr.MENVCFG:
      value = load<i64>(CSR_MENVCFG);
      break;
    case csr.SSCRATCH:
      value = load<i64>(CSR_SSCRATCH);
      break;
    case csr.SEPC:
      value = load<i64>(CSR_SEPC);
      break;
    case csr.SCAUSE:
      value = load<i64>(CSR_SCAUSE);
      break;
    case csr.STVAL:
      value = load<i64>(CSR_STVAL);
      break;
    case csr.SATP:
      value = load<i64>(CSR_SATP);
      break;
    case csr.MSTATUS:
      value = withSummary(load<i64>(CSR_MSTATUS) | XL_64);
      break;
    case csr.MISA:
      value = misa();
      break;
    case csr.MEDELEG:
      value = load<i64>(CSR_MEDELEG);
      break;
    case csr.MIDELEG:
      value = load<i64>(CSR_MIDELEG);
      break;
    case csr.MIE:
      value = load<i64>(CSR_MIE);
      break;
    case csr.MTVEC:
      value = load<i64>(CSR_MTVEC);
      break;
    case csr.MCOUNTEREN:
      value = load<i64>(CSR_MCOUNTEREN);
      break;
    case csr.MSCRATCH:
      value = load<i64>(CSR_MSCRATCH);
      break;
    case csr.MEPC:
      value = load<i64>(CSR_MEPC);
      break;
    case csr.MCAUSE:
      value = load<i64>(CSR_MCAUSE);
      break;
    case csr.MTVAL:
      value = load<i64>(CSR_MTVAL);
      break;
    case csr.MIP:
      value = pending();
      break;
    case csr.MCOUNTINHIBIT:
      value = load<i64>(CSR_MCOUNTINHIBIT);
      break;
    case csr.STIMECMP:
      if (!hasExtension(SSTC)) return false;
      value = load<i64>(CSR_STIMECMP);
      break;
    case csr.MSECCFG:
      if (!hasExtension(SMEPMP)) return false;
      value = load<i64>(CSR_MSECCFG);
      break;
    // "If the currently selected trigger doesn't exist, this field contains 1" (Debug 1.0, tinfo); tselect takes 0 only
    case csr.TINFO:
      value = 1;
      break;
    case csr.MHARTID:
      value = load<u32>(HART_ID);
      break;
    case csr.PMPCFG0:
      value = load<i64>(PMP_CFG);
      break;
    case csr.PMPCFG2:
      value = load<i64>(PMP_CFG + 8);
      break;
    case csr.GPTMODE:
      value = load<i64>(CSR_GPT_MODE);
      break;
    case csr.GPTHPT:
      value = load<i64>(CSR_GPT_HPT);
      break;
    case csr.GPTPMD:
      value = load<i64>(CSR_GPT_PMD);
      break;
    case csr.GPTPTE:
      value = load<i64>(CSR_GPT_PTE);
      break;
    case csr.GPTEND:
      value = load<i64>(CSR_GPT_END);
      break;
    default:
      if (number >= csr.PMPADDR0 && number < csr.PMPADDR0 + PMP_ENTRIES) {
        value = load<i64>(PMP_ADDR + ((number - csr.PMPADDR0) << 3));
        break;
      }
      if (!isZero(number)) return false;
  }
  store<i64>(CSR_VALUE, value);
  return true;
}

/** CSRs that are there and read as zero whatever is written. */
function isZero(number: u32): bool {
  if (number >= csr.HPMCOUNTER3 && number <= csr.HPMCOUNTER31) return hasExtension(ZIHPM);
  if (number >= csr.MHPMCOUNTER3 && number <= csr.MHPMCOUNTER31) return true;
  if (number >= csr.MHPMEVENT3 && number <= csr.MHPMEVENT31) return true;
  if (number >= csr.TSELECT && number <= csr.TDATA3) return true;
  return number >= csr.MVENDORID && number <= csr.MCONFIGPTR;
}

/**
 * Writes; call `readCsr` first to know that the CSR exists. Returns OUT_NEXT, OUT_FAR if addresses may now mean something
 * else, or OUT_LEAVE if an interrupt may have become possible.
 */
export function writeCsr(number: u32, value: i64): u32 {
  switch (number) {
    case csr.FFLAGS:
    case csr.FRM:
    case csr.FCSR:
      writeFloatCsr(number, value);
      break;
    case csr.SSTATUS:
      return writeMstatus((load<i64>(CSR_MSTATUS) & ~SSTATUS_WRITABLE) | (value & SSTATUS_WRITABLE));
    case csr.MSTATUS:
      return writeMstatus(value);
    case csr.SIE:
      return writeMasked(CSR_MIE, value, load<i64>(CSR_MIDELEG));
    case csr.MIE:
      return writeMasked(CSR_MIE, value, INTERRUPTS_M | INTERRUPTS_S);
    case csr.SIP:
      return writeMasked(CSR_MIP, value, 0x2 & load<i64>(CSR_MIDELEG));
    case csr.MIP:
      return writeMasked(CSR_MIP, value, hasSupervisorTimer(HART) ? INTERRUPTS_S & ~STI : INTERRUPTS_S);
    case csr.MIDELEG:
      return writeMasked(CSR_MIDELEG, value, INTERRUPTS_S);
    case csr.MEDELEG:
      store<i64>(CSR_MEDELEG, value & DELEGABLE);
      break;
    // modes 0 (direct) and 1 (vectored); the base is 4-byte aligned
    case csr.STVEC:
      store<i64>(CSR_STVEC, value & ~2);
      break;
    case csr.MTVEC:
      store<i64>(CSR_MTVEC, value & ~2);
      break;
    case csr.SCOUNTEREN:
      store<i64>(CSR_SCOUNTEREN, value & 0xffffffff);
      break;
    case csr.MCOUNTEREN:
      store<i64>(CSR_MCOUNTEREN, value & 0xffffffff);
      break;
    case csr.SENVCFG:
      store<i64>(CSR_SENVCFG, legalSenvcfg(value, load<i64>(CSR_SENVCFG)));
      break;
    case csr.MENVCFG:
      return writeMenvcfg(value);
    case csr.SSCRATCH:
      store<i64>(CSR_SSCRATCH, value);
      break;
    case csr.MSCRATCH:
      store<i64>(CSR_MSCRATCH, value);
      break;
    case csr.STIMECMP:
      store<i64>(CSR_STIMECMP, value);
      return OUT_LEAVE;
    case csr.SEPC:
      store<i64>(CSR_SEPC, value & ~misalignedBits());
      break;
    case csr.MEPC:
      store<i64>(CSR_MEPC, value & ~misalignedBits());
      break;
    case csr.SCAUSE:
      store<i64>(CSR_SCAUSE, value);
      break;
    case csr.MCAUSE:
      store<i64>(CSR_MCAUSE, value);
      break;
    case csr.STVAL:
      store<i64>(CSR_STVAL, value);
      break;
    case csr.MTVAL:
      store<i64>(CSR_MTVAL, value);
      break;
    case csr.SATP:
      return writeSatp(value);
    case csr.MCYCLE:
      setMcycle(value);
      break;
    case csr.MINSTRET:
      setMinstret(value);
      break;
    case csr.MCOUNTINHIBIT:
      writeInhibit(value);
      break;
    case csr.MSECCFG:
      writeMseccfg(value);
      flushAll();
      return OUT_FAR;
    case csr.PMPCFG0:
      return writePmpConfigs(0, value);
    case csr.PMPCFG2:
      return writePmpConfigs(8, value);
    case csr.GPTMODE:
      return writeGpt(CSR_GPT_MODE, value & 0x103);
    case csr.GPTHPT:
      return writeGpt(CSR_GPT_HPT, value & ~0xfff);
    case csr.GPTPMD:
      return writeGpt(CSR_GPT_PMD, value & ~0xfff);
    case csr.GPTPTE:
      return writeGpt(CSR_GPT_PTE, value & ~0xfff);
    case csr.GPTEND:
      return writeGpt(CSR_GPT_END, value & ~0xfff);
    default:
      if (number < csr.PMPADDR0 || number >= csr.PMPADDR0 + PMP_ENTRIES) break;
      writePmpAddress(number - csr.PMPADDR0, value);
      if (!isDefective(STALE_PMP)) flushAll();
      return OUT_FAR;
  }
  return OUT_NEXT;
}

function writeMasked(at: u32, value: i64, mask: i64): u32 {
  store<i64>(at, (load<i64>(at) & ~mask) | (value & mask));
  return OUT_LEAVE;
}

function writeMstatus(value: i64): u32 {
  const old = load<i64>(CSR_MSTATUS);
  let legal = value & MSTATUS_WRITABLE;
  if (!hasExtension(F)) legal &= ~MSTATUS_FS;
  // MPP holds U, S or M; the reserved level leaves what was there
  if (((legal >>> 11) & 3) == 2) legal = (legal & ~MSTATUS_MPP) | (old & MSTATUS_MPP);
  store<i64>(CSR_MSTATUS, legal);
  if ((old ^ legal) & MSTATUS_SUM_MXR) {
    flushContext(CONTEXT_S);
    flushContext(CONTEXT_U);
  }
  selectContext();
  return OUT_LEAVE;
}

/** STCE makes or unmakes a timer, PBMTE and ADUE change what page-table entries mean. */
function writeMenvcfg(value: i64): u32 {
  store<i64>(CSR_MENVCFG, legalMenvcfg(value, load<i64>(CSR_MENVCFG)));
  flushAll();
  return OUT_LEAVE;
}

/** "If satp is written with an unsupported MODE, the entire write has no effect". */
function writeSatp(value: i64): u32 {
  if (!isModeThere(<u32>(<u64>value >>> 60))) return OUT_NEXT;
  store<i64>(CSR_SATP, value);
  if (!isDefective(STALE_SATP)) flushAll();
  return OUT_FAR;
}

function writePmpConfigs(first: u32, value: i64): u32 {
  for (let index: u32 = 0; index < 8; index++) writePmpConfig(first + index, <u32>(value >>> (8 * index)) & 0xff);
  if (!isDefective(STALE_PMP)) flushAll();
  return OUT_FAR;
}

function writeGpt(at: u32, value: i64): u32 {
  store<i64>(at, value);
  flushAll();
  return OUT_FAR;
}

/** stimecmp below M-mode is illegal when "STCE in menvcfg is zero", and "when the TM bit in the mcounteren register is clear". */
function mayUseSupervisorTimer(): bool {
  return hasSupervisorTimer(HART) && (load<i64>(CSR_MCOUNTEREN) & COUNTEREN_TM) != 0;
}

/** The privilege and the write permission that the CSR's number demands, and TVM for satp. */
export function mayAccess(number: u32, isWrite: bool, priv: u32): bool {
  if (isWrite && number >>> 10 == 3) return false;
  if (priv < ((number >>> 8) & 3)) return false;
  if (number >= csr.CYCLE && number <= csr.INSTRET && !hasExtension(ZICNTR)) return false;
  if (isFloatCsr(number) && areFloatsOff()) return false;
  if (number == csr.SATP && priv == PRIV_S && load<i64>(CSR_MSTATUS) & MSTATUS_TVM) return false;
  if (number == csr.STIMECMP) return priv == PRIV_M || mayUseSupervisorTimer();
  if (priv == PRIV_M || number < csr.CYCLE || number > csr.HPMCOUNTER31) return true;
  const bit = (<i64>1) << (number - csr.CYCLE);
  if (!(load<i64>(CSR_MCOUNTEREN) & bit)) return false;
  return priv == PRIV_S || (load<i64>(CSR_SCOUNTEREN) & bit) != 0;
}
