import { beforeEach, describe, expect, test } from "vitest";
import { MIE, MIP, MSTATUS, SATP, SCAUSE, SEPC, STVAL, STVEC } from "../../assembly/csr.gen.ts";
import { pa } from "../../core/units.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

const ILLEGAL = 2n;
const HANDLER = 0xffff_ffff_8020_1000n;
const [T0, T1] = [5, 6];

let host: TestHost;
beforeEach(() => {
  host = TestHost.booted();
  host.platform.writeCsr(STVEC, HANDLER | 1n);
  host.platform.writeCsr(MSTATUS, host.platform.readCsr(MSTATUS) | 2n);
  host.platform.pc = 0x8020_0100n;
});

const satp = (): bigint => host.platform.readCsr(SATP);
/** csr instruction on satp. */
const csr = (funct3: number, rd: number, rs1: number): bigint =>
  BigInt(((SATP << 20) | (rs1 << 15) | (funct3 << 12) | (rd << 7) | 0x73) >>> 0);
/** Whether the trap went to the kernel's handler. */
const isDelivered = (cause = ILLEGAL): boolean =>
  host.platform.pc === HANDLER && host.platform.readCsr(SCAUSE) === cause && host.platform.privilege === 1;

describe("satp under TVM", () => {
  test.each([at.PT_AREA, at.SPARE_ROOT, pa(at.PMD_BASE - 4096)])("accepts the root 0x%s", (root) => {
    host.writeSatp(at.satp(root));
    expect(satp()).toBe(at.satp(root));
    expect(host.platform.pc).toBe(0x8020_0104n);
  });

  test.each([
    ["Bare", 0n, "SATP_MODE"],
    ["Sv48", (9n << 60n) | BigInt(at.PT_AREA / 4096), "SATP_MODE"],
    ["a forged root", at.satp(at.POOL), "SATP_OUTSIDE_PGD"],
    ["the page before the area", at.satp(at.PT_AREA - 4096), "SATP_OUTSIDE_PGD"],
    ["a PMD page as root", at.satp(at.PMD_BASE), "SATP_OUTSIDE_PGD"],
    ["an enclave's root", at.satp(at.POOL + 4096), "SATP_OUTSIDE_PGD"],
  ])("refuses %s and delivers the trap", (_, value, guard) => {
    const before = satp();
    host.writeSatp(value);
    expect(satp()).toBe(before);
    expect(host.monitor.lastDenial?.guard).toBe(guard);
    expect(isDelivered()).toBe(true);
    expect(host.platform.readCsr(SEPC)).toBe(0x8020_0100n);
    // SPP = S, SPIE = the old SIE, SIE = 0.
    expect(host.platform.readCsr(MSTATUS) & 0x122n).toBe(0x120n);
  });

  test.each([
    ["csrr", csr(2, T1, 0)],
    ["csrrc without bits", csr(3, T1, 0)],
    ["csrrsi 0", csr(6, T1, 0)],
  ])("%s reads it", (_, instruction) => {
    host.trap(ILLEGAL, instruction, 1);
    expect(host.platform.x[T1]).toBe(satp());
    expect(host.platform.pc).toBe(0x8020_0104n);
  });

  test("csrrw swaps, csrrs and csrrc change bits, under the same rules", () => {
    const before = satp();
    host.platform.x[T0] = at.satp(at.SPARE_ROOT);
    host.trap(ILLEGAL, csr(1, T1, T0), 1);
    expect([host.platform.x[T1], satp()]).toEqual([before, at.satp(at.SPARE_ROOT)]);
    host.platform.x[T0] = 1n;
    host.trap(ILLEGAL, csr(3, 0, T0), 1);
    expect(satp()).toBe(before);
    host.platform.x[T0] = 8n << 60n;
    host.trap(ILLEGAL, csr(3, 0, T0), 1);
    expect(satp()).toBe(before);
    expect(host.monitor.lastDenial?.guard).toBe("SATP_MODE");
    host.trap(ILLEGAL, csr(5, 0, 3), 1);
    expect(satp()).toBe(before);
  });

  test("sfence.vma flushes, x0 stays 0", () => {
    host.platform.journal.length = 0;
    host.trap(ILLEGAL, 0x12000073n, 1);
    host.trap(ILLEGAL, 0x12b50073n, 1);
    expect(host.platform.journal).toEqual(["flush", "flush"]);
    host.trap(ILLEGAL, csr(2, 0, 0), 1);
    expect(host.platform.x[0]).toBe(0n);
  });

  test("U-mode gets an illegal instruction (B9)", () => {
    const before = satp();
    host.writeSatp(at.satp(at.SPARE_ROOT), 0);
    expect(satp()).toBe(before);
    expect(host.monitor.lastDenial?.guard).toBe("NOT_SUPERVISOR");
    expect(isDelivered()).toBe(true);
    expect(host.platform.readCsr(MSTATUS) & 0x100n).toBe(0n);
    host.platform.journal.length = 0;
    host.trap(ILLEGAL, 0x12000073n, 0);
    expect(host.platform.journal).toEqual([]);
  });

  test("an enclave that tries is destroyed", () => {
    host.run(host.create().eid);
    host.writeSatp(at.satp(at.PT_AREA), 0);
    expect(host.world.kind).toBe("host");
    expect(host.monitor.lastDenial?.guard).toBe("ENCLAVE_FAULT");
  });

  test("a machine that leaves mtval 0 has its instruction fetched, also across a page", () => {
    for (const pc of [0x8020_0100n, 0x8020_0ffen]) {
      host.platform.writeBytes(pa(Number(pc)), Uint8Array.of(0x73, 0x23, 0x00, 0x18));
      host.platform.x[T1] = 0n;
      host.trap(ILLEGAL, 0n, 1, pc);
      expect(host.platform.x[T1]).toBe(satp());
    }
    host.trap(ILLEGAL, 0n, 1, 0x1_0000_0000n);
    expect(isDelivered()).toBe(true);
  });
});

