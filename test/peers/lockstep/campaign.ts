/** Runs programs by the image until enough instructions have been compared; what differs is shrunk. */

import { type Difference, firstDifference, type Outcome, retiredOf } from "./compare.ts";
import { Coverage } from "./coverage.ts";
import { randomProgram } from "./generate.ts";
import { compareAll, compareOne, ENDLESS, type Verdict } from "./lockstep.ts";
import { PROGRAMS } from "./place.ts";
import type { Program } from "./program.ts";
import type { Qemu } from "./qemu.ts";
import { isSameKind, shrink } from "./shrink.ts";
import { textOf } from "./text.ts";

const MAX_TRIALS = 150;

/** A program that differs, as short as it became. */
export interface Mismatch {
  readonly seed: number;
  readonly difference: Difference;
  readonly text: string;
}

export interface Report {
  readonly coverage: Coverage;
  readonly programs: number;
  readonly instructions: number;
  /** The first seed that was not run. */
  readonly nextSeed: number;
  readonly mismatches: readonly Mismatch[];
}

export interface CampaignOptions {
  readonly seed: number;
  /** Program instructions to complete at least. */
  readonly instructions: number;
  /** Every how many images are also stepped through, to count instructions by name. */
  readonly stepEvery: number;
  readonly maxMismatches: number;
  /** How often a program that differs may be run while it is shrunk; 150 are enough for those of the generator. */
  readonly maxTrials?: number;
  readonly onProgress?: (instructions: number, nextSeed: number, mismatches: number) => void;
}

/** @throws Error if stepping and running differ, or an image does not end and no program of it is to blame */
export async function campaign(qemu: Qemu, options: CampaignOptions): Promise<Report> {
  const coverage = new Coverage();
  const mismatches: Mismatch[] = [];
  let [seed, instructions, programs] = [options.seed, 0, 0];
  for (let image = 0; instructions < options.instructions && mismatches.length < options.maxMismatches; image++) {
    const batch = Array.from({ length: PROGRAMS }, (_, index) => randomProgram(seed + index, index));
    const verdicts = (await compareAll(qemu, batch)) ?? (await oneByOne(qemu, batch));
    for (const { program, ours, difference } of verdicts) {
      instructions += ours ? retiredOf(ours, program.index) : 0;
      if (difference && mismatches.length < options.maxMismatches)
        mismatches.push(await explain(qemu, program, difference, options.maxTrials));
    }
    if (image % options.stepEvery === options.stepEvery - 1 && verdicts.every(({ ours }) => ours))
      await checkSteps(coverage, verdicts);
    seed += PROGRAMS;
    programs += PROGRAMS;
    options.onProgress?.(instructions, seed, mismatches.length);
  }
  return { coverage, programs, instructions, nextSeed: seed, mismatches };
}

type Judged = Omit<Verdict, "ours"> & { readonly ours: Outcome | undefined };

/** An image does not end: which programs are it? */
async function oneByOne(qemu: Qemu, batch: readonly Program[]): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const program of batch) judged.push({ program, ours: undefined, difference: await compareOne(qemu, program) });
  if (!judged.some(({ difference }) => difference))
    throw new Error("an image does not end, but each of its programs does");
  return judged;
}

/** Stepping is the slow twin of running: both leave the same behind. */
async function checkSteps(coverage: Coverage, verdicts: readonly Judged[]): Promise<void> {
  const before = coverage.completed;
  const stepped = await coverage.walk(verdicts.map(({ program }) => program));
  let retired = 0;
  for (const [number, { program, ours }] of verdicts.entries()) {
    const difference = firstDifference(stepped[number] as Outcome, ours as Outcome);
    if (difference) throw new Error(`seed ${program.seed}: stepped and run differ in ${difference.what}`);
    retired += retiredOf(ours as Outcome, program.index);
  }
  if (coverage.completed - before !== retired)
    throw new Error(`${coverage.completed - before} instructions were stepped through, ${retired} counted by minstret`);
}

/** Shrinks a program that differs, and says in what. */
async function explain(
  qemu: Qemu,
  program: Program,
  difference: Difference,
  maxTrials = MAX_TRIALS,
): Promise<Mismatch> {
  const isEndless = difference.what === ENDLESS.what;
  const small = isEndless
    ? program
    : await shrink(program, async (candidate) => isSameKind(difference, await compareOne(qemu, candidate)), maxTrials);
  const now = isEndless ? difference : ((await compareOne(qemu, small)) ?? difference);
  const why = `seed ${program.seed}: ${now.what}: ours 0x${now.ours.toString(16)}, theirs 0x${now.theirs.toString(16)}`;
  return { seed: program.seed, difference: now, text: textOf(small, [why]) };
}
