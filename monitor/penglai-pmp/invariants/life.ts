/** Invariants of the life cycle: who runs where, records, pages that are shared. Penglai reference §6.7, §6.9. */
import { PUBLIC } from "../../kernel/page-owner.ts";
import type { Invariant } from "../../kernel/personality.ts";
import type { Enclave, MonitorState } from "../state.ts";

const enclavesOf = ({ enclaves }: MonitorState): Enclave[] =>
  [...enclaves.runs()].flatMap(({ value }) => (value === undefined ? [] : [value]));

const running: Invariant<MonitorState> = {
  name: "running",
  rule: "an enclave has a hart exactly while it is running, and one at most; only then something is pending (§6.9)",
  violation: (state) => {
    const eids = state.running.flatMap((held) => (held === undefined ? [] : [held.eid]));
    if (new Set(eids).size !== eids.length) return "an enclave has two harts";
    for (const { eid, status, pending } of enclavesOf(state)) {
      if (eids.includes(eid) !== (status === "running")) return `enclave ${eid} is ${status}`;
      if (pending !== undefined && status !== "running") return `enclave ${eid} is ${status} and to ${pending}`;
    }
    const ghost = eids.find((eid) => state.enclaves.get(eid) === undefined);
    return ghost === undefined ? undefined : `enclave ${ghost} has a hart and no record`;
  },
};

const records: Invariant<MonitorState> = {
  name: "records",
  rule: "each enclave has one record, slabs of 128 hold them and none is empty; ids are not used again (§6.7)",
  violation: (state) => {
    const all = enclavesOf(state);
    if (all.length !== state.records) return `${all.length} enclaves have ${state.records} records`;
    if (Math.ceil(state.records / 128) !== state.slabs.length)
      return `${state.records} records lie on ${state.slabs.length} slabs`;
    const late = all.find(({ eid }) => eid >= state.nextEid);
    return late === undefined ? undefined : `enclave ${late.eid} has an id that was not given yet`;
  },
};

const shares: Invariant<MonitorState> = {
  name: "shares",
  rule: "a page that enclaves share with the host is public, and its sharers are counted (B8)",
  violation: (state) => {
    const { from } = state.config.ram;
    const counted = new Map<number, number>();
    for (const { untrusted, kbuffer } of enclavesOf(state))
      for (const { span } of [untrusted, kbuffer])
        for (let at = 0; span !== undefined && at < span.byteLen; at += 4096) {
          const index = (span.pa + at) / 4096 - from;
          counted.set(index, (counted.get(index) ?? 0) + 1);
        }
    for (const [index, count] of counted) {
      if (state.shares.get(index) !== count) return `page ${from + index} has ${count} sharers`;
      if (state.owners.get(index) !== PUBLIC) return `page ${from + index} is shared and not public`;
    }
    for (const run of state.shares.runs())
      if (run.value !== 0 && !counted.has(run.from)) return `page ${from + run.from} has no sharer`;
    return undefined;
  },
};

export const life: readonly Invariant<MonitorState>[] = [running, records, shares];