describe("other traps of the host", () => {
  test.each([
    ["access fault", 5n, 0x8000_0000n, "HOST_TRAP"],
    ["illegal instruction", 2n, 0xffff_ffffn, "HOST_TRAP"],
    ["csrw of another CSR", 2n, 0x10529073n, "HOST_TRAP"],
    ["GPT violation", 24n, 0x1000n, "GPT"],
    ["integrity fault", 25n, 0x8020_0000n, "INTEGRITY"],
  ])("%s goes to the kernel's handler (B10)", (_, cause, tval, guard) => {
    host.trap(cause, tval, 1);
    expect(isDelivered(cause)).toBe(true);
    expect(host.monitor.lastDenial?.guard).toBe(guard);
    expect(host.platform.readCsr(STVAL)).toBe(tval);
  });

  test("the machine timer becomes the supervisor's until set_timer", () => {
    host.platform.writeCsr(MIE, 0x88n);
    host.timer();
    expect(host.platform.readCsr(MIE)).toBe(0x8n);
    expect(host.platform.readCsr(MIP)).toBe(0x20n);
    expect(host.platform.pc).toBe(0x8020_0100n);
    const { x } = host.platform;
    for (const [extension, fid] of [
      [0x54494d45n, 0n],
      [0n, 7n],
    ] as const) {
      [x[17], x[16], x[10]] = [extension, fid, 12345n];
      host.trap(9n, 0n, 1);
      expect(host.platform.timeCompare).toBe(12345n);
      expect([x[10], host.platform.readCsr(MIP), host.platform.readCsr(MIE)]).toEqual([0n, 0n, 0x88n]);
      host.platform.timeCompare = 0n;
    }
  });

  test("SBI base answers, other extensions are not supported", () => {
    const { x } = host.platform;
    const sbi = (extension: bigint, fid: bigint, a0 = 0n): [bigint, bigint] => {
      [x[17], x[16], x[10]] = [extension, fid, a0];
      host.trap(9n, 0n, 1);
      return [BigInt.asIntN(64, x[10]!), x[11]!];
    };
    expect(sbi(0x10n, 0n)).toEqual([0n, 2n]);
    expect(sbi(0x10n, 3n, 0x54494d45n)).toEqual([0n, 1n]);
    expect(sbi(0x10n, 3n, 0x48534dn)).toEqual([0n, 0n]);
    expect(sbi(0x48534dn, 0n)).toEqual([-2n, 0n]);
    expect(sbi(0x54494d45n, 1n)).toEqual([-2n, 0n]);
    expect(host.monitor.lastDenial?.guard).toBe("UNKNOWN_EXTENSION");
  });

  test("other calls still work", () => {
    expect(host.call(FID.PRINT)).toBe(0n);
  });
});
