/** Each call by its effect: what changes, what is returned, to the register. Penglai reference §6.1, §6.5 to §6.9. */
import { describe, expect, test } from "vitest";
import { MIP, PMPADDR0, PMPCFG0 } from "../../../assembly/csr.gen.ts";
import { STI } from "../../../core/registers.ts";
import { PAGE_SIZE, pa } from "../../../core/units.ts";
import * as at from "../../../zoo/penglai-pmp/host.ts";
import { ENCLAVE_FID, FID, PmpHost } from "../../../zoo/penglai-pmp/host.ts";

const sound = (host: PmpHost): void => expect(host.monitor.violation()).toBeUndefined();

describe("regions", () => {
  test("MM_INIT closes memory to the host, and the rest stays open", () => {
    const host = new PmpHost();
    expect(host.reads(at.REGION)).toBe(true);
    host.must(FID.MM_INIT, at.REGION, at.REGION_SIZE);
    expect(host.access(at.REGION, "read")).toBe("access fault");
    expect(host.access(at.REGION + at.REGION_SIZE - 8, "write")).toBe("access fault");
    expect(host.reads(at.REGION + at.REGION_SIZE)).toBe(true);
    expect(host.reads(at.REGION - 8)).toBe(true);
    expect(host.reads(at.MONITOR)).toBe(false);
    host.onHart(1, () => expect(host.reads(at.REGION)).toBe(false));
    sound(host);
  });

  test("PMP0, PMP2 and PMP15 are as the plan says, to the bit", () => {
    const host = PmpHost.ready();
    const config = (index: number): bigint =>
      (host.platform.readCsr(index < 8 ? PMPCFG0 : PMPCFG0 + 2) >> BigInt(8 * (index % 8))) & 0xffn;
    expect([0, 1, 2, 3, 14, 15].map(config)).toEqual([0x18n, 0n, 0x18n, 0n, 0n, 0x1fn]);
    expect(host.platform.readCsr(PMPADDR0 + 2)).toBe((BigInt(at.REGION) >> 2n) | ((BigInt(at.REGION_SIZE) >> 3n) - 1n));
  });

  test("13 regions, and no fourteenth", () => {
    const host = PmpHost.ready();
    for (let i = 0; i < 12; i++) host.must(FID.EXTEND, at.MORE + i * at.MIB, at.MIB);
    expect(host.refusal(FID.EXTEND, at.MORE + 12 * at.MIB, at.MIB)).toBe("NO_PMP_ENTRY");
    for (let i = 0; i < 12; i++) expect(host.reads(at.MORE + i * at.MIB)).toBe(false);
    expect(host.reads(at.MORE + 12 * at.MIB)).toBe(true);
    sound(host);
  });

  test("ALLOC_ENCLAVE_MM grants a zeroed block of a power of two on one hart", () => {
    const host = new PmpHost();
    host.platform.write64(at.REGION, 7n);
    host.must(FID.MM_INIT, at.REGION, at.REGION_SIZE);
    const block = host.alloc(5 * PAGE_SIZE);
    expect(block).toEqual({ paddr: at.REGION, size: 8 * PAGE_SIZE });
    expect(host.platform.read64(block.paddr)).toBe(0n);
    expect(host.access(block.paddr, "write")).toBe(block.paddr);
    expect(host.reads(block.paddr + block.size)).toBe(false);
    host.onHart(1, () => expect(host.reads(block.paddr)).toBe(false));
    sound(host);
  });

  test.each([
    [1, PAGE_SIZE],
    [PAGE_SIZE, PAGE_SIZE],
    [PAGE_SIZE + 1, 2 * PAGE_SIZE],
    [at.REGION_SIZE, at.REGION_SIZE],
  ])("a block for %d bytes has %d", (byteLen, size) => {
    expect(PmpHost.ready().alloc(byteLen).size).toBe(size);
  });

  test("FREE_ENCLAVE_MEM gives the highest region back that nothing is allocated in, MEMORY_RECLAIM too", () => {
    const host = PmpHost.ready();
    host.must(FID.EXTEND, at.MORE, at.MIB);
    host.must(FID.EXTEND, at.MORE + at.MIB, at.MIB);
    host.create();
    expect(host.call(FID.FREE, at.SIZE, 2)).toBe(BigInt(at.MORE + at.MIB));
    expect(host.platform.read64(at.SIZE)).toBe(BigInt(at.MIB));
    expect(host.reads(at.MORE + at.MIB)).toBe(true);
    expect(host.call(FID.RECLAIM, at.SIZE)).toBe(BigInt(at.MORE));
    expect(host.call(FID.RECLAIM, at.SIZE)).toBe(0n);
    expect(host.platform.read64(at.SIZE)).toBe(0n);
    expect(host.reads(at.REGION)).toBe(false);
    sound(host);
  });

  test("FREE_ENCLAVE_MEM with flag 3 gives the grant back, wiped; other flags do nothing", () => {
    const host = PmpHost.ready();
    const block = host.alloc(at.MIB);
    host.platform.write64(block.paddr, 7n);
    expect(host.call(FID.FREE, at.SIZE, 1)).toBe(0n);
    expect(host.reads(block.paddr)).toBe(true);
    expect(host.call(FID.FREE, at.SIZE, 3)).toBe(BigInt(block.paddr));
    expect(host.platform.read64(at.SIZE)).toBe(BigInt(at.MIB));
    expect(host.reads(block.paddr)).toBe(false);
    expect(host.platform.read64(block.paddr)).toBe(0n);
    expect(host.call(FID.FREE, at.SIZE, 3)).toBe(0n);
    expect(host.alloc(at.REGION_SIZE).paddr).toBe(at.REGION);
    sound(host);
  });
});

