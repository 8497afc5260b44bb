import { describe, expect, test } from "vitest";
import { PAGE_SIZE, pa } from "../../core/units.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

const LEAF = at.V | at.R | at.W;
const [ONE, MEMSET, MEMCPY, BATCH_ZERO, BATCH_SET] = [1, 2, 3, 4, 5];

describe("SET_PTE: what may stand where", () => {
  const last = pa(at.PT_AREA + at.PT_AREA_SIZE - 8);
  const huge = at.HUGE_POOL;
  test.each([
    ["4 KiB leaf of a public page", at.SPARE_PTE, at.pte(at.POOL, LEAF)],
    ["last entry of pt_area", last, at.pte(at.POOL, LEAF)],
    ["pt_area itself, which PMP1 keeps read-only", at.SPARE_PTE, at.pte(at.PT_AREA, LEAF)],
    ["device outside RAM", at.SPARE_PTE, at.pte(0x1000_0000, LEAF)],
    ["2 MiB leaf of public pages", at.SPARE_PMD, at.pte(huge, LEAF)],
    ["root entry to the first PMD page", at.SPARE_ROOT, at.pte(at.PMD_BASE, at.V)],
    ["root entry to the last PMD page", at.SPARE_ROOT, at.pte(at.PTE_BASE - PAGE_SIZE, at.V)],
    ["PMD entry to the first PTE page", at.SPARE_PMD, at.pte(at.PTE_BASE, at.V)],
    ["PMD entry to the last PTE page", at.SPARE_PMD, at.pte(at.SPARE_PTE, at.V)],
    ["invalid entry of any content", at.SPARE_PTE, at.pte(at.MONITOR, at.R) | (1n << 63n)],
  ])("writes: %s", (_, address, entry) => {
    const host = TestHost.booted();
    host.must(FID.SET_PTE, ONE, address, entry);
    expect(host.platform.read64(address)).toBe(entry);
  });

  test.each([
    ["before pt_area", at.PT_AREA - 8, 0n, "OUTSIDE_PT_AREA"],
    ["behind pt_area", at.PT_AREA + at.PT_AREA_SIZE, 0n, "OUTSIDE_PT_AREA"],
    ["in the monitor", at.MONITOR, 0n, "OUTSIDE_PT_AREA"],
    ["outside RAM", 0x1000, 0n, "OUTSIDE_RAM"],
    ["at NULL", 0, 0n, "OUTSIDE_RAM"],
    ["unaligned", at.SPARE_PTE + 4, 0n, "MISALIGNED"],
    ["leaf of the monitor", at.SPARE_PTE, at.pte(at.MONITOR, LEAF), "MAPS_PROTECTED"],
    ["leaf of the mbitmap", at.SPARE_PTE, at.pte(at.MBITMAP, LEAF), "MAPS_PROTECTED"],
    ["2 MiB leaf with the monitor in it", at.SPARE_PMD, at.pte(at.MONITOR, LEAF), "MAPS_PROTECTED"],
    ["2 MiB leaf, misaligned", at.SPARE_PMD, at.pte(at.HUGE_POOL + PAGE_SIZE, LEAF), "MISALIGNED_LEAF"],
    ["leaf in the root", at.SPARE_ROOT, at.pte(0xc000_0000, LEAF), "ROOT_LEAF"],
    ["root entry below the PMD sub-area", at.SPARE_ROOT, at.pte(at.PMD_BASE - PAGE_SIZE, at.V), "WRONG_SUB_AREA"],
    ["root entry to the first PTE page", at.SPARE_ROOT, at.pte(at.PTE_BASE, at.V), "WRONG_SUB_AREA"],
    ["root entry to PA 0", at.SPARE_ROOT, at.V, "WRONG_SUB_AREA"],
    ["PMD entry to the last PMD page", at.SPARE_PMD, at.pte(at.PTE_BASE - PAGE_SIZE, at.V), "WRONG_SUB_AREA"],
    ["PMD entry behind pt_area", at.SPARE_PMD, at.pte(at.PT_AREA + at.PT_AREA_SIZE, at.V), "WRONG_SUB_AREA"],
    ["PMD entry to a forged table", at.SPARE_PMD, at.pte(at.POOL, at.V), "WRONG_SUB_AREA"],
    ["pointer in the last level", at.SPARE_PTE, at.pte(at.SPARE_PTE, at.V), "LAST_LEVEL_POINTER"],
    ["bit 63", at.SPARE_PTE, at.pte(at.POOL, LEAF) | (1n << 63n), "RESERVED_BITS"],
    ["bit 54", at.SPARE_ROOT, at.pte(at.PMD_BASE, at.V) | (1n << 54n), "RESERVED_BITS"],
  ])("refuses and does not write: %s", (_, address, entry, guard) => {
    const host = TestHost.booted();
    const read = (): bigint => (address >= 0x8000_0000 && address % 8 === 0 ? host.platform.read64(pa(address)) : 0n);
    const before = read();
    expect(host.refusal(FID.SET_PTE, ONE, address, entry)).toBe(guard);
    expect(read()).toBe(before);
  });

  test("a private page, and a 2 MiB leaf with one private page in it, by every flag", () => {
    const host = TestHost.booted();
    host.must(FID.MEMORY_EXTEND, at.HUGE_POOL - PAGE_SIZE, PAGE_SIZE);
    const leaf = at.pte(at.HUGE_POOL - PAGE_SIZE, LEAF);
    const huge = at.pte(at.HUGE_POOL - 512 * PAGE_SIZE, LEAF);
    const source = at.KERNEL;
    for (const [address, entry] of [
      [at.SPARE_PTE, leaf],
      [at.SPARE_PMD, huge],
    ] as const) {
      host.platform.write64(source, BigInt(address));
      host.platform.write64(pa(source + 8), entry);
      expect(host.refusal(FID.SET_PTE, ONE, address, entry)).toBe("MAPS_PROTECTED");
      expect(host.refusal(FID.SET_PTE, MEMCPY, address, source + 8, 8)).toBe("MAPS_PROTECTED");
      expect(host.refusal(FID.SET_PTE, BATCH_SET, source, 1)).toBe("MAPS_PROTECTED");
      expect(host.platform.read64(address)).toBe(0n);
    }
    expect(host.monitor.lastDenial?.page).toBe((at.HUGE_POOL - PAGE_SIZE) / PAGE_SIZE);
    expect(host.monitor.lastDenial?.owner).toBe("monitor metadata");
  });
});

