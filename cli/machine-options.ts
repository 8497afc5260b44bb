/** Options that describe the machine and its monitor, the same for every command that starts one. */
import type { Flavour } from "../core/core-module.ts";
import { parseIsaString } from "../core/isa-string.ts";
import { MAX_RAM_BYTES } from "../core/machine.ts";
import { PAGE_SIZE } from "../core/units.ts";
import { UserError } from "../core/user-error.ts";
import { HOSTING_NAMES } from "../host/hostings.ts";
import { MAX_RAM, MIN_RAM } from "../host/kernel-layout.ts";
import { isMonitorPath } from "../host/user-monitor.ts";
import type { GptMode } from "../monitor/penglai-tvm/state.ts";
import type { CommandLine } from "./command-line.ts";
import { formatSize } from "./quantities.ts";

const group = "Machine";

export const MACHINE_OPTIONS = {
  memory: { alias: "m", value: "SIZE", group, describe: "RAM, in bytes or with K, M, G, T (default 1G)" },
  isa: {
    value: "STRING",
    group,
    describe: "extensions that the machine has: rv64imac_zicsr (default all that there are)",
  },
  timing: { group, describe: "charge caches: the timed flavour of the core" },
} as const;

export const MONITOR_OPTIONS = {
  monitor: {
    value: "NAME",
    group,
    describe: `${HOSTING_NAMES.join(", ")} or a file of yours (default the first)`,
  },
  gpt: { value: "MODE", group, describe: "Guarded Page Table: published (PMP, TVM, monitor) or paper (walker check)" },
  seed: { value: "N", group, describe: "device keys and random numbers come from it (default 0)" },
} as const;

const DEFAULT_MEMORY = 2 ** 30;

export interface MachineChoice {
  readonly memory: number;
  readonly flavour: Flavour;
  /** ISA naming string; absent for everything that the machine has. */
  readonly isa?: string;
}

export interface MonitorChoice {
  /** Name of a personality. */
  readonly monitor: string;
  readonly gpt: GptMode;
  readonly seed: bigint;
}

/** @param mode who plays M-mode, which decides how much RAM there may be. @throws UserError */
export function machineChoice(line: CommandLine, mode: "monitor" | "firmware" = "monitor"): MachineChoice {
  const memory = line.size("memory") ?? DEFAULT_MEMORY;
  const [least, most] = mode === "monitor" ? [MIN_RAM, MAX_RAM] : [PAGE_SIZE, MAX_RAM_BYTES];
  if (memory < least || memory > most || memory % PAGE_SIZE !== 0)
    throw new UserError(
      `a machine cannot have ${formatSize(memory)} of RAM`,
      `choose whole pages of ${PAGE_SIZE} bytes, ${formatSize(least)} to ${formatSize(most)}: --memory 256M`,
    );
  const isa = line.text("isa");
  if (isa !== undefined) checkIsa(isa, mode);
  return { memory, flavour: line.flag("timing") ? "timed" : "functional", ...(isa !== undefined && { isa }) };
}

/** The monitor's kernel lives behind Sv39 tables. */
function checkIsa(isa: string, mode: "monitor" | "firmware"): void {
  if (parseIsaString(isa).extensions.has("Sv39") || mode === "firmware") return;
  throw new UserError(`--isa ${isa}: the monitor needs Sv39`, "add _sv39, or run the program with --firmware");
}

/** A personality by name, or a file that has one. */
function monitorName(line: CommandLine): string {
  const name = line.text("monitor");
  return name !== undefined && isMonitorPath(name) ? name : line.choice("monitor", HOSTING_NAMES);
}

/** @throws UserError */
export function monitorChoice(line: CommandLine): MonitorChoice {
  return {
    monitor: monitorName(line),
    gpt: line.choice<GptMode>("gpt", ["published", "paper"]),
    seed: line.u64("seed") ?? 0n,
  };
}