describe("CREATE", () => {
  test("takes the grant, tells the id and closes the block", () => {
    const host = PmpHost.ready();
    const enclave = host.create();
    expect(enclave.eid).toBe(1);
    expect(host.record(1)?.status).toBe("fresh");
    expect(host.reads(enclave.paddr)).toBe(false);
    expect(host.monitor.owner(enclave.paddr)).toBe("enclave 1");
    expect(host.create().eid).toBe(2);
    sound(host);
  });

  test("the eid is an int: its neighbour is not touched", () => {
    const host = PmpHost.ready();
    host.platform.write64(at.EID, -1n & 0xffff_ffff_ffff_ffffn);
    host.create();
    expect(host.platform.read64(at.EID)).toBe(0xffff_ffff_0000_0001n);
  });

  test("128 records lie on one slab of 128 KiB, the 129th on another", () => {
    const host = PmpHost.ready();
    for (let i = 0; i < 128; i++) host.create([at.CODE], 4 * PAGE_SIZE);
    expect(host.monitor.state.slabs).toHaveLength(1);
    const last = host.create([at.CODE], 4 * PAGE_SIZE);
    expect(host.monitor.state.slabs).toHaveLength(2);
    sound(host);
    host.must(FID.DESTROY, last.eid);
    expect(host.monitor.state.slabs).toHaveLength(1);
    sound(host);
  });

  test("without metadata: -2, and the grant stays for a retry; the retry that fails gives it up", () => {
    const host = new PmpHost();
    host.must(FID.MM_INIT, at.REGION, 128 * 1024);
    const block = host.alloc(64 * 1024);
    host.build(block);
    expect(host.call(FID.CREATE, host.param(block), 0)).toBe(-2n);
    expect(host.reads(block.paddr)).toBe(true);
    expect(host.platform.read64(pa(block.paddr + 0))).not.toBe(0n);
    expect(host.call(FID.CREATE, host.param(block), 1)).toBe(-2n);
    expect(host.reads(block.paddr)).toBe(false);
    expect(host.platform.readBytes(block.paddr, block.size).every((byte) => byte === 0)).toBe(true);
    sound(host);
    host.must(FID.EXTEND, at.MORE, at.MIB);
    host.create();
    sound(host);
  });

  test("a -2 that MEMORY_EXTEND mends", () => {
    const host = new PmpHost();
    host.must(FID.MM_INIT, at.REGION, 128 * 1024);
    const block = host.alloc(64 * 1024);
    host.build(block);
    expect(host.call(FID.CREATE, host.param(block), 0)).toBe(-2n);
    host.must(FID.EXTEND, at.MORE, at.MIB);
    host.must(FID.CREATE, host.param(block), 1);
    sound(host);
  });
});

