/**
 * A block that goes from one enclave to another by entries of page tables: nothing is copied. Penglai reference §6.12,
 * CALL_ENCLAVE and ENCLAVE_RETURN. The block changes its owner; the TLB is flushed by the world switch that follows.
 *
 * The new holder gets it where it asks for it, else at the highest free place. Without a place, or without free pages for
 * the tables, nothing happens. Cache lines that the old holder bound in it are unlocked.
 */
import { PTE_R, PTE_W } from "../../core/sv39.ts";
import { PAGE_SIZE, type PageNo } from "../../core/units.ts";
import type { Draft } from "../kernel/draft.ts";
import { isDenial } from "../kernel/guard.ts";
import type { PageRange } from "../kernel/span.ts";
import { AddressSpace } from "./address-space.ts";
import { isOn } from "./defects.ts";
import { withoutLocks } from "./enclave/line-lock.ts";
import { RELAY_BASE } from "./enclave-layout.ts";
import { highestGap, isFree, withMmap } from "./mmap-area.ts";
import { ofEnclave } from "./owner.ts";
import { type Enclave, type Mapping, type MonitorState, type Relay, withOwner } from "./state.ts";

/** The two enclaves, not yet recorded, and where the new holder sees the block. */
export interface Passed {
  readonly state: MonitorState;
  readonly from: Enclave;
  readonly to: Enclave;
  readonly va: bigint;
}

/** A whole mmap block. @param wanted address, if it is free for the new holder */
export function passBlock(
  state: MonitorState,
  draft: Draft,
  { from, to }: { readonly from: Enclave; readonly to: Enclave },
  mapping: Mapping,
  wanted?: bigint,
): Passed | undefined {
  const size = BigInt(mapping.byteLen);
  const va = wanted !== undefined && isFree(to.mmaps, wanted, size) ? wanted : highestGap(to.mmaps, size);
  const pages = mappedPages(mapping);
  const received = va === undefined ? undefined : mapped(draft, to, va, pages);
  if (va === undefined || received === undefined) return undefined;
  const left = isOn(state.config, "S5") ? from : unmapped(draft, from, mapping.va, pages);
  return {
    state: isOn(state.config, "S7") ? state : withOwner(state, mapping.block, ofEnclave(to.eid)),
    from: { ...left, mmaps: from.mmaps.filter((held) => held !== mapping) },
    to: { ...received, mmaps: withMmap(to.mmaps, { ...mapping, va }) },
    va,
  };
}

/** The relay pages at the relay base, which must be free for the new holder. @param pageCount with defect S3: what is mapped */
export function passRelay(
  state: MonitorState,
  draft: Draft,
  { from, to }: { readonly from: Enclave; readonly to: Enclave },
  relay: Relay,
  pageCount = relay.block.to - relay.block.from,
): Passed | undefined {
  if (to.relays.some(({ va }) => va < RELAY_BASE + BigInt(relay.block.to - relay.block.from) * BigInt(PAGE_SIZE)))
    return undefined;
  const { from: first } = relay.block;
  const received = mapped(draft, to, RELAY_BASE, { from: first, to: (first + pageCount) as PageNo });
  if (received === undefined) return undefined;
  const left = unmapped(draft, from, relay.va, relay.block);
  return {
    state: withOwner(state, relay.block, ofEnclave(to.eid)),
    from: { ...left, relays: from.relays.filter((held) => held !== relay) },
    to: { ...received, relays: [{ ...relay, va: RELAY_BASE }, ...to.relays] },
    va: RELAY_BASE,
  };
}

/** The first page of a block is for records. */
const mappedPages = ({ block, byteLen }: Mapping): PageRange => {
  const from = (block.from + 1) as PageNo;
  return { from, to: (from + byteLen / PAGE_SIZE) as PageNo };
};

/** Maps pages for the enclave, readable and writable. @returns undefined, and changes nothing, if the tables do not fit */
export function mapped(draft: Draft, enclave: Enclave, va: bigint, pages: PageRange): Enclave | undefined {
  const space = new AddressSpace(draft, enclave.root, enclave.free);
  if (!space.hasTablesFor(va, pages.to - pages.from)) return undefined;
  const denial = space.map(va, pages, PTE_R | PTE_W);
  if (isDenial(denial)) throw new Error(denial.explanation);
  return { ...enclave, free: space.free };
}

/** Unmaps pages of the enclave and unlocks what is bound in them. */
export function unmapped(draft: Draft, enclave: Enclave, va: bigint, { from, to }: PageRange): Enclave {
  const unlocked = withoutLocks(enclave, draft, va, BigInt(to - from) * BigInt(PAGE_SIZE));
  new AddressSpace(draft, enclave.root, enclave.free).unmap(va, to - from);
  return unlocked;
}
