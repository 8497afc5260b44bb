/**
 * Schedules of several harts, one operation at a time: all of them with at most so many preemptions, or random ones from a
 * seed. A race needs few preemptions as a rule (Musuvathi and Qadeer, "Iterative Context Bounding", PLDI 2007), so bounds
 * are tried in turn and the first violation has the fewest, and among those the fewest operations.
 *
 *     schedule "0110b"   hart 0, hart 1 twice, hart 0, then hart 1 takes an interrupt (a to h: harts 0 to 7)
 *
 * A preemption is a change to another hart while the one before could have gone on. Interrupts are none.
 * Invariant: a world is a value; the same scene and the same schedule give the same world, labels and violation.
 */
import { UserError } from "../../core/user-error.ts";

/** A hart by its number, or the interrupt of hart n by the n-th letter. */
export type Choice = string;

export interface Scene<W> {
  readonly initial: W;
  /** Who can go on, in a fixed order; nobody: the end. */
  ready(world: W): readonly Choice[];
  /** One operation. The world that is given stays as it was. */
  perform(world: W, choice: Choice): { readonly world: W; readonly label: string };
  /** What is wrong, in words. */
  violation(world: W): string | undefined;
}

/** A schedule that comes to a violation. */
export interface Finding {
  readonly schedule: string;
  readonly preemptions: number;
  /** What each hart did, in order. */
  readonly labels: readonly string[];
  readonly violation: string;
}

export interface Exploration {
  /** Schedules that were followed to their end or to a violation. */
  readonly schedules: number;
  readonly operations: number;
  /** False if the limit ended it. */
  readonly isComplete: boolean;
  readonly finding: Finding | undefined;
}

export interface ExploreOptions {
  /** At most so many. Default 2. */
  readonly preemptions?: number;
  /** Operations in all. Default 1,000,000. */
  readonly limit?: number;
}

interface Path<W> {
  readonly world: W;
  readonly schedule: string;
  readonly labels: readonly string[];
  readonly preemptions: number;
}

/** All schedules with 0 preemptions, then with 1, and so on; ends with the bound that has a violation. */
export function explore<W>(scene: Scene<W>, { preemptions = 2, limit = 1_000_000 }: ExploreOptions = {}): Exploration {
  let [schedules, operations] = [0, 0];
  for (let bound = 0; bound <= preemptions; bound++) {
    let finding: Finding | undefined;
    const paths: Path<W>[] = [startOf(scene)];
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
      const found = findingOf(scene, path);
      if (found !== undefined && (finding === undefined || found.schedule.length < finding.schedule.length))
        finding = found;
      const choices = found === undefined ? scene.ready(path.world) : [];
      if (choices.length === 0 && path.preemptions === bound) schedules++;
      for (const choice of choices.toReversed()) {
        if (preemptionsOf(path, choice, choices) > bound) continue;
        if (operations === limit) return { schedules, operations, isComplete: false, finding };
        operations++;
        paths.push(advanced(scene, path, choice, choices));
      }
    }
    if (finding !== undefined) return { schedules, operations, isComplete: true, finding };
  }
  return { schedules, operations, isComplete: true, finding: undefined };
}

/** Random schedules without a bound. @param seed u32. @param runs how many */
export function exploreAtRandom<W>(scene: Scene<W>, seed: number, runs: number): Exploration {
  const random = numbers(seed);
  let operations = 0;
  for (let run = 1; run <= runs; run++) {
    let path = startOf(scene);
    while (true) {
      const finding = findingOf(scene, path);
      if (finding !== undefined) return { schedules: run, operations, isComplete: false, finding };
      const choices = scene.ready(path.world);
      if (choices.length === 0) break;
      path = advanced(scene, path, choices[random() % choices.length]!, choices);
      operations++;
    }
  }
  return { schedules: runs, operations, isComplete: false, finding: undefined };
}

/** @throws UserError for a schedule that the scene cannot follow */
export function replaySchedule<W>(scene: Scene<W>, schedule: string): Path<W> & Pick<Partial<Finding>, "violation"> {
  let path = startOf(scene);
  for (const choice of schedule) {
    const choices = scene.ready(path.world);
    if (!choices.includes(choice))
      throw new UserError(
        `schedule "${schedule}" has ${JSON.stringify(choice)} behind "${path.schedule}"`,
        choices.length === 0 ? "end it there" : `choose one of ${choices.join(", ")} there`,
      );
    path = advanced(scene, path, choice, choices);
  }
  const violation = scene.violation(path.world);
  return violation === undefined ? path : { ...path, violation };
}

/** A finding for people: the schedule, what each hart did, and what is wrong then. */
export const describeFinding = ({ schedule, preemptions, labels, violation }: Finding): string =>
  [
    `schedule ${schedule}, ${preemptions} ${preemptions === 1 ? "preemption" : "preemptions"}:`,
    ...labels.map((label) => `  ${label}`),
    violation,
  ].join("\n");

const startOf = <W>({ initial }: Scene<W>): Path<W> => ({ world: initial, schedule: "", labels: [], preemptions: 0 });

function advanced<W>(scene: Scene<W>, path: Path<W>, choice: Choice, choices: readonly Choice[]): Path<W> {
  const { world, label } = scene.perform(path.world, choice);
  return {
    world,
    schedule: path.schedule + choice,
    labels: [...path.labels, label],
    preemptions: preemptionsOf(path, choice, choices),
  };
}

function preemptionsOf({ schedule, preemptions }: Path<unknown>, choice: Choice, choices: readonly Choice[]): number {
  const before = [...schedule].findLast(isHart);
  const isPreemption = before !== undefined && isHart(choice) && choice !== before && choices.includes(before);
  return preemptions + (isPreemption ? 1 : 0);
}

const isHart = (choice: Choice): boolean => choice >= "0" && choice <= "9";

function findingOf<W>(scene: Scene<W>, { world, schedule, labels, preemptions }: Path<W>): Finding | undefined {
  const violation = scene.violation(world);
  return violation === undefined ? undefined : { schedule, preemptions, labels, violation };
}

/** 32-bit numbers: xorshift32. */
function numbers(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
