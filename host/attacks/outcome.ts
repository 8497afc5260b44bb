/**
 * What an attack of the catalogue is and what it comes to: who caught it and when, or what it got and when.
 */

/** Where the attacker stands: Penglai reference §1. */
export type AttackKind = "software" | "dram" | "cache" | "measurement";

export interface AttackOptions {
  /** u64: the same seed, the same attack. Default 0. */
  readonly seed?: bigint;
  /** Defences to switch off, by the names of defence-names.ts. */
  readonly without?: readonly string[];
}

/** At which point it was decided. */
export interface Moment {
  /** The call, access, exit or check. */
  readonly when: string;
  /** Instructions that enclaves had retired by then. */
  readonly retired: number;
}

export type AttackOutcome = Moment &
  (
    | { readonly succeeded: false; readonly caughtBy: string; readonly detail: string }
    | { readonly succeeded: true; readonly evidence: string }
  );
