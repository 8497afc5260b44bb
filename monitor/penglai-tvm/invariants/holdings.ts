/**
 * Who should own which pages, read off the records: every block that an enclave or a shadow holds. The invariants compare
 * it with the ownership map, and share no code with the calls that keep the two in step.
 */
import type { Owner } from "../../kernel/page-owner.ts";
import { type PageRange, pagesOf } from "../../kernel/span.ts";
import { MBITMAP, MONITOR, ofEnclave, ofShadow, PT_AREA, RELAY, SECURE_SHM } from "../owner.ts";
import type { Enclave, MonitorState, Shadow } from "../state.ts";

export interface Holding {
  readonly pages: PageRange;
  readonly owner: Owner;
}

export function liveEnclaves({ enclaves }: MonitorState): Enclave[] {
  return [...enclaves.runs()].flatMap(({ value }) => value ?? []);
}

export function liveShadows({ shadows }: MonitorState): Shadow[] {
  return [...shadows.runs()].flatMap(({ value }) => value ?? []);
}

/** Every block of an enclave's. */
export const blocksOf = ({ region, heap, mmaps, relays }: Enclave): PageRange[] => [
  region,
  ...[...heap, ...mmaps, ...relays].map(({ block }) => block),
];

/** Pages that have an owner, ascending; not those that were given for the monitor's records, which nobody remembers. */
export function holdings(state: MonitorState): Holding[] {
  const held: Holding[] = [{ pages: pagesOf(state.config.monitor), owner: MONITOR }];
  if (state.areas !== undefined)
    held.push(
      { pages: pagesOf(state.areas.ptArea), owner: PT_AREA },
      { pages: pagesOf(state.areas.mbitmap), owner: MBITMAP },
    );
  for (const enclave of liveEnclaves(state))
    for (const pages of blocksOf(enclave)) held.push({ pages, owner: ofEnclave(enclave.eid) });
  for (const { block } of state.relays) held.push({ pages: block, owner: RELAY });
  for (const { eid, region } of liveShadows(state)) held.push({ pages: region, owner: ofShadow(eid) });
  for (const { block } of state.secureShms) if (block !== undefined) held.push({ pages: block, owner: SECURE_SHM });
  return held.sort((a, b) => a.pages.from - b.pages.from);
}
