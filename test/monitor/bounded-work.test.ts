/** One call does a bounded amount of work, whatever host and enclave agree on: none of these may keep the monitor busy. */
import { describe, expect, test } from "vitest";
import { PAGE_SIZE, type Pa, pa, pageNoOf } from "../../core/units.ts";
import { System } from "../../host/system.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { CODE, DATA, ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

const GIB = 2 ** 30;
const [MMAP, SBRK] = [1, 4];
const MEGAPAGE = 2 ** 21;

describe("bounded work", () => {
  test.each([
    ["kbuffer", { 72: GIB + PAGE_SIZE }],
    ["shared memory", { 88: GIB + PAGE_SIZE }],
  ])("a %s of more than a gigabyte is too large", (_, words) => {
    const host = TestHost.booted();
    expect(host.refusal(FID.CREATE_ENCLAVE, host.createParam(host.buildImage([CODE]), words))).toBe("TOO_LARGE");
  });

  test.each([
    ["MMAP", MMAP, 0, GIB + PAGE_SIZE],
    ["MMAP by 2^63", MMAP, 0, 2n ** 63n],
    ["SBRK", SBRK, GIB + PAGE_SIZE, 0],
    ["SBRK back", SBRK, -GIB - PAGE_SIZE, 0],
    ["SBRK by -2^63", SBRK, 2n ** 63n, 0],
  ])("%s of more than a gigabyte is no size", (_, id, a1, a2) => {
    const host = TestHost.booted();
    host.run(host.create().eid);
    expect(host.enclaveCall(ENCLAVE_FID.OCALL, id, a1, a2)).toBe(0n);
    expect(host.monitor.lastDenial?.guard).toBe("BAD_SIZE");
    expect(host.world.kind).toBe("enclave");
  });

  test("a batch does not clear pt_area again and again", () => {
    const host = TestHost.booted();
    const batch = host.allocate(1);
    // Tables that are not in use, half of pt_area, three times.
    const half = at.PT_AREA_SIZE / 2;
    for (let i = 0; i < 3; i++) {
      host.platform.write64(pa(batch + 16 * i), BigInt(at.PT_AREA + half));
      host.platform.write64(pa(batch + 16 * i + 8), BigInt(half));
    }
    expect(host.refusal(FID.SET_PTE, 4, batch, 3)).toBe("TOO_LARGE");
    host.must(FID.SET_PTE, 4, batch, 2);
  });

  test("a heap of 16 MiB goes back at once", { timeout: 4000 }, () => {
    const host = TestHost.booted();
    const size = 16 * 2 ** 20;
    const { eid } = host.create([CODE, DATA], 40);
    host.run(eid);
    host.enclaveCall(ENCLAVE_FID.OCALL, SBRK, size);
    const block = host.allocate(size / PAGE_SIZE + 1);
    host.must(FID.RESUME, eid, 2, SBRK, block, size + PAGE_SIZE);
    // Every page of it is looked at a fixed number of times; once for each other page took half a second.
    const reads = countReads(host);
    expect(host.enclaveCall(ENCLAVE_FID.OCALL, SBRK, -size)).toBe(2n);
    expect(reads()).toBeLessThan(3 * (size / PAGE_SIZE));
    expect(host.monitor.owner(block)).toBe("public");
  });

  test("an image of a gigabyte of zeros is not measured", { timeout: 20_000 }, async () => {
    const { machine, monitor, host } = await System.create({ memory: 2 ** 32 });
    const { kernel } = host.driver;
    const region = kernel.pages(2 ** 19);
    kernel.prepareSecure(region, 2 ** 31);
    const free = pa(region + 2 ** 31);
    // Records, root, one table of 2 MiB leaves: a gigabyte, each page once, none of them backed.
    const [root, table] = [pa(region + PAGE_SIZE), pa(region + 2 * PAGE_SIZE)];
    const word = (to: Pa, value: bigint): void => kernel.put(to, new Uint8Array(new BigUint64Array([value]).buffer));
    word(root, at.pte(table, at.V));
    for (let i = 0; i < 512; i++)
      word(pa(table + 8 * i), at.pte(region + (i + 1) * MEGAPAGE, at.V | at.R | at.U | 0xc0n));
    const param = kernel.pages(1);
    const words = { 0: param + 256, 32: region, 40: 2 ** 31, 48: 0x1000, 56: free };
    for (const [offset, value] of Object.entries(words)) word(pa(param + Number(offset)), BigInt(value));
    expect(kernel.hart.penglai("CREATE_ENCLAVE", param)).toEqual({ ok: true, value: -1n });
    expect(monitor.lastDenial?.guard).toBe("IMAGE_TOO_LARGE");
    expect(monitor.owner(region)).toBe("public");
    expect(machine.backedPages(pageNoOf(region), pageNoOf(free))).toHaveLength(2);
  });
});

/** @returns how many words the monitor has read since */
function countReads(host: TestHost): () => number {
  const { platform } = host;
  const read64 = platform.read64.bind(platform);
  let count = 0;
  platform.read64 = (address) => {
    count++;
    return read64(address);
  };
  return () => count;
}
