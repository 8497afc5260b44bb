/**
 * Every check of the monitor, by name: a stable number, who is to blame when it fails, and the rule it enforces. The ABI
 * knows only -1, -2 and a few values that are no errors (Penglai reference §6.5, §6.9); a Denial keeps what those hide.
 *
 * Numbers are never reused: 1… arguments, 10… secure memory, 20… enclave page tables, 40… life cycle, 50… enclave calls,
 * 60… the end of an enclave.
 */
import { defineGuards, type Guard, type Denial as KernelDenial } from "../kernel/guard.ts";
import { describeOwner } from "./owner.ts";

const GUARDS = {
  UNKNOWN_FUNCTION: [1, "host", "the function number is one of Penglai reference §6.5"],
  UNKNOWN_EXTENSION: [2, "host", "the extension is Penglai's, SBI base or SBI time"],
  MISALIGNED: [3, "host", "addresses and lengths are multiples of their unit"],
  OUTSIDE_RAM: [4, "host", "a range that is passed to the monitor is not empty and lies in RAM"],
  NOT_PUBLIC: [5, "host", "the host passes only memory of its own: public pages (B8)"],
  NOT_A_SUPERVISOR_CALL: [6, "host", "only S-mode calls the monitor in the host world"],

  NOT_NAPOT: [10, "host", "a region is a power of two, at least a page, naturally aligned (PMP NAPOT)"],
  NO_PMP_ENTRY: [11, "host", "there are 13 regions at most: PMP2 to PMP14"],
  PAGE_SHARED: [12, "host", "a page that a live enclave shares with the host stays public"],
  NO_SECURE_MEMORY: [13, "host", "a region has a free block of the size; MEMORY_EXTEND adds a region"],
  GRANT_OPEN: [14, "host", "the kernel has one grant at a time on a hart: PMP1"],
  NOT_GRANTED: [15, "host", "CREATE names the block that ALLOC_ENCLAVE_MM granted on this hart (B26)"],
  NO_METADATA: [16, "host", "secure memory has room for one more record; MEMORY_EXTEND adds some"],

  TABLE_OUTSIDE_BLOCK: [20, "host", "page tables of an enclave lie in its block (B8)"],
  TABLE_REUSED: [21, "host", "a page-table page is reached exactly once"],
  LEAF_OUTSIDE_BLOCK: [22, "host", "outside of the windows an enclave maps pages of its block"],
  LEAF_ALIASED: [23, "host", "a page of the block is mapped once, and no page table is mapped"],
  HUGE_LEAF: [24, "host", "leaves have 4 KiB or 2 MiB: nobody measures the contents of 1 GiB"],
  MISALIGNED_LEAF: [25, "host", "a 2 MiB leaf names a 2 MiB aligned page"],
  RESERVED_BITS: [26, "host", "bits 63 to 54 of an entry are zero, and W comes with R"],
  NOT_USER: [27, "host", "a leaf of an enclave has its U bit set (B28)"],
  BAD_WINDOW: [28, "host", "a shared window has whole pages, at most 16 MiB, within Sv39"],
  WINDOW_TARGET: [29, "host", "a page of a window is the page that CREATE names for it"],
  IMAGE_TOO_LARGE: [30, "host", "an image has at most 576 MiB of pages and tables (MAX_ELF and MAX_STACK, §6.11)"],

  NO_SUCH_ENCLAVE: [40, "host", "the id is that of a live enclave"],
  NOT_OWNER: [41, "host", "an enclave is driven under the satp that created it"],
  WRONG_STATE: [42, "host", "the call is legal in this state of the life cycle (§6.9)"],
  UNKNOWN_RESUME: [43, "host", "RESUME comes from 2000 (timer), 2003 (stop) or 2 (ocall)"],

  UNKNOWN_ENCLAVE_FUNCTION: [50, "enclave", "an enclave calls the functions of Penglai reference §6.6"],
  CLOSED_EXTENSION: [51, "enclave", "an enclave calls Penglai's enclave extension and no other (B27)"],
  UNKNOWN_OCALL: [52, "enclave", "the ocall is 3 (SYS_WRITE) or 9 (USER_DEFINED)"],
  BAD_SIZE: [53, "enclave", "salt and key have at most 32 bytes (§6.6)"],
  BAD_BUFFER: [54, "enclave", "a buffer is mapped for the enclave with the needed permission, every page of it"],

  ENCLAVE_FAULT: [60, "enclave", "an enclave that traps other than by a call is destroyed (B28)"],
  INTEGRITY: [61, "hardware", "memory that fails verification ends the enclave that runs"],
  HOST_TRAP: [62, "host", "a trap of the host that is not the monitor's goes to its own handler"],
  HOST_MEMORY: [63, "hardware", "the simulator backs every page that is written: run fewer enclaves, or smaller ones"],
} as const satisfies Record<string, Guard>;

export type GuardName = keyof typeof GUARDS;

const defined = defineGuards<GuardName>(GUARDS, describeOwner);

/** @param found what the caller passed or where it stood, as a clause: "entry 0x… at 0x… names page 0x…" */
export const { deny } = defined;

/** The caller's reading of it is -1 or -2, in two cases of §6.9 a value that is no error. */
export type Denial = KernelDenial<GuardName>;

/** All guards, for documentation and for tests. */
export const guardNames = (): readonly GuardName[] => defined.names;