describe("SET_PTE: many at once", () => {
  const pair = (host: TestHost, index: number, address: number, value: bigint): void => {
    host.platform.write64(pa(at.KERNEL + index * 16), BigInt(address));
    host.platform.write64(pa(at.KERNEL + index * 16 + 8), value);
  };

  test("a batch is written as a whole", () => {
    const host = TestHost.booted();
    pair(host, 0, at.SPARE_PTE, at.pte(at.POOL, LEAF));
    pair(host, 1, at.SPARE_PTE + 8, at.pte(at.POOL + PAGE_SIZE, LEAF));
    host.must(FID.SET_PTE, BATCH_SET, at.KERNEL, 2);
    expect(host.platform.read64(pa(at.SPARE_PTE + 8))).toBe(at.pte(at.POOL + PAGE_SIZE, LEAF));
    pair(host, 0, at.SPARE_PTE, 16n);
    host.must(FID.SET_PTE, BATCH_ZERO, at.KERNEL, 1);
    expect(host.platform.read64(pa(at.SPARE_PTE + 8))).toBe(0n);
  });

  test("one bad entry refuses the whole batch", () => {
    const host = TestHost.booted();
    pair(host, 0, at.SPARE_PTE, at.pte(at.POOL, LEAF));
    pair(host, 1, at.SPARE_PTE + 8, at.pte(at.MONITOR, LEAF));
    expect(host.refusal(FID.SET_PTE, BATCH_SET, at.KERNEL, 2)).toBe("MAPS_PROTECTED");
    expect(host.platform.read64(at.SPARE_PTE)).toBe(0n);
    pair(host, 0, at.SPARE_PTE, 8n);
    pair(host, 1, at.POOL, 16n);
    expect(host.refusal(FID.SET_PTE, BATCH_ZERO, at.KERNEL, 2)).toBe("OUTSIDE_PT_AREA");
  });

  test("MEMCPY copies a table, MEMSET clears it", () => {
    const host = TestHost.booted();
    for (let i = 0; i < 512; i++) host.platform.write64(pa(at.KERNEL + i * 8), at.pte(at.POOL + i * PAGE_SIZE, LEAF));
    host.must(FID.SET_PTE, MEMCPY, at.SPARE_PTE, at.KERNEL, PAGE_SIZE);
    expect(host.platform.read64(pa(at.SPARE_PTE + 511 * 8))).toBe(at.pte(at.POOL + 511 * PAGE_SIZE, LEAF));
    host.must(FID.SET_PTE, MEMSET, at.SPARE_PTE, 0, PAGE_SIZE);
    expect(host.platform.readBytes(at.SPARE_PTE, PAGE_SIZE).every((byte) => byte === 0)).toBe(true);
  });

  test.each([
    ["MEMSET beyond the end", [MEMSET, at.SPARE_PTE, 0, 2 * PAGE_SIZE], "OUTSIDE_PT_AREA"],
    ["MEMSET with a value", [MEMSET, at.SPARE_PTE, 1, 8], "NONZERO_FILL"],
    ["MEMSET of half an entry", [MEMSET, at.SPARE_PTE, 0, 4], "MISALIGNED"],
    ["MEMCPY from the monitor", [MEMCPY, at.SPARE_PTE, at.MONITOR, 8], "NOT_PUBLIC"],
    ["MEMCPY from nowhere", [MEMCPY, at.SPARE_PTE, 0, 8], "OUTSIDE_RAM"],
    ["MEMCPY of half an entry", [MEMCPY, at.SPARE_PTE, at.KERNEL, 4], "MISALIGNED"],
    ["batch in the monitor", [BATCH_SET, at.MONITOR, 1], "NOT_PUBLIC"],
    ["batch of nothing", [BATCH_SET, at.KERNEL, 0], "OUTSIDE_RAM"],
    ["batch of 2^60", [BATCH_SET, at.KERNEL, 2n ** 60n], "OUTSIDE_RAM"],
    ["batch without bound", [BATCH_ZERO, at.KERNEL, 200_000], "TOO_LARGE"],
    ["unknown flag", [6, at.SPARE_PTE, 0], "UNKNOWN_FLAG"],
  ])("refuses %s", (_, args, guard) => {
    expect(TestHost.booted().refusal(FID.SET_PTE, ...args)).toBe(guard);
  });

  test("before SM_INIT there is nothing to write to", () => {
    expect(new TestHost().refusal(FID.SET_PTE, ONE, at.SPARE_PTE, 0)).toBe("NOT_INITIALISED");
  });
});

