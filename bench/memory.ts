/** What a machine of 512 GiB costs the host before anything runs on it, next to what Node costs without one. */
import { measureInChild, residentMiB } from "./child.ts";
import { type Summary, summarize } from "./statistics.ts";

const RAM_BYTES = 2 ** 39;

interface Round {
  readonly node: number;
  readonly imported: number;
  readonly created: number;
}

export interface MemoryResult {
  readonly unit: "MiB resident, largest so far";
  readonly ramGiB: number;
  /** Node before anything is imported. */
  readonly node: Summary;
  /** After the sources of the core are imported, types stripped. */
  readonly imported: Summary;
  /** After a machine is created. */
  readonly created: Summary;
}

async function round(): Promise<Round> {
  const node = residentMiB();
  const { Machine } = await import("../core/machine.ts");
  const imported = residentMiB();
  await Machine.create({ mode: "monitor", ramSize: RAM_BYTES });
  return { node, imported, created: residentMiB() };
}

export function benchMemory(rounds: number): MemoryResult {
  const results = Array.from({ length: rounds }, () => measureInChild<Round>(import.meta.url));
  const of = (key: keyof Round) => summarize(results.map((result) => result[key]));
  return {
    unit: "MiB resident, largest so far",
    ramGiB: RAM_BYTES / 2 ** 30,
    node: of("node"),
    imported: of("imported"),
    created: of("created"),
  };
}

if (process.argv[1] === import.meta.filename) console.log(JSON.stringify(await round()));
