/**
 * The commit log of Spike, riscv-isa-sim, as its option --log-commits writes it: one line an instruction that retired.
 *
 *     core   0: 3 0x0000000080000000 (0x00000297) x5  0x0000000080000000
 *     core   0: 3 0x0000000080000010 (0x0062b023) mem 0x0000000080001000 0x000000000000002a
 *     core   0: 0 0x0000000000010000 (0x4505) x10 0x0000000000000001
 *
 * Privilege, pc, word; then the register written, CSRs written (`c768_mstatus`), addresses read, addresses written with
 * what was stored in the width of the store. Source: riscv-isa-sim, riscv/execute.cc, commit_log_print_insn.
 */
import { CSRS } from "./isa.gen.ts";
import type { Privilege } from "./platform.ts";

/** What one retired instruction did. Addresses are virtual. */
export interface Commit {
  readonly privilege: Privilege;
  readonly pc: bigint;
  readonly word: number;
  readonly byteLen: 2 | 4;
  /** x1 to x31; absent if the instruction writes none. */
  readonly register?: { readonly number: number; readonly value: bigint };
  readonly csr?: { readonly number: number; readonly value: bigint };
  readonly read?: bigint;
  readonly written?: { readonly address: bigint; readonly value: bigint; readonly byteLen: 1 | 2 | 4 | 8 };
}

const csrNames = new Map(CSRS.map(({ number, name }) => [number, name]));
const hex = (value: bigint | number, byteLen: number): string => `0x${value.toString(16).padStart(2 * byteLen, "0")}`;

/** @returns the line without its end */
export function spikeLine(commit: Commit): string {
  const { privilege, pc, word, byteLen, register, csr, read, written } = commit;
  let line = `core   0: ${privilege} ${hex(pc, 8)} (${hex(word, byteLen)})`;
  if (register) line += ` x${String(register.number).padEnd(2)} ${hex(register.value, 8)}`;
  if (csr) line += ` c${csr.number}_${csrNames.get(csr.number) ?? "unknown"} ${hex(csr.value, 8)}`;
  if (read !== undefined) line += ` mem ${hex(read, 8)}`;
  if (written)
    line += ` mem ${hex(written.address, 8)} ${hex(BigInt.asUintN(8 * written.byteLen, written.value), written.byteLen)}`;
  return line;
}
