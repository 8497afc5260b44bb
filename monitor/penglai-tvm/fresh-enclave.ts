/**
 * The record of an enclave before its first instruction, created or forked alike. Penglai reference §6.7, §6.8: an empty
 * heap, no blocks, nothing pending, no lines locked.
 */
import { HEAP_BASE } from "./enclave-layout.ts";
import type { Enclave } from "./state.ts";
import type { Surroundings } from "./surroundings.ts";

type Identity = Pick<Enclave, "eid" | "hostSatp" | "root" | "region" | "free" | "measurement" | "hart" | "shadow">;

/** @param identity what tells it from others; its `hart` is what it is entered with */
export const freshEnclave = (identity: Identity, { kbuffer, shm, out }: Surroundings): Enclave => ({
  ...identity,
  status: "fresh",
  kbuffer,
  shm,
  out,
  heapTop: HEAP_BASE,
  heap: [],
  mmaps: [],
  pending: undefined,
  locks: [],
});
