/**
 * Hostile states, run for a while. What must hold: every run comes back within its budget, the host throws nothing, the
 * same case gives the same state again, and linear memory is in order afterwards (nothing outside its regions was
 * written, every frame is counted).
 */
import { Machine, type MachineOptions } from "../../core/machine.ts";
import { restoreSnapshot, type Snapshot, takeSnapshot } from "../../core/snapshot.ts";
import { describeDifference, diffSnapshots } from "../../core/snapshot-diff.ts";
import type { Stop } from "../../core/stop.ts";
import { pa } from "../../core/units.ts";
import { Random } from "../../zoo/scene/random.ts";
import { framePoolFaults, strayBytes } from "../assembly/linear-memory.ts";
import { RAM } from "../assembly/place.ts";
import { codeAddress, makeHostile, RAM_BYTES } from "./hostile-state.ts";

export interface FuzzCounts {
  cases: number;
  instructions: number;
  /** How often a run came back for which reason; a trap into the monitor by its cause. */
  readonly stops: Map<string, number>;
}

export interface FuzzedMachine {
  readonly name: string;
  readonly machine: Machine;
  readonly empty: Snapshot;
}

/** The machines that are fuzzed. */
export const CONFIGURATIONS: readonly MachineOptions[] = [
  { mode: "monitor" },
  { mode: "firmware" },
  { mode: "monitor", flavour: "timed" },
  { mode: "firmware", flavour: "timed" },
  { mode: "firmware", harts: 3, quantum: 7 },
  { mode: "firmware", harts: 2, quantum: 1, flavour: "timed" },
  { mode: "firmware", isa: "rv64ima_zicsr" },
  { mode: "monitor", isa: "rva20s64" },
];

export const nameOf = ({ mode, flavour = "functional", harts = 1, isa }: MachineOptions): string =>
  [mode, flavour, harts === 1 ? "1 hart" : `${harts} harts`, isa].filter((word) => word !== undefined).join(", ");

export async function fuzzedMachine(options: MachineOptions): Promise<FuzzedMachine> {
  const machine = await Machine.create({ ...options, ramSize: RAM_BYTES });
  // programs that tell the host something by accident
  machine.setHtif(pa(RAM + 0x1000), pa(RAM + 0x1008));
  return { name: nameOf(options), machine, empty: takeSnapshot(machine) };
}

export const newCounts = (): FuzzCounts => ({ cases: 0, instructions: 0, stops: new Map() });

const ROUNDS = 40;
const BUDGETS = [1, 3, 50, 400] as const;
/** An instruction of the timed flavour may end so many cycles behind its budget: walks, both parts of an access. */
const LONGEST_INSTRUCTION = 10_000n;
/** Every so many cases the whole of linear memory is looked through. */
const CASES_PER_INSPECTION = 200;

/** @throws Error naming the seed if something does not hold */
export function fuzzMachine({ name, machine, empty }: FuzzedMachine, seed: number, counts: FuzzCounts): void {
  try {
    runCase(machine, empty, seed, counts);
    if (counts.cases % 4 === 0) checkRepeats(machine, empty, seed);
    if (++counts.cases % CASES_PER_INSPECTION === 0) inspect(machine);
  } catch (error) {
    throw new Error(`${name}, seed ${seed}: ${(error as Error).message}`, { cause: error });
  }
}

/** @throws Error if linear memory is not in order */
export function inspect(machine: Machine): void {
  const faults = [...strayBytes(machine).map((at) => `somebody wrote ${at}`), ...framePoolFaults(machine)];
  if (faults.length > 0) throw new Error(faults.join("; "));
}

function runCase(machine: Machine, empty: Snapshot, seed: number, counts: FuzzCounts): void {
  restoreSnapshot(machine, empty);
  const random = new Random(seed);
  makeHostile(machine, random);
  for (const hart of machine.harts) hart.start();
  const before = machine.retired;
  for (let round = 0; round < ROUNDS; round++) {
    const budget = random.pick(BUDGETS);
    const start = machine.clock;
    const stop = machine.run(budget);
    const taken = machine.clock - start;
    if (taken < 0n || taken > (BigInt(budget) + LONGEST_INSTRUCTION) * BigInt(machine.harts.length))
      throw new Error(`a run of ${budget} cycles took ${taken}`);
    const name = stop.kind === "trap" ? `trap ${BigInt.asIntN(64, stop.trap.cause)}` : stop.kind;
    counts.stops.set(name, (counts.stops.get(name) ?? 0) + 1);
    goOn(machine, stop, random);
  }
  counts.instructions += Number(machine.retired - before);
}

/** What a monitor might do: skip, jump elsewhere, change the privilege. */
function goOn(machine: Machine, stop: Stop, random: Random): void {
  if (stop.kind === "budget" && !random.chance(6)) return;
  if (stop.kind === "trap" && random.chance(2)) machine.pc = BigInt.asUintN(64, stop.trap.epc + 4n);
  else machine.pc = codeAddress(random);
  if (random.chance(3)) machine.privilege = random.pick([0, 1, 3] as const);
}

function checkRepeats(machine: Machine, empty: Snapshot, seed: number): void {
  const first = takeSnapshot(machine);
  runCase(machine, empty, seed, newCounts());
  const [difference] = diffSnapshots(first, takeSnapshot(machine));
  if (difference) throw new Error(`the second time ${describeDifference(difference)}`);
}
