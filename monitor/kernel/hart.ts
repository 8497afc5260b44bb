/**
 * The hart's registers as a value: what a world switch takes out and puts in. Penglai reference §6.10.
 *
 * Fixed (B18): f0 to f31 and fcsr, sscratch, sepc, scause, stval, scounteren and the S bits of mstatus belong to a world, too.
 * Not modelled: senvcfg, vector state, hardware performance counters.
 */
import * as csr from "../../assembly/csr.gen.ts";
import { type Privilege, U_MODE } from "../../core/platform.ts";
import {
  COUNTERS,
  MPP_SHIFT,
  MSTATUS_FS_INITIAL,
  MSTATUS_MPP,
  MSTATUS_TVM,
  MSTATUS_XL,
  MTI,
} from "../../core/registers.ts";

/** CSR numbers of the registers that belong to a world. */
export const SWITCHED_CSRS = {
  mstatus: csr.MSTATUS,
  satp: csr.SATP,
  stvec: csr.STVEC,
  mie: csr.MIE,
  mideleg: csr.MIDELEG,
  medeleg: csr.MEDELEG,
  sscratch: csr.SSCRATCH,
  sepc: csr.SEPC,
  scause: csr.SCAUSE,
  stval: csr.STVAL,
  scounteren: csr.SCOUNTEREN,
  fcsr: csr.FCSR,
} as const;
export type Csrs = Readonly<Record<keyof typeof SWITCHED_CSRS, bigint>>;

export interface Hart {
  /** x0 to x31; never written after it was made. */
  readonly x: BigUint64Array;
  /** f0 to f31; never written after it was made. */
  readonly f: BigUint64Array;
  readonly pc: bigint;
  /** The privilege to run at; mstatus.MPP says the same. */
  readonly privilege: Privilege;
  readonly csrs: Csrs;
}

/** An instruction is four bytes long where the monitor steps over one: ecall, csr*, sfence.vma have no short form. */
const INSTRUCTION_BYTE_LEN = 4n;

export type RegisterWrite = readonly [register: number, value: bigint];

export function withRegisters(hart: Hart, writes: readonly RegisterWrite[]): Hart {
  const x = hart.x.slice();
  for (const [register, value] of writes) if (register !== 0) x[register] = BigInt.asUintN(64, value);
  return { ...hart, x };
}

/** The hart behind the instruction that called: only a call that was committed gets here. */
export const advanced = (hart: Hart): Hart => ({ ...hart, pc: BigInt.asUintN(64, hart.pc + INSTRUCTION_BYTE_LEN) });

/** mstatus for `privilege` to run next, from the S bits in `mstatus`. */
export const withPreviousPrivilege = (mstatus: bigint, privilege: Privilege): bigint =>
  (mstatus & ~MSTATUS_MPP) | (BigInt(privilege) << MPP_SHIFT);

/**
 * mstatus inside an enclave: U-mode next, no S bit of the host's; UXL and SXL, which no world changes. FS is Initial, as
 * every enclave may use floating point and nobody in it could switch it on; where there is no F it stays Off (WARL).
 */
export const enclaveMstatus = (host: bigint): bigint => (host & (MSTATUS_XL | MSTATUS_TVM)) | MSTATUS_FS_INITIAL;

/**
 * An enclave's hart at its entry: sp and the arguments, every other register zero. "First entry has
 * mideleg = medeleg = 0, so every trap reaches M" (§6.10).
 */
export function entryHart(entry: bigint, satp: bigint, registers: readonly RegisterWrite[]): Hart {
  const csrs: Csrs = {
    mstatus: 0n,
    satp,
    stvec: 0n,
    // Only the timer: with one hart nobody sends the interrupts that MSIE would admit.
    mie: MTI,
    mideleg: 0n,
    medeleg: 0n,
    sscratch: 0n,
    sepc: 0n,
    scause: 0n,
    stval: 0n,
    scounteren: COUNTERS,
    fcsr: 0n,
  };
  const [x, f] = [new BigUint64Array(32), new BigUint64Array(32)];
  return withRegisters({ x, f, pc: entry, privilege: U_MODE, csrs }, registers);
}
