import { describe, expect, test } from "vitest";
import { MSTATUS } from "../../assembly/csr.gen.ts";
import { SWITCHED_CSRS } from "../../monitor/kernel/hart.ts";
import { deny } from "../../monitor/penglai-tvm/guards.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

const ENCLAVE_CSRS = ["stvec", "sscratch", "sepc", "scause", "stval", "mideleg", "medeleg", "fcsr"] as const;

/** Fills every register with something to recognise. */
const scribble = (host: TestHost, seed: bigint): void => {
  for (let i = 1; i < 32; i++) host.platform.x[i] = seed + BigInt(i);
  for (let i = 0; i < 32; i++) host.platform.f[i] = (seed << 8n) + BigInt(i);
};

describe("entering an enclave", () => {
  test("gives it its entry registers and zeros", () => {
    const host = TestHost.booted();
    const { eid, region } = host.create();
    scribble(host, 0xbad00n);
    for (const name of ENCLAVE_CSRS) host.platform.writeCsr(SWITCHED_CSRS[name], 0xbadn);
    host.platform.writeCsr(SWITCHED_CSRS.mstatus, host.platform.readCsr(MSTATUS) | 0x6000n | (3n << 18n) | 2n);
    host.run(eid);
    const { platform } = host;
    expect(platform.pc).toBe(0x1000n);
    expect(platform.privilege).toBe(0);
    const expected = new Array<bigint>(32).fill(0n);
    expected[2] = 0x38_0000_0000n;
    expected[10] = 0x39_0000_0000n;
    expected[11] = 4096n;
    expect([...platform.x]).toEqual(expected);
    expect([...platform.f]).toEqual(new Array<bigint>(32).fill(0n));
    for (const name of ENCLAVE_CSRS) expect(platform.readCsr(SWITCHED_CSRS[name])).toBe(0n);
    expect(platform.readCsr(SWITCHED_CSRS.satp)).toBe(at.satp(region + 4096));
    // U-mode next, TVM on, FS Initial; SUM, MXR and SIE are the host's.
    expect(platform.readCsr(SWITCHED_CSRS.mstatus)).toBe((1n << 20n) | (1n << 13n));
    expect(platform.journal.at(-1)).toBe("flush");
  });

  test("without shared memory a0 and a1 are 0", () => {
    const host = TestHost.booted();
    const image = host.buildImage([at.CODE]);
    host.must(FID.CREATE_ENCLAVE, host.createParam(image, { 80: 0, 88: 0 }));
    host.run(host.eid());
    expect([...host.platform.x.subarray(10, 12)]).toEqual([0n, 0n]);
  });
});

