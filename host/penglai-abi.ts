/**
 * The host half of the Penglai-TVM monitor ABI, as the enclave driver knows it (Penglai reference §6.1 to §6.7, profile
 * `tvm`): call numbers, exit codes, ocall numbers and the parameter structures, LP64 and little-endian.
 *
 * Written from the document and not from the monitor's source, as a driver would be: a misreading on either side shows
 * when the two meet.
 */
import type { Pa } from "../core/units.ts";

/** `a7` of a host call. */
export const PENGLAI_HOST_EXTENSION = 0x100100n;
/** `a7` of the SBI timer extension; function 0 is set_timer (SBI 1.0, chapter 6). */
export const TIME_EXTENSION = 0x54494d45n;

/** `a6` of a host call (§6.2). */
export const HostCall = {
  SET_PTE: 101,
  SM_INIT: 100,
  CREATE_ENCLAVE: 99,
  ATTEST_ENCLAVE: 98,
  RUN_ENCLAVE: 97,
  STOP_ENCLAVE: 96,
  RESUME_ENCLAVE: 95,
  DESTROY_ENCLAVE: 94,
  MEMORY_EXTEND: 92,
  CREATE_SERVER: 90,
  DESTROY_SERVER: 89,
  RUN_SHADOW: 87,
  CREATE_SHADOW: 86,
  PT_AREA_SEPARATION: 83,
  MAP_PTE: 81,
  ATTEST_SHADOW: 80,
  DESTROY_SHADOW: 79,
} as const;
export type HostCallName = keyof typeof HostCall;

/** `a0` of SET_PTE (§2.2). */
export const SetPte = { ONE: 1n, MEMSET: 2n, MEMCPY: 3n } as const;

/** What RUN and RESUME return; the code's numbers, not the doc table's (§0). */
export const RunResult = { EXITED: 0n, TIMER: 1n, OCALL: 2n, YIELD: 3n } as const;
/** The monitor's metadata is exhausted: MEMORY_EXTEND and try again (§6.11). */
export const NO_METADATA = -2n;

/** `a1` of RESUME (§6.2). */
export const ResumeFrom = { TIMER: 0n, STOP: 1n, OCALL: 2n } as const;

/** Ocalls that reach the driver (§6.4). */
export const Ocall = {
  MMAP: 1n,
  UNMAP: 2n,
  SYS_WRITE: 3n,
  SBRK: 4n,
  READ_SECT: 5n,
  WRITE_SECT: 6n,
  RETURN_RELAY_PAGE: 7n,
  SHM_GET: 9n,
  SHM_EXTEND: 12n,
} as const;

export const REPORT_BYTE_LEN = 328;
/** Text of SYS_WRITE lies in the kbuffer; the driver terminates it at this byte. */
export const KBUFFER_LAST_BYTE = 511;

/** Where the monitor leaves what the driver must know after a world switch: six words that the driver owns. */
export interface ResultWords {
  readonly eid: Pa;
  readonly ocallId: Pa;
  readonly ocallArg0: Pa;
  readonly ocallArg1: Pa;
  readonly syscall: Pa;
  readonly exitValue: Pa;
}

export interface CreateParam {
  readonly results: ResultWords;
  readonly name: string;
  readonly region: Pa;
  readonly regionByteLen: number;
  readonly entry: bigint;
  readonly freeMem: Pa;
  /** 0 with length 0 when there is none. */
  readonly kbuffer: Pa;
  readonly kbufferByteLen: number;
  readonly shm: Pa;
  readonly shmByteLen: number;
}

/** `create_param`, 136 bytes. `type` (offset 24) stays 0: the call says whether a server or a shadow is meant. */
export function encodeCreateParam(param: CreateParam): Uint8Array {
  return encode(param.name, 8, [
    [0, param.results.eid],
    [32, param.region],
    [40, param.regionByteLen],
    [48, param.entry],
    [56, param.freeMem],
    [64, param.kbuffer],
    [72, param.kbufferByteLen],
    [80, param.shm],
    [88, param.shmByteLen],
    [96, param.results.ocallId],
    [104, param.results.ocallArg0],
    [112, param.results.ocallArg1],
    [120, param.results.syscall],
    [128, param.results.exitValue],
  ]);
}

export interface ShadowRunParam {
  readonly results: ResultWords;
  readonly name: string;
  /** The `satp` of the process that forks. */
  readonly satp: bigint;
  /** Memory for the instance. */
  readonly region: Pa;
  readonly regionByteLen: number;
  readonly kbuffer: Pa;
  readonly kbufferByteLen: number;
  readonly shm: Pa;
  readonly shmByteLen: number;
}

/** `shadow_run_param`, 136 bytes. `mm_arg_addr` and `mm_arg_size` (64, 72) are written when the fork is entered. */
export function encodeShadowRunParam(param: ShadowRunParam): Uint8Array {
  return encode(param.name, 120, [
    [0, param.satp],
    [8, param.region],
    [16, param.regionByteLen],
    [24, param.results.eid],
    [32, param.kbuffer],
    [40, param.kbufferByteLen],
    [48, param.shm],
    [56, param.shmByteLen],
    [80, param.results.ocallId],
    [88, param.results.ocallArg0],
    [96, param.results.ocallArg1],
    [104, param.results.syscall],
    [112, param.results.exitValue],
  ]);
}

/** mm_arg_addr and mm_arg_size (§6.12): relay pages for an enclave. */
export type RelayWords = readonly [address: bigint, size: bigint];
export const NO_RELAY: RelayWords = [0n, 0n];
/** "addr≠0, size=0 (driver passes 0xffff) => map all entries registered to this enclave's name". */
export const UNDER_ITS_NAME: RelayWords = [0xffffn, 0n];
/** Where the two stand in shadow_run_param. */
export const SHADOW_RELAY_OFFSET = 64;

/** `run_param`, 16 bytes: {mm_arg_addr, mm_arg_size}. */
export const encodeRelay = (words: RelayWords): Uint8Array => new Uint8Array(BigUint64Array.from(words).buffer);

const NAME_BYTE_LEN = 16;

function encode(name: string, nameOffset: number, words: readonly (readonly [number, number | bigint])[]): Uint8Array {
  const bytes = new Uint8Array(136);
  const view = new DataView(bytes.buffer);
  for (const [offset, value] of words) view.setBigUint64(offset, BigInt(value), true);
  bytes.set(new TextEncoder().encode(name).subarray(0, NAME_BYTE_LEN), nameOffset);
  return bytes;
}
