/**
 * The structures that the driver passes by address, LP64 and little-endian. Penglai reference §6.7.
 *
 *     create_param, 136 B                              shadow_run_param, 136 B
 *       0 eid_ptr   8 name[16]   24 type (u32)           0 sptbr       8 free_page   16 size      24 eid_ptr
 *      32 paddr    40 size       48 entry                32 kbuffer   40 kbuffer_size
 *      56 free_mem 64 kbuffer    72 kbuffer_size         48 shm_paddr 56 shm_size
 *      80 shm_paddr 88 shm_size                          64 mm_arg_addr 72 mm_arg_size
 *      96, 104, 112, 120 ecall_arg0…3   128 retval       80, 88, 96, 104 ecall_arg0…3   112 retval   120 name[16]
 *
 * A structure is read once, from memory that was found to be the host's (fixed: B5). sptbr is not used.
 */
import { isDenial } from "../kernel/guard.ts";
import { hostSpan } from "./alleged.ts";
import type { Denial } from "./guards.ts";
import { nameFrom } from "./names.ts";
import type { HostCall } from "./outcome.ts";

const CREATE_PARAM_BYTE_LEN = 136n;
const SHADOW_RUN_PARAM_BYTE_LEN = 136n;
const RUN_PARAM_BYTE_LEN = 16n;
/** eid and the flag of SM_INIT are C `int`s. */
export const INT_BYTE_LEN = 4;

/** What CREATE and RUN_SHADOW pass about the surroundings of an enclave, unchecked. */
export interface AllegedSurroundings {
  readonly eidPtr: bigint;
  readonly kbuffer: bigint;
  readonly kbufferSize: bigint;
  readonly shm: bigint;
  readonly shmSize: bigint;
  /** ecall_arg0 to ecall_arg3, retval. */
  readonly out: readonly bigint[];
}

/** Relay pages for an enclave: {address, size}, {address, 0} for those under its name, {0, 0} for none (§6.12). */
export interface AllegedRelay {
  readonly address: bigint;
  readonly size: bigint;
}

export interface AllegedCreate extends AllegedSurroundings {
  readonly name: string;
  readonly type: bigint;
  readonly paddr: bigint;
  readonly size: bigint;
  readonly entry: bigint;
  readonly freeMem: bigint;
}

export interface AllegedFork extends AllegedSurroundings {
  readonly name: string;
  readonly paddr: bigint;
  readonly size: bigint;
  readonly relay: AllegedRelay;
}

export function readCreateParam(call: HostCall, address: bigint): AllegedCreate | Denial {
  const words = readWords(call, "create_param", address, CREATE_PARAM_BYTE_LEN);
  if (isDenial(words)) return words;
  return {
    eidPtr: words[0]!,
    name: nameIn(words, 1),
    type: words[3]! & 0xffff_ffffn,
    paddr: words[4]!,
    size: words[5]!,
    entry: words[6]!,
    freeMem: words[7]!,
    kbuffer: words[8]!,
    kbufferSize: words[9]!,
    shm: words[10]!,
    shmSize: words[11]!,
    out: words.slice(12, 17),
  };
}

export function readShadowRunParam(call: HostCall, address: bigint): AllegedFork | Denial {
  const words = readWords(call, "shadow_run_param", address, SHADOW_RUN_PARAM_BYTE_LEN);
  if (isDenial(words)) return words;
  return {
    paddr: words[1]!,
    size: words[2]!,
    eidPtr: words[3]!,
    kbuffer: words[4]!,
    kbufferSize: words[5]!,
    shm: words[6]!,
    shmSize: words[7]!,
    relay: { address: words[8]!, size: words[9]! },
    name: nameIn(words, 15),
    out: words.slice(10, 15),
  };
}

/** @returns mm_arg_addr and mm_arg_size */
export function readRunParam(call: HostCall, address: bigint): AllegedRelay | Denial {
  const words = readWords(call, "run_param", address, RUN_PARAM_BYTE_LEN);
  return isDenial(words) ? words : { address: words[0]!, size: words[1]! };
}

const nameIn = (words: readonly bigint[], from: number): string =>
  nameFrom(new Uint8Array(BigUint64Array.of(words[from]!, words[from + 1]!).buffer));

function readWords(call: HostCall, what: string, address: bigint, byteLen: bigint): bigint[] | Denial {
  const span = hostSpan(call.state, what, address, byteLen, 8);
  if (isDenial(span)) return span;
  return [...new BigUint64Array(call.memory.readBytes(span.pa, span.byteLen).buffer)];
}
