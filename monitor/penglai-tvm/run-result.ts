/**
 * What RUN, RESUME and RUN_SHADOW return when the hart is the host's again: why the enclave gave it back. The numbers of
 * the published code, which differ from those of its documentation (Penglai reference §0, §6.2).
 */
export const RUN_RESULT = {
  EXITED: 0n,
  TIMER_IRQ: 1n,
  OCALL: 2n,
  YIELD: 3n,
  /** The enclave is gone: it faulted. */
  DESTROYED: -1n,
} as const;
