/**
 * Many small enclaves alive at the same time in one machine, forked from one shadow: what each costs the host, and whether
 * the last ones cost more than the first. Each fork is created, runs until it yields, and stays. A process of its own a
 * round, so that its resident memory is that of the enclaves.
 */
import { System } from "../host/system.ts";
import { measureInChild, residentMiB } from "./child.ts";
import { eapp, SLEEPER } from "./eapp.ts";
import { type Summary, summarize } from "./statistics.ts";

interface Round {
  readonly residentMiB: number;
  readonly createMicros: number;
  /** Cost of creating the last thousand, by that of the first. */
  readonly growth: number;
}

export interface EnclavesResult {
  readonly enclaves: number;
  readonly residentMiB: Summary;
  /** Microseconds to fork an enclave and to run it up to its first yield, median of thousands. */
  readonly createMicros: Summary;
  readonly lastByFirstThousand: Summary;
}

const THOUSAND = 1000;

async function _round(count: number): Promise<Round> {
  const system = await System.create({ memory: 2 ** 32 });
  const shadow = system.host.createShadow(eapp(SLEEPER));
  if (!shadow.ok) throw new Error(shadow.refusal.explanation);
  const micros: number[] = [];
  const alive = [];
  for (let made = 0; made < count; made += THOUSAND) {
    const start = process.threadCpuUsage();
    for (let i = 0; i < THOUSAND; i++) {
      const fork = shadow.value.fork({ slackPages: 1 });
      if (fork.runSlice() !== "yield") throw new Error("an enclave did not yield");
      alive.push(fork);
    }
    const { user, system: kernel } = process.threadCpuUsage(start);
    micros.push((user + kernel) / THOUSAND);
  }
  return {
    residentMiB: residentMiB(),
    createMicros: summarize(micros).median,
    growth: micros.at(-1)! / micros[0]!,
  };
}

export function benchEnclaves(count: number, rounds: number): EnclavesResult {
  const results = Array.from({ length: rounds }, () => measureInChild<Round>(import.meta.url, String(count)));
  return {
    enclaves: count,
    residentMiB: summarize(results.map(({ residentMiB }) => residentMiB)),
    createMicros: summarize(results.map(({ createMicros }) => createMicros)),
    lastByFirstThousand: summarize(results.map(({ growth }) => growth)),
  };
}

if (process.argv[1] === import.meta.filename) console.log(JSON.stringify(await _round(Number(process.argv[2]))));
