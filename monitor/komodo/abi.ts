/**
 * Numbers of Komodo's interface: calls, errors, page types, mapping words. Komodo reference §1.3, §1.5 to §1.7, and §3.1
 * for the face `komodo-riscv`. What each call checks stands in calls/, enclave-calls/ and riscv/.
 *
 * ARM's registers on RISC-V: R0 to R12 are x10 to x22 (a0 to a7, s2 to s6), SP is x2, LR is x1.
 *
 *     OS (ecall from S)        a0 number, a1 to a4 arguments   ->  a0 error, a1 value, a2 = a3 = 0
 *     enclave (ecall from U)   a0 number, a1 to s4 arguments   ->  a0 error, a1 to s4 results, unused ones 0
 *     komodo-riscv, both       a7 number, a0 to a4 arguments   ->  a0; a1 when an enclave has run
 *
 * Words have 32 bits and registers 64. A register that *names* something (call, page, slot, address) is taken as it is,
 * so one with high bits names nothing and is out of range; a register whose word is *kept* (entry point, data of Attest
 * and Verify) is cut to its low 32 bits, as `lw` extends signs; what is only passed on (arguments of Enter, value of Exit)
 * is passed whole.
 */

/** R0: `x[R0 + i]` is Komodo's Ri, 0 <= i <= 12. */
export const R0 = 10;

/** "kmdo", what Query answers. */
export const MAGIC = 0x4b6d646f;

/** Calls of the OS. @spec Komodo reference §1.6 */
export const OS_CALL = {
  QUERY: 1,
  GET_PHYS_PAGES: 2,
  INIT_ADDRSPACE: 10,
  INIT_DISPATCHER: 11,
  INIT_L2_TABLE: 12,
  MAP_SECURE: 13,
  MAP_INSECURE: 14,
  ALLOC_SPARE: 15,
  REMOVE: 20,
  FINALISE: 21,
  ENTER: 22,
  RESUME: 23,
  STOP: 29,
} as const;

/** Calls of an enclave. @spec Komodo reference §1.7 */
export const ENCLAVE_CALL = {
  EXIT: 0,
  ATTEST: 1,
  VERIFY_STEP0: 2,
  VERIFY_STEP1: 3,
  VERIFY_STEP2: 4,
  MAP_DATA: 10,
  UNMAP_DATA: 11,
  INIT_L2_TABLE: 12,
  GET_RANDOM: 20,
} as const;

/** Error numbers of both faces. @spec Komodo reference §1.5 */
export const KOM_ERROR = {
  SUCCESS: 0,
  INVALID_PAGENO: 1,
  PAGEINUSE: 2,
  INVALID_ADDRSPACE: 3,
  ALREADY_FINAL: 4,
  NOT_FINAL: 5,
  INVALID_MAPPING: 6,
  ADDRINUSE: 7,
  NOT_STOPPED: 8,
  INTERRUPTED: 9,
  FAULT: 10,
  ALREADY_ENTERED: 11,
  NOT_ENTERED: 12,
  STOPPED: 13,
  INVALID: 0xffff_ffff,
} as const;
export type KomErrorName = keyof typeof KOM_ERROR;

/** Secure pages of the published prototype: 1 MiB. */
export const DEFAULT_SECURE_PAGES = 256;
/** Entries of an abstract L1 table, each for 4 MiB. */
export const L1_ENTRIES = 256;
/** Entries of an abstract L2 table, each for a page. */
export const L2_ENTRIES = 1024;
/** Enclaves see 0 to 1 GiB. */
export const ENCLAVE_VA_END = 0x4000_0000;
/** "l1 mod 4 ≠ 0": the hardware table of ARM has 16 KiB. */
export const L1_ALIGNMENT = 4;

/** Bits of a mapping word: 31..12 virtual page | 11..3 reserved, never checked | X | W | R. */
export const MAPPING_R = 1;
export const MAPPING_W = 2;
export const MAPPING_X = 4;

/**
 * @param va multiple of 4096 below 1 GiB
 * @param permissions MAPPING_R, MAPPING_W, MAPPING_X
 */
export const mappingWord = (va: number, permissions: number): number => va | permissions;

/** "L1 index = w≫22": 256 and more for an address beyond 1 GiB, and for a register with high bits. */
export const l1IndexOf = (word: bigint): bigint => word >> 22n;
/** "L2 index = (w≫12)&0x3ff". */
export const l2IndexOf = (word: bigint): number => Number((word >> 12n) & 0x3ffn);

/** Numbers of the face `komodo-riscv`, in a7; EXIT is the enclave's. @spec Komodo reference §3.1 */
export const RISCV_CALL = {
  QUERY: 10,
  GET_PHYS_PAGES: 11,
  INIT_ADDRSPACE: 12,
  INIT_DISPATCHER: 13,
  INIT_L2_TABLE: 14,
  INIT_L3_TABLE: 15,
  MAP_SECURE: 16,
  MAP_INSECURE: 17,
  REMOVE: 20,
  FINALISE: 21,
  ENTER: 22,
  RESUME: 23,
  STOP: 29,
  EXIT: 30,
} as const;

/** An unknown call number, and any call of the OS from inside an enclave. */
export const ENOSYS = -38n;
/** Secure and insecure pages of `komodo-riscv`. */
export const RISCV_SECURE_PAGES = 1024;
export const RISCV_INSECURE_PAGES = 256;