describe("RUN, RESUME and what makes an enclave leave", () => {
  test("entry registers", () => {
    const host = PmpHost.ready();
    host.platform.x.fill(99n, 1);
    host.platform.f.fill(98n);
    host.start();
    const { x, f, pc, privilege } = host.platform;
    expect(pc).toBe(0x1000n);
    expect(privilege).toBe(0);
    const expected = new BigUint64Array(32);
    expected.set([0x40_0000_0000n], 2);
    expected.set([0x1000n, at.UNTRUSTED_VA, BigInt(at.UNTRUSTED_SIZE)], 11);
    expect([...x]).toEqual([...expected]);
    expect(f.every((value) => value === 0n)).toBe(true);
    sound(host);
  });

  test("its region is open on its hart while it runs, and on no other", () => {
    const host = PmpHost.ready();
    const { paddr } = host.start();
    expect(host.access(at.CODE.va, "execute")).toBe(paddr + 3 * PAGE_SIZE);
    expect(host.access(at.UNTRUSTED_VA, "write")).toBe(at.UNTRUSTED);
    expect(host.access(at.KBUFFER_VA, "write")).toBe(at.KBUFFER);
    host.onHart(1, () => expect(host.reads(paddr)).toBe(false));
    host.timer();
    expect(host.reads(paddr)).toBe(false);
  });

  test("the timer: a0 = 0, a1 = 1, the supervisor's timer pending; RESUME 2000 continues", () => {
    const host = PmpHost.ready();
    const { eid } = host.start();
    host.platform.x[5] = 0xabcn;
    host.trap((1n << 63n) | 7n, 0n, 0, 0x1010n);
    expect(host.world.kind).toBe("host");
    expect([host.platform.x[10], host.platform.x[11]]).toEqual([0n, 1n]);
    expect(host.platform.readCsr(MIP) & STI).toBe(STI);
    expect(host.record(eid)?.status).toBe("runnable");
    host.must(FID.RESUME, eid, at.TIMER);
    expect([host.platform.pc, host.platform.x[5]]).toEqual([0x1010n, 0xabcn]);
    sound(host);
  });

  test("SYS_WRITE: 2, the id in its word; the enclave goes on behind its ecall with its registers", () => {
    const host = PmpHost.ready();
    const { eid } = host.start();
    host.platform.write64(at.ARG0, 5n);
    const { pc } = host.platform;
    expect(host.enclaveCall(ENCLAVE_FID.OCALL, 3, 0x5ec)).toBe(2n);
    expect([host.platform.x[10], host.platform.x[11]]).toEqual([2n, 2n]);
    expect(host.platform.read64(at.OCALL_ID)).toBe(3n);
    expect(host.platform.read64(at.ARG0)).toBe(5n);
    host.must(FID.RESUME, eid, at.OCALL, 3);
    expect(host.platform.pc).toBe(pc + 4n);
    expect([host.platform.x[10], host.platform.x[11]]).toEqual([3n, 0x5ecn]);
    sound(host);
  });

  test("USER_DEFINED tells the host the size; RESUME 2000 continues an ocall as well", () => {
    const host = PmpHost.ready();
    const { eid } = host.start();
    expect(host.enclaveCall(ENCLAVE_FID.OCALL, 9, 1234)).toBe(2n);
    expect([host.platform.read64(at.OCALL_ID), host.platform.read64(at.ARG0)]).toEqual([9n, 1234n]);
    host.must(FID.RESUME, eid, at.TIMER);
    expect(host.world).toEqual({ kind: "enclave", eid });
  });

  test("EXIT: 0, memory wiped, the region given back when it is empty", () => {
    const host = PmpHost.ready();
    const other = host.create();
    const enclave = host.start();
    expect(host.enclaveCall(ENCLAVE_FID.EXIT, 42)).toBe(0n);
    expect(host.record(enclave.eid)).toBeUndefined();
    expect(host.platform.readBytes(enclave.paddr, enclave.size).every((byte) => byte === 0)).toBe(true);
    expect(host.reads(enclave.paddr)).toBe(false);
    host.must(FID.RUN, other.eid);
    host.enclaveCall(ENCLAVE_FID.EXIT, 0);
    expect(host.reads(enclave.paddr)).toBe(true);
    expect(host.monitor.owner(at.REGION)).toBe("public");
    host.onHart(1, () => expect(host.reads(at.REGION)).toBe(true));
    sound(host);
  });

  test("a fault ends it: -1, and neither cause nor address reach the host", () => {
    const host = PmpHost.ready();
    const { eid, paddr } = host.start();
    host.platform.x[5] = 0x5ec7e7n;
    host.fault(13, 0x5ec7e7n);
    expect(host.result()).toBe(-1n);
    expect(host.platform.x.includes(0x5ec7e7n)).toBe(false);
    expect(host.record(eid)).toBeUndefined();
    expect(host.monitor.lastDenial?.guard).toBe("ENCLAVE_FAULT");
    expect(host.reads(paddr)).toBe(false);
    sound(host);
  });
});

