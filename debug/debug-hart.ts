/**
 * A hart as a debugger has it, and how the registers are numbered between GDB and us. Source: GDB manual (13), "Standard
 * Target Features for RISC-V"; GDB's own numbers of RISC-V registers, which a target description has to keep.
 *
 *     0..31 x0 to x31     32 pc     33..64 f0 to f31     65 + n  CSR n     4161 priv
 */
import { MISA } from "../assembly/csr.gen.ts";
import { CSRS } from "../core/isa.gen.ts";
import type { Platform } from "../core/platform.ts";
import { M_MODE, type Privilege, S_MODE, U_MODE } from "../core/platform.ts";

export interface DebugHart extends Pick<Platform, "pc" | "privilege" | "readCsr" | "writeCsr"> {
  /** x0 to x31. */
  readonly x: BigUint64Array;
  /** f0 to f31, if there are any. */
  readonly f?: BigUint64Array;
}

export const PC = 32;
export const FIRST_F = 33;
export const FIRST_CSR = 65;
export const PRIVILEGE = FIRST_CSR + 4096;
/** x0 to pc: what packets g and G carry; GDB asks for each of the others. */
export const GENERAL_REGISTERS = 33;

/** misa, bit of the letter F. */
const MISA_F = 1n << 5n;
const CSR_NUMBERS: ReadonlySet<number> = new Set(CSRS.map(({ number }) => number));

/** Who plays M-mode decides what a debugger may change. */
type Mode = "monitor" | "firmware";

/** @returns the value of a register, undefined if there is none of that number */
export function readRegister(hart: DebugHart, number: number): bigint | undefined {
  if (number < PC) return hart.x[number];
  if (number === PC) return hart.pc;
  if (number < FIRST_CSR) return floatsOf(hart)?.[number - FIRST_F];
  if (number === PRIVILEGE) return BigInt(hart.privilege);
  const csr = number - FIRST_CSR;
  return CSR_NUMBERS.has(csr) ? csrOf(hart, csr) : undefined;
}

/** f0 to f31; undefined where `--isa` has left F out, though the machine keeps room for them. */
export const floatsOf = (hart: DebugHart): BigUint64Array | undefined =>
  (hart.readCsr(MISA) & MISA_F) === 0n ? undefined : hart.f;

/** The tables list CSRs that this machine may do without. */
function csrOf(hart: DebugHart, csr: number): bigint | undefined {
  if (isFloatCsr(csr) && floatsOf(hart) === undefined) return undefined;
  try {
    return hart.readCsr(csr);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Bytes of a register in packets. */
export const registerByteLen = (number: number): number => (isFloatCsr(number - FIRST_CSR) ? 4 : 8);

/** fflags, frm and fcsr have 32 bits in GDB's eyes. */
export const isFloatCsr = (csr: number): boolean => csr >= 1 && csr <= 3;

/**
 * Under a monitor CSRs and privilege belong to it, and stay as they are: with others the hart would be in a state that no
 * program can bring about and no monitor expects.
 * @returns false if there is no such register or it cannot be written
 */
export function writeRegister(hart: DebugHart, number: number, value: bigint, mode: Mode): boolean {
  if (number < PC) {
    if (number > 0) hart.x[number] = value;
    return true;
  }
  if (number === PC) {
    hart.pc = value;
    return true;
  }
  if (number < FIRST_CSR) return writeFloat(floatsOf(hart), number - FIRST_F, value);
  if (number === PRIVILEGE) return mode === "firmware" && writePrivilege(hart, value);
  const csr = number - FIRST_CSR;
  if (readRegister(hart, number) === undefined || csr >>> 10 === 3 || (mode === "monitor" && !isFloatCsr(csr)))
    return false;
  hart.writeCsr(csr, value);
  return true;
}

function writeFloat(floats: BigUint64Array | undefined, index: number, value: bigint): boolean {
  if (floats === undefined) return false;
  floats[index] = value;
  return true;
}

function writePrivilege(hart: DebugHart, value: bigint): boolean {
  const privilege = [U_MODE, S_MODE, M_MODE].find((level: Privilege) => BigInt(level) === value);
  if (privilege === undefined) return false;
  hart.privilege = privilege;
  return true;
}
