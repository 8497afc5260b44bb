import { describe, expect, test } from "vitest";
import { PAGE_SIZE, pa, pageNoOf } from "../../core/units.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { CODE, DATA, ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

describe("CREATE_SHADOW", () => {
  test("takes the template, which never runs, and measures it once", () => {
    const host = TestHost.booted();
    const { eid, region } = host.createShadow();
    expect(host.monitor.owner(region)).toBe(`shadow enclave ${eid}`);
    expect(host.access(region, "read")).toBe("page fault");
    host.must(FID.ATTEST_SHADOW, eid, at.REPORT, 5);
    expect(host.platform.readBytes(pa(at.REPORT + 160), 32)).toEqual(host.monitor.state.shadows.get(eid)!.measurement);
    expect(host.refusal(FID.RUN, eid, host.runParam())).toBe("NO_SUCH_ENCLAVE");
  });

  test("an enclave and a shadow of one image have one measurement", () => {
    const host = TestHost.booted();
    const shadow = host.createShadow();
    const enclave = host.create();
    expect(host.monitor.state.shadows.get(shadow.eid)!.measurement).toEqual(
      host.monitor.state.enclaves.get(enclave.eid)!.measurement,
    );
  });
});

describe("RUN_SHADOW", () => {
  test("shares read-only pages, copies writable ones, and enters", () => {
    const host = TestHost.booted();
    const shadow = host.createShadow();
    const fork = host.fork(shadow.eid);
    expect(host.world).toEqual({ kind: "enclave", eid: fork.eid });
    expect(host.platform.pc).toBe(0x1000n);
    const code = host.access(CODE.va, "execute") as number;
    const data = pa(host.access(DATA.va, "write") as number);
    expect(host.monitor.owner(pa(code))).toBe(`shadow enclave ${shadow.eid}`);
    expect(host.monitor.owner(data)).toBe(`enclave ${fork.eid}`);
    expect(host.platform.readBytes(data, 4)).toEqual(new Uint8Array(4).fill(DATA.fill!));
    expect(host.access(CODE.va, "write")).toBe("page fault");
  });

  test("has a zeroed stack of 64 KiB, kbuffer and shared memory", () => {
    const host = TestHost.booted();
    const shadow = host.createShadow();
    host.platform.writeBytes(pa(host.pool), new Uint8Array(40 * PAGE_SIZE).fill(0x66));
    host.fork(shadow.eid);
    for (let va = 0x38_0000_0000n - 0x1_0000n; va < 0x38_0000_0000n; va += 4096n) {
      const page = pa(host.access(va, "write") as number);
      expect(host.platform.readBytes(page, PAGE_SIZE).every((byte) => byte === 0)).toBe(true);
    }
    expect(host.access(0x38_0000_0000n - 0x1_0001n, "read")).toBe("page fault");
    expect(host.access(0xffff_ffe0_0000_0000n, "write")).toBe(at.KBUFFER);
    expect(host.access(0x39_0000_0000n, "read")).toBe(at.SHM);
  });

  test("keeps stack pages that the template has", () => {
    const host = TestHost.booted();
    const shadow = host.createShadow([CODE, { va: 0x37_ffff_f000n, permissions: at.R | at.W, fill: 7 }]);
    host.fork(shadow.eid);
    const top = pa(host.access(0x37_ffff_f000n, "write") as number);
    expect(host.platform.readBytes(top, 1)).toEqual(Uint8Array.of(7));
    expect(host.monitor.owner(top)).toContain("enclave 2");
  });

  test("siblings share nothing writable and carry the shadow's measurement", () => {
    const host = TestHost.booted();
    const shadow = host.createShadow();
    const pages: number[][] = [];
    for (const _ of [0, 1, 2]) {
      const { eid } = host.fork(shadow.eid);
      pages.push([DATA.va, 0x37_ffff_0000n].map((va) => host.access(va, "write") as number));
      expect(host.monitor.state.enclaves.get(eid)!.measurement).toBe(
        host.monitor.state.shadows.get(shadow.eid)!.measurement,
      );
      host.enclaveCall(ENCLAVE_FID.YIELD);
    }
    expect(new Set(pages.flat()).size).toBe(6);
  });

  test("a2 counts the forks modulo 5", () => {
    const host = TestHost.booted();
    const shadow = host.createShadow();
    const counts = Array.from({ length: 7 }, () => {
      host.fork(shadow.eid);
      const count = host.platform.x[12];
      host.enclaveCall(ENCLAVE_FID.EXIT, 0);
      return count;
    });
    expect(counts).toEqual([0n, 1n, 2n, 3n, 4n, 0n, 1n]);
  });

  test.each([
    ["no region", { 8: 0 }, "OUTSIDE_RAM"],
    ["an unaligned region", { 8: at.POOL + 8 }, "MISALIGNED"],
    ["a private region", { 8: at.MBITMAP, 16: 4 * PAGE_SIZE }, "NOT_PUBLIC"],
    ["a region too small for copies and stack", { 16: 20 * PAGE_SIZE }, "NO_FREE_PAGES"],
    ["relay pages at NULL", { 72: PAGE_SIZE }, "OUTSIDE_RAM"],
    ["relay pages that wait under no name", { 64: 0xffff }, "NO_RELAY_PAGE"],
    ["relay pages over eid_ptr", { 64: at.KERNEL, 72: PAGE_SIZE }, "NOT_PUBLIC"],
    ["relay pages over the kbuffer", { 64: at.KBUFFER, 72: PAGE_SIZE }, "PAGE_SHARED"],
    ["eid_ptr in the monitor", { 24: at.MONITOR }, "NOT_PUBLIC"],
    ["a private kbuffer", { 32: at.PT_AREA }, "NOT_PUBLIC"],
  ] as [string, Record<number, number>, string][])("refuses %s and changes nothing", (_, words, guard) => {
    const host = TestHost.booted();
    const shadow = host.createShadow();
    const region = host.allocate(40);
    host.platform.write64(at.EID, 0n);
    expect(host.refusal(FID.RUN_SHADOW, shadow.eid, host.forkParam(region, 40 * PAGE_SIZE, words))).toBe(guard);
    expect(host.access(region, "read")).toBe(region);
    expect(host.platform.read64(at.EID)).toBe(0n);
    expect(host.world.kind).toBe("host");
  });

  test("a 2 MiB page in a template is refused, in an enclave it is measured", () => {
    const host = TestHost.booted();
    const region = at.HUGE_POOL;
    host.platform.write64(pa(region + PAGE_SIZE), at.pte(region + 2 * PAGE_SIZE, at.V));
    host.platform.write64(
      pa(region + 2 * PAGE_SIZE + 8),
      at.pte(region + 512 * PAGE_SIZE, at.V | at.R | at.W | at.U | 0xc0n),
    );
    const image = { region, size: 4 * 512 * PAGE_SIZE, freeMem: region + 2 * 512 * PAGE_SIZE };
    expect(host.refusal(FID.CREATE_SHADOW, host.createParam(image))).toBe("HUGE_LEAF");
    host.must(FID.CREATE_ENCLAVE, host.createParam(image));
    host.run(host.eid());
    expect(host.access(0x3f_f123n, "read")).toBe(region + 512 * PAGE_SIZE + 0x1f_f123);
  });
});

