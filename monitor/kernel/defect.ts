/**
 * Published and reviewed mistakes of monitors, as switches: the bug zoo. A personality has a table of them, and its
 * configuration the set of those that are on; the code that was wrong asks `isOn` at the very place. All are off unless
 * somebody asks. A switch changes the real code path by data, it never chooses a copy of a function.
 */

/**
 * Which property must notice. Komodo reference §4.9: INV invariants of the state · REF lock step with the reference ·
 * RREG register contract · FRAME writes outside the footprint · ACC access matrix · C-OS, C-ENC confidentiality to the
 * operating system, to another enclave · KINT integrity · LR local respect · WT whole trace with probes · PHYS-INT physical
 * integrity · P0, P1 plaintext and token patterns on the bus · T-ISO timing · ATT attestation · LIVE progress.
 */
export type Property =
  | "INV"
  | "REF"
  | "RREG"
  | "FRAME"
  | "ACC"
  | "C-OS"
  | "C-ENC"
  | "KINT"
  | "LR"
  | "WT"
  | "PHYS-INT"
  | "P0"
  | "P1"
  | "T-ISO"
  | "ATT"
  | "LIVE";

export interface Defect {
  /** What the monitor does wrong, in one clause. */
  readonly what: string;
  /** Where it was published or named: "Penglai reference §10 B1", "Komodo reference §4.9 A4". */
  readonly source: string;
  /** The property that must catch it; each of them, if there are several, does. */
  readonly killedBy: readonly Property[];
}

/** The defects that are switched on. */
export type DefectSet<Id extends string> = ReadonlySet<Id>;
