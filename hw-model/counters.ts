/**
 * Split counters: a shared major and one minor a child, packed into the body of a 64-byte node line.
 *
 * A child's counter is the pair (major, minor), read as major‖minor: it never repeats, because a minor that would wrap
 * sets all minors to 0 and adds 1 to the major. Every child then has a new counter, so the caller must seal all of them
 * again. Source: Penglai reference §3.1 (scheme), §3.2 (layout).
 * ```
 * byte 0          8                                                    56            64
 *      | major    | minor 0, minor 1, … of `minorBits` bits each       | hash        |
 * ```
 * All fields are little-endian; minor i takes bits i*w to i*w+w-1 of the 384. Example, w = 12, minors 0xabc, 0x123:
 * bytes bc 3a 12.
 */
import type { CounterLevel } from "./geometry.ts";

export interface Counter {
  readonly major: bigint;
  readonly minor: number;
}

export interface CounterNode {
  readonly major: bigint;
  readonly minors: Uint32Array;
}

/** Bytes of a line that its hash covers. */
export const BODY_BYTES = 56;
const MAJOR_BYTES = 8;

export const counterOf = (node: CounterNode, slot: number): Counter => ({
  major: node.major,
  minor: node.minors[slot]!,
});

export const freshNode = (level: CounterLevel, major: bigint): CounterNode => ({
  major,
  minors: new Uint32Array(level.arity),
});

export function encodeNode(level: CounterLevel, node: CounterNode): Uint8Array {
  const body = new Uint8Array(BODY_BYTES);
  new DataView(body.buffer).setBigUint64(0, node.major, true);
  let pending = 0;
  let pendingBits = 0;
  let at = MAJOR_BYTES;
  for (const minor of node.minors) {
    // At most 7 bits wait when a minor of at most 24 comes: 31 bits, so `pending` stays a positive int32.
    pending |= minor << pendingBits;
    for (pendingBits += level.minorBits; pendingBits >= 8; pendingBits -= 8) {
      body[at++] = pending & 0xff;
      pending >>>= 8;
    }
  }
  return body;
}

export function decodeNode(level: CounterLevel, body: Uint8Array): CounterNode {
  const major = new DataView(body.buffer, body.byteOffset).getBigUint64(0, true);
  const minors = new Uint32Array(level.arity);
  let pending = 0;
  let pendingBits = 0;
  let at = MAJOR_BYTES;
  for (let slot = 0; slot < level.arity; slot++) {
    for (; pendingBits < level.minorBits; pendingBits += 8) pending |= body[at++]! << pendingBits;
    minors[slot] = pending & (2 ** level.minorBits - 1);
    pending >>>= level.minorBits;
    pendingBits -= level.minorBits;
  }
  return { major, minors };
}

/** All children get a new counter: major + 1, minors 0. */
export const renew = (node: CounterNode): CounterNode => ({
  major: node.major + 1n,
  minors: new Uint32Array(node.minors.length),
});

/**
 * Advances one child's counter.
 * @param wraps defect X8: an exhausted minor begins again and the major stays
 * @returns the new node, and whether it was renewed because the minor was exhausted
 */
export function bump(
  level: CounterLevel,
  node: CounterNode,
  slot: number,
  wraps = false,
): { node: CounterNode; overflowed: boolean } {
  const isExhausted = node.minors[slot]! + 1 === 2 ** level.minorBits;
  if (isExhausted && !wraps) return { node: renew(node), overflowed: true };
  const minors = node.minors.slice();
  minors[slot] = isExhausted ? 0 : minors[slot]! + 1;
  return { node: { major: node.major, minors }, overflowed: false };
}
