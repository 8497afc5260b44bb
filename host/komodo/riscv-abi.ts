/** Komodo's RISC-V retrofit as its operating system knows it, from the document. Komodo reference §3.1. */

/** a7 of the calls. */
export const RiscvCall = {
  INIT_ADDRSPACE: 12,
  INIT_DISPATCHER: 13,
  INIT_L2PTABLE: 14,
  INIT_L3PTABLE: 15,
  MAP_SECURE: 16,
  MAP_INSECURE: 17,
  REMOVE: 20,
  FINALISE: 21,
  ENTER: 22,
  RESUME: 23,
  STOP: 29,
} as const;
type RiscvCallName = keyof typeof RiscvCall;
/** Those that run no thread. */
export type RiscvBuildCall = Exclude<RiscvCallName, "ENTER" | "RESUME">;

export const PERMISSION_R = 2;
export const PERMISSION_W = 4;
export const PERMISSION_X = 8;

/** "1024 secure (4 MiB), 256 insecure (1 MiB)". */
export const RISCV_SECURE_PAGES = 1024;
