/**
 * Who owns a page of RAM. The published monitor keeps no such map: a page is secure if it lies in a region (Penglai
 * reference §2.3). Here every page of a region has an owner of its own, so that what a call names can be told from what it
 * may name.
 */
import type { Owner } from "../kernel/page-owner.ts";

// 0 to 4 name the owners below; 8 + id an enclave.
export const MONITOR = 1 as Owner;
/** In a region, part of no block. */
export const FREE = 2 as Owner;
/** Given to the kernel by ALLOC_ENCLAVE_MM until CREATE takes it. */
export const GRANTED = 3 as Owner;
/** A slab of records. */
export const METADATA = 4 as Owner;
const FIRST_ENCLAVE = 8;
export const ofEnclave = (eid: number): Owner => (FIRST_ENCLAVE + eid) as Owner;

/** The id, if the owner is an enclave. */
export const enclaveOf = (owner: Owner): number | undefined =>
  owner >= FIRST_ENCLAVE ? owner - FIRST_ENCLAVE : undefined;

const NAMES = [
  "public",
  "the monitor",
  "secure memory, free",
  "secure memory, granted to the kernel",
  "monitor metadata",
];

/** @param owner undefined for an address outside RAM */
export function describeOwner(owner: Owner | undefined): string {
  if (owner === undefined) return "nobody: outside RAM";
  return NAMES[owner] ?? `enclave ${owner - FIRST_ENCLAVE}`;
}
