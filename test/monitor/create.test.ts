import { describe, expect, test } from "vitest";
import { measure } from "../../attest/measure.ts";
import { ATOLL } from "../../attest/measurement-profile.ts";
import { PAGE_SIZE, pa } from "../../core/units.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { CODE, DATA, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

describe("CREATE_ENCLAVE", () => {
  test("takes the region out of the host's hands and gives an id", () => {
    const host = TestHost.booted();
    const { eid, region, size } = host.create();
    expect(eid).toBe(1);
    expect(host.monitor.owner(region)).toBe("enclave 1");
    expect(host.monitor.owner(pa(region + size))).toBe("public");
    for (let page = region; page < region + size; page = pa(page + PAGE_SIZE))
      expect(host.access(page, "read")).toBe("page fault");
    expect(host.platform.journal).toContain("shootdown");
  });

  test("measures entry and image, and neither kbuffer nor shared memory", () => {
    const host = TestHost.booted();
    host.platform.writeBytes(at.KBUFFER, new Uint8Array(PAGE_SIZE).fill(0xff));
    const { eid } = host.create();
    host.must(FID.ATTEST, eid, at.REPORT, 77n);
    const leaves = [CODE, DATA].map(({ va, permissions, fill = 0 }) => ({
      va,
      level: 0 as const,
      pte: at.pte(0, at.V | at.U | 0xc0n | permissions),
      bytes: new Uint8Array(PAGE_SIZE).fill(fill),
    }));
    const { digest } = measure({ entry: 0x1000n, leaves, nonce: 0n }, { profile: ATOLL });
    expect(host.platform.readBytes(pa(at.REPORT + 160), 32)).toEqual(digest);
    expect(host.platform.read64(pa(at.REPORT + 256))).toBe(77n);
  });

  test("maps kbuffer and shared memory, not executable", () => {
    const host = TestHost.booted();
    host.run(host.create().eid);
    expect(host.access(0xffff_ffe0_0000_0008n, "write")).toBe(at.KBUFFER + 8);
    expect(host.access(0x39_0000_0000n, "write")).toBe(at.SHM);
    expect(host.access(0x39_0000_0000n, "execute")).toBe("page fault");
  });

  const words: [string, Record<number, bigint | number>, string][] = [
    ["eid_ptr NULL", { 0: 0 }, "OUTSIDE_RAM"],
    ["eid_ptr unaligned", { 0: at.EID + 2 }, "MISALIGNED"],
    ["eid_ptr in the monitor", { 0: at.MONITOR }, "NOT_PUBLIC"],
    ["eid_ptr in pt_area", { 0: at.PT_AREA }, "NOT_PUBLIC"],
    ["eid_ptr in the region itself", { 0: at.POOL + 8 }, "NOT_PUBLIC"],
    ["a server", { 24: 1 }, "ENCLAVE_TYPE"],
    ["region NULL", { 32: 0 }, "OUTSIDE_RAM"],
    ["region unaligned", { 32: at.POOL + 8 }, "MISALIGNED"],
    ["region out of RAM", { 32: at.RAM_END }, "OUTSIDE_RAM"],
    ["region over the monitor", { 32: at.MONITOR, 56: at.MONITOR + 20 * PAGE_SIZE }, "NOT_PUBLIC"],
    ["region over pt_area", { 32: at.PT_AREA, 56: at.PT_AREA + 20 * PAGE_SIZE }, "NOT_PUBLIC"],
    ["region over mbitmap", { 32: at.MBITMAP, 56: at.MBITMAP + 20 * PAGE_SIZE }, "NOT_PUBLIC"],
    ["region whose end wraps", { 40: 2n ** 64n - 4096n }, "OUTSIDE_RAM"],
    ["region of nothing", { 40: 0 }, "OUTSIDE_RAM"],
    ["region of two pages", { 40: 2 * PAGE_SIZE }, "REGION_TOO_SMALL"],
    [
      "region across the edge of a 2 MiB leaf",
      { 32: at.HUGE_POOL, 56: at.HUGE_POOL + 20 * PAGE_SIZE },
      "PARTLY_COVERED",
    ],
    ["free_mem before the region", { 56: at.POOL - PAGE_SIZE }, "FREE_MEMORY_OUTSIDE"],
    ["free_mem on the root table", { 56: at.POOL + PAGE_SIZE }, "FREE_MEMORY_OUTSIDE"],
    ["free_mem behind the region", { 56: at.POOL + 33 * PAGE_SIZE }, "FREE_MEMORY_OUTSIDE"],
    ["free_mem unaligned", { 56: at.POOL + 8 * PAGE_SIZE + 8 }, "MISALIGNED"],
    ["free_mem below the image", { 56: at.POOL + 4 * PAGE_SIZE }, "TABLE_OUTSIDE_REGION"],
    ["kbuffer in the monitor", { 64: at.MONITOR }, "NOT_PUBLIC"],
    ["kbuffer in the region itself", { 64: at.POOL }, "NOT_PUBLIC"],
    ["kbuffer unaligned", { 64: at.KBUFFER + 8 }, "MISALIGNED"],
    ["kbuffer larger than its range", { 72: 2 ** 40 }, "TOO_LARGE"],
    ["shm private", { 80: at.MBITMAP }, "NOT_PUBLIC"],
    ["shm larger than the free list can map", { 80: at.HUGE_POOL, 88: at.RAM_END - at.HUGE_POOL }, "NO_FREE_PAGES"],
    ["an ocall word in the monitor", { 104: at.MONITOR }, "NOT_PUBLIC"],
    ["an ocall word unaligned", { 112: at.ARG1 + 4 }, "MISALIGNED"],
    ["retval in pt_area", { 128: at.PT_AREA }, "NOT_PUBLIC"],
  ];

  test.each(words)("refuses %s and changes nothing", (_, replaced, guard) => {
    const host = TestHost.booted();
    const image = host.buildImage([CODE, DATA]);
    // A free list of two pages: enough for the tables of the kbuffer alone.
    const tight = guard === "NO_FREE_PAGES" ? { ...image, size: image.freeMem + 2 * PAGE_SIZE - image.region } : image;
    const param = host.createParam(tight, replaced);
    const before = host.platform.readBytes(at.PT_AREA, at.PT_AREA_SIZE);
    expect(host.refusal(FID.CREATE_ENCLAVE, param)).toBe(guard);
    expect(Buffer.compare(host.platform.readBytes(at.PT_AREA, at.PT_AREA_SIZE), before)).toBe(0);
    expect(host.monitor.owner(image.region)).toBe("public");
    expect(host.platform.read64(at.EID)).toBe(0n);
  });

  test.each([
    ["NULL", 0, "OUTSIDE_RAM"],
    ["unaligned", at.PARAM + 4, "MISALIGNED"],
    ["out of RAM", at.RAM_END - 8, "OUTSIDE_RAM"],
    ["in the monitor", at.MONITOR, "NOT_PUBLIC"],
    ["2^64 - 8", 2n ** 64n - 8n, "OUTSIDE_RAM"],
  ])("refuses a parameter at %s", (_, address, guard) => {
    expect(TestHost.booted().refusal(FID.CREATE_ENCLAVE, address)).toBe(guard);
  });

  test("a page that a live enclave shares with the host cannot become private", () => {
    const host = TestHost.booted();
    const { eid } = host.create();
    expect(host.refusal(FID.MEMORY_EXTEND, at.SHM, PAGE_SIZE)).toBe("PAGE_SHARED");
    host.create();
    host.must(FID.DESTROY, eid);
    expect(host.refusal(FID.MEMORY_EXTEND, at.SHM, PAGE_SIZE)).toBe("PAGE_SHARED");
    host.must(FID.DESTROY, eid + 1);
    host.must(FID.MEMORY_EXTEND, at.SHM, PAGE_SIZE);
  });
});

