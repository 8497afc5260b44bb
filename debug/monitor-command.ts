/**
 * What `monitor WORD …` of GDB does here: questions about the machine that a debugger cannot ask otherwise. Each command is
 * a file of commands/; this one finds it and turns a mistake into two lines of text.
 */
import type { Machine } from "../core/machine.ts";
import { nearestName } from "../core/nearest-name.ts";
import { UserError } from "../core/user-error.ts";
import type { System } from "../host/system.ts";
import type { PersonalMonitor } from "../monitor/kernel/personal-monitor.ts";
import { csr } from "./commands/csr.ts";
import { enclaves } from "./commands/enclaves.ts";
import { explain } from "./commands/explain.ts";
import { gpt } from "./commands/gpt.ts";
import { harts } from "./commands/harts.ts";
import { owner } from "./commands/owner.ts";
import { phys } from "./commands/phys.ts";
import { pmp } from "./commands/pmp.ts";
import { regs } from "./commands/regs.ts";
import type { DebugHart } from "./debug-hart.ts";

/** What a command may look at. */
export interface CommandContext {
  readonly machine: Machine;
  /** Absent in firmware mode. */
  readonly monitor?: PersonalMonitor<unknown>;
  /** Of the personality penglai-tvm only. */
  readonly system?: System;
  /** The hart that GDB has selected. */
  readonly hart: DebugHart;
  readonly hartIndex: number;
}

export interface MonitorCommand {
  readonly name: string;
  /** What stands behind the name. */
  readonly usage: string;
  /** One line. */
  readonly summary: string;
  /** @returns lines. @throws UserError for words that it does not take */
  run(context: CommandContext, words: readonly string[]): readonly string[];
}

const COMMANDS: readonly MonitorCommand[] = [csr, enclaves, explain, gpt, harts, owner, phys, pmp, regs];

/** @param line what stands behind `monitor`. @returns text for GDB's console, whole lines */
export function runMonitorCommand(context: CommandContext, line: string): string {
  const [name = "", ...words] = line.trim().split(/\s+/);
  try {
    return name === "" || name === "help" ? lines(helpLines()) : lines(commandOf(name).run(context, words));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return lines([error.message, `mend: ${error.mend}`]);
  }
}

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join("");

function commandOf(name: string): MonitorCommand {
  const found = COMMANDS.find((command) => command.name === name);
  if (found !== undefined) return found;
  const nearest = nearestName(name, [...COMMANDS.map((command) => command.name), "help"]);
  throw new UserError(
    `there is no monitor command "${name}"`,
    nearest === undefined ? "monitor help lists them" : `did you mean monitor ${nearest}?`,
  );
}

function helpLines(): string[] {
  const rows = [...COMMANDS.map(({ name, usage, summary }) => [`${name} ${usage}`.trim(), summary] as const)];
  const width = Math.max(...rows.map(([call]) => call.length));
  return [
    ...rows.map(([call, summary]) => `monitor ${call.padEnd(width)}  ${summary}`),
    "ADDR is an address as the selected hart sees it, a register that holds one, or phys:ADDR for a physical one.",
  ];
}
