/** Every edge of Penglai reference §6.9, and every call in every state it does not belong to. */
import { describe, expect, test } from "vitest";
import { MIE, MIP } from "../../assembly/csr.gen.ts";
import { PAGE_SIZE, pa } from "../../core/units.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

const SYS_WRITE = 3;
const [TIMER, STOP, OCALL] = [0, 1, 2];

type Status = "fresh" | "runnable" | "stopped" | "ocalling";
const STATUSES: readonly Status[] = ["fresh", "runnable", "stopped", "ocalling"];

/** A host with one enclave in the given state. */
function hostWith(status: Status): { host: TestHost; eid: number; region: number } {
  const host = TestHost.booted();
  const { eid, region } = host.create();
  if (status === "fresh") return { host, eid, region };
  host.run(eid);
  if (status === "ocalling") host.enclaveCall(ENCLAVE_FID.OCALL, SYS_WRITE);
  else host.enclaveCall(ENCLAVE_FID.YIELD);
  if (status === "stopped") host.must(FID.STOP, eid);
  return { host, eid, region };
}

const statusOf = (host: TestHost, eid: number): string | undefined => host.monitor.state.enclaves.get(eid)?.status;

describe("edges", () => {
  test("create: fresh; run: running", () => {
    const { host, eid } = hostWith("fresh");
    expect(statusOf(host, eid)).toBe("fresh");
    host.run(eid);
    expect(statusOf(host, eid)).toBe("running");
    expect(host.world).toEqual({ kind: "enclave", eid });
  });

  test("timer: runnable, the host sees 1 and its own timer pending", () => {
    const { host, eid } = hostWith("fresh");
    host.platform.writeCsr(MIE, 0x80n);
    host.run(eid);
    expect(host.platform.readCsr(MIP)).toBe(0n);
    expect(host.timer()).toEqual({ kind: "host" });
    expect(host.result()).toBe(1n);
    expect(statusOf(host, eid)).toBe("runnable");
    expect(host.platform.readCsr(MIP) & 0x20n).toBe(0x20n);
    expect(host.platform.readCsr(MIE) & 0x80n).toBe(0n);
  });

  test("yield: runnable, 3; ocall: ocalling, 2; resume: running", () => {
    const { host, eid } = hostWith("fresh");
    host.run(eid);
    expect(host.enclaveCall(ENCLAVE_FID.YIELD)).toBe(3n);
    host.must(FID.RESUME, eid, TIMER);
    expect(statusOf(host, eid)).toBe("running");
    expect(host.enclaveCall(ENCLAVE_FID.OCALL, SYS_WRITE)).toBe(2n);
    expect(statusOf(host, eid)).toBe("ocalling");
    host.must(FID.RESUME, eid, OCALL, SYS_WRITE);
    expect(statusOf(host, eid)).toBe("running");
  });

  test("stop: stopped; resume(timer) gives 1 and stays; resume(stop): runnable", () => {
    const { host, eid } = hostWith("stopped");
    expect(host.call(FID.RESUME, eid, TIMER)).toBe(1n);
    expect(statusOf(host, eid)).toBe("stopped");
    host.must(FID.RESUME, eid, STOP);
    expect(statusOf(host, eid)).toBe("runnable");
  });

  test("exit: freed, 0, and the value in *retval", () => {
    const { host, eid, region } = hostWith("fresh");
    host.run(eid);
    expect(host.enclaveCall(ENCLAVE_FID.EXIT, 42)).toBe(0n);
    expect(host.platform.read64(at.RETVAL)).toBe(42n);
    expect(statusOf(host, eid)).toBeUndefined();
    expect(host.monitor.owner(pa(region))).toBe("public");
    expect(host.access(region, "write")).toBe(region);
  });

  test.each(STATUSES)("destroy of a %s enclave frees and wipes it", (status) => {
    const { host, eid, region } = hostWith(status);
    host.must(FID.DESTROY, eid);
    expect(statusOf(host, eid)).toBeUndefined();
    expect(host.platform.readBytes(pa(region), 32 * PAGE_SIZE).every((byte) => byte === 0)).toBe(true);
    expect(host.store(region, 1n)).toBe(true);
  });

  test.each([
    ["page fault", 13n, "ENCLAVE_FAULT"],
    ["illegal instruction", 2n, "ENCLAVE_FAULT"],
    ["integrity fault", 25n, "INTEGRITY"],
    ["GPT violation", 24n, "GPT"],
  ])("%s: destroyed, -1, and the reason kept from the host and told to its owner", (_, cause, guard) => {
    const { host, eid, region } = hostWith("fresh");
    host.run(eid);
    host.trap(cause, 0x1234n, 0);
    expect(host.world.kind).toBe("host");
    expect(host.result()).toBe(-1n);
    expect(host.monitor.lastDenial?.guard).toBe(guard);
    expect(host.monitor.owner(pa(region))).toBe("public");
    expect(host.refusal(FID.DESTROY, eid)).toBe("NO_SUCH_ENCLAVE");
    expect(host.monitor.lastDenial?.explanation).toContain(guard);
    const inRegisters = [...host.platform.x].includes(0x1234n);
    expect(inRegisters).toBe(false);
  });

  test("an unknown function or extension destroys the enclave; ioctl gives 0", () => {
    const { host, eid } = hostWith("fresh");
    host.run(eid);
    host.platform.x[16] = 0n;
    host.platform.x[17] = 29n;
    host.trap(8n, 0n, 0);
    expect(host.world).toEqual({ kind: "enclave", eid });
    expect(host.platform.x[10]).toBe(0n);
    expect(host.enclaveCall(87)).toBe(-1n);
    expect(host.monitor.lastDenial?.guard).toBe("UNKNOWN_ENCLAVE_FUNCTION");
    const other = hostWith("fresh");
    other.host.run(other.eid);
    other.host.platform.x[16] = 0x100100n;
    other.host.platform.x[17] = 99n;
    other.host.trap(8n, 0n, 0);
    expect(other.host.result()).toBe(-1n);
  });
});

