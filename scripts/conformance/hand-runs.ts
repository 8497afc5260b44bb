/** What was run by hand, from bench/results/: each file says what was counted, what failed and at which commit. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { HandRun } from "./document.ts";

const FOLDER = join(import.meta.dirname, "../../bench/results");
const read = <T>(file: string): T => JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as T;
const number = (value: number): string => value.toLocaleString("en-US");
const failing = (count: number, what: string): string => (count === 0 ? `no ${what}` : `${number(count)} ${what}`);

/** Written by test/peers/lockstep/main.ts. */
export interface Lockstep {
  readonly peer: string;
  readonly commit: string;
  readonly programs: number;
  readonly instructions: number;
  readonly mismatches: readonly unknown[];
  readonly counted: { readonly instructions: number; readonly byExtension: Readonly<Record<string, number>> };
}

interface Measured {
  readonly environment: { readonly commit: string };
}
interface FpuCheck extends Measured {
  readonly total: number;
  readonly faults: number;
}
interface Fuzz extends Measured {
  readonly seeds: { readonly count: number };
  readonly faults: number;
}
interface MachineFuzz extends Fuzz {
  readonly result: readonly { readonly cases: number; readonly instructions: number }[];
}
interface Suites {
  readonly commit: string;
  readonly runs: readonly { readonly passed: number; readonly failed: number }[];
}

/** The peer of CI, and a newer one that knows more extensions. */
const LOCKSTEPS = ["lockstep-qemu.json", "lockstep-qemu10.json"];

/** "QEMU emulator version 7.2.22 (Debian ...)" is QEMU 7.2.22. */
export const peerName = ({ peer }: Lockstep): string => peer.replace(/^QEMU emulator version (\S+).*$/, "QEMU $1");

export const locksteps = (): Lockstep[] => LOCKSTEPS.map((file) => read<Lockstep>(file));

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

const lockstepRun = (file: string) => (): Omit<HandRun, "file"> => {
  const run = read<Lockstep>(file);
  const { commit, programs, instructions, mismatches } = run;
  const what = `instructions in lock step with ${peerName(run)}: ${number(programs)} random programs, ${failing(mismatches.length, "differences")}`;
  return { what, count: number(instructions), commit: commit.slice(0, 7) };
};

const callRun = (personality: string) => (): Omit<HandRun, "file"> => {
  const { seeds, faults, environment } = read<Fuzz>(`fuzz-${personality}.json`);
  const what = `random calls of ${personality} beside its naive reference: ${failing(faults, "differences")}`;
  return { what, count: number(seeds.count), commit: environment.commit };
};

const PERSONALITIES = ["penglai-tvm", "penglai-pmp", "komodo", "komodo-riscv"];

const RUNS: Readonly<Record<string, () => Omit<HandRun, "file">>> = {
  ...Object.fromEntries(LOCKSTEPS.map((file) => [file, lockstepRun(file)])),
  "fpu-check.json": () => {
    const { total, faults, environment } = read<FpuCheck>("fpu-check.json");
    const what = `floating-point operations on hard operands beside the exact rational model: ${failing(faults, "differences")}`;
    return { what, count: number(total), commit: environment.commit };
  },
  "suites.json": () => {
    const { commit, runs } = read<Suites>("suites.json");
    const what = `public tests ([suites.md](suites.md)): ${failing(
      sum(runs, ({ failed }) => failed),
      "failures",
    )}`;
    return { what, count: number(sum(runs, ({ passed }) => passed)), commit };
  },
  "fuzz-machine.json": () => {
    const { result, faults, environment } = read<MachineFuzz>("fuzz-machine.json");
    const instructions = number(sum(result, (part) => part.instructions));
    const what = `hostile machine states, ${instructions} instructions: ${failing(faults, "faults")}`;
    return { what, count: number(sum(result, ({ cases }) => cases)), commit: environment.commit };
  },
  "fuzz-elf.json": () => {
    const { seeds, faults, environment } = read<Fuzz>("fuzz-elf.json");
    return {
      what: `hostile files: ${failing(faults, "faults")}`,
      count: number(seeds.count),
      commit: environment.commit,
    };
  },
  ...Object.fromEntries(PERSONALITIES.map((name) => [`fuzz-${name}.json`, callRun(name)])),
};

/** Those whose result is there. */
export const handRuns = (): HandRun[] =>
  Object.entries(RUNS)
    .filter(([file]) => existsSync(join(FOLDER, file)))
    .map(([file, run]) => ({ ...run(), file }));
