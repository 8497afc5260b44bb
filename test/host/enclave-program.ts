/** Enclave programs as assembly, for tests: `ecall(fid, a0, a1, …)` calls the monitor. */
import { assembleProgram } from "../../core/assembler.ts";
import { type ElfImage, parseElf } from "../../core/elf.ts";
import { buildElf, RX } from "../core/elf-builder.ts";

const ENTRY = 0x1000n;

export const FID = { EXIT: 99, OCALL: 98, GET_REPORT: 94, YIELD: 89, GET_KEY: 88 } as const;

/** A call of the monitor; registers that `args` does not name keep what they hold. */
export const ecall = (fid: number, ...args: readonly (number | bigint)[]): string =>
  `${["li a6, 0x100101", `li a7, ${fid}`, ...args.map((arg, i) => `li a${i}, ${arg}`), "ecall"].join("\n")}\n`;

/** The program at 0x1000, and nothing else but a stack. */
export function program(source: string): ElfImage {
  const { bytes } = assembleProgram(source, ENTRY);
  return parseElf(buildElf({ entry: ENTRY, segments: [{ flags: RX, vaddr: ENTRY, bytes }] }), "program");
}
