/**
 * Records that agree with one another: who has a hart is running, an ocall is pending exactly while it is waited for, forks
 * are counted, records are neither lost nor made, numbers are not given twice. Penglai reference §6.7, §6.9.
 */
import { isSv39, rootOf, satpOf } from "../../../core/sv39.ts";
import { PAGE_SIZE, type PageNo, pageNoOf, paOfPage } from "../../../core/units.ts";
import { describePage, hex } from "../../kernel/page-owner.ts";
import type { Invariant } from "../../kernel/personality.ts";
import { pagesOf } from "../../kernel/span.ts";
import { METADATA } from "../owner.ts";
import { type Enclave, INITIAL_RECORDS, type MonitorState } from "../state.ts";
import { liveEnclaves, liveShadows } from "./holdings.ts";

export const running: Invariant<MonitorState> = {
  name: "running",
  rule: "an enclave is RUNNING while it has a hart, and it has one at most (Penglai reference §6.9)",
  violation: (state) => {
    const onHart = new Map<number, number>();
    for (const [hartId, entry] of state.running.entries()) {
      if (entry === undefined) continue;
      const { eid } = entry;
      if (onHart.has(eid)) return `enclave ${eid} has harts ${onHart.get(eid)} and ${hartId}`;
      onHart.set(eid, hartId);
      if (state.enclaves.get(eid) === undefined) return `enclave ${eid} has hart ${hartId} and does not exist`;
    }
    for (const { eid, status } of liveEnclaves(state))
      if ((status === "running") !== onHart.has(eid))
        return `enclave ${eid} is ${status} and has ${onHart.has(eid) ? `hart ${onHart.get(eid)}` : "no hart"}`;
    return undefined;
  },
};

export const pendingOcall: Invariant<MonitorState> = {
  name: "pending-ocall",
  rule: "an ocall is pending exactly while the enclave is OCALLING (Penglai reference §6.9)",
  violation: (state) => {
    for (const { eid, status, pending } of liveEnclaves(state))
      if ((status === "ocalling") !== (pending !== undefined))
        return `enclave ${eid} is ${status} and ${pending === undefined ? "no ocall" : `ocall ${pending.id}`} is pending`;
    return undefined;
  },
};

export const identity: Invariant<MonitorState> = {
  name: "identity",
  rule: "a record is filed under its id, ids are given once, and the context runs on the enclave's own root table",
  violation: (state) => {
    for (const [index, enclave] of recordsOf(state)) {
      if (enclave.eid !== index) return `enclave ${enclave.eid} is filed under ${index}`;
      if (index >= state.nextEid) return `enclave ${index} exists, the next id is ${state.nextEid}`;
      if (state.shadows.get(index) !== undefined) return `${index} is an enclave and a shadow`;
      const { satp } = enclave.hart.csrs;
      if (!isSv39(satp) || pageNoOf(rootOf(satp)) !== enclave.root)
        return `the context of enclave ${index} has satp ${hex(satp)}, its root is ${hex(satpOf(paOfPage(enclave.root)))}`;
    }
    return undefined;
  },
};

const recordsOf = function* ({ enclaves }: MonitorState): Generator<[number, Enclave]> {
  for (const { from, to, value } of enclaves.runs())
    if (value !== undefined) for (let index = from; index < to; index++) yield [index, value];
};

export const shares: Invariant<MonitorState> = {
  name: "shares",
  rule: "a page counts as shared as often as live enclaves have it as kbuffer or shared memory",
  violation: (state) => {
    const base = state.config.ram.from;
    const counts = new Map<number, number>();
    for (const { kbuffer, shm } of liveEnclaves(state))
      for (const span of [kbuffer, shm]) {
        if (span === undefined) continue;
        const { from, to } = pagesOf(span);
        for (let page = from - base; page < to - base; page++) counts.set(page, (counts.get(page) ?? 0) + 1);
      }
    for (const { from, to, value } of state.shares.runs())
      for (let index = from; value !== 0 && index < to; index++) {
        if (counts.get(index) !== value)
          return `${describePage((base + index) as PageNo)} is shared ${value} times, by ${counts.get(index) ?? 0}`;
        counts.delete(index);
      }
    const [missed] = counts.keys();
    return missed === undefined ? undefined : `${describePage((base + missed) as PageNo)} is shared and not counted`;
  },
};

export const forks: Invariant<MonitorState> = {
  name: "forks",
  rule: "a shadow lives as long as its forks, and counts them (B21)",
  violation: (state) => {
    const counts = new Map<number, number>();
    for (const { eid, shadow } of liveEnclaves(state)) {
      if (shadow === undefined) continue;
      if (state.shadows.get(shadow) === undefined) return `enclave ${eid} is a fork of ${shadow}, which is gone`;
      counts.set(shadow, (counts.get(shadow) ?? 0) + 1);
    }
    for (const { eid, liveForks } of liveShadows(state))
      if (liveForks !== (counts.get(eid) ?? 0))
        return `shadow ${eid} counts ${liveForks} forks of ${counts.get(eid) ?? 0}`;
    return undefined;
  },
};

/** MEMORY_EXTEND gives one record for each 752 bytes of a region: at least five a page, at most the bytes' worth. */
export const freeRecords: Invariant<MonitorState> = {
  name: "free-records",
  rule: "records are neither lost nor made: free and used ones are those there are (Penglai reference §6.7, §6.11)",
  violation: (state) => {
    const used = liveEnclaves(state).length + liveShadows(state).length + state.secureShms.length;
    let pages = 0;
    for (const { from, to, value } of state.owners.runs()) if (value === METADATA) pages += to - from;
    const made = state.freeRecords + used - INITIAL_RECORDS;
    const isRight = state.freeRecords >= 0 && made >= 5 * pages && made <= Math.floor((pages * PAGE_SIZE) / 752);
    return isRight
      ? undefined
      : `${state.freeRecords} records are free and ${used} used; ${pages} pages were given for more than ${INITIAL_RECORDS}`;
  },
};
