/**
 * BINDING (ocall 2004) and UNBINDING (2005): a1 address, a2 length. The cache lines of the range are loaded and locked, so
 * that what the enclave reads there leaves no trace in the cache. Penglai reference §5.
 *
 * Penglai published the numbers and no handler. Policy here, as §5 suggests: each set keeps one way that is not locked,
 * else the call fails and nothing stays locked; lines are unlocked and flushed when the enclave leaves the hart and locked
 * again before it comes back; lines belong to the hart, so the monitor remembers the ranges for the enclave.
 * Only the cache knows whether a line can be locked: the outcome says what holds in either case.
 */

import type { Draft } from "../../kernel/draft.ts";
import { isDenial } from "../../kernel/guard.ts";
import { hex } from "../../kernel/page-owner.ts";
import { deny } from "../guards.ts";
import { type EnclaveCall, type Outcome, refuseEnclave, replyToEnclave } from "../outcome.ts";
import { type Enclave, type LockedRange, withEnclave } from "../state.ts";
import { lockEffects, unlockEffects } from "../world-switch.ts";
import { enclaveBuffer } from "./buffer.ts";

/** No cache of this machine is larger. */
const MAX_LOCKED_BYTE_LEN = 1 << 20;
/** Ranges that one enclave may bind, which bounds what a world switch costs. */
const MAX_LOCKED_RANGES = 16;

export function bind(call: EnclaveCall): Outcome {
  const [, va, byteLen] = call.args as [bigint, bigint, bigint];
  const { enclave, state } = call;
  if (enclave.locks.length >= MAX_LOCKED_RANGES)
    return refuseEnclave(call, deny("BAD_SIZE", `${MAX_LOCKED_RANGES} ranges are bound already`));
  const pieces = enclaveBuffer(call, va, byteLen, MAX_LOCKED_BYTE_LEN, "read");
  if (isDenial(pieces)) return refuseEnclave(call, pieces);
  const range: LockedRange = { va, byteLen: Number(byteLen), pieces };
  const locked = withEnclave(state, { ...enclave, locks: [...enclave.locks, range] });
  const refused = refuseEnclave(call, deny("LOCK_CAPACITY", `the ${byteLen} bytes at ${hex(va)}`));
  // Unlocking the new range may have unlocked lines that an older one shares with it: those are locked again.
  const undo = [...unlockEffects({ locks: [range] }), ...lockEffects(enclave)];
  return {
    ...replyToEnclave(call, 0n, { state: locked, effects: lockEffects({ locks: [range] }) }),
    ifLockRefused: { ...refused, effects: undo },
  };
}

export function unbind(call: EnclaveCall): Outcome {
  const [, va, byteLen] = call.args as [bigint, bigint, bigint];
  const { enclave } = call;
  const range = enclave.locks.find((held) => held.va === va && BigInt(held.byteLen) === byteLen);
  if (range === undefined) return refuseEnclave(call, deny("NOT_BOUND", `${hex(va)} + ${hex(byteLen)} is not bound`));
  const locks = enclave.locks.filter((held) => held !== range);
  return replyToEnclave(call, 0n, {
    state: withEnclave(call.state, { ...enclave, locks }),
    effects: [...unlockEffects({ locks: [range] }), ...lockEffects({ locks })],
  });
}

/** The enclave without the ranges that touch [va, va + size), which is about to be unmapped. */
export function withoutLocks(enclave: Enclave, draft: Draft, va: bigint, size: bigint): Enclave {
  const isTouched = (held: LockedRange): boolean => held.va < va + size && va < held.va + BigInt(held.byteLen);
  draft.add(...unlockEffects({ locks: enclave.locks.filter(isTouched) }));
  return { ...enclave, locks: enclave.locks.filter((held) => !isTouched(held)) };
}
