/**
 * A personality together with its untrusted side, as commands and experiments use it whichever personality it is: a
 * machine with monitor and operating system, programs that run as enclaves on it a slice at a time, and their appraisal.
 *
 * ```ts
 * const hosting = await hostingNamed("penglai-tvm");
 * const system = await hosting.create({ memory: 2 ** 30 });
 * const launched = system.launch(elf, { kind: "enclave" });
 * ```
 */
import type { Flavour } from "../core/core-module.ts";
import type { ElfImage } from "../core/elf.ts";
import type { Machine } from "../core/machine.ts";
import type { CallRecord, PersonalMonitor } from "../monitor/kernel/personal-monitor.ts";
import type { GptMode } from "../monitor/penglai-tvm/state.ts";
import type { BlockDevice } from "./block-device.ts";
import type { Result } from "./enclave.ts";
import type { RunOutcome } from "./hosted.ts";
import type { LaunchOptions } from "./launch.ts";
import type { SliceEnd, SlicePause } from "./run-loop.ts";
import type { Crew } from "./schedule.ts";

/** What a user may choose. A personality that cannot have one of them says so with a UserError. */
export interface HostingOptions {
  /** Bytes of RAM. Default 1 GiB. */
  readonly memory?: number;
  /** u64. Device keys and random numbers come from it. Default 0. */
  readonly seed?: bigint;
  readonly flavour?: Flavour;
  /** ISA naming string. */
  readonly isa?: string;
  /** 1 to 8. */
  readonly harts?: number;
  /** Cycles that a hart executes before the next has its turn. */
  readonly quantum?: number;
  /** Instructions that enclaves may retire in all. */
  readonly fuel?: number;
  /** Names of defences that are off. */
  readonly without?: readonly string[];
  /** Ids of the bug zoo that are switched on. */
  readonly defects?: readonly string[];
  /** Of `penglai-tvm`: where the host's tables are checked. */
  readonly gpt?: GptMode;
  /** Of `penglai-tvm`: what READ_SECT and WRITE_SECT reach. */
  readonly disk?: BlockDevice;
  readonly observe?: (record: CallRecord) => void;
}

export interface LaunchChoice extends LaunchOptions {
  /** `shadow`: a measured template whose forks run. */
  readonly kind: "enclave" | "shadow";
  /** How many forks of the shadow. Default 1. */
  readonly forks?: number;
  /** How many enclaves of the same program, each loaded and measured on its own. Default 1. */
  readonly enclaves?: number;
}

/** A program that runs as an enclave. */
export interface HostedProgram {
  /** One stay on the hart, with pauses in which the caller may look around. */
  sliceInSteps(): Generator<SlicePause, SliceEnd>;
  /** How far it has come. */
  readonly outcome: RunOutcome;
}

/** Fresh evidence held against what a relying party knows. @spec RFC 9334 */
export interface Appraisal {
  /** As computed offline from the ELF. */
  readonly measurement: Uint8Array;
  /** Names of the checks. */
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

/** A program that the monitor has accepted and measured; it has not run yet. */
export interface Launched {
  /** Absent where the personality attests nothing. @param nonce u64, new to each request */
  appraise?(nonce: bigint): Appraisal;
  /** What runs: the enclaves, or the forks. @throws UserError if the machine has no memory for them */
  programs(): readonly HostedProgram[];
}

/** A machine with monitor and operating system, booted. */
export interface HostedSystem {
  readonly machine: Machine;
  readonly monitor: PersonalMonitor<unknown>;
  /** Who attends to the harts (schedule.ts); absent where there can be only one. */
  readonly crew?: Crew;
  /**
   * Starts a server, which runs when enclaves call it; absent where the personality has none.
   * @throws UserError for a program that cannot be one
   */
  addServer?(elf: ElfImage, name: string): Result<unknown>;
  /** Loads, creates and measures. @throws UserError for a program that cannot be an enclave of this personality */
  launch(elf: ElfImage, choice: LaunchChoice): Result<Launched>;
}

export interface Hosting {
  /** "penglai-tvm". */
  readonly name: string;
  /** The choices that make another monitor of it, for people: "GPT published". */
  describe(options: HostingOptions): string;
  /** @throws UserError for options that cannot be had */
  create(options?: HostingOptions): Promise<HostedSystem>;
}

/** The id of the enclave that has the hart whose turn it is. */
export function enclaveOnHart({ machine, monitor }: HostedSystem): number | undefined {
  const world = monitor.personality.worldOf(monitor.state, machine.hartId);
  return world.kind === "enclave" ? world.eid : undefined;
}
