/**
 * The calls by which the plain host drives a monitor that somebody wrote: as few as a program needs. A monitor that answers
 * them gets loader, command, debugger and tests for free; its own calls may be whatever it likes.
 *
 * Host, by ecall from S-mode with a7 = 0x100100 and a6 = the function; results in a0 and a1, a0 < 0 is a refusal:
 *
 *     CREATE  99   a0 region, a1 bytes, a2 entry, a3 root table, all physical but the entry   -> a0 = 0, a1 = id
 *     RUN     97   a0 id: enters the enclave, or goes on with it                              -> a0 = RunStatus, a1 = its value
 *     DESTROY 94   a0 id
 *     set_timer of SBI (TIME extension), so that slices end
 *
 * The region is a naturally aligned power of two of whole pages. It holds the image and its Sv39 tables, which map the image,
 * a stack below 0x38_0000_0000 and one page of the host's for text, the kbuffer, at 0xffff_ffe0_0000_0000: the layout of
 * penglai-tvm (Penglai reference §6.8), so its programs run (guest/include/atoll.h).
 *
 * Enclave, by ecall from U-mode with a7 = the function and a6 = 0x100101: EXIT 99 (a0), OCALL 98 (a0 = 3: text in the
 * kbuffer), YIELD 89.
 */

/** a7 of the host's calls. */
export const PLAIN_HOST = 0x100100n;
/** a6 of the host's calls. */
export const PlainCall = { CREATE: 99n, RUN: 97n, DESTROY: 94n } as const;
/** a0 of RUN. a1: the exit value, or the ocall's id. */
export const RunStatus = { EXITED: 0n, TIMER: 1n, OCALL: 2n, YIELD: 3n } as const;
/** The ocall that the plain host serves: text, ended by NUL, in the kbuffer. */
export const SYS_WRITE = 3n;
