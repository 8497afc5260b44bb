/**
 * The structures that the driver passes by address, LP64 and little-endian. Penglai reference §6.5, §6.7.
 *
 *     enclave_sbi_param, 120 B                                             mm_alloc_arg, 24 B
 *       0 eid_ptr        8 paddr            16 size           24 entry       0 req_size  8 resp_addr  16 resp_size
 *      32 untrusted_ptr  40 untrusted_paddr 48 untrusted_size 56 free_mem
 *      64 kbuffer        72 kbuffer_paddr   80 kbuffer_size   88, 96, 104, 112 ecall_arg0…3
 *
 * A structure is read once, from memory that was found to be the host's. free_mem and ecall_arg2, 3 are not used, as in the
 * published code.
 */
import { isDenial } from "../kernel/guard.ts";
import type { Span } from "../kernel/span.ts";
import { hostSpan } from "./alleged.ts";
import type { Denial } from "./guards.ts";
import type { HostCall } from "./outcome.ts";

const CREATE_PARAM_BYTE_LEN = 120n;
const ALLOC_ARG_BYTE_LEN = 24n;
/** eid is a C `unsigned int`. */
export const INT_BYTE_LEN = 4;

/** Pages that both sides are to see, unchecked. */
export interface AllegedWindow {
  readonly va: bigint;
  readonly paddr: bigint;
  readonly size: bigint;
}

export interface AllegedCreate {
  readonly eidPtr: bigint;
  readonly paddr: bigint;
  readonly size: bigint;
  readonly entry: bigint;
  readonly untrusted: AllegedWindow;
  readonly kbuffer: AllegedWindow;
  /** ecall_arg0 and ecall_arg1: where the id of an ocall and its argument go. */
  readonly out: readonly [ocallId: bigint, arg0: bigint];
}

export function readCreateParam(call: HostCall, address: bigint): AllegedCreate | Denial {
  const span = hostSpan(call.state, "enclave_sbi_param", address, CREATE_PARAM_BYTE_LEN, 8);
  if (isDenial(span)) return span;
  const words = readWords(call, span);
  return {
    eidPtr: words[0]!,
    paddr: words[1]!,
    size: words[2]!,
    entry: words[3]!,
    untrusted: { va: words[4]!, paddr: words[5]!, size: words[6]! },
    kbuffer: { va: words[8]!, paddr: words[9]!, size: words[10]! },
    out: [words[11]!, words[12]!],
  };
}

/** mm_alloc_arg: what is asked for, and where the answer goes. */
export function readAllocArg(call: HostCall, address: bigint): { readonly span: Span; readonly size: bigint } | Denial {
  const span = hostSpan(call.state, "mm_alloc_arg", address, ALLOC_ARG_BYTE_LEN, 8);
  return isDenial(span) ? span : { span, size: readWords(call, span)[0]! };
}

const readWords = ({ memory }: HostCall, { pa, byteLen }: Span): bigint[] => [
  ...new BigUint64Array(memory.readBytes(pa, byteLen).buffer),
];
