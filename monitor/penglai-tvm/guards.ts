/**
 * Every check of the monitor, by name: a stable number, who is to blame when it fails, and the rule it enforces. The ABI
 * knows only -1 and -2 (Penglai reference §6.2); a Denial keeps what those two numbers hide.
 *
 * Numbers are never reused: 1… arguments, 10… boot, 20… page tables of the host, 30… satp, 40… page ownership,
 * 50… life cycle, 60… enclave page tables, 70… ocall grants, 80… enclave calls, 90… the end of an enclave,
 * 100… servers and calls between enclaves, 110… relay pages, 120… secure shared memory.
 */
import { defineGuards, type Guard, type Denial as KernelDenial } from "../kernel/guard.ts";
import { describeOwner } from "./owner.ts";

const GUARDS = {
  UNKNOWN_FUNCTION: [1, "host", "the function number is one of Penglai reference §6.2"],
  UNKNOWN_EXTENSION: [2, "host", "the extension is Penglai's, SBI base or SBI time"],
  MISALIGNED: [3, "host", "addresses and lengths are multiples of their unit"],
  OUTSIDE_RAM: [4, "host", "a range that is passed to the monitor is not empty and lies in RAM"],
  NOT_PUBLIC: [5, "host", "the host passes only memory of its own: public pages (B7, B8)"],
  TOO_LARGE: [6, "host", "one call does a bounded amount of work"],
  NOT_A_SUPERVISOR_CALL: [7, "host", "only S-mode calls the monitor in the host world"],
  LOCK_HELD: [8, "hardware", "the lock of the records is free when a call begins (B13)"],

  ALREADY_INITIALISED: [10, "host", "SM_INIT is called once"],
  NOT_INITIALISED: [11, "host", "SM_INIT comes first"],
  NOT_NAPOT: [12, "host", "pt_area and mbitmap are powers of two, at least a page, naturally aligned (PMP NAPOT)"],
  AREAS_OVERLAP: [13, "host", "monitor, pt_area and mbitmap do not overlap"],
  MBITMAP_TOO_SMALL: [14, "host", "mbitmap holds 4 bytes for each page of RAM"],
  ALREADY_SEPARATED: [15, "host", "PT_AREA_SEPARATION succeeds once"],
  NOT_SEPARATED: [16, "host", "PT_AREA_SEPARATION comes before any page is made secure"],
  SUB_AREAS_TOO_LARGE: [17, "host", "PGD and PMD sub-areas leave room for the PTE sub-area inside pt_area"],

  OUTSIDE_PT_AREA: [20, "host", "SET_PTE and MAP_PTE write only inside pt_area (B1)"],
  WRONG_SUB_AREA: [21, "host", "a PGD entry points into the PMD sub-area, a PMD entry into the PTE sub-area"],
  RESERVED_BITS: [22, "host", "bits 63 to 54 of a valid entry are zero (B3)"],
  ROOT_LEAF: [23, "host", "no leaf in the PGD sub-area"],
  LAST_LEVEL_POINTER: [24, "host", "only leaves in the PTE sub-area"],
  MISALIGNED_LEAF: [25, "host", "a 2 MiB leaf names a 2 MiB aligned page"],
  MAPS_PROTECTED: [26, "host", "no valid host entry maps a private page or one of the monitor's (GPT invariant 3)"],
  UNKNOWN_FLAG: [27, "host", "the flag of SET_PTE is 1 to 5"],
  NONZERO_FILL: [28, "host", "SET_PTE fills with zeros only"],
  NOT_A_HUGE_LEAF: [29, "host", "MAP_PTE splits a valid 2 MiB leaf of the PMD sub-area"],

  SATP_MODE: [30, "host", "satp keeps MODE = 8 (Sv39) once TVM is set"],
  SATP_OUTSIDE_PGD: [31, "host", "the root of satp lies in the PGD sub-area"],
  NOT_SUPERVISOR: [32, "host", "satp and sfence.vma are emulated for S-mode only (B9)"],
  HOST_UNTRANSLATED: [33, "host", "the host runs on tables of pt_area before any page is made secure"],

  PARTLY_COVERED: [40, "host", "a 2 MiB leaf of the host lies inside or outside the range, never across its edge (B6)"],
  PAGE_SHARED: [41, "host", "a page that a live enclave shares with the host stays public"],

  NO_SUCH_ENCLAVE: [50, "host", "the id is that of a live enclave"],
  NO_SUCH_SHADOW: [51, "host", "the id is that of a live shadow enclave"],
  NOT_OWNER: [52, "host", "an enclave is driven under the satp that created it (B20)"],
  WRONG_STATE: [53, "host", "the call is legal in this state of the life cycle (§6.9)"],
  NO_METADATA: [54, "host", "there is room for one more record; MEMORY_EXTEND adds some"],
  ENCLAVE_TYPE: [55, "host", "type is 0: servers come from CREATE_SERVER"],
  REGION_TOO_SMALL: [56, "host", "a region holds its records, a root table and a free page"],
  FREE_MEMORY_OUTSIDE: [57, "host", "free_mem lies in the region, behind the root table"],
  FORKS_ALIVE: [58, "host", "a shadow lives as long as its forks (B21)"],

  TABLE_OUTSIDE_REGION: [60, "host", "page tables of an enclave lie in its region, below free_mem (B8)"],
  TABLE_REUSED: [61, "host", "a page-table page is reached exactly once"],
  LEAF_OUTSIDE_REGION: [62, "host", "an enclave's image maps pages of its region between root table and free_mem"],
  LEAF_ALIASED: [63, "host", "a page is mapped once, and no page table is mapped"],
  HUGE_LEAF: [64, "host", "no 1 GiB leaves; a shadow has 4 KiB leaves only"],
  IMAGE_ADDRESS: [65, "host", "the image lies below the heap or in the stack's gigabytes (§6.8)"],
  ENCLAVE_RESERVED_BITS: [66, "host", "bits 63 to 54 of an enclave's entries are zero"],
  NO_FREE_PAGES: [67, "host", "the region's free list covers tables, stack and copies"],
  IMAGE_TOO_LARGE: [68, "host", "an image has at most 576 MiB of pages and tables (MAX_ELF and MAX_STACK, §6.11)"],

  WRONG_OCALL: [70, "host", "the ocall that is answered is the one that is pending (B14)"],
  GRANT_TOO_SMALL: [71, "host", "the granted block holds the size that was asked for and its first page (B14)"],

  UNKNOWN_ENCLAVE_FUNCTION: [80, "enclave", "an enclave calls the functions of Penglai reference §6.3"],
  UNKNOWN_OCALL: [81, "enclave", "the ocall is one of Penglai reference §6.4 that is offered"],
  BAD_BUFFER: [82, "enclave", "a buffer is mapped for the enclave with the needed permission, every page of it (B25)"],
  BAD_SIZE: [83, "enclave", "sizes are in range: not zero, pages where pages are meant, bounded (B17)"],
  NO_SUCH_BLOCK: [84, "enclave", "UNMAP and CALL_ENCLAVE name a whole block that MMAP returned"],
  NO_SUCH_NAME: [85, "enclave", "GET_REPORT reports on the caller or on a live server"],
  KEY_TYPE: [86, "enclave", "the key type is 0 (ENCLAVE), 1 (STORAGE) or 2 (ATTEST)"],
  LOCK_CAPACITY: [87, "enclave", "every cache set keeps one way that is not locked (§5)"],
  NOT_BOUND: [88, "enclave", "UNBINDING names a range that is bound"],
  NO_ADDRESS_SPACE: [89, "enclave", "the virtual range is free, in its area, and the free list covers its tables"],

  ENCLAVE_FAULT: [90, "enclave", "an enclave that traps other than by a call is destroyed (§6.9)"],
  INTEGRITY: [91, "hardware", "memory that fails verification ends the enclave that runs"],
  GPT: [92, "hardware", "the walker accepts only tables in their sub-area of pt_area"],
  RELOCK_REFUSED: [93, "hardware", "an enclave re-enters only with its cache lines locked"],
  HOST_TRAP: [94, "host", "a trap of the host that is not the monitor's goes to its own handler (B10)"],
  HOST_MEMORY: [95, "hardware", "the simulator backs every page that is written: run fewer enclaves, or smaller ones"],

  NO_SUCH_SERVER: [100, "host", "the id is that of a live server enclave"],
  SERVER_NAME_TAKEN: [101, "host", "a server's name is its alone (§6.2)"],
  IS_A_SERVER: [102, "host", "a server runs when it is called and ends with DESTROY_SERVER"],
  SERVER_IN_CALL: [103, "host", "a server that was called is not destroyed before it returns (B24)"],
  UNKNOWN_SERVER: [104, "enclave", "the name or id is that of a live server"],
  SERVER_BUSY: [105, "enclave", "a server is in one call at a time (§6.12)"],
  NOT_CALLED: [106, "enclave", "ENCLAVE_RETURN is a server's"],
  SERVER_EXIT: [107, "enclave", "a server gives the hart back with ENCLAVE_RETURN"],
  CALLER_ENDED: [108, "host", "a server whose caller ends in the middle of a call ends, too"],
  ARGUMENT_PASSED: [
    109,
    "enclave",
    "call_enclave_arg stays with its enclave: it does not lie in the block that is passed",
  ],

  NAME_AMBIGUOUS: [110, "host", "relay pages are for the only live enclave of their name"],
  NO_RELAY_PAGE: [111, "host", "mm_arg_size is 0 only where relay pages wait under the enclave's name"],
  NOT_HELD: [112, "enclave", "address and size are those of an entry of relay pages that is held"],
  RELAY_LIMIT: [113, "enclave", "an enclave, and a name, has at most 10 entries of relay pages (§6.7)"],
  SPLIT_POINT: [114, "enclave", "an entry is split at a page inside it"],
  NO_NAME: [115, "enclave", "relay pages are handed to a name of at least one byte"],

  SHM_KEY_TAKEN: [120, "enclave", "a key of secure shared memory names one object (§6.13)"],
  NO_SUCH_SHM: [121, "enclave", "the key is that of secure shared memory that is there and not marked for its end"],
  SHM_FULL: [122, "enclave", "64 enclaves at most share one object: a page of slots (§6.13)"],
  NOT_ATTACHED: [123, "enclave", "SHM_DETACH is for who has attached"],
} as const satisfies Record<string, Guard>;

export type GuardName = keyof typeof GUARDS;

const defined = defineGuards<GuardName>(GUARDS, describeOwner);

/** @param found what the caller passed or where it stood, as a clause: "entry 0x… at 0x… names page 0x…" */
export const { deny } = defined;

/** The caller's reading of it is -1 or -2, in two cases of §6.9 a value that is no error. */
export type Denial = KernelDenial<GuardName>;

/** All guards, for documentation and for tests. */
export const guardNames = (): readonly GuardName[] => defined.names;
