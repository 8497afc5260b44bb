/**
 * The end of an enclave, and of a region. Penglai reference §6.6: "EXIT wipes the whole region and releases the PMP entry if
 * the region is then empty"; DESTROY wipes too and keeps the region for the next enclave.
 *
 * What is wiped is the enclave's block; the rest of a region was wiped when it was given back, or is as the host left it.
 */
import type { Draft } from "../kernel/draft.ts";
import { PUBLIC } from "../kernel/page-owner.ts";
import { isOn } from "./defects.ts";
import { FREE } from "./owner.ts";
import { giveRecord } from "./records.ts";
import { type Block, isUnused, pagesOfBlock, withRegion } from "./regions.ts";
import {
  type Departure,
  type Enclave,
  type MonitorState,
  share,
  withDeparture,
  withOwner,
  withoutBlock,
} from "./state.ts";

/** The state without the enclave; whoever runs must be switched away by the caller. */
export function departed(
  state: MonitorState,
  draft: Draft,
  enclave: Enclave,
  departure: Omit<Departure, "eid">,
): MonitorState {
  const { eid } = enclave;
  const freed = freeBlock(state, draft, enclave.block);
  const unshared = share(share(freed, enclave.untrusted, -1), enclave.kbuffer, -1);
  const without = { ...unshared, enclaves: unshared.enclaves.set(eid, undefined) };
  return withDeparture(giveRecord(without), { eid, ...departure });
}

/** Wipes a block and gives it back to its region. */
export function freeBlock(state: MonitorState, draft: Draft, block: Block): MonitorState {
  if (!isOn(state.config, "P9")) draft.zeroPages(pagesOfBlock(block));
  return withoutBlock(state, block, FREE);
}

/** Regions in which nothing is allocated any more go back to the host, if something was allocated before. */
export function withoutEmptied(before: MonitorState, state: MonitorState): MonitorState {
  return state.regions.reduce((left, region, index) => {
    const was = before.regions[index];
    const emptied = region !== undefined && isUnused(region) && was !== undefined && !isUnused(was);
    return emptied ? withoutRegion(left, index) : left;
  }, state);
}

/** The region is the host's again. */
export function withoutRegion(state: MonitorState, index: number): MonitorState {
  const region = state.regions[index]!;
  const next = withOwner(state, pagesOfBlock(region), PUBLIC);
  return { ...next, regions: withRegion(next.regions, index, undefined) };
}
