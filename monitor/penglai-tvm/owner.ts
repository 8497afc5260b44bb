/**
 * Who owns a page of RAM. Penglai keeps one 32-bit `page_meta` word per page (reference §2.2); here it is a small number
 * in a RadixMap, so that a range of one owner costs one node.
 *
 * Fixed (B7): the monitor, the page-table area and the ownership map are owners of their own, not "public".
 * Not modelled: "zero-mapped" and "Schrödinger" pages (§2.2, the fast path is gone in the published main branch).
 */
import { type Owner, PUBLIC } from "../kernel/page-owner.ts";

// 0 to 7 name the owners below; 8 + 2·id an enclave; 9 + 2·id a shadow enclave.
export const MONITOR = 1 as Owner;
export const PT_AREA = 2 as Owner;
export const MBITMAP = 3 as Owner;
/** Given with MEMORY_EXTEND for the monitor's records. */
export const METADATA = 4 as Owner;
/** Relay pages that one enclave handed on and the next has not picked up. */
export const RELAY = 5 as Owner;
/** Secure shared memory: whoever of the enclaves has attached it (secure-shm.ts). */
export const SECURE_SHM = 6 as Owner;
export const ofEnclave = (eid: number): Owner => (8 + 2 * eid) as Owner;
export const ofShadow = (eid: number): Owner => (9 + 2 * eid) as Owner;

/** The id, if the owner is an enclave. */
export const enclaveOf = (owner: Owner): number | undefined =>
  owner >= 8 && owner % 2 === 0 ? (owner - 8) / 2 : undefined;

const NAMES: Readonly<Record<number, string>> = {
  [PUBLIC]: "public",
  [MONITOR]: "the monitor",
  [PT_AREA]: "the host page table area",
  [MBITMAP]: "the ownership map",
  [METADATA]: "monitor metadata",
  [RELAY]: "the enclave that the relay pages were handed to",
  [SECURE_SHM]: "the enclaves that share it",
};

/** @param owner undefined for an address outside RAM */
export function describeOwner(owner: Owner | undefined): string {
  if (owner === undefined) return "nobody: outside RAM";
  if (owner < 8) return NAMES[owner]!;
  const eid = Math.floor((owner - 8) / 2);
  return owner % 2 === 0 ? `enclave ${eid}` : `shadow enclave ${eid}`;
}
