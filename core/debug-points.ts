/**
 * Break- and watchpoints of a machine, for a debugger that is not part of it: assembly/debug.ts says what a guest sees of
 * them (nothing) and what they cost. `run` stops before an instruction with a breakpoint and after a watched access;
 * `step` passes breakpoints, so that a run is gone on with by a step.
 *
 * They are virtual addresses, whatever address space and privilege they are met in, and not part of a snapshot.
 */
import {
  BREAK_COUNT,
  BREAKS,
  MAX_BREAKS,
  MAX_WATCHES,
  WATCH_COUNT,
  WATCH_HIT,
  WATCH_HIT_INDEX,
  WATCH_READ,
  WATCH_STRIDE,
  WATCH_WRITE,
  WATCHES,
} from "../assembly/layout.ts";
import { checkChoice, checkCount, checkWord } from "./argument.ts";
import type { CoreInstance } from "./core-module.ts";
import { type Va, va } from "./units.ts";

/** Bytes whose accesses stop the machine. */
export interface Watchpoint {
  readonly address: Va;
  /** At least 1; the range ends within the address space. */
  readonly byteLen: number;
  readonly access: "read" | "write" | "both";
}

const KINDS = { read: WATCH_READ, write: WATCH_WRITE, both: WATCH_READ | WATCH_WRITE } as const;

export class DebugPoints {
  readonly #core: CoreInstance;
  readonly #view: DataView;
  #watchpoints: readonly Watchpoint[] = [];

  constructor(core: CoreInstance) {
    this.#core = core;
    this.#view = new DataView(core.memory.buffer);
  }

  /**
   * Replaces all of them.
   * @param breakpoints at most MAX_BREAKS addresses. @param watchpoints at most MAX_WATCHES
   * @throws RangeError for too many, or a range that is none; the ones before then stay
   */
  set(breakpoints: readonly Va[], watchpoints: readonly Watchpoint[] = []): void {
    checkCount("number of breakpoints", breakpoints.length, MAX_BREAKS);
    checkCount("number of watchpoints", watchpoints.length, MAX_WATCHES);
    for (const address of breakpoints) checkWord("breakpoint", address);
    for (const watchpoint of watchpoints) checkWatchpoint(watchpoint);
    this.#watchpoints = [...watchpoints];
    this.#view.setUint32(BREAK_COUNT, breakpoints.length, true);
    for (const [index, address] of breakpoints.entries()) this.#view.setBigUint64(BREAKS + 8 * index, address, true);
    this.#view.setUint32(WATCH_COUNT, watchpoints.length, true);
    for (const [index, { address, byteLen, access }] of watchpoints.entries()) {
      const at = WATCHES + WATCH_STRIDE * index;
      this.#view.setBigUint64(at, address, true);
      this.#view.setBigUint64(at + 8, address + BigInt(byteLen) - 1n, true);
      this.#view.setUint32(at + 16, KINDS[access], true);
    }
    this.#core.exports.debugPointsChanged();
  }

  /** The watchpoint of the last stop "watchpoint", and the first watched byte that was touched. */
  get hit(): { readonly watchpoint: Watchpoint; readonly address: Va } {
    const watchpoint = this.#watchpoints[this.#view.getUint32(WATCH_HIT_INDEX, true)];
    if (watchpoint === undefined) throw new RangeError("no watchpoint has been hit");
    return { watchpoint, address: va(this.#view.getBigUint64(WATCH_HIT, true)) };
  }
}

function checkWatchpoint({ address, byteLen, access }: Watchpoint): void {
  checkWord("watchpoint", address);
  checkCount("byteLen", byteLen);
  checkChoice("access", access, ["read", "write", "both"]);
  if (byteLen === 0 || address + BigInt(byteLen) > 1n << 64n)
    throw new RangeError(`a watchpoint of ${byteLen} bytes at 0x${address.toString(16)} is empty or has no end`);
}
