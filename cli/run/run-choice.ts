/** What a user chose for one run, checked. */
import type { MachineChoice, MonitorChoice } from "../machine-options.ts";

export interface RunChoice extends MachineChoice, MonitorChoice {
  readonly kind: "enclave" | "shadow" | "firmware";
  /** How many forks of the shadow. */
  readonly forks: number;
  /** Instructions in all. */
  readonly fuel?: number;
  /** Names of defences that are off. */
  readonly without: readonly string[];
  /** The program's arguments. */
  readonly args: readonly string[];
  readonly isJson: boolean;
  /** Nothing on stderr but failures. */
  readonly isQuiet: boolean;
}