describe("the end of forks and shadows", () => {
  test("a fork's end frees its own pages only", () => {
    const host = TestHost.booted();
    const shadow = host.createShadow();
    const fork = host.fork(shadow.eid);
    host.enclaveCall(ENCLAVE_FID.EXIT, 0);
    expect(host.monitor.owner(fork.region)).toBe("public");
    expect(host.monitor.owner(shadow.region)).toBe(`shadow enclave ${shadow.eid}`);
    expect(host.platform.readBytes(pa(shadow.region + 6 * PAGE_SIZE), 1)[0]).not.toBe(0);
  });

  test("a shadow with live forks is not destroyed, afterwards it is", () => {
    const host = TestHost.booted();
    const shadow = host.createShadow();
    const fork = host.fork(shadow.eid);
    host.enclaveCall(ENCLAVE_FID.YIELD);
    expect(host.refusal(FID.DESTROY_SHADOW, shadow.eid)).toBe("FORKS_ALIVE");
    host.must(FID.DESTROY, fork.eid);
    host.must(FID.DESTROY_SHADOW, shadow.eid);
    expect(host.monitor.owner(shadow.region)).toBe("public");
    expect(host.refusal(FID.DESTROY_SHADOW, shadow.eid)).toBe("NO_SUCH_SHADOW");
    expect(host.refusal(FID.RUN_SHADOW, shadow.eid, host.forkParam(fork.region, 40 * PAGE_SIZE))).toBe(
      "NO_SUCH_SHADOW",
    );
  });

  test("a region may be as small as its contents", () => {
    const host = TestHost.booted();
    const shadow = host.createShadow();
    // Records and root; 2 tables and a copy for the image; 2 tables and 16 pages of stack; 2 tables each for kbuffer and shm.
    let pageCount = 3;
    const fork = (): bigint => host.call(FID.RUN_SHADOW, shadow.eid, host.forkParam(host.pool, pageCount * PAGE_SIZE));
    while (pageCount < 64 && fork() !== 0n) pageCount++;
    expect(pageCount).toBe(27);
    const { free } = host.monitor.state.enclaves.get(host.eid())!;
    expect(free.from).toBe(free.to);
    expect(pageNoOf(pa(host.pool)) + pageCount).toBe(free.to);
  });
});
