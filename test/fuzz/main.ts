/**
 * Fuzzing by hand: `npm run fuzz -- machine|elf [cases] [first seed]`. Prints what was seen; a case that fails
 * ends it and names its seed.
 */
import { Random } from "../assembly/random.ts";
import { type ElfVerdict, fuzzElf } from "./elf-fuzzer.ts";
import { fuzzedMachine, fuzzMachine, inspect, newCounts } from "./machine-fuzzer.ts";

const [target = "", cases = "10000", first = "0"] = process.argv.slice(2);
const seeds = Array.from({ length: Number(cases) }, (_, index) => Number(first) + index);

async function fuzzMachines(): Promise<void> {
  for (const mode of ["monitor", "firmware"] as const)
    for (const flavour of ["functional", "timed"] as const) {
      const fuzzed = await fuzzedMachine(mode, flavour);
      const counts = newCounts();
      for (const seed of seeds) fuzzMachine(fuzzed, seed, counts);
      inspect(fuzzed.machine);
      console.log(mode, flavour, { ...counts, stops: Object.fromEntries([...counts.stops].sort()) });
    }
}

async function fuzzElfs(): Promise<void> {
  const verdicts: Record<ElfVerdict, number> = { refused: 0, loaded: 0, ran: 0 };
  for (const seed of seeds) verdicts[await fuzzElf(new Random(seed), seed % 40 === 0)]++;
  console.log(verdicts);
}

if (target === "machine") await fuzzMachines();
else if (target === "elf") await fuzzElfs();
else {
  console.error("npm run fuzz -- machine|elf [cases] [first seed]");
  process.exitCode = 2;
}
