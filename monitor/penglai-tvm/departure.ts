/**
 * The end of an enclave or of a shadow: its memory goes back to the host, its record becomes free. Penglai reference
 * §6.11: "Free/exit/destroy: bytes are zeroed, range set public, host PTEs re-validated".
 *
 * Fixed: all pages are wiped (published: the first page of each block keeps the records, relay pages keep everything:
 * B15); every block of the enclave is returned, not just its region (B12).
 */
import type { Draft } from "../kernel/draft.ts";
import { isOn } from "./defects.ts";
import { withoutName } from "./names.ts";
import { release, share } from "./secure-memory.ts";
import { withoutSharer } from "./secure-shm.ts";
import {
  type Departure,
  type Enclave,
  type MonitorState,
  type Shadow,
  shadowById,
  withDeparture,
  withShadow,
} from "./state.ts";

/** The state without the enclave, which is in no call (else chain.ts); whoever runs must be switched away by the caller. */
export function departed(
  state: MonitorState,
  draft: Draft,
  enclave: Enclave,
  reason: Departure["reason"],
): MonitorState {
  const { config } = state;
  let next = state;
  const granted = isOn(config, "T23") ? [] : [...enclave.heap, ...enclave.mmaps].map((mapping) => mapping.block);
  for (const block of [enclave.region, ...granted]) next = release(next, draft, block);
  const contents = isOn(config, "B15") ? "keep contents" : "wipe";
  for (const { block } of enclave.relays) next = release(next, draft, block, contents);
  if (!isOn(config, "T21")) next = share(share(next, enclave.kbuffer, -1), enclave.shm, -1);
  if (!isOn(config, "T59")) next = withoutSharer(next, draft, enclave);
  const shadow = enclave.shadow === undefined ? undefined : shadowById(next, BigInt(enclave.shadow));
  if (shadow !== undefined && !isOn(config, "T24"))
    next = withShadow(next, { ...shadow, liveForks: shadow.liveForks - 1 });
  const { eid } = enclave;
  return withDeparture(
    {
      ...withoutName(next, enclave),
      enclaves: next.enclaves.set(eid, undefined),
      freeRecords: next.freeRecords + (isOn(config, "T22") ? 0 : 1),
    },
    { eid, reason },
  );
}

export function departedShadow(state: MonitorState, draft: Draft, shadow: Shadow): MonitorState {
  const next = release(state, draft, shadow.region);
  const { eid } = shadow;
  return withDeparture(
    { ...next, shadows: next.shadows.set(eid, undefined), freeRecords: next.freeRecords + 1 },
    { eid, reason: "destroyed by the host" },
  );
}
