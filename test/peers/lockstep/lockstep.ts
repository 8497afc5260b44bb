/** Both machines on the same programs: what differs, and where. */
import { runOnAtoll } from "./atoll.ts";
import { type Difference, firstDifference, type Outcome, outcomesOf, rangesOf } from "./compare.ts";
import { imageOf } from "./image.ts";
import type { Program } from "./program.ts";
import type { Qemu } from "./qemu.ts";

/** What both machines made of a program. */
export interface Verdict {
  readonly program: Program;
  readonly ours: Outcome;
  readonly difference: Difference | undefined;
}

/** A machine did not come to the end: no program of the generator may do that. */
export const ENDLESS: Difference = { what: "one of the machines does not end", ours: 0n, theirs: 0n };

/**
 * @param programs with ascending indices, without a gap
 * @returns undefined if one of the machines did not end
 */
export async function compareAll(qemu: Qemu, programs: readonly Program[]): Promise<Verdict[] | undefined> {
  const pieces = imageOf(programs);
  const ranges = programs.flatMap(({ index }) => rangesOf(index));
  const mine = await runOnAtoll(pieces, ranges);
  const other = mine && qemu.run(pieces, ranges);
  if (!mine || !other) return undefined;
  const theirs = outcomesOf(other);
  return outcomesOf(mine).map((ours, index) => ({
    program: programs[index] as Program,
    ours,
    difference: firstDifference(ours, theirs[index] as Outcome),
  }));
}

/** As `compareAll`, of one program. */
export async function compareOne(qemu: Qemu, program: Program): Promise<Difference | undefined> {
  const verdicts = await compareAll(qemu, [program]);
  return verdicts ? verdicts[0]?.difference : ENDLESS;
}
