/**
 * The machine's part of the bug zoo: mistakes of processors and simulators in memory protection and translation, each a
 * switch of the real machine. Komodo reference §4.9, class H, under its numbers; H19 on are ours. All are off unless asked
 * for: `Machine.create({ mode, defects: ["H1"] })`.
 *
 * Not here: what this machine does not have to get wrong (ABSENT_MACHINE_DEFECTS says why), and the mistakes of the memory
 * encryption (hw-model/).
 */
import * as bit from "../assembly/defect.ts";

interface MachineDefect {
  /** Of the word DEFECTS. */
  readonly bit: number;
  /** What the machine does wrong, as a clause. */
  readonly what: string;
}

export const MACHINE_DEFECTS = {
  H1: { bit: bit.TOR_OF_ZERO, what: "a TOR entry between two zeros matches everything instead of nothing (QEMU 7.2)" },
  H2: { bit: bit.PMP_GOES_ON, what: "a PMP entry that denies hands on to the next" },
  H3: { bit: bit.PMP_PARTIAL, what: "a PMP entry grants an access of which it matches a part" },
  H4: { bit: bit.LOCK_IGNORED, what: "locked PMP entries do not bind M-mode" },
  H5: { bit: bit.WALK_WITHOUT_PMP, what: "the walker reads page tables that PMP denies" },
  H6: { bit: bit.STALE_PMP, what: "a change of PMP entries leaves translations that they allowed before" },
  H7: { bit: bit.PMP_BY_PAGE, what: "PMP decides once for a whole page" },
  H8: { bit: bit.PMP_DEFAULT_ALLOW, what: "S- and U-mode may access what no PMP entry matches" },
  H9: { bit: bit.STALE_SATP, what: "a new satp leaves translations of the old one" },
  H10: { bit: bit.FETCH_BY_R, what: "PMP asks a fetch for R instead of X" },
  H11: { bit: bit.STALE_CODE, what: "decoded instructions survive a store to them and fence.i" },
  H12: { bit: bit.STALE_CODE_OF_HOST, what: "decoded instructions survive a write from outside" },
  H19: { bit: bit.SUM_IGNORED, what: "S-mode accesses pages of U-mode without SUM" },
  H20: { bit: bit.U_IGNORED, what: "U-mode accesses pages without the U bit" },
  H21: { bit: bit.WRITE_BY_R, what: "a store asks the page-table entry for R instead of W" },
} as const satisfies Readonly<Record<string, MachineDefect>>;

export type MachineDefectId = keyof typeof MACHINE_DEFECTS;

/** Why the others of class H cannot be made here. */
export const ABSENT_MACHINE_DEFECTS = {
  H13: "there is no device that accesses memory by itself",
  H14: "a reset makes a new machine, whose memory is zero",
  H15: "the debugger belongs to the owner of the simulation, who may see everything",
  H16: "nothing is executed speculatively",
  H17: "caches are flushed by unlocking lines, which is the defence flush-locked-lines; translations: H9; there is no predictor",
  H18: "every instruction takes one cycle besides the caches' misses",
} as const;

/** @returns the word DEFECTS. @throws RangeError for an id that there is not */
export function defectWord(ids: Iterable<string>): number {
  let word = 0;
  for (const id of ids) {
    if (!Object.hasOwn(MACHINE_DEFECTS, id)) throw new RangeError(`the machine has no defect ${id}`);
    word |= 1 << MACHINE_DEFECTS[id as MachineDefectId].bit;
  }
  return word;
}
