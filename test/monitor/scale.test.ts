/** Many enclaves at once. How long they take is measured by bench/, not here. */
import { expect, test } from "vitest";
import { PAGE_SIZE } from "../../core/units.ts";
import { RadixMap } from "../../monitor/kernel/radix-map.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { CODE, ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

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

test("twenty thousand records are one map, each update leaving the older map as it was", () => {
  const empty = RadixMap.uniform<number | undefined>(2 ** 30, undefined);
  let map = empty;
  for (let eid = 0; eid < 20_000; eid++) map = map.set(eid, eid);
  expect([...map.runs(0, 20_001)].length).toBe(20_001);
  for (let eid = 0; eid < 20_000; eid++) map = map.set(eid, undefined);
  expect([...map.runs()]).toEqual([...empty.runs()]);
});
