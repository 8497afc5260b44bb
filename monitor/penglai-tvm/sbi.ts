/**
 * What a kernel needs of SBI besides Penglai's own extension: base (0x10) and the timer, new (0x54494D45) and legacy (0).
 * SBI 0.2, chapters 3 to 5. The implementation id is not a registered one.
 *
 * set_timer sets the machine's comparator and clears the pending timer of S-mode; that is how the host slices enclaves.
 * Not modelled: console, IPI, remote fences, hart state management, reset.
 */

import { A0, A1, A6, A7, MTI, STI } from "../../core/registers.ts";
import type { RegisterWrite } from "../kernel/hart.ts";
import { hex } from "../kernel/page-owner.ts";
import { deny } from "./guards.ts";
import type { HostCall, Outcome } from "./outcome.ts";

/** `a7` of Penglai's host calls (Penglai reference §6.1); its functions are those of step.ts. */
export const PENGLAI_HOST = 0x100100n;
const LEGACY_SET_TIMER = 0n;
const BASE = 0x10n;
const TIME = 0x54494d45n;
const KNOWN_EXTENSIONS = [LEGACY_SET_TIMER, BASE, TIME, PENGLAI_HOST];

const SPECIFICATION_VERSION = 2n;
/** "atol": not assigned by anybody. */
const IMPLEMENTATION_ID = 0x61746f6cn;
const NOT_SUPPORTED = -2n;

/** An ecall of S-mode for another extension than Penglai's. */
export function standardSbi(call: HostCall): Outcome {
  const extension = call.hart.x[A7]!;
  const fid = call.hart.x[A6]!;
  if (extension === LEGACY_SET_TIMER) return setTimer(call, [[A0, 0n]]);
  if (extension === TIME && fid === 0n) return setTimer(call, success(0n));
  const value = extension === BASE ? base(fid, call.args[0]!) : undefined;
  if (value !== undefined) return { state: call.state, effects: [], next: { kind: "advance", writes: success(value) } };
  return {
    state: call.state,
    effects: [],
    next: {
      kind: "advance",
      writes: [
        [A0, NOT_SUPPORTED],
        [A1, 0n],
      ],
    },
    value: NOT_SUPPORTED,
    denial: deny("UNKNOWN_EXTENSION", `extension ${hex(extension)}, function ${fid}`, { value: NOT_SUPPORTED }),
  };
}

function base(fid: bigint, argument: bigint): bigint | undefined {
  switch (fid) {
    case 0n:
      return SPECIFICATION_VERSION;
    case 1n:
      return IMPLEMENTATION_ID;
    case 3n:
      return KNOWN_EXTENSIONS.includes(argument) ? 1n : 0n;
    // Version of the implementation, mvendorid, marchid, mimpid: 0 means "not stated".
    case 2n:
    case 4n:
    case 5n:
    case 6n:
      return 0n;
    default:
      return undefined;
  }
}

const setTimer = (call: HostCall, writes: readonly RegisterWrite[]): Outcome => ({
  state: call.state,
  effects: [
    { kind: "timeCompare", time: call.args[0]! },
    { kind: "pending", set: 0n, clear: STI },
    { kind: "enable", set: MTI, clear: 0n },
  ],
  next: { kind: "advance", writes },
});

const success = (value: bigint): readonly RegisterWrite[] => [
  [A0, 0n],
  [A1, value],
];
