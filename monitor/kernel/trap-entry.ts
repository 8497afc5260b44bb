/** A trap into M-mode as a specification gets it. */
import type { Hart } from "./hart.ts";

/** A trap, with the hart as it was when it trapped: pc is mepc, privilege is where it came from. */
export interface TrapEntry {
  /** mhartid of the hart that trapped. */
  readonly hartId: number;
  /** As in mcause: bit 63 is set for an interrupt. */
  readonly cause: bigint;
  readonly tval: bigint;
  readonly hart: Hart;
}
