/**
 * The record of an enclave before its first instruction, created or forked alike. Penglai reference §6.7, §6.8: an empty
 * heap, no blocks, nothing pending, no lines locked, no relay pages, in no call.
 */
import { HEAP_BASE } from "./enclave-layout.ts";
import { withName } from "./names.ts";
import { share } from "./secure-memory.ts";
import { type Enclave, type MonitorState, withEnclave } from "./state.ts";
import type { Surroundings } from "./surroundings.ts";

type Identity = Pick<
  Enclave,
  "eid" | "hostSatp" | "root" | "region" | "free" | "measurement" | "hart" | "shadow" | "name"
>;

/** The state with the record of an enclave that was just made, found by its name, and what it shares counted. */
export const recorded = (state: MonitorState, enclave: Enclave): MonitorState =>
  withName(withEnclave(share(share(state, enclave.kbuffer, 1), enclave.shm, 1), enclave), enclave);

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
  server: undefined,
  caller: undefined,
  calling: undefined,
  relays: [],
});
