/** What must not grow with the number of enclaves or the size of the machine. Counted, not timed. */
import { expect, test } from "vitest";
import { PAGE_SIZE } from "../../core/units.ts";
import { RadixMap } from "../../monitor/spec/radix-map.ts";
import * as at from "./host.ts";
import { CODE, ENCLAVE_FID, FID, TestHost } from "./host.ts";

test("hundreds of forks live side by side, each in 27 pages", () => {
  const host = TestHost.booted();
  host.must(FID.MEMORY_EXTEND, host.allocate(128), 128 * PAGE_SIZE);
  const shadow = host.createShadow([CODE]);
  const eids = Array.from({ length: 300 }, () => {
    const { eid } = host.fork(shadow.eid, 27);
    host.enclaveCall(ENCLAVE_FID.YIELD);
    return eid;
  });
  for (const eid of eids) {
    host.must(FID.RESUME, eid, 0);
    expect(host.enclaveCall(ENCLAVE_FID.EXIT, 0)).toBe(0n);
  }
  host.must(FID.DESTROY_SHADOW, shadow.eid);
  expect([...host.monitor.state.owners.runs()].filter((run) => run.value >= 8)).toEqual([]);
  expect(host.store(at.HUGE_POOL - PAGE_SIZE, 1n)).toBe(true);
});

test("an update of a map of ten thousand copies a handful of nodes", () => {
  let map = RadixMap.uniform<number | undefined>(2 ** 30, undefined);
  for (let eid = 0; eid < 10_000; eid++) map = map.set(eid, eid);
  const started = process.cpuUsage().user;
  for (let eid = 10_000; eid < 20_000; eid++) map = map.set(eid, eid);
  // 10,000 updates that each copied 10,000 slots would take seconds.
  expect(process.cpuUsage().user - started).toBeLessThan(1_000_000);
  expect([...map.runs(0, 20_001)].length).toBe(20_001);
});
