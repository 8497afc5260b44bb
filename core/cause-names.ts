/** Trap causes in the words of the RISC-V Privileged Architecture, 20240411, §3.1.15. */
import * as cause from "../assembly/cause.ts";

const NAMES: Readonly<Record<number, string>> = {
  [cause.FETCH_MISALIGNED]: "instruction address misaligned",
  [cause.FETCH_ACCESS]: "instruction access fault",
  [cause.ILLEGAL_INSTRUCTION]: "illegal instruction",
  [cause.BREAKPOINT]: "breakpoint",
  [cause.LOAD_MISALIGNED]: "load address misaligned",
  [cause.LOAD_ACCESS]: "load access fault",
  [cause.STORE_MISALIGNED]: "store address misaligned",
  [cause.STORE_ACCESS]: "store access fault",
  [cause.FETCH_PAGE_FAULT]: "instruction page fault",
  [cause.LOAD_PAGE_FAULT]: "load page fault",
  [cause.STORE_PAGE_FAULT]: "store page fault",
  [cause.GPT_VIOLATION]: "GPT violation",
  [cause.INTEGRITY_FAULT]: "memory integrity fault",
};

/** @returns "load page fault (cause 13)" */
export const causeName = (cause: number | bigint): string => `${NAMES[Number(cause)] ?? "trap"} (cause ${cause})`;
