/**
 * The host half of the Penglai-PMP monitor's ABI, as the enclave driver knows it (Penglai reference §6.1, §6.5 to §6.8):
 * call numbers, exit codes, ocall numbers and the parameter structures, LP64 and little-endian.
 *
 * Written from the document and not from the monitor's source, as a driver would be: a misreading on either side shows
 * when the two meet.
 */
import { type Pa, pa, type Va, va } from "../../core/units.ts";

/** `a6` of a host call. */
export const PmpCall = {
  MM_INIT: 100,
  CREATE_ENCLAVE: 99,
  ATTEST_ENCLAVE: 98,
  RUN_ENCLAVE: 97,
  STOP_ENCLAVE: 96,
  RESUME_ENCLAVE: 95,
  DESTROY_ENCLAVE: 94,
  ALLOC_ENCLAVE_MM: 93,
  MEMORY_EXTEND: 92,
  FREE_ENCLAVE_MEM: 90,
} as const;
export type PmpCallName = keyof typeof PmpCall;

/** What RUN and RESUME return. */
export const RunResult = { EXITED: 0n, TIMER: 1n, OCALL: 2n } as const;
/** Of ALLOC_ENCLAVE_MM: no block is free; of CREATE: no record is. Either way MEMORY_EXTEND helps. */
export const NO_MEMORY = -2n;
/** `a1` of RESUME. */
export const ResumeFrom = { TIMER: 2000n, OCALL: 2n, STOP: 2003n } as const;
export const Ocall = { SYS_WRITE: 3n, USER_DEFINED: 9n } as const;
/** `a1` of FREE_ENCLAVE_MEM that gives the open grant back (monitor/penglai-pmp/calls/secure-memory.ts). */
export const FREE_SPEC = 3;

/** Where an enclave sees what it shares with the host (§6.8). */
export const UNTRUSTED_VA: Va = va(0x10_0000_0000n);
export const KBUFFER_VA: Va = va(BigInt.asUintN(64, -0x20_0000_0000n));
/** "Untrusted 8 KB by default", at most 16 MiB (§9, §6.11). */
export const DEFAULT_UNTRUSTED = 8 * 1024;
export const MAX_UNTRUSTED = 16 * 2 ** 20;

/**
 * One page of the kernel's own, through which the monitor gets parameters and returns results:
 *
 *   0x000 enclave_sbi_param | 0x100 mm_alloc_arg | 0x200 eid, ocall id, ocall argument, size | 0x400 report, 328 bytes
 */
export const mailboxOf = (page: Pa) => ({
  param: page,
  allocArg: pa(page + 0x100),
  eid: pa(page + 0x200),
  ocallId: pa(page + 0x208),
  ocallArg: pa(page + 0x210),
  size: pa(page + 0x218),
  report: pa(page + 0x400),
});
export type Mailbox = ReturnType<typeof mailboxOf>;

export interface CreateParam {
  readonly mailbox: Mailbox;
  readonly block: Pa;
  readonly blockByteLen: number;
  readonly entry: bigint;
  readonly untrusted: Pa;
  readonly untrustedByteLen: number;
  readonly freeMem: Pa;
  readonly kbuffer: Pa;
  readonly kbufferByteLen: number;
}

/** `enclave_sbi_param`, 120 bytes. */
export function encodeCreateParam(param: CreateParam): Uint8Array {
  const { mailbox } = param;
  const words: readonly (bigint | number)[] = [
    mailbox.eid,
    param.block,
    param.blockByteLen,
    param.entry,
    UNTRUSTED_VA,
    param.untrusted,
    param.untrustedByteLen,
    param.freeMem,
    KBUFFER_VA,
    param.kbuffer,
    param.kbufferByteLen,
    mailbox.ocallId,
    mailbox.ocallArg,
    0,
    0,
  ];
  return new Uint8Array(new BigUint64Array(words.map((word) => BigInt.asUintN(64, BigInt(word)))).buffer);
}