describe("leaving and coming back", () => {
  test("the host finds its registers, the result and the instruction behind its call", () => {
    const host = TestHost.booted();
    const { eid } = host.create();
    scribble(host, 0x1000n);
    for (const name of ENCLAVE_CSRS) host.platform.writeCsr(SWITCHED_CSRS[name], 0x55n);
    host.platform.pc = 0x8020_0040n;
    const satp = host.platform.readCsr(SWITCHED_CSRS.satp);
    const mstatus = host.platform.readCsr(SWITCHED_CSRS.mstatus);
    host.run(eid);
    const before = [...host.platform.x];
    scribble(host, 0x5ec7e7n);
    for (const name of ENCLAVE_CSRS) host.platform.writeCsr(SWITCHED_CSRS[name], 0x5ec7e7n);
    host.timer();
    const { x, pc, privilege } = host.platform;
    expect(pc).toBe(0x8020_0044n);
    expect(privilege).toBe(1);
    expect([x[10], x[11]]).toEqual([0n, 1n]);
    for (const i of [1, 2, 3, 4, 5, 8, 9, 18, 27, 28, 31]) expect(x[i]).toBe(0x1000n + BigInt(i));
    expect([...x].some((value) => value >= 0x5ec7e7n && value < 0x5ec7e7n + 32n)).toBe(false);
    expect([...host.platform.f]).toEqual(Array.from({ length: 32 }, (_, i) => 0x10_0000n + BigInt(i)));
    for (const name of ENCLAVE_CSRS) expect(host.platform.readCsr(SWITCHED_CSRS[name])).toBe(0x55n);
    expect(host.platform.readCsr(SWITCHED_CSRS.satp)).toBe(satp);
    expect(host.platform.readCsr(SWITCHED_CSRS.mstatus)).toBe((mstatus & ~0x1800n) | 0x800n);
    expect(before[10]).toBe(0x39_0000_0000n);
  });

  test("the timer brings the enclave back to the very instruction, with all registers", () => {
    const host = TestHost.booted();
    const { eid } = host.create();
    host.run(eid);
    scribble(host, 0x7000n);
    const saved = [...host.platform.x, ...host.platform.f];
    host.trap((1n << 63n) | 7n, 0n, 0, 0x1abcn);
    scribble(host, 0n);
    host.must(FID.RESUME, eid, 0);
    expect([...host.platform.x, ...host.platform.f]).toEqual(saved);
    expect(host.platform.pc).toBe(0x1abcn);
  });

  test("yield and ocalls bring it back behind the ecall; SYS_WRITE leaves a0 as it was", () => {
    const host = TestHost.booted();
    const { eid } = host.create();
    host.run(eid);
    host.platform.pc = 0x1100n;
    host.enclaveCall(ENCLAVE_FID.YIELD, 5);
    host.must(FID.RESUME, eid, 0);
    expect(host.platform.pc).toBe(0x1104n);
    host.enclaveCall(ENCLAVE_FID.OCALL, 3);
    host.must(FID.RESUME, eid, 2, 3);
    expect(host.platform.pc).toBe(0x1108n);
    expect(host.platform.x[10]).toBe(3n);
  });

  test("values 0 to 100 fold into a1, others into a0", () => {
    const host = TestHost.booted();
    expect(host.call(FID.PRINT)).toBe(0n);
    expect([host.platform.x[10], host.platform.x[11]]).toEqual([0n, 0n]);
    host.call(FID.DESTROY, 99);
    expect([host.platform.x[10], host.platform.x[11]]).toEqual([2n ** 64n - 1n, 0n]);
  });

  test("two enclaves and the host never see each other's registers", () => {
    const host = TestHost.booted();
    const [a, b] = [host.create().eid, host.create().eid];
    host.run(a);
    scribble(host, 0xa000n);
    host.timer();
    host.run(b);
    scribble(host, 0xb000n);
    host.timer();
    host.must(FID.RESUME, a, 0);
    expect([host.platform.x[20], host.platform.f[20]]).toEqual([0xa014n, 0xa0_0014n]);
    host.timer();
    host.must(FID.RESUME, b, 0);
    expect([host.platform.x[20], host.platform.f[20]]).toEqual([0xb014n, 0xb0_0014n]);
  });
});

describe("a trap record", () => {
  test("tells an observer who called what and why it was refused", () => {
    const seen: unknown[] = [];
    const host = TestHost.booted({ observe: ({ name, value, denial }) => seen.push([name, value, denial?.guard]) });
    host.call(FID.DESTROY, 9);
    expect(seen.slice(-3)).toEqual([
      ["SM_INIT", 0n, undefined],
      ["PT_AREA_SEPARATION", 0n, undefined],
      ["DESTROY", -1n, "NO_SUCH_ENCLAVE"],
    ]);
  });

  test("a denial explains itself", () => {
    const host = TestHost.booted();
    host.call(FID.ATTEST, host.create().eid, at.MONITOR, 0);
    expect(host.monitor.lastDenial?.explanation).toBe(
      "NOT_PUBLIC: the report names memory that is not the host's; page 0x80000000 belongs to the monitor. " +
        "Rule: the host passes only memory of its own: public pages (B7, B8).",
    );
    expect(deny("KEY_TYPE", "x").blame).toBe("enclave");
    expect(host.monitor.explain(at.PT_AREA)).toMatchObject({ owner: "the host page table area", hostMayMap: true });
    expect(host.monitor.explain(at.POOL)).toMatchObject({ owner: "enclave 1", hostMayMap: false });
  });
});
