/**
 * The commit log of Spike, riscv-isa-sim, as its option --log-commits writes it: one line an instruction that retired.
 *
 *     core   0: 3 0x0000000080000000 (0x00000297) x5  0x0000000080000000
 *     core   0: 3 0x0000000080000010 (0x0062b023) mem 0x0000000080001000 0x000000000000002a
 *     core   0: 0 0x0000000000010000 (0x4505) x10 0x0000000000000001
 *     core   0: 3 0x0000000080000042 (0x1a31f253) c1_fflags 0x0000000000000010 f4  0x7ff8000000000000
 *
 * Privilege, pc, word; then registers written (`c768_mstatus` is a CSR), addresses read, addresses written with what was
 * stored in the width of the store. Registers stand in the order of Spike's log of them, a sorted map: by number, then
 * x before f before CSR. Source: riscv-isa-sim, riscv/execute.cc, commit_log_print_insn; riscv/processor.h.
 */
import { CSRS } from "./isa.gen.ts";
import type { Privilege } from "./platform.ts";

/** A register that an instruction has written: x1 to x31, f0 to f31 (all 64 bits, boxed), or a CSR by its number. */
export interface RegisterWrite {
  readonly file: "x" | "f" | "csr";
  readonly number: number;
  readonly value: bigint;
}

/** What one retired instruction did. Addresses are virtual. */
export interface Commit {
  /** `mhartid`. */
  readonly hart: number;
  readonly privilege: Privilege;
  readonly pc: bigint;
  readonly word: number;
  readonly byteLen: 2 | 4;
  readonly registers: readonly RegisterWrite[];
  readonly read?: bigint;
  readonly written?: { readonly address: bigint; readonly value: bigint; readonly byteLen: 1 | 2 | 4 | 8 };
}

const csrNames = new Map(CSRS.map(({ number, name }) => [number, name]));
/** The type in the low four bits of a key of Spike's map. */
const FILE_KEY = { x: 0, f: 1, csr: 4 } as const;
const keyOf = ({ file, number }: RegisterWrite): number => number * 16 + FILE_KEY[file];

const hex = (value: bigint | number, byteLen: number): string => `0x${value.toString(16).padStart(2 * byteLen, "0")}`;

/** The CSR's name in the tables. */
export const csrName = (number: number): string => csrNames.get(number) ?? "unknown";

function registerText({ file, number, value }: RegisterWrite): string {
  const name = file === "csr" ? `c${number}_${csrName(number)}` : `${file}${String(number).padEnd(2)}`;
  return ` ${name} ${hex(value, 8)}`;
}

/** @returns the line without its end */
export function spikeLine({ hart, privilege, pc, word, byteLen, registers, read, written }: Commit): string {
  let line = `core${String(hart).padStart(4)}: ${privilege} ${hex(pc, 8)} (${hex(word, byteLen)})`;
  for (const write of registers.toSorted((a, b) => keyOf(a) - keyOf(b))) line += registerText(write);
  if (read !== undefined) line += ` mem ${hex(read, 8)}`;
  if (written)
    line += ` mem ${hex(written.address, 8)} ${hex(BigInt.asUintN(8 * written.byteLen, written.value), written.byteLen)}`;
  return line;
}
