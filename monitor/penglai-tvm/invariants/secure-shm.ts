/**
 * Secure shared memory: a key names one object, who has it lives and has it once, and an object that nobody has is one that
 * somebody may still attach or destroy. Penglai reference §6.13.
 */
import type { Invariant } from "../../kernel/personality.ts";
import type { MonitorState, SecureShm } from "../state.ts";

export const secureShm: Invariant<MonitorState> = {
  name: "secure-shm",
  rule: "secure shared memory is held by live enclaves, each once, and ends when nobody is left for it (Penglai reference §6.13)",
  violation: (state) => {
    const keys = new Set<bigint>();
    for (const shm of state.secureShms) {
      if (keys.has(shm.key)) return `key ${shm.key} names two objects`;
      keys.add(shm.key);
      const found = violationOf(state, shm);
      if (found !== undefined) return `the object of key ${shm.key} ${found}`;
    }
    return undefined;
  },
};

function violationOf({ enclaves }: MonitorState, shm: SecureShm): string | undefined {
  const { attached, creator, block, isDoomed } = shm;
  const holders = new Set(attached.map(({ eid }) => eid));
  if (holders.size !== attached.length) return "is attached twice by one enclave";
  for (const eid of holders) if (enclaves.get(eid) === undefined) return `is held by enclave ${eid}, which is gone`;
  if (creator !== undefined && enclaves.get(creator) === undefined) return `is enclave ${creator}'s, which is gone`;
  if (attached.length === 0 && (isDoomed || creator === undefined)) return "should have ended";
  if (block !== undefined) return undefined;
  if (attached.length > 0) return "is attached without memory";
  const pending = enclaves.get(creator!)!.pending;
  return pending?.grant === "shm" && pending.key === shm.key ? undefined : "waits for memory that nobody asked for";
}
