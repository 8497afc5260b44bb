/**
 * `npm run bench [-- NAME...] [--rounds N] [--save]`: measures, prints medians and spread, and with --save writes
 * bench/results/NAME.json with machine, Node version and commit.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { UserError } from "../core/user-error.ts";
import { benchEnclaves } from "./enclaves.ts";
import { environment } from "./environment.ts";
import { benchFloatingPoint } from "./floating-point.ts";
import { benchForks } from "./forks.ts";
import { benchHarts } from "./harts.ts";
import { benchInterpreter, qemuVersion } from "./interpreter.ts";
import { benchLineLock } from "./line-lock.ts";
import { benchMemory } from "./memory.ts";
import { benchMonitorCalls } from "./monitor-calls.ts";
import { benchStart } from "./start.ts";
import { benchTwoTrace } from "./two-trace.ts";

const BENCHMARKS = {
  interpreter: (rounds: number) => benchInterpreter(rounds, console.log),
  "floating-point": (rounds: number) => benchFloatingPoint(rounds, console.log),
  harts: (rounds: number) => benchHarts(rounds, console.log),
  start: (rounds: number) => benchStart(rounds),
  forks: (rounds: number) => benchForks(1000, rounds),
  enclaves: (rounds: number) => benchEnclaves(10_000, rounds),
  "monitor-calls": (rounds: number) => benchMonitorCalls(rounds),
  "two-trace": (rounds: number) => benchTwoTrace(rounds),
  memory: (rounds: number) => benchMemory(rounds),
  "line-lock": () => benchLineLock(),
} as const;
type Name = keyof typeof BENCHMARKS;

const isName = (name: string): name is Name => name in BENCHMARKS;

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: "string", default: "5" }, save: { type: "boolean", default: false } },
  });
  const unknown = positionals.find((name) => !isName(name));
  if (unknown !== undefined)
    throw new UserError(`there is no benchmark "${unknown}"`, `name one of: ${Object.keys(BENCHMARKS).join(", ")}`);
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds > 0))
    throw new UserError(`--rounds ${values.rounds} is not a number of rounds`, "give a whole number from 1 on");

  const names = positionals.length > 0 ? positionals.filter(isName) : (Object.keys(BENCHMARKS) as Name[]);
  // before the first result is written, which changes the tree
  const where = environment(
    names.includes("interpreter") || names.includes("floating-point") ? qemuVersion() : undefined,
  );
  for (const name of names) {
    const result = { benchmark: name, environment: where, ...(await BENCHMARKS[name](rounds)) };
    console.log(JSON.stringify(result, null, 2));
    if (!values.save) continue;
    const folder = new URL("results/", import.meta.url);
    mkdirSync(folder, { recursive: true });
    writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(result, null, 2)}\n`);
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`bench: ${error.message}\n${error.mend}`);
  process.exitCode = error.exitCode;
}
