/**
 * The hart's registers as a value: what a world switch takes out and puts in, and how a result is folded into them.
 * Penglai reference §6.10 and §6.1.
 *
 * Fixed (B18): sscratch, sepc, scause, stval, scounteren and the S bits of mstatus belong to a world, too. mstatus.FS is
 * Off inside an enclave, so floating-point registers, which are not switched, cannot be reached from there.
 * Not modelled: senvcfg, vector state, hardware performance counters.
 */
import type { Privilege } from "../../core/platform.ts";

/** CSR numbers of the registers that belong to a world. */
export const SWITCHED_CSRS = {
  mstatus: 0x300,
  satp: 0x180,
  stvec: 0x105,
  mie: 0x304,
  mideleg: 0x303,
  medeleg: 0x302,
  sscratch: 0x140,
  sepc: 0x141,
  scause: 0x142,
  stval: 0x143,
  scounteren: 0x106,
} as const;
export type Csrs = Readonly<Record<keyof typeof SWITCHED_CSRS, bigint>>;

export interface Hart {
  /** x0 to x31; never written after it was made. */
  readonly x: BigUint64Array;
  readonly pc: bigint;
  /** The privilege to run at; mstatus.MPP says the same. */
  readonly privilege: Privilege;
  readonly csrs: Csrs;
}

export const SP = 2;
export const A0 = 10;
export const A1 = 11;
export const A6 = 16;
export const A7 = 17;

export const MSTATUS_SIE = 1n << 1n;
export const MSTATUS_SPIE = 1n << 5n;
export const MSTATUS_SPP = 1n << 8n;
const MSTATUS_MPP = 3n << 11n;
export const MSTATUS_TVM = 1n << 20n;
/** UXL and SXL: the widths of U and S, which no world changes. */
const MSTATUS_XL = 0xfn << 32n;

/** Bits of mie and mip. */
export const SSI = 1n << 1n;
export const STI = 1n << 5n;
export const MTI = 1n << 7n;
export const SEI = 1n << 9n;

/** satp: 63..60 MODE | 59..44 ASID | 43..0 root page number. */
export const SATP_SV39 = 8n << 60n;
export const SATP_PPN = (1n << 44n) - 1n;

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

/** "val in 0…100 => a0 = 0, a1 = val; else a0 = val" (§6.1). a1 is 0 in the other case, as in SBI 0.2. */
export function foldHostResult(value: bigint): readonly RegisterWrite[] {
  const isCode = value >= 0n && value <= 100n;
  return [
    [A0, isCode ? 0n : value],
    [A1, isCode ? value : 0n],
  ];
}

/** mstatus for `privilege` to run next, from the S bits in `mstatus`. */
export const withPreviousPrivilege = (mstatus: bigint, privilege: Privilege): bigint =>
  (mstatus & ~MSTATUS_MPP) | (BigInt(privilege) << 11n);

/** mstatus inside an enclave: U-mode next, no S bit of the host's, FS Off. */
export const enclaveMstatus = (host: bigint): bigint => host & (MSTATUS_XL | MSTATUS_TVM);

/** Counters that an enclave may read: cycle, time, instret. */
const ENCLAVE_COUNTERS = 7n;

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
    scounteren: ENCLAVE_COUNTERS,
  };
  return withRegisters({ x: new BigUint64Array(32), pc: entry, privilege: 0, csrs }, registers);
}
