import { describe, expect, test } from "vitest";
import { MSTATUS, PMPADDR0, PMPCFG0, SATP } from "../../assembly/csr.gen.ts";
import { pa } from "../../core/units.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

const INIT = [at.PT_AREA, at.PT_AREA_SIZE, at.MBITMAP, at.MBITMAP_SIZE, at.FLAG] as const;

describe("boot", () => {
  test("leaves the hart in S-mode, with the monitor behind PMP0 and everything else open", () => {
    const host = new TestHost();
    expect(host.platform.privilege).toBe(1);
    expect(host.access(at.MONITOR, "read")).toBe("access fault");
    expect(host.access(at.MONITOR + 2 * 1024 * 1024 - 8, "read")).toBe("access fault");
    expect(host.access(at.KERNEL, "write")).toBe(at.KERNEL);
    expect(host.platform.readCsr(PMPCFG0)).toBe(0x1f00_0000_0000_0018n);
    expect(host.platform.readCsr(PMPADDR0)).toBe(0x2003_ffffn);
  });
});

describe("SM_INIT", () => {
  test("guards pt_area and mbitmap and sets the flag", () => {
    const host = TestHost.booted();
    expect(host.platform.read64(at.FLAG) & 0xffff_ffffn).toBe(1n);
    expect(host.access(at.PT_AREA, "read")).toBe(at.PT_AREA);
    expect(host.access(at.PT_AREA, "write")).toBe("access fault");
    expect(host.monitor.owner(at.PT_AREA)).toBe("the host page table area");
    expect(host.monitor.owner(at.MBITMAP)).toBe("the ownership map");
  });

  test.each([
    ["unaligned area", [at.PT_AREA + 8, ...INIT.slice(1)], "NOT_NAPOT"],
    ["area that is no power of two", [at.PT_AREA, 3 * 4096, ...INIT.slice(2)], "NOT_NAPOT"],
    ["area that is not naturally aligned", [at.PT_AREA + 4096, 2 * 4096, ...INIT.slice(2)], "NOT_NAPOT"],
    ["area smaller than a page", [at.PT_AREA, 2048, ...INIT.slice(2)], "NOT_NAPOT"],
    ["area outside RAM", [0x4000_0000, ...INIT.slice(1)], "OUTSIDE_RAM"],
    ["NULL", [0, ...INIT.slice(1)], "OUTSIDE_RAM"],
    ["area over the monitor", [at.MONITOR, ...INIT.slice(1)], "AREAS_OVERLAP"],
    ["mbitmap inside pt_area", [at.PT_AREA, at.PT_AREA_SIZE, at.PT_AREA, at.MBITMAP_SIZE, at.FLAG], "AREAS_OVERLAP"],
    ["mbitmap too small", [at.PT_AREA, at.PT_AREA_SIZE, at.MBITMAP, 4096, at.FLAG], "MBITMAP_TOO_SMALL"],
    ["flag in the monitor", [...INIT.slice(0, 4), at.MONITOR], "NOT_PUBLIC"],
    ["flag in pt_area itself", [...INIT.slice(0, 4), at.PT_AREA], "NOT_PUBLIC"],
    ["unaligned flag", [...INIT.slice(0, 4), at.FLAG + 2], "MISALIGNED"],
    ["size that wraps", [at.PT_AREA, 2n ** 64n - 4096n, ...INIT.slice(2)], "OUTSIDE_RAM"],
  ])("refuses %s", (_, args, guard) => {
    const host = new TestHost();
    const before = host.platform.readCsr(PMPCFG0);
    expect(host.refusal(FID.SM_INIT, ...args)).toBe(guard);
    expect(host.platform.readCsr(PMPCFG0)).toBe(before);
  });

  test("is one-shot", () => {
    expect(TestHost.booted().refusal(FID.SM_INIT, ...INIT)).toBe("ALREADY_INITIALISED");
  });
});

describe("PT_AREA_SEPARATION", () => {
  const initialised = (): TestHost => {
    const host = new TestHost();
    host.buildTables();
    host.platform.writeCsr(SATP, at.satp(at.PT_AREA));
    host.must(FID.SM_INIT, ...INIT);
    return host;
  };
  const separate = [FID.PT_AREA_SEPARATION, at.PGD_ORDER, at.PMD_ORDER] as const;

  test("sets TVM", () => {
    const host = initialised();
    host.must(...separate);
    expect(host.platform.readCsr(MSTATUS) & (1n << 20n)).not.toBe(0n);
  });

  test.each([
    ["a root entry that points into the PTE sub-area", at.SPARE_ROOT, at.pte(at.PTE_BASE, at.V), "WRONG_SUB_AREA"],
    ["a PMD entry that points into the PGD sub-area", at.SPARE_PMD, at.pte(at.PT_AREA, at.V), "WRONG_SUB_AREA"],
    ["a leaf that maps the monitor", at.SPARE_PTE, at.pte(at.MONITOR, at.V | at.R), "MAPS_PROTECTED"],
    ["a 2 MiB leaf over the mbitmap", at.SPARE_PMD, at.pte(at.PT_AREA, at.V | at.R), "MAPS_PROTECTED"],
    ["an entry with bit 63", at.SPARE_ROOT, at.pte(at.PMD_BASE, at.V) | (1n << 63n), "RESERVED_BITS"],
  ])("audits what stands there: %s", (_, address, entry, guard) => {
    const host = initialised();
    host.platform.write64(address, entry);
    expect(host.refusal(...separate)).toBe(guard);
    expect(host.platform.readCsr(MSTATUS) & (1n << 20n)).toBe(0n);
  });

  test("refuses sub-areas without room, a second time, and before SM_INIT", () => {
    expect(initialised().refusal(FID.PT_AREA_SEPARATION, 8, 1)).toBe("SUB_AREAS_TOO_LARGE");
    expect(initialised().refusal(FID.PT_AREA_SEPARATION, 2n ** 63n, 3)).toBe("SUB_AREAS_TOO_LARGE");
    expect(TestHost.booted().refusal(...separate)).toBe("ALREADY_SEPARATED");
    expect(new TestHost().refusal(...separate)).toBe("NOT_INITIALISED");
  });

  test("gives the walker its bounds in GPT mode paper", () => {
    const { gpt } = TestHost.booted({ gpt: "paper" }).platform;
    const end = pa(at.PT_AREA + at.PT_AREA_SIZE);
    expect(gpt).toMatchObject({ mode: "paper", hptBase: at.PT_AREA, pmdBase: at.PMD_BASE, pteBase: at.PTE_BASE, end });
    expect(TestHost.booted().platform.gpt.mode).toBe("off");
  });

  test("before it, no page can be made secure", () => {
    const host = initialised();
    expect(host.refusal(FID.MEMORY_EXTEND, at.POOL, 4096)).toBe("NOT_SEPARATED");
  });

  test("a host in Bare mode cannot make pages secure: nothing would hide them from it", () => {
    const host = initialised();
    host.must(...separate);
    host.platform.writeCsr(SATP, 0n);
    expect(host.refusal(FID.MEMORY_EXTEND, at.POOL, 4096)).toBe("HOST_UNTRANSLATED");
  });
});
