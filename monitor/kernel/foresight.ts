/**
 * What an outcome needs of the machine, asked before its first effect, so that it is carried out as a whole or not at all:
 * every page that it touches verifies (threat model, Penglai reference §1), and the machine has host memory for every page
 * that it writes (a limit of the simulator, not of Penglai). `spec -> here -> effects`.
 */

import type { Platform } from "../../core/platform.ts";
import { PAGE_SIZE, type PageNo, pageNoOf, paOfPage } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import type { Effect } from "./effects.ts";
import type { Outcome } from "./outcome.ts";
import { type Owner, PUBLIC } from "./page-owner.ts";
import { type PageRange, pagesOf } from "./span.ts";

/** A page that the outcome reads or writes and that does not verify. */
export function unverifiedPage(
  platform: Platform,
  { effects }: Outcome<unknown>,
  ownerAfter: (page: PageNo) => Owner | undefined,
): PageNo | undefined {
  if (effects.length === 0) return undefined;
  const verified = new Set<PageNo>();
  for (const effect of effects) {
    // A page that goes back to the host is wiped unread: the engine forgets its image when it learns of the new owner.
    // One that keeps its owner is verified even so, or the next access would fill it with what it held before.
    if (effect.kind === "zero" && ownerAfter(pageNoOf(effect.pa)) === PUBLIC) continue;
    const { from, to } = pagesMet(effect);
    for (let page = from; page < to; page++) {
      if (verified.has(page)) continue;
      if (!platform.verify(page)) return page;
      verified.add(page);
    }
  }
  return undefined;
}

/**
 * A page that the outcome writes and that the machine has no host memory for. Each page is written as it is, which gives it
 * memory of its own; if one cannot have any, those that had none before give theirs back.
 */
export function unbackedPage(platform: Platform, { effects }: Outcome<unknown>): PageNo | undefined {
  if (effects.length === 0) return undefined;
  const backed = new Set<PageNo>();
  const fresh: PageNo[] = [];
  for (const effect of effects) {
    const { from, to } = pagesWritten(effect);
    for (let page = from; page < to; page++) {
      if (backed.has(page)) continue;
      backed.add(page);
      if (platform.backedPages(page, (page + 1) as PageNo).length === 0) fresh.push(page);
      if (writeAsItIs(platform, page)) continue;
      for (const unused of fresh) platform.zero(paOfPage(unused), PAGE_SIZE);
      return page;
    }
  }
  return undefined;
}

/** @returns false if the machine's host memory is used up */
function writeAsItIs(platform: Platform, page: PageNo): boolean {
  const address = paOfPage(page);
  try {
    platform.write64(address, platform.read64(address));
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

const NO_PAGES: PageRange = { from: 0 as PageNo, to: 0 as PageNo };

/** A copy shares the frame of its source, but its place in the machine's page table needs memory, too. */
function pagesWritten(effect: Effect): PageRange {
  if (effect.kind === "copyPage") return { from: effect.destination, to: (effect.destination + 1) as PageNo };
  return effect.kind === "zero" ? NO_PAGES : pagesMet(effect);
}

function pagesMet(effect: Effect): PageRange {
  switch (effect.kind) {
    case "write32":
      return pagesOf({ pa: effect.pa, byteLen: 4 });
    case "write64":
      return pagesOf({ pa: effect.pa, byteLen: 8 });
    case "writeBytes":
      return pagesOf({ pa: effect.pa, byteLen: effect.bytes.length });
    case "copyPage":
      return { from: effect.source, to: (effect.source + 1) as PageNo };
    case "zero":
      return pagesOf(effect);
    default:
      return NO_PAGES;
  }
}
