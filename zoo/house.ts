/**
 * The bug zoo: mistakes that monitors, machines and verifiers were published with, or may have, each a switch of the real
 * code path, and the detectors that must catch them. A *house* has the mistakes of one part.
 */
import type { Defect } from "../monitor/kernel/defect.ts";

/** Caught. */
export interface Kill {
  /** Steps until then, in the detector's unit. */
  readonly after: number;
  /** For people: what was seen. */
  readonly report: string;
}

export interface Hunt {
  /** u32: the same seed is the same hunt. */
  readonly seed: number;
  /** Steps at most, in the detector's unit. */
  readonly budget: number;
}

/** Looks for harm in the system as it is, with some mistakes switched on. */
export interface Detector {
  /** Column of the matrix: "witness", "lock step", "C-OS". */
  readonly name: string;
  /** What it counts: "calls", "pairs". */
  readonly unit: string;
  /** Steps that suffice for what it can find, for a run of the whole matrix. */
  readonly budget: number;
  /** @param ids of the house's mistakes, none for the system as it is. @returns undefined if nothing was found */
  hunt(ids: readonly string[], hunt: Hunt): Promise<Kill | undefined> | Kill | undefined;
}

export interface House {
  /** "penglai-tvm". */
  readonly name: string;
  readonly defects: Readonly<Record<string, Defect>>;
  /** Mistakes of the published lists that cannot be made here, and why. */
  readonly absent: Readonly<Record<string, string>>;
  readonly detectors: readonly Detector[];
}
