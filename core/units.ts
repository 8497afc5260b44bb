/**
 * Branded numbers. A guest address fits a JavaScript number exactly when it is a physical one (at most 56 bits in
 * theory, at most 2^46 here); a virtual address uses all 64 bits and is therefore a bigint.
 */
declare const unit: unique symbol;

/** Guest physical address in bytes. */
export type Pa = number & { readonly [unit]: "Pa" };
/** Guest virtual address in bytes, 0 to 2^64 - 1. */
export type Va = bigint & { readonly [unit]: "Va" };
/** Guest physical page number: `Pa / PAGE_SIZE`. */
export type PageNo = number & { readonly [unit]: "PageNo" };

/** Bytes of a page. */
export const PAGE_SIZE = 4096;

/** @param value bytes, 0 to 2^53 - 1; not checked */
export const pa = (value: number): Pa => value as Pa;
/** @param value bytes; taken modulo 2^64 */
export const va = (value: bigint): Va => BigInt.asUintN(64, value) as Va;
/** The page that holds an address. */
export const pageNoOf = (address: Pa): PageNo => Math.floor(address / PAGE_SIZE) as PageNo;
/** First byte of a page. */
export const paOfPage = (page: PageNo): Pa => (page * PAGE_SIZE) as Pa;
/** First byte of RAM, unless a machine is made otherwise. */
export const DEFAULT_RAM_BASE = pa(0x8000_0000);
