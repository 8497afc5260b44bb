/** What a user chose for one run, checked. */
import type { BlockDevice } from "../../host/block-device.ts";
import type { HartChoice } from "../hart-options.ts";
import type { MachineChoice, MonitorChoice } from "../machine-options.ts";
import type { Program } from "../program.ts";

/** Files and words for a boot with --firmware; `dumpTree` is where the device tree is written in place of a run. */
export interface BootChoice {
  readonly kernel?: string | undefined;
  readonly initrd?: string | undefined;
  readonly append?: string | undefined;
  readonly tree?: string | undefined;
  readonly dumpTree?: string | undefined;
}

export interface RunChoice extends MachineChoice, HartChoice, MonitorChoice {
  readonly kind: "enclave" | "shadow" | "firmware";
  readonly boot: BootChoice;
  /** How many enclaves of the program. */
  readonly enclaves: number;
  /** How many forks of the shadow. */
  readonly forks: number;
  /** Instructions in all. */
  readonly fuel?: number;
  /** Ids of the bug zoo that are on. */
  readonly defects: readonly string[];
  /** Servers that run when the program calls them. */
  readonly servers: readonly { readonly name: string; readonly program: Program }[];
  readonly disk?: BlockDevice;
  /** Names of defences that are off. */
  readonly without: readonly string[];
  /** The program's arguments. */
  readonly args: readonly string[];
  readonly isJson: boolean;
  /** Nothing on stderr but failures. */
  readonly isQuiet: boolean;
}
