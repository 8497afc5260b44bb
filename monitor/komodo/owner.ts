/**
 * Who owns a page of RAM, as the small number that the kernel keeps for it: 0 is the OS, 1 the monitor, 2 nobody (a free
 * secure page); from 16 on address space and type of the page:
 *
 *     16 + 8·(number of the address space) + type
 */
import { type Owner, PUBLIC } from "../kernel/page-owner.ts";
import type { PageNr, SecurePage } from "./page.ts";

export const MONITOR = 1 as Owner;
export const NOBODY = 2 as Owner;
const FIRST = 16;
const TYPES = ["addrspace", "dispatcher", "l1", "l2", "data", "spare", "l3"] as const;
const IN_WORDS = ["itself", "dispatcher", "L1 table", "L2 table", "data", "spare", "L3 table"];

/** @param type and owner of a typed page */
export const ownerNumber = (type: (typeof TYPES)[number], owner: PageNr): Owner =>
  (FIRST + 8 * owner + TYPES.indexOf(type)) as Owner;

export const ownerOfPage = (page: SecurePage): Owner =>
  page.type === "free" ? NOBODY : ownerNumber(page.type, page.owner);

/** The address space that owns a page, undefined if none does. */
export const spaceOfOwner = (owner: Owner): PageNr | undefined =>
  owner < FIRST ? undefined : Math.floor((owner - FIRST) / 8);

/** "address space 3 (data)". */
export function describeOwner(owner: Owner | undefined): string {
  if (owner === undefined) return "nobody: outside RAM";
  if (owner === PUBLIC) return "the OS: insecure RAM";
  if (owner === MONITOR) return "the monitor";
  if (owner === NOBODY) return "nobody: a free secure page";
  return `address space ${spaceOfOwner(owner)} (${IN_WORDS[(owner - FIRST) % 8]})`;
}
