/**
 * Who owns a page of RAM, as a small number: 0 is the host, every other number is for the personality to give. A
 * personality that keeps its owners in a RadixMap pays one node for a range of one owner.
 */
import { type PageNo, paOfPage } from "../../core/units.ts";

declare const brand: unique symbol;
/** u31. What it means says the personality's `describeOwner`. */
export type Owner = number & { readonly [brand]: "Owner" };

/** The host's own: it may read, write and map the page. */
export const PUBLIC = 0 as Owner;

export const hex = (value: number | bigint): string => `0x${value.toString(16)}`;
export const describePage = (page: PageNo): string => `page ${hex(paOfPage(page))}`;
