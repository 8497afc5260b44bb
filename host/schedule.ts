/**
 * Who has a hart, and when: programs get a slice each in turn, in the order of a queue, on as many harts as there are. Two
 * programs on two harts really run at once: in turns of the machine, each with its timer.
 *
 *     queue  1 2 3 4 5        hart 0   1 ----- timer 3 ---- exit 5 --
 *                             hart 1   2 ---- exit 4 ----- timer 1 ----
 *
 * The same programs and the same machine give the same schedule. Which program comes to which hart, and in which order
 * outputs mix, depends on the number of harts and on their quantum; what each program does by itself does not.
 */
import type { Harts } from "./harts.ts";
import type { HostedProgram } from "./hosting.ts";
import type { SliceEnd, SlicePause } from "./run-loop.ts";

type Schedulable = Pick<HostedProgram, "sliceInSteps">;

/** A moment to look around: after an ocall, where the machine pauses, after a slice, and when a program has ended. */
export type ScheduleStep = "ocall" | "paused" | "slice" | "ended";

/** A program that has a hart for the time of a slice. */
interface Seat {
  readonly program: Schedulable;
  readonly steps: Generator<SlicePause, SliceEnd>;
}

/** The hart that the kernel executes on while it attends to a seat. */
export interface Crew {
  readonly harts: Pick<Harts, "all" | "run">;
  on<T>(hart: Harts["all"][number], body: () => T): T;
}

/**
 * Runs all of them until each has ended or cannot run.
 * @param crew absent: one hart, which a slice has to itself
 */
export function* schedule(programs: readonly Schedulable[], crew?: Crew): Generator<ScheduleStep, void> {
  const queue = [...programs];
  const seats: (Seat | undefined)[] = crew ? crew.harts.all.map(() => undefined) : [undefined];
  while (true) {
    let isEverybodyRunning = true;
    for (const index of seats.keys()) {
      seats[index] ??= seatFor(queue.shift());
      const seat = seats[index];
      if (seat === undefined) continue;
      const step = crew ? crew.on(crew.harts.all[index]!, () => seat.steps.next()) : seat.steps.next();
      if (!step.done && step.value === "running") continue;
      isEverybodyRunning = false;
      if (!step.done) {
        yield step.value as "ocall" | "paused";
        continue;
      }
      seats[index] = undefined;
      if (step.value !== "ended" && step.value !== "not-runnable") queue.push(seat.program);
      yield step.value === "ended" ? "ended" : "slice";
    }
    if (seats.every((seat) => seat === undefined) && queue.length === 0) return;
    if (isEverybodyRunning && crew?.harts.run() === "paused") yield "paused";
  }
}

const seatFor = (program: Schedulable | undefined): Seat | undefined =>
  program && { program, steps: program.sliceInSteps() };
