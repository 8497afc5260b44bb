/** Small enclave programs of a benchmark, as assembly. */
import { assembleProgram } from "../core/assembler.ts";
import type { ElfImage } from "../core/elf.ts";
import { va } from "../core/units.ts";

const ENTRY = 0x1000n;

/** The program at 0x1000, and nothing else but a stack. */
export function eapp(source: string): ElfImage {
  const { bytes } = assembleProgram(source, ENTRY);
  const permissions = { readable: true, writable: false, executable: true };
  const sizes = { memSize: bytes.length, fileSize: bytes.length, headerSize: 0 };
  return {
    name: "eapp",
    entry: va(ENTRY),
    flags: { rvc: false, floatAbi: "soft", rve: false, tso: false },
    segments: [{ vaddr: va(ENTRY), paddr: ENTRY, ...permissions, ...sizes, bytes }],
    sections: [],
    symbols: new Map(),
  };
}

/** Yields for ever: a6 0x100101, a7 89 (Penglai reference §6.3). */
export const SLEEPER = `
  li a6, 0x100101
  li a7, 89
again:
  ecall
  j again
`;