describe("the image of an enclave", () => {
  /** An image whose tables the host has tampered with. */
  const tampered = (edit: (host: TestHost, region: number, lastTable: number) => void): string | undefined => {
    const host = TestHost.booted();
    const image = host.buildImage([CODE]);
    edit(host, image.region, image.region + 4 * PAGE_SIZE);
    return host.refusal(FID.CREATE_ENCLAVE, host.createParam(image));
  };
  const leaf = (address: number): bigint => at.pte(address, at.V | at.R | at.W | at.U);
  const write = (host: TestHost, address: number, entry: bigint): void => host.platform.write64(pa(address), entry);

  test.each([
    [
      "a table outside the region",
      (region: number) => [region + PAGE_SIZE + 8, at.pte(at.KERNEL, at.V)],
      "TABLE_OUTSIDE_REGION",
    ],
    [
      "the root as its own table",
      (region: number) => [region + PAGE_SIZE + 8, at.pte(region + PAGE_SIZE, at.V)],
      "TABLE_OUTSIDE_REGION",
    ],
    [
      "one table in two places",
      (region: number) => [region + PAGE_SIZE + 8, at.pte(region + 3 * PAGE_SIZE, at.V)],
      "TABLE_REUSED",
    ],
    ["a leaf of a page table", (_: number, table: number) => [table, leaf(table)], "LEAF_ALIASED"],
    ["a leaf of the records", (region: number, table: number) => [table, leaf(region)], "LEAF_OUTSIDE_REGION"],
    [
      "a leaf of the root table",
      (region: number, table: number) => [table, leaf(region + PAGE_SIZE)],
      "LEAF_OUTSIDE_REGION",
    ],
    [
      "a leaf of the free list",
      (region: number, table: number) => [table, leaf(region + 20 * PAGE_SIZE)],
      "LEAF_OUTSIDE_REGION",
    ],
    ["a leaf of host memory", (_: number, table: number) => [table, leaf(at.KERNEL)], "LEAF_OUTSIDE_REGION"],
    ["a leaf of the monitor", (_: number, table: number) => [table, leaf(at.MONITOR)], "LEAF_OUTSIDE_REGION"],
    [
      "a page mapped twice",
      (region: number, table: number) => [table + 16, leaf(region + 5 * PAGE_SIZE)],
      "LEAF_ALIASED",
    ],
    ["reserved bits", (_: number, table: number) => [table, leaf(at.KERNEL) | (1n << 63n)], "ENCLAVE_RESERVED_BITS"],
    ["a 1 GiB leaf", (region: number) => [region + PAGE_SIZE, at.pte(0x8000_0000, at.V | at.R)], "HUGE_LEAF"],
    [
      "a pointer in the last level",
      (region: number, table: number) => [table, at.pte(region + 5 * PAGE_SIZE, at.V)],
      "LEAF_OUTSIDE_REGION",
    ],
  ] as const)("refuses %s", (_, edit, guard) => {
    expect(tampered((host, region, table) => write(host, ...(edit(region, table) as [number, bigint])))).toBe(guard);
  });

  test.each([0x10_0000_0000n, 0x20_0000_0000n, 0x38_0000_0000n, 0x39_0000_0000n, 0xffff_ffe0_0000_0000n])(
    "refuses a page at 0x%s, where the monitor maps",
    (va) => {
      const host = TestHost.booted();
      const image = host.buildImage([{ va, permissions: at.R }]);
      expect(host.refusal(FID.CREATE_ENCLAVE, host.createParam(image))).toBe("IMAGE_ADDRESS");
    },
  );

  test("accepts a stack and a region without free memory, if there is no kbuffer to map", () => {
    const host = TestHost.booted();
    const image = host.buildImage([CODE, { va: 0x37_ffff_f000n, permissions: at.R | at.W }]);
    const full = { ...image, size: image.freeMem - image.region };
    host.must(FID.CREATE_ENCLAVE, host.createParam(full, { 64: 0, 72: 0, 80: 0, 88: 0 }));
  });
});

describe("records", () => {
  test("run out with -2, and MEMORY_EXTEND adds some", () => {
    const host = TestHost.booted();
    const images = Array.from({ length: 101 }, () => host.buildImage([CODE], 12));
    const results = images.map((image) => host.call(FID.CREATE_ENCLAVE, host.createParam(image)));
    expect(results.indexOf(-2n)).toBe(100);
    expect(host.monitor.lastDenial?.guard).toBe("NO_METADATA");
    host.must(FID.MEMORY_EXTEND, host.allocate(1), PAGE_SIZE);
    host.must(FID.CREATE_ENCLAVE, host.createParam(images[100]!));
    expect(host.monitor.state.freeRecords).toBe(4);
    host.must(FID.DESTROY, 1);
    expect(host.monitor.state.freeRecords).toBe(5);
  });
});
