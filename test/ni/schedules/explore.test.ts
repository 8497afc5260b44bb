/** The search for schedules, held to one that writes all of them down and counts. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Choice, explore, exploreAtRandom, replaySchedule, type Scene } from "../../../ni/schedules/explore.ts";

/** Harts that have so many operations each, and what is wrong once `isWrong` likes the schedule. */
function counted(lengths: readonly number[], isWrong: (schedule: string) => boolean = () => false): Scene<string> {
  const done = (schedule: string, hart: number): number => [...schedule].filter((each) => each === `${hart}`).length;
  return {
    initial: "",
    ready: (schedule) => lengths.flatMap((length, hart) => (done(schedule, hart) < length ? [`${hart}`] : [])),
    perform: (schedule, choice) => ({ world: schedule + choice, label: `${choice}${done(schedule, Number(choice))}` }),
    violation: (schedule) => (isWrong(schedule) ? `wrong: ${schedule}` : undefined),
  };
}

/** All ways to the end. */
function all(scene: Scene<string>, schedule = ""): string[] {
  const choices = scene.ready(schedule);
  if (choices.length === 0) return [schedule];
  return choices.flatMap((choice) => all(scene, scene.perform(schedule, choice).world));
}

function preemptions(schedule: string, lengths: readonly number[]): number {
  let count = 0;
  for (let i = 1; i < schedule.length; i++) {
    const before = schedule[i - 1] as Choice;
    const isOver = [...schedule.slice(0, i)].filter((each) => each === before).length === lengths[Number(before)];
    if (schedule[i] !== before && !isOver) count++;
  }
  return count;
}

const scripts = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 });

describe("explore", () => {
  test("follows every schedule with at most so many preemptions, each once", () => {
    fc.assert(
      fc.property(scripts, fc.integer({ min: 0, max: 4 }), (lengths, bound) => {
        const scene = counted(lengths);
        const expected = all(scene).filter((schedule) => preemptions(schedule, lengths) <= bound);
        expect(explore(scene, { preemptions: bound })).toMatchObject({ schedules: expected.length, isComplete: true });
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  test("finds what has the fewest preemptions, and among those the shortest", () => {
    fc.assert(
      fc.property(scripts, fc.stringMatching(/^[0-2]{1,3}$/), (lengths, wrong) => {
        const { finding } = explore(
          counted(lengths, (schedule) => schedule.includes(wrong)),
          { preemptions: 9 },
        );
        const bad = all(counted(lengths)).filter((schedule) => schedule.includes(wrong));
        expect(finding === undefined).toBe(bad.length === 0);
        if (finding === undefined) return;
        const cuts = bad.map((schedule) => schedule.slice(0, schedule.indexOf(wrong) + wrong.length));
        const costs = cuts.map((schedule) => preemptions(schedule, lengths));
        const fewest = Math.min(...costs);
        expect(finding.preemptions).toBe(fewest);
        const shortest = Math.min(...cuts.filter((_, i) => costs[i] === fewest).map(({ length }) => length));
        expect(finding.schedule).toHaveLength(shortest);
      }),
      { seed: 6, numRuns: 60 },
    );
  });

  test("says when its limit has ended it", () => {
    expect(explore(counted([3, 3, 3]), { limit: 10 })).toMatchObject({ operations: 10, isComplete: false });
  });
});

test("random schedules are those of their seed, and replayed they are the same", () => {
  const scene = counted([4, 4], (schedule) => schedule.endsWith("0101"));
  const found = exploreAtRandom(scene, 3, 500);
  expect(exploreAtRandom(scene, 3, 500)).toEqual(found);
  const { schedule, labels, violation } = found.finding!;
  expect(replaySchedule(scene, schedule)).toMatchObject({ world: schedule, labels, violation });
});