/** Calls with an enclave id, and the states in which they do something. */
const CALLS: readonly [name: string, fid: number, args: (host: TestHost) => number[], legal: readonly Status[]][] = [
  ["ATTEST", FID.ATTEST, () => [at.REPORT, 1], ["fresh", "stopped"]],
  ["RUN", FID.RUN, (host) => [host.runParam()], ["fresh"]],
  ["STOP", FID.STOP, () => [], ["runnable"]],
  ["RESUME from timer", FID.RESUME, () => [TIMER], ["runnable", "stopped"]],
  ["RESUME from stop", FID.RESUME, () => [STOP], ["stopped"]],
  ["RESUME from ocall", FID.RESUME, () => [OCALL, SYS_WRITE], ["ocalling"]],
  ["DESTROY", FID.DESTROY, () => [], STATUSES],
];

describe.each(CALLS)("%s", (name, fid, args, legal) => {
  test.each(STATUSES)("of a %s enclave", (status) => {
    const { host, eid } = hostWith(status);
    if (legal.includes(status)) expect(host.call(fid, eid, ...args(host))).toBeGreaterThanOrEqual(0n);
    else expect(host.refusal(fid, eid, ...args(host))).toBe("WRONG_STATE");
  });

  test.each(legal)("of a %s enclave by another process", (status) => {
    const { host, eid } = hostWith(status);
    host.must(FID.SET_PTE, 1, at.SPARE_ROOT + 16, at.pte(at.PMD_BASE, at.V));
    host.writeSatp(at.satp(at.SPARE_ROOT));
    expect(host.refusal(fid, eid, ...args(host))).toBe("NOT_OWNER");
  });

  test.each([0, 2, 999, 2n ** 30n, 2n ** 64n - 1n])("of an enclave that does not exist: %s", (eid) => {
    const { host } = hostWith("fresh");
    const { state } = host.monitor;
    const value = host.call(fid, eid, ...args(host));
    // "missing eid | resume(0) | 0 (driver reads success)"
    expect(value).toBe(name === "RESUME from timer" ? 0n : -1n);
    expect(host.monitor.lastDenial?.guard).toBe("NO_SUCH_ENCLAVE");
    expect(host.monitor.state).toBe(state);
  });

  test("of a shadow's id", () => {
    const host = TestHost.booted();
    const { eid } = host.createShadow();
    host.call(fid, eid, ...args(host));
    expect(host.monitor.lastDenial?.guard).toBe("NO_SUCH_ENCLAVE");
  });
});

