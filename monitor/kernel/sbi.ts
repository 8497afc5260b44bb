/**
 * What a kernel needs of SBI besides a personality's own extension: base (0x10) and the timer, new (0x54494D45) and legacy
 * (0). SBI 0.2, chapters 3 to 5. The implementation id is not a registered one.
 *
 * set_timer sets the machine's comparator and clears the pending timer of S-mode; that is how the host slices enclaves.
 * Not modelled: console, IPI, remote fences, hart state management, reset.
 */
import { A0, A1, A6, A7, MTI, STI } from "../../core/registers.ts";
import type { Effect } from "./effects.ts";
import type { Hart, RegisterWrite } from "./hart.ts";

const LEGACY_SET_TIMER = 0n;
const BASE = 0x10n;
const TIME = 0x54494d45n;

const SPECIFICATION_VERSION = 2n;
/** "atol": not assigned by anybody. */
const IMPLEMENTATION_ID = 0x61746f6cn;
/** SBI_ERR_NOT_SUPPORTED. */
export const SBI_NOT_SUPPORTED = -2n;

/** What an SBI call does; the caller continues behind its ecall. */
export interface SbiAnswer {
  readonly effects: readonly Effect[];
  readonly writes: readonly RegisterWrite[];
}

/**
 * @param hart at an ecall of S-mode for another extension than the personality's
 * @param extensions those that probe_extension finds besides the ones here
 * @returns undefined for a function that is not offered
 * @spec SBI 0.2
 */
export function answerSbi({ x }: Hart, extensions: readonly bigint[]): SbiAnswer | undefined {
  const [extension, fid, argument] = [x[A7]!, x[A6]!, x[A0]!];
  if (extension === LEGACY_SET_TIMER) return { effects: setTimer(argument), writes: [[A0, 0n]] };
  if (extension === TIME && fid === 0n) return { effects: setTimer(argument), writes: success(0n) };
  const value = extension === BASE ? base(fid, argument, extensions) : undefined;
  return value === undefined ? undefined : { effects: [], writes: success(value) };
}

function base(fid: bigint, argument: bigint, extensions: readonly bigint[]): bigint | undefined {
  switch (fid) {
    case 0n:
      return SPECIFICATION_VERSION;
    case 1n:
      return IMPLEMENTATION_ID;
    case 3n:
      return [LEGACY_SET_TIMER, BASE, TIME, ...extensions].includes(argument) ? 1n : 0n;
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

const setTimer = (time: bigint): readonly Effect[] => [
  { kind: "timeCompare", time },
  { kind: "pending", set: 0n, clear: STI },
  { kind: "enable", set: MTI, clear: 0n },
];

const success = (value: bigint): readonly RegisterWrite[] => [
  [A0, 0n],
  [A1, value],
];
