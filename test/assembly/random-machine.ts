/** A machine about to run a random program, in firmware mode; the program's body lies across the end of a page. */
import { assembleProgram } from "../../core/assembler.ts";
import type { Flavour } from "../../core/core-module.ts";
import { Machine } from "../../core/machine.ts";
import { pa } from "../../core/units.ts";
import { Random } from "../../zoo/scene/random.ts";
import { identityRoot, randomProgram } from "./random-program.ts";

const PAGE_END = 0x8000_2000;

export async function newMachine(flavour: Flavour = "functional"): Promise<Machine> {
  return Machine.create({ mode: "firmware", ramSize: 2 ** 24, flavour });
}

/** Random text from a seed, with time and self-modification. */
function sourceOf(seed: number): string {
  const random = new Random(~seed);
  const privilege = random.pick(["M", "S", "U"] as const);
  const isMapped = privilege !== "M" && random.chance(2);
  return `${randomProgram({
    name: "p",
    seed,
    length: random.between(20, 150),
    loops: random.between(2, 20),
    buffer: 0x8001_0000n,
    log: 0x8002_0000n,
    logEnd: 0x8002_1000n,
    privilege,
    ...(isMapped && { root: "root" }),
    hasTime: true,
    modifiesItself: true,
    hasMisalignedAmos: true,
    hole: 0x30_0000n,
  })}\np_done: j .\n${identityRoot("root", privilege === "U" ? "U" : "S")}`;
}

/** Loads the program of a seed into a machine in its initial state. */
export function loadRandom(machine: Machine, seed: number): void {
  const base = PAGE_END - 2 * new Random(seed).between(100, 400);
  const { bytes, symbols } = assembleProgram(sourceOf(seed), BigInt(base));
  machine.writeBytes(pa(base), bytes);
  machine.pc = symbols.get("p_start")!;
}
