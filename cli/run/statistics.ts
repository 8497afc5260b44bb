/**
 * Numbers of a run, once, in four forms: an object for JSON, CSV, gem5's stats.txt, and lines for people.
 *
 * A name is gem5's where gem5 has one (simInsts, simTicks, hostSeconds, hostMemory). Names that begin with "host" depend
 * on the machine that simulates; all others are the same in every run with the same input and seed.
 */
import { CACHE_L1_MISSES, CACHE_L2_MISSES } from "../../assembly/layout.ts";
import type { Machine } from "../../core/machine.ts";
import { PAGE_SIZE } from "../../core/units.ts";

export interface Statistic {
  readonly name: string;
  readonly value: number;
  readonly unit: "Count" | "Tick" | "Cycle" | "Byte" | "Second";
  readonly description: string;
}

/** What a machine can say about itself. @param startedAt performance.now() when the run began */
export function machineStatistics(machine: Machine, startedAt: number): Statistic[] {
  return [
    count("simInsts", Number(machine.retired), "Instructions retired"),
    { name: "simCycles", value: Number(machine.cycles), unit: "Cycle", description: "Cycles of the hart" },
    { name: "simTicks", value: Number(machine.time), unit: "Tick", description: "Ticks of the timebase (mtime)" },
    ...(machine.flavour === "timed" ? cacheStatistics(machine) : []),
    {
      name: "guestMemory",
      value: machine.framesInUse * PAGE_SIZE,
      unit: "Byte",
      description: "Guest memory that the host backs at the end",
    },
    {
      name: "hostSeconds",
      value: Math.round(performance.now() - startedAt) / 1000,
      unit: "Second",
      description: "Real time elapsed on the host",
    },
    {
      name: "hostMemory",
      value: process.memoryUsage.rss(),
      unit: "Byte",
      description: "Resident memory of the simulator",
    },
  ];
}

export const count = (name: string, value: number, description: string): Statistic => ({
  name,
  value,
  unit: "Count",
  description,
});

function cacheStatistics({ core }: Machine): Statistic[] {
  const view = new DataView(core.memory.buffer);
  const misses = (address: number): number => Number(view.getBigUint64(address, true));
  return [
    count("system.cpu.dcache.misses", misses(CACHE_L1_MISSES), "Accesses that missed the L1 data cache"),
    count("system.l2.misses", misses(CACHE_L2_MISSES), "Accesses that missed the L2 cache"),
  ];
}

export const toObject = (statistics: readonly Statistic[]): Record<string, number> =>
  Object.fromEntries(statistics.map(({ name, value }) => [name, value]));

export const valueNamed = (statistics: readonly Statistic[], name: string): number =>
  statistics.find((statistic) => statistic.name === name)?.value ?? 0;

/** RFC 4180, with a header. */
export function toCsv(statistics: readonly Statistic[]): string {
  const rows = statistics.map(({ name, value, unit, description }) => [name, `${value}`, unit, `"${description}"`]);
  return [["name", "value", "unit", "description"], ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

/** Layout of gem5's text output: name in 40 columns, value in 12, two unused columns, description and unit. */
export function toGem5(statistics: readonly Statistic[]): string {
  const lines = statistics.map(
    ({ name, value, unit, description }) =>
      `${name.padEnd(40)} ${`${value}`.padStart(12)} ${" ".repeat(10)} ${" ".repeat(10)} # ${description} (${unit})`,
  );
  return [
    "",
    "---------- Begin Simulation Statistics ----------",
    ...lines,
    "",
    "---------- End Simulation Statistics   ----------",
    "",
  ].join("\n");
}
