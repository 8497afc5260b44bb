/**
 * Checks that can be switched off one by one, by data, to show what each is for. All are on unless a user asks.
 * An attack that a defence alone stops succeeds as soon as that defence alone is off (test/monitor/defences.test.ts).
 */
export interface Defences {
  /** PMP1: S-mode may read the host page table area and not write it (GPT invariant 2). */
  readonly pmpOnPageTableArea: boolean;
  /** SET_PTE refuses to map pages that are not the host's (GPT invariant 3). */
  readonly ownershipCheck: boolean;
  /** The walker's check that the host's tables lie in pt_area; acts in GPT mode `paper`. */
  readonly walkerCheck: boolean;
  /** `mstatus.TVM`: satp of the host goes through the monitor. */
  readonly satpTrap: boolean;
  /** Temporary registers of one world are gone when the next begins (B18). */
  readonly clearRegistersOnSwitch: boolean;
  /** Permissions of a mapping are part of the measurement (B16). */
  readonly measurePermissions: boolean;
  /** Pages are zeroed before they become public. */
  readonly wipeOnFree: boolean;
  /** What the host grants for an ocall is held against what the enclave asked for (B14). */
  readonly ocallCheck: boolean;
  /** Locked cache lines are unlocked and flushed when the enclave leaves the hart (§5). */
  readonly flushLockedLines: boolean;
}

export const ALL_DEFENCES: Defences = {
  pmpOnPageTableArea: true,
  ownershipCheck: true,
  walkerCheck: true,
  satpTrap: true,
  clearRegistersOnSwitch: true,
  measurePermissions: true,
  wipeOnFree: true,
  ocallCheck: true,
  flushLockedLines: true,
};