describe("STOP and DESTROY", () => {
  test("STOP, RESUME gives 1, RESUME from stop, RESUME", () => {
    const host = PmpHost.ready();
    const { eid } = host.start();
    host.timer();
    host.must(FID.STOP, eid);
    expect(host.call(FID.RESUME, eid, at.TIMER)).toBe(1n);
    expect(host.call(FID.RESUME, eid, at.OCALL, 3)).toBe(1n);
    host.must(FID.RESUME, eid, at.STOP);
    host.must(FID.RESUME, eid, at.TIMER);
    expect(host.world.kind).toBe("enclave");
    sound(host);
  });

  test("DESTROY of a fresh enclave frees it at once", () => {
    const host = PmpHost.ready();
    const { eid, paddr, size } = host.create();
    host.must(FID.DESTROY, eid);
    expect(host.record(eid)).toBeUndefined();
    expect(host.platform.readBytes(paddr, size).every((byte) => byte === 0)).toBe(true);
    expect(host.reads(paddr)).toBe(false);
    sound(host);
  });

  test("DESTROY of another one is lazy: the next RESUME frees it and gives 0", () => {
    const host = PmpHost.ready();
    const { eid, paddr } = host.start();
    host.timer();
    host.must(FID.DESTROY, eid);
    expect(host.record(eid)?.status).toBe("destroyed");
    expect(host.monitor.owner(paddr)).toBe(`enclave ${eid}`);
    expect(host.call(FID.RESUME, eid, at.TIMER)).toBe(0n);
    expect(host.world.kind).toBe("host");
    expect(host.record(eid)).toBeUndefined();
    sound(host);
  });

  test("STOP of an enclave that another hart runs waits for its next trap", () => {
    const host = PmpHost.ready();
    const { eid } = host.create();
    host.onHart(1, () => host.must(FID.RUN, eid));
    host.must(FID.STOP, eid);
    expect(host.record(eid)).toMatchObject({ status: "running", pending: "stop" });
    expect(host.refusal(FID.STOP, eid)).toBe("WRONG_STATE");
    expect(host.refusal(FID.RESUME, eid, at.TIMER)).toBe("WRONG_STATE");
    sound(host);
    host.onHart(1, () => {
      expect(host.timer()).toBe(1n);
      expect(host.call(FID.RESUME, eid, at.TIMER)).toBe(1n);
    });
    expect(host.record(eid)).toMatchObject({ status: "stopped", pending: undefined });
    sound(host);
  });

  test("an EXIT comes before a STOP, an ocall is not lost", () => {
    const host = PmpHost.ready();
    const [first, second] = [host.create(), host.create()];
    host.onHart(1, () => host.must(FID.RUN, first.eid));
    host.must(FID.STOP, first.eid);
    host.onHart(1, () => expect(host.enclaveCall(ENCLAVE_FID.EXIT, 0)).toBe(0n));
    expect(host.record(first.eid)).toBeUndefined();
    host.onHart(1, () => host.must(FID.RUN, second.eid));
    host.must(FID.STOP, second.eid);
    host.onHart(1, () => expect(host.enclaveCall(ENCLAVE_FID.OCALL, 3)).toBe(2n));
    expect(host.record(second.eid)?.status).toBe("stopped");
    sound(host);
  });

  test.each([
    ["the timer", (host: PmpHost) => host.timer()],
    ["an ocall", (host: PmpHost) => host.enclaveCall(ENCLAVE_FID.OCALL, 3)],
    ["EXIT", (host: PmpHost) => host.enclaveCall(ENCLAVE_FID.EXIT, 0)],
  ])("DESTROY of an enclave that another hart runs: it ends at %s, and its host sees 0", (_, leave) => {
    const host = PmpHost.ready();
    const { eid } = host.create();
    host.onHart(1, () => host.must(FID.RUN, eid));
    host.must(FID.DESTROY, eid);
    expect(host.record(eid)?.status).toBe("running");
    host.onHart(1, () => expect(leave(host)).toBe(0n));
    expect(host.record(eid)).toBeUndefined();
    sound(host);
  });
});