describe("MAP_PTE", () => {
  const leafAt = pa(at.PMD_BASE + ((at.HUGE_POOL >> 21) & 511) * 8);

  test("splits a 2 MiB leaf into 512 that map the same", () => {
    const host = TestHost.booted();
    host.must(FID.MAP_PTE, leafAt, at.SPARE_PTE);
    expect(host.platform.read64(leafAt)).toBe(at.pte(at.SPARE_PTE, at.V));
    for (const offset of [0, 8, 0x12_3458, 0x1f_fff8])
      expect(host.access(at.HUGE_POOL + offset, "write")).toBe(at.HUGE_POOL + offset);
  });

  test.each([
    ["entry outside pt_area", at.POOL, at.SPARE_PTE, "OUTSIDE_PT_AREA"],
    ["entry in the PTE sub-area", at.PTE_BASE, at.SPARE_PTE, "OUTSIDE_PT_AREA"],
    ["table outside pt_area", leafAt, at.POOL, "OUTSIDE_PT_AREA"],
    ["table in the PMD sub-area", leafAt, at.SPARE_PMD, "OUTSIDE_PT_AREA"],
    ["unaligned table", leafAt, at.SPARE_PTE + 8, "MISALIGNED"],
    ["unaligned entry", leafAt + 4, at.SPARE_PTE, "MISALIGNED"],
    ["NULL", 0, at.SPARE_PTE, "OUTSIDE_RAM"],
    ["entry that is a pointer", pa(at.PMD_BASE + ((at.POOL >> 21) & 511) * 8), at.SPARE_PTE, "NOT_A_HUGE_LEAF"],
    ["entry that is invalid", at.SPARE_PMD, at.SPARE_PTE, "NOT_A_HUGE_LEAF"],
  ])("refuses %s", (_, entry, table, guard) => {
    expect(TestHost.booted().refusal(FID.MAP_PTE, entry, table)).toBe(guard);
  });
});
