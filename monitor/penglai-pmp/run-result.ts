/** What RUN and RESUME return when the hart is the host's again: why the enclave gave it back. Penglai reference §0, §6.9. */
export const RUN_RESULT = {
  /** Also: it was destroyed, as the host asked. "Host sees 0" (§6.6). */
  EXITED: 0n,
  /** Also: it is stopped and does not run. */
  TIMER_IRQ: 1n,
  OCALL: 2n,
  /** The enclave is gone: it faulted. */
  DESTROYED: -1n,
} as const;
