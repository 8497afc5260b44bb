/**
 * Fuzzing by hand: `npm run fuzz -- machine|elf|komodo|komodo-riscv|penglai-pmp|penglai-tvm [cases] [first seed] [--save]`. Prints what was seen, and with --save
 * keeps it in bench/results/; a case that fails ends it and names its seed. A case of a
 * monitor is a call.
 */
import { writeFileSync } from "node:fs";
import { environment } from "../../bench/environment.ts";
import { Random } from "../../zoo/scene/random.ts";
import { fuzzKomodoCalls, fuzzKomodoRiscvCalls, fuzzPenglaiPmpCalls } from "./call-fuzzer.ts";
import { type ElfVerdict, fuzzElf } from "./elf-fuzzer.ts";
import { CONFIGURATIONS, fuzzedMachine, fuzzMachine, inspect, newCounts } from "./machine-fuzzer.ts";
import { fuzzPenglaiTvmCalls } from "./penglai-tvm-fuzzer.ts";

const words = process.argv.slice(2);
const [target = "", cases = "10000", first = "0"] = words.filter((word) => word !== "--save");
const seedsOf = (): number[] => Array.from({ length: Number(cases) }, (_, index) => Number(first) + index);

async function fuzzMachines(): Promise<object[]> {
  const results: object[] = [];
  for (const options of CONFIGURATIONS) {
    const fuzzed = await fuzzedMachine(options);
    const counts = newCounts();
    for (const seed of seedsOf()) fuzzMachine(fuzzed, seed, counts);
    inspect(fuzzed.machine);
    results.push({ machine: fuzzed.name, ...counts, stops: Object.fromEntries([...counts.stops].sort()) });
    console.log(fuzzed.name, counts.instructions);
  }
  return results;
}

async function fuzzElfs(): Promise<Record<ElfVerdict, number>> {
  const verdicts: Record<ElfVerdict, number> = { refused: 0, loaded: 0, ran: 0 };
  for (const seed of seedsOf()) verdicts[await fuzzElf(new Random(seed), seed % 40 === 0)]++;
  return verdicts;
}

const TARGETS: Readonly<Record<string, () => object | Promise<object>>> = {
  machine: fuzzMachines,
  elf: fuzzElfs,
  komodo: () => fuzzKomodoCalls(Number(cases), Number(first)),
  "komodo-riscv": () => fuzzKomodoRiscvCalls(Number(cases), Number(first)),
  "penglai-pmp": () => fuzzPenglaiPmpCalls(Number(cases), Number(first)),
  "penglai-tvm": () => fuzzPenglaiTvmCalls(Number(cases), Number(first)),
};

const fuzz = Object.hasOwn(TARGETS, target) ? TARGETS[target] : undefined;
if (fuzz !== undefined) {
  // before anything is written, which would make the tree dirty
  const where = environment();
  const result = await fuzz();
  const text = `${JSON.stringify({ fuzz: target, environment: where, seeds: { first: Number(first), count: Number(cases) }, faults: 0, result }, undefined, 2)}\n`;
  if (words.includes("--save"))
    writeFileSync(new URL(`../../bench/results/fuzz-${target}.json`, import.meta.url), text);
  else console.log(text);
} else {
  console.error(
    "npm run fuzz -- machine|elf|komodo|komodo-riscv|penglai-pmp|penglai-tvm [cases] [first seed] [--save]",
  );
  process.exitCode = 2;
}