const POINTERS: readonly [string, number | bigint, string][] = [
  ["NULL", 0, "OUTSIDE_RAM"],
  ["unaligned", at.KERNEL + 4, "MISALIGNED"],
  ["out of RAM", at.RAM_END, "OUTSIDE_RAM"],
  ["the monitor", at.MONITOR, "NOT_PUBLIC"],
  ["pt_area", at.PT_AREA, "NOT_PUBLIC"],
  ["an enclave", at.POOL, "NOT_PUBLIC"],
  ["the last word of memory", 2n ** 64n - 8n, "OUTSIDE_RAM"],
];

describe.each(POINTERS)("a pointer to %s", (_, address, guard) => {
  test("is refused by ATTEST, RUN and RUN_SHADOW", () => {
    const { host, eid } = hostWith("fresh");
    expect(host.refusal(FID.ATTEST, eid, address, 1)).toBe(guard);
    expect(host.refusal(FID.RUN, eid, address)).toBe(guard);
    const shadow = host.createShadow();
    expect(host.refusal(FID.ATTEST_SHADOW, shadow.eid, address, 1)).toBe(guard);
    expect(host.refusal(FID.RUN_SHADOW, shadow.eid, address)).toBe(guard);
    expect(host.refusal(FID.CREATE_SHADOW, address)).toBe(guard);
  });
});

describe("other calls", () => {
  test("unknown functions, relay pages at NULL and unknown ways to resume", () => {
    const { host, eid } = hostWith("fresh");
    for (const fid of [0, 82, 88, 91, 93, 102, 2n ** 63n])
      expect(host.refusal(Number(fid), eid)).toBe("UNKNOWN_FUNCTION");
    expect(host.refusal(FID.RUN, eid, host.runParam(0, PAGE_SIZE))).toBe("OUTSIDE_RAM");
    expect(host.call(FID.RESUME, eid, 7)).toBe(0n);
    expect(host.monitor.lastDenial?.guard).toBe("UNKNOWN_FUNCTION");
    expect(host.call(FID.PRINT, 0, 0)).toBe(0n);
  });

  test.each([
    ["unaligned", at.POOL + 8, PAGE_SIZE, "MISALIGNED"],
    ["NULL", 0, PAGE_SIZE, "OUTSIDE_RAM"],
    ["empty", at.POOL, 0, "OUTSIDE_RAM"],
    ["out of RAM", at.RAM_END, PAGE_SIZE, "OUTSIDE_RAM"],
    ["private", at.MONITOR, PAGE_SIZE, "NOT_PUBLIC"],
    ["half of a 2 MiB leaf", at.HUGE_POOL, PAGE_SIZE, "PARTLY_COVERED"],
  ])("MEMORY_EXTEND refuses memory that is %s", (_, address, size, guard) => {
    expect(TestHost.booted().refusal(FID.MEMORY_EXTEND, address, size)).toBe(guard);
  });

  test("MEMORY_EXTEND takes a whole 2 MiB leaf", () => {
    const host = TestHost.booted();
    host.must(FID.MEMORY_EXTEND, at.HUGE_POOL, 512 * PAGE_SIZE);
    expect(host.access(at.HUGE_POOL, "read")).toBe("page fault");
    expect(host.access(at.HUGE_POOL + 512 * PAGE_SIZE, "read")).toBe(at.HUGE_POOL + 512 * PAGE_SIZE);
  });

  test("an ecall from U-mode in the host world fails and changes nothing", () => {
    const { host, eid } = hostWith("fresh");
    host.platform.x.set([0x100100n], 17);
    host.platform.x.set([BigInt(FID.DESTROY)], 16);
    host.platform.x.set([BigInt(eid)], 10);
    host.trap(8n, 0n, 0);
    expect(host.result()).toBe(-1n);
    expect(host.monitor.lastDenial?.guard).toBe("NOT_A_SUPERVISOR_CALL");
    expect(statusOf(host, eid)).toBe("fresh");
  });
});
