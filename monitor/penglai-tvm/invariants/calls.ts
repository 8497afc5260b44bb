/**
 * Servers, calls and relay pages. Penglai reference §6.9, §6.12: a call is known to both of its ends, who waits does not
 * run, only servers are called, and a server between two calls is as it was created, but for its memory. Names lead to
 * those who have them, a server's to it alone.
 */
import { PAGE_SIZE } from "../../../core/units.ts";
import type { Hart } from "../../kernel/hart.ts";
import { hex } from "../../kernel/page-owner.ts";
import type { Invariant } from "../../kernel/personality.ts";
import { MAX_RELAYS, RELAY_BASE, SHM_BASE } from "../enclave-layout.ts";
import type { Enclave, MonitorState } from "../state.ts";
import { liveEnclaves } from "./holdings.ts";

export const calls: Invariant<MonitorState> = {
  name: "calls",
  rule: "caller and server name each other, chains have no cycle, and who waits is RUNNABLE (Penglai reference §6.9, §6.12)",
  violation: (state) => {
    for (const enclave of liveEnclaves(state)) {
      const found = callViolation(state, enclave) ?? cycle(state, enclave);
      if (found !== undefined) return found;
    }
    return undefined;
  },
};

function callViolation(state: MonitorState, { eid, server, caller, calling, status }: Enclave): string | undefined {
  if (caller !== undefined) {
    if (server === undefined) return `enclave ${eid}, which is no server, was called by ${caller}`;
    const named = state.enclaves.get(caller)?.calling?.callee;
    if (named !== eid) return `server ${eid} was called by ${caller}, which waits for ${named ?? "nobody"}`;
  }
  if (calling === undefined) return undefined;
  if (status !== "runnable") return `enclave ${eid} waits for a call and is ${status}`;
  const answering = state.enclaves.get(calling.callee);
  if (answering?.caller !== eid)
    return `enclave ${eid} waits for ${calling.callee}, which was called by ${answering?.caller ?? "nobody"}`;
  return undefined;
}

function cycle(state: MonitorState, first: Enclave): string | undefined {
  const seen = new Set<number>([first.eid]);
  for (let at = first.calling?.callee; at !== undefined; at = state.enclaves.get(at)?.calling?.callee) {
    if (seen.has(at)) return `enclave ${at} waits for itself`;
    seen.add(at);
  }
  return undefined;
}

export const idleServers: Invariant<MonitorState> = {
  name: "idle-servers",
  rule: "a server between two calls is RUNNABLE, at its entry, and no register remembers the last call (Penglai reference §6.8)",
  violation: (state) => {
    for (const { eid, server, caller, status, hart } of liveEnclaves(state)) {
      if (server === undefined || caller !== undefined) continue;
      if (status !== "runnable") return `nobody has called server ${eid}, which is ${status}`;
      if (hart.pc !== server.entry) return `server ${eid} would begin at ${hex(hart.pc)}, not at ${hex(server.entry)}`;
      if (!isBlank(hart)) return `the registers of server ${eid} remember its last call`;
    }
    return undefined;
  },
};

const isBlank = ({ x, f, csrs }: Hart): boolean =>
  csrs.fcsr === 0n && x.every((value) => value === 0n) && f.every((value) => value === 0n);

export const names: Invariant<MonitorState> = {
  name: "names",
  rule: "every live enclave is found by its name, nobody else is, and two servers have two names (Penglai reference §6.2)",
  violation: (state) => {
    const live = liveEnclaves(state);
    const listed = [...state.names.runs()].flatMap(({ value }) => value ?? []);
    const known = new Set(listed);
    const missing = live.find(({ eid }) => !known.has(eid));
    if (missing !== undefined) return `enclave ${missing.eid}, "${missing.name}", is not found by its name`;
    if (listed.length !== live.length) return `${listed.length} names are listed for ${live.length} enclaves`;
    const servers = live.flatMap(({ server, name }) => (server === undefined ? [] : name));
    return new Set(servers).size === servers.length ? undefined : "two servers have one name";
  },
};

export const relayEntries: Invariant<MonitorState> = {
  name: "relay-entries",
  rule: "at most 10 entries of relay pages are held, or wait under one name; none is empty, and they do not overlap (Penglai reference §6.7, §6.12)",
  violation: (state) => {
    for (const { eid, relays } of liveEnclaves(state)) {
      if (relays.length > MAX_RELAYS) return `enclave ${eid} holds ${relays.length} entries`;
      let end = RELAY_BASE;
      for (const { block, va } of relays) {
        if (va < end || block.to <= block.from) return `enclave ${eid} has a wrong entry at ${hex(va)}`;
        end = va + BigInt((block.to - block.from) * PAGE_SIZE);
      }
      if (end > SHM_BASE) return `the relay pages of enclave ${eid} reach up to ${hex(end)}`;
    }
    const waiting = new Map<string, number>();
    for (const { name, block } of state.relays) {
      const count = (waiting.get(name) ?? 0) + 1;
      if (count > MAX_RELAYS || block.to <= block.from || name === "") return `${count} entries wait for "${name}"`;
      waiting.set(name, count);
    }
    return undefined;
  },
};
