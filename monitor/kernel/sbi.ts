/**
 * What a kernel needs of SBI besides a personality's own extension: base (0x10) and the timer, new (0x54494D45) and legacy
 * (0). SBI 0.2, chapters 3 to 5. The implementation id is not a registered one.
 *
 * set_timer sets the machine's comparator and clears the pending timer of S-mode; that is how the host slices enclaves.
 * Not modelled: console, IPI, remote fences, hart state management, reset.
 */
import { A0, A1, A6, A7, MTI, STI } from "../../core/registers.ts";
import type { Hart, RegisterWrite } from "./hart.ts";
import type { Outcome } from "./outcome.ts";

const LEGACY_SET_TIMER = 0n;
const BASE = 0x10n;
const TIME = 0x54494d45n;

const SPECIFICATION_VERSION = 2n;
/** "atol": not assigned by anybody. */
const IMPLEMENTATION_ID = 0x61746f6cn;
/** SBI_ERR_NOT_SUPPORTED. */
export const NOT_SUPPORTED = -2n;

/**
 * An ecall of S-mode for a standard extension.
 * @param own extensions of the personality, which probing finds, too
 * @returns undefined for an extension or function that is none of these
 */
export function standardSbi<S>(state: S, { x }: Hart, own: readonly bigint[]): Outcome<S> | undefined {
  const [extension, fid, argument] = [x[A7]!, x[A6]!, x[A0]!];
  if (extension === LEGACY_SET_TIMER) return setTimer(state, argument, [[A0, 0n]]);
  if (extension === TIME && fid === 0n) return setTimer(state, argument, success(0n));
  const value = extension === BASE ? base(fid, argument, own) : undefined;
  return value === undefined ? undefined : { state, effects: [], next: { kind: "advance", writes: success(value) } };
}

/** What becomes of an ecall for an extension that nobody knows. */
export const unknownExtension = <S>(state: S): Outcome<S> => ({
  state,
  effects: [],
  next: {
    kind: "advance",
    writes: [
      [A0, NOT_SUPPORTED],
      [A1, 0n],
    ],
  },
  value: NOT_SUPPORTED,
});

function base(fid: bigint, argument: bigint, own: readonly bigint[]): bigint | undefined {
  switch (fid) {
    case 0n:
      return SPECIFICATION_VERSION;
    case 1n:
      return IMPLEMENTATION_ID;
    case 3n:
      return [LEGACY_SET_TIMER, BASE, TIME, ...own].includes(argument) ? 1n : 0n;
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

const setTimer = <S>(state: S, time: bigint, writes: readonly RegisterWrite[]): Outcome<S> => ({
  state,
  effects: [
    { kind: "timeCompare", time },
    { kind: "pending", set: 0n, clear: STI },
    { kind: "enable", set: MTI, clear: 0n },
  ],
  next: { kind: "advance", writes },
});

const success = (value: bigint): readonly RegisterWrite[] => [
  [A0, 0n],
  [A1, value],
];
