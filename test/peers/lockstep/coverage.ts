/**
 * What the programs really did, seen by stepping through them on our machine: instructions by row that were completed,
 * and traps by cause. A run that leaves a row or a cause out has shown nothing about it.
 */
import { decode } from "../../../core/decoder.ts";
import { COMPRESSED, INSTRUCTIONS } from "../../../core/isa.gen.ts";
import { pa } from "../../../core/units.ts";
import { loadImage, readRanges } from "./atoll.ts";
import { outcomesOf, rangesOf, trapsOf } from "./compare.ts";
import { WRONG_AT_PEER } from "./deviations.ts";
import { imageOf } from "./image.ts";
import { ALIAS, SPACE, SPACE_SIZE, spaceOf } from "./place.ts";
import type { Program } from "./program.ts";
import { isShared } from "./rows.ts";

/** Counts that add up over images. */
export class Coverage {
  readonly instructions = new Map<string, number>();
  readonly traps = new Map<string, number>();
  programs = 0;
  /** Completed instructions of the programs, without those of the handlers. */
  completed = 0;
  readonly #names = new Map<number, string>();

  /** @returns what the stepped machine left behind, to be compared with what a run leaves. @throws Error if it does not end */
  async walk(programs: readonly Program[]): Promise<ReturnType<typeof outcomesOf>> {
    const machine = await loadImage(imageOf(programs));
    const first = spaceOf(programs[0]?.index ?? 0);
    const last = first + programs.length * SPACE_SIZE;
    // registers do not move in the linear memory, but pc is read through its accessor
    for (let stop = machine.run(0); stop.kind === "budget"; ) {
      const pc = Number(machine.pc);
      const place = pc >= first + Number(ALIAS) ? pc - Number(ALIAS) : pc;
      const isOfProgram = place >= first && place < last && place % SPACE_SIZE < SPACE.CODE_SIZE;
      const name = isOfProgram ? this.#nameAt(machine.readBytes(pa(place), 4)) : undefined;
      const before = machine.retired;
      stop = machine.step();
      if (name === undefined || machine.retired === before) continue;
      this.instructions.set(name, (this.instructions.get(name) ?? 0) + 1);
      this.completed++;
    }
    const outcomes = outcomesOf(
      readRanges(
        machine,
        programs.flatMap(({ index }) => rangesOf(index)),
      ),
    );
    for (const [number, outcome] of outcomes.entries()) {
      for (const { cause } of trapsOf(outcome, (programs[number] as Program).index)) {
        const name = cause >> 63n ? `interrupt ${cause & 0x3fn}` : `exception ${cause}`;
        this.traps.set(name, (this.traps.get(name) ?? 0) + 1);
      }
    }
    this.programs += programs.length;
    return outcomes;
  }

  #nameAt(bytes: Uint8Array): string {
    const [a, b, c, d] = bytes as unknown as [number, number, number, number];
    const word = ((d << 24) | (c << 16) | (b << 8) | a) >>> 0;
    const key = (word & 3) === 3 ? word : word & 0xffff;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = decode(key)?.written.name ?? "illegal";
    this.#names.set(key, name);
    return name;
  }

  /** Rows and causes that occurred less than `times`. */
  missing(times: number): string[] {
    const rows = [...INSTRUCTIONS, ...COMPRESSED].filter((row) => isShared(row) && !EXCUSED.includes(row.name));
    return [
      ...rows.filter(({ name }) => (this.instructions.get(name) ?? 0) < times).map(({ name }) => name),
      ...CAUSES.filter((cause) => (this.traps.get(cause) ?? 0) < times),
    ];
  }
}

/** They end in a trap, always; wfi, wrs.nto and wrs.sto may wait for ever. */
const EXCUSED = ["ecall", "ebreak", "c.ebreak", "wfi", "wrs.nto", "wrs.sto", ...WRONG_AT_PEER];
/** Causes that can occur: misaligned fetches cannot with C, misaligned loads of LR alone. */
const CAUSES = [
  ...[1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 15].map((cause) => `exception ${cause}`),
  ...[1, 3, 5, 7, 9].map((cause) => `interrupt ${cause}`),
];

/** Completed instructions by the first of the extensions that their row belongs to; I for those of the base. */
export function extensionCounts({ instructions }: Coverage): Map<string, number> {
  const rows = new Map([...INSTRUCTIONS, ...COMPRESSED].map(({ name, extensions }) => [name, extensions[0] ?? "I"]));
  const counts = new Map<string, number>();
  for (const [name, count] of instructions) {
    const extension = rows.get(name) ?? "none";
    counts.set(extension, (counts.get(extension) ?? 0) + count);
  }
  return counts;
}
