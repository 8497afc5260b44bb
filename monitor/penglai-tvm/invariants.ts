/**
 * What holds before and after every trap, as functions that read state and memory afresh: tests run them after each call,
 * and a switched-on defect that breaks one is caught by it.
 */
import type { Invariant } from "../kernel/personality.ts";
import { calls, idleServers, names, relayEntries } from "./invariants/calls.ts";
import { blocksMapped, enclaveTables, sharedIsPublic } from "./invariants/enclave-tables.ts";
import { hostTables } from "./invariants/host-tables.ts";
import { forks, freeRecords, identity, pendingOcall, running, shares } from "./invariants/life-cycle.ts";
import { oneHolder, ownersAgree } from "./invariants/ownership.ts";
import { secureShm } from "./invariants/secure-shm.ts";
import { lock } from "./lock.ts";
import type { MonitorState } from "./state.ts";

/** In the order of what they cost. */
export const INVARIANTS: readonly Invariant<MonitorState>[] = [
  lock,
  running,
  pendingOcall,
  identity,
  calls,
  idleServers,
  names,
  relayEntries,
  shares,
  forks,
  freeRecords,
  secureShm,
  oneHolder,
  ownersAgree,
  sharedIsPublic,
  enclaveTables,
  blocksMapped,
  hostTables,
];
