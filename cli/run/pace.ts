/**
 * The guest's time on a terminal. Cycles are its clock, so a guest that waits for a timer would be there at once, and an idle
 * kernel race through its timers; somebody who types wants it to wait as long as the clock says.
 */
import type { Machine } from "../../core/machine.ts";

/** Of a clock of 10 MHz. */
const TICKS_A_MILLISECOND = 10_000;

export class Pace {
  readonly #machine: Machine;
  /** A moment that both clocks agree about. */
  #guest: bigint;
  #host: number;

  /** @param now milliseconds */
  constructor(machine: Machine, now: number) {
    this.#machine = machine;
    this.#guest = machine.time;
    this.#host = now;
  }

  /** Lets the machine skip as much time as has gone by for the user. */
  keep(now: number): void {
    const due = this.#guest + BigInt(Math.floor((now - this.#host) * TICKS_A_MILLISECOND));
    const { time } = this.#machine;
    if (time > due) {
      // it has executed faster than its clock says: from here on it waits as long as it means to
      this.#guest = time;
      this.#host = now;
    }
    this.#machine.limitTime(time > due ? time : due);
  }
}

/** Milliseconds of so many ticks, whole and at least one. */
export const millisecondsOf = (ticks: bigint): number => Math.max(1, Math.ceil(Number(ticks) / TICKS_A_MILLISECOND));
