/**
 * What a reader of an ELF64 executable for RISC-V has learnt: entry, loadable segments, and, when the file has them,
 * sections and symbols. Terms are those of the ELF-64 Object File Format (version 1.5) and of the RISC-V ELF psABI
 * (chapter "ELF Object Files").
 *
 * Virtual addresses are settled here (they do not wrap and do not overlap). Physical addresses are only what the file
 * alleges: an enclave's loader ignores them, a bare-metal loader has them checked by `checkFitsRam`.
 */
import type { Va } from "./units.ts";

/** One `PT_LOAD` program header; empty ones (`p_memsz` = 0) are left out. */
export interface ElfSegment {
  readonly vaddr: Va;
  /** `p_paddr` as the file states it, 0 to 2^64 - 1. */
  readonly paddr: bigint;
  /** `p_memsz` in bytes, 1 to 2^46. What lies beyond `fileSize` reads as zeros. */
  readonly memSize: number;
  /** `p_filesz` in bytes, 0 to `memSize`. */
  readonly fileSize: number;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
  /**
   * How many leading bytes are the file's own headers: GNU ld lets the first segment begin at file offset 0, a page
   * below the program, unless told otherwise (-N). 0 in every other segment.
   */
  readonly headerSize: number;
  /** The `fileSize` bytes in the file: a view, not a copy. */
  readonly bytes: Uint8Array;
}

/** One section header. Loaders need those that occupy memory but no space in the file. */
export interface ElfSection {
  readonly name: string;
  /** `SHT_NOBITS`: zeros in memory, absent from the file (.bss). */
  readonly nobits: boolean;
  /** `SHF_ALLOC`: occupies memory when the program runs. */
  readonly alloc: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
  /** `SHF_TLS`: a template for threads; a NOBITS one (.tbss) occupies no address of its own. */
  readonly tls: boolean;
  readonly vaddr: Va;
  /** `sh_size` in bytes; the file's word for it, not bounded for NOBITS sections. */
  readonly byteLen: bigint;
}

/** `e_flags` of the RISC-V ELF psABI. */
export interface ElfFlags {
  /** `EF_RISCV_RVC`: contains compressed instructions. */
  readonly rvc: boolean;
  /** `EF_RISCV_FLOAT_ABI`: what the calling convention passes in floating-point registers. */
  readonly floatAbi: "soft" | "single" | "double" | "quad";
  /** `EF_RISCV_RVE`: uses x0 to x15 only. */
  readonly rve: boolean;
  /** `EF_RISCV_TSO`: needs the Ztso memory model. */
  readonly tso: boolean;
}

export interface ElfImage {
  /** How messages call the file. */
  readonly name: string;
  /** `e_entry`, inside an executable segment. */
  readonly entry: Va;
  readonly flags: ElfFlags;
  /** In the order of the file; at least one. */
  readonly segments: readonly ElfSegment[];
  /** Empty if the section table is absent or damaged. */
  readonly sections: readonly ElfSection[];
  /** Value of every defined symbol (`tohost`, `begin_signature`, ...); empty if the symbol table is absent or damaged. */
  readonly symbols: ReadonlyMap<string, bigint>;
}
