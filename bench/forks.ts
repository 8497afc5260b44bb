/**
 * Many forks of one shadow, alive at the same time in one machine, run to completion. Each round is a process of its own,
 * so that its resident memory is that of the forks and nothing else.
 */
import { readFileSync } from "node:fs";
import { parseElf } from "../core/elf.ts";
import { System } from "../host/system.ts";
import { measureInChild, residentMiB } from "./child.ts";
import { type Summary, summarize } from "./statistics.ts";

export interface ForksResult {
  readonly forks: number;
  readonly seconds: Summary;
  /** Largest resident memory of the whole process, Node included. */
  readonly residentMiB: Summary;
}

interface Round {
  readonly seconds: number;
  readonly residentMiB: number;
}

/** @throws Error if a fork does not exit with 0 */
async function round(count: number): Promise<Round> {
  const start = performance.now();
  const elf = parseElf(readFileSync(new URL("../guest/prebuilt/hello.elf", import.meta.url)), "hello.elf");
  const system = await System.create({ memory: 2 ** 30 });
  const shadow = system.host.createShadow(elf);
  if (!shadow.ok) throw new Error(shadow.refusal.explanation);
  const forks = Array.from({ length: count }, () => shadow.value.fork());
  const failed = system.host.runAll(forks).filter(({ exitCode }) => exitCode !== 0).length;
  if (failed > 0) throw new Error(`${failed} of ${count} forks did not exit with 0`);
  return { seconds: (performance.now() - start) / 1000, residentMiB: residentMiB() };
}

export function benchForks(count: number, rounds: number): ForksResult {
  const results = Array.from({ length: rounds }, () => measureInChild<Round>(import.meta.url, String(count)));
  return {
    forks: count,
    seconds: summarize(results.map(({ seconds }) => seconds)),
    residentMiB: summarize(results.map(({ residentMiB }) => residentMiB)),
  };
}

if (process.argv[1] === import.meta.filename) console.log(JSON.stringify(await round(Number(process.argv[2]))));
