/**
 * Every call refused by every guard that it has, in states in which nothing else is wrong: the guard is the expected one, the
 * state is the same object and no byte has changed. A pair that no test reaches fails the last test. Penglai reference §11, "ABI".
 */
import { describe, expect, test } from "vitest";
import { ECALL_FROM_U, INTEGRITY_FAULT } from "../../../assembly/cause.ts";
import { PAGE_SIZE, pa, pageNoOf } from "../../../core/units.ts";
import { HOST_MEMORY_USED_UP } from "../../../monitor/kernel/host-memory.ts";
import { type GuardName, guardNames } from "../../../monitor/penglai-pmp/guards.ts";
import { createPenglaiPmp } from "../../../monitor/penglai-pmp.ts";
import * as at from "../../../zoo/penglai-pmp/host.ts";
import { ENCLAVE_FID, FID, PmpHost } from "../../../zoo/penglai-pmp/host.ts";
import { OTHER_PROCESS } from "../../../zoo/penglai-pmp/witnesses/scenario.ts";
import { FakePlatform } from "../../../zoo/scene/platform.ts";

const reached = new Set<string>();
type Call = keyof typeof FID | keyof typeof ENCLAVE_FID | "trap" | "ecall";

/** The last denial must be this one. */
function sees(host: PmpHost, call: Call, guard: GuardName): void {
  expect(host.monitor.lastDenial?.guard).toBe(guard);
  expect(host.monitor.lastDenial?.explanation).toContain(guard);
  reached.add(`${call} ${guard}`);
}

/** A call that is refused and changes nothing. */
function refused(host: PmpHost, call: keyof typeof FID, guard: GuardName, ...args: readonly (bigint | number)[]): void {
  const bytes = host.platform.readBytes(at.KERNEL, 0x10000);
  expect(host.refusal(FID[call], ...args)).toBe(guard);
  expect(Buffer.compare(host.platform.readBytes(at.KERNEL, 0x10000), bytes)).toBe(0);
  expect(host.monitor.violation()).toBeUndefined();
  sees(host, call, guard);
}

/** What a host can have: nothing yet, a fresh enclave (1), a grant. */
function granted(): { host: PmpHost; block: at.Block } {
  const host = PmpHost.ready();
  host.create();
  const block = host.alloc(64 * 1024);
  host.build(block);
  host.param(block);
  host.platform.write64(at.ARG, BigInt(PAGE_SIZE));
  return { host, block };
}

const POINTER_CALLS: readonly (readonly [keyof typeof FID, (pointer: bigint) => readonly (bigint | number)[]])[] = [
  ["ALLOC", (pointer) => [pointer]],
  ["CREATE", (pointer) => [pointer, 0]],
  ["ATTEST", (pointer) => [1, pointer, 7]],
  ["RECLAIM", (pointer) => [pointer]],
  ["FREE", (pointer) => [pointer, 2]],
];

describe.each(POINTER_CALLS)("%s with a pointer that", (call, args) => {
  /** What a word of 8 bytes cannot do. */
  const longer = [
    ["ends behind RAM", 0x8400_0000n - 8n, "OUTSIDE_RAM"],
    ["reaches into a region", BigInt(at.REGION - 8), "NOT_PUBLIC"],
  ] as const;
  test.each([
    ["is not aligned", BigInt(at.PARAM + 4), "MISALIGNED"],
    ["is null", 0n, "OUTSIDE_RAM"],
    ["lies behind RAM", 0x8400_0000n, "OUTSIDE_RAM"],
    ["wraps", (1n << 64n) - 8n, "OUTSIDE_RAM"],
    ["is a device's", 0x1000_0000n, "OUTSIDE_RAM"],
    ["points into the monitor", BigInt(at.MONITOR + 8), "NOT_PUBLIC"],
    ["points into a region", BigInt(at.REGION + at.REGION_SIZE - 4096), "NOT_PUBLIC"],
    ...(call === "RECLAIM" || call === "FREE" ? [] : longer),
  ] as const)("%s", (_, pointer, guard) => {
    refused(granted().host, call, guard, ...args(pointer));
  });
});

describe.each(["RUN", "STOP", "RESUME", "DESTROY", "ATTEST"] as const)("%s", (call) => {
  const more = call === "RESUME" ? [at.TIMER] : [at.REPORT, 1];

  test.each([0n, 2n, 1n << 30n, (1n << 32n) + 1n, (1n << 64n) - 1n])("of enclave %d, which there is not", (eid) => {
    refused(granted().host, call, "NO_SUCH_ENCLAVE", eid, ...more);
  });

  test("of an enclave that is gone says why", () => {
    const { host } = granted();
    host.must(FID.DESTROY, 1);
    refused(host, call, "NO_SUCH_ENCLAVE", 1, ...more);
    expect(host.monitor.lastDenial?.found).toBe("enclave 1 is gone: destroyed by the host");
  });

  test("by another process", () => {
    const { host } = granted();
    host.process = OTHER_PROCESS;
    refused(host, call, "NOT_OWNER", 1, ...more);
  });
});

describe("a call in another state than it needs", () => {
  const STATES: Readonly<Record<string, (host: PmpHost) => void>> = {
    fresh: () => {},
    runnable: (host) => {
      host.must(FID.RUN, 1);
      host.timer();
    },
    running: (host) => host.onHart(1, () => host.must(FID.RUN, 1)),
    stopping: (host) => {
      host.onHart(1, () => host.must(FID.RUN, 1));
      host.must(FID.STOP, 1);
    },
    dying: (host) => {
      host.onHart(1, () => host.must(FID.RUN, 1));
      host.must(FID.DESTROY, 1);
    },
    stopped: (host) => {
      host.must(FID.RUN, 1);
      host.timer();
      host.must(FID.STOP, 1);
    },
    destroyed: (host) => {
      host.must(FID.RUN, 1);
      host.timer();
      host.must(FID.DESTROY, 1);
    },
  };
  const ILLEGAL: readonly (readonly [keyof typeof FID, readonly (bigint | number)[], readonly string[]])[] = [
    ["RUN", [1], ["runnable", "running", "stopping", "dying", "stopped", "destroyed"]],
    ["STOP", [1], ["fresh", "stopping", "dying", "stopped", "destroyed"]],
    ["RESUME", [1, at.TIMER], ["fresh", "running", "stopping", "dying"]],
    ["RESUME", [1, at.OCALL, 3], ["fresh", "running", "stopping", "dying"]],
    ["RESUME", [1, at.STOP], ["fresh", "runnable", "running", "stopping", "dying", "destroyed"]],
    ["DESTROY", [1], ["dying", "destroyed"]],
  ];
  const cases = ILLEGAL.flatMap(([call, args, states]) => states.map((state) => [call, args, state] as const));

  test.each(cases)("%s(%o) of a %s enclave", (call, args, state) => {
    const { host } = granted();
    STATES[state]!(host);
    refused(host, call, "WRONG_STATE", ...args);
  });

  const legal = (["RUN", "STOP", "RESUME", "DESTROY", "ATTEST"] as const).flatMap((call) =>
    Object.keys(STATES)
      .filter((state) => !cases.some(([other, args, at]) => other === call && args[1] !== 2003 && at === state))
      .map((state) => [call, state] as const),
  );
  test.each(legal)("%s of a %s enclave is legal", (call, state) => {
    const { host } = granted();
    STATES[state]!(host);
    const more = call === "RESUME" ? [at.TIMER] : [at.REPORT, 1];
    expect(host.call(FID[call], 1, ...more)).toBe(call === "RESUME" && state === "stopped" ? 1n : 0n);
    expect(host.monitor.violation()).toBeUndefined();
  });

  test("RESUME from what there is not reads 0", () => {
    const { host } = granted();
    refused(host, "RESUME", "UNKNOWN_RESUME", 1, 1);
    expect(host.result()).toBe(0n);
  });
});

describe.each(["MM_INIT", "EXTEND"] as const)("%s", (call) => {
  test.each([
    ["MISALIGNED", at.MORE + 8, PAGE_SIZE],
    ["MISALIGNED", at.MORE, PAGE_SIZE + 8],
    ["OUTSIDE_RAM", at.MORE, 0],
    ["OUTSIDE_RAM", 0x8400_0000, PAGE_SIZE],
    ["OUTSIDE_RAM", at.MORE, 1n << 63n],
    ["OUTSIDE_RAM", (1n << 64n) - 4096n, 8192],
    ["NOT_NAPOT", at.MORE, 3 * PAGE_SIZE],
    ["NOT_NAPOT", at.MORE + PAGE_SIZE, 2 * PAGE_SIZE],
    ["NOT_PUBLIC", at.MONITOR, at.MIB],
    ["NOT_PUBLIC", at.REGION, PAGE_SIZE],
    ["NOT_PUBLIC", at.REGION, 2 * at.REGION_SIZE],
    ["PAGE_SHARED", at.KBUFFER, PAGE_SIZE],
    ["PAGE_SHARED", at.KERNEL, 0x10000],
  ] as const)("%s: %d + %d", (guard, paddr, size) => {
    refused(granted().host, call, guard, paddr, size);
  });

  test("a fourteenth region", () => {
    const { host } = granted();
    for (let i = 0; i < 12; i++) host.must(FID.EXTEND, at.MORE + i * PAGE_SIZE, PAGE_SIZE);
    refused(host, call, "NO_PMP_ENTRY", at.MORE + at.MIB, PAGE_SIZE);
  });
});

describe("ALLOC_ENCLAVE_MM", () => {
  test.each([0n, BigInt(2 * at.REGION_SIZE), 1n << 32n, (1n << 64n) - 1n])("of %d bytes: -2", (size) => {
    const host = PmpHost.ready();
    host.platform.write64(at.ARG, size);
    refused(host, "ALLOC", "NO_SECURE_MEMORY", at.ARG);
    expect(host.result()).toBe(-2n);
  });

  test("a second grant on one hart; another hart has its own", () => {
    const { host } = granted();
    refused(host, "ALLOC", "GRANT_OPEN", at.ARG);
    host.onHart(1, () => host.must(FID.ALLOC, at.ARG));
    expect(host.monitor.violation()).toBeUndefined();
  });
});

describe("CREATE", () => {
  /** Refused for its parameters: words by offset. */
  test.each([
    ["NOT_GRANTED", { 8: at.MORE }],
    ["NOT_GRANTED", { 16: 32 * 1024 }],
    ["NOT_GRANTED", { 16: 128 * 1024 }],
    ["MISALIGNED", { 0: at.EID + 2 }],
    ["OUTSIDE_RAM", { 0: 0 }],
    ["NOT_PUBLIC", { 0: at.REGION }],
    ["BAD_WINDOW", { 32: at.UNTRUSTED_VA + 8n }],
    ["BAD_WINDOW", { 48: 4095 }],
    ["BAD_WINDOW", { 48: 32 * at.MIB }],
    ["BAD_WINDOW", { 64: (1n << 39n) - 4096n, 80: 8192 }],
    ["MISALIGNED", { 40: at.UNTRUSTED + 8 }],
    ["OUTSIDE_RAM", { 40: 0x8400_0000 }],
    ["NOT_PUBLIC", { 72: at.REGION }],
    ["NOT_PUBLIC", { 40: at.MONITOR }],
    ["MISALIGNED", { 88: at.OCALL_ID + 4 }],
    ["NOT_PUBLIC", { 96: at.MONITOR }],
    ["WINDOW_TARGET", { 72: at.KBUFFER + PAGE_SIZE }],
    ["LEAF_OUTSIDE_BLOCK", { 32: at.UNTRUSTED_VA + 4096n }],
    ["LEAF_OUTSIDE_BLOCK", { 48: 0 }],
    ["LEAF_OUTSIDE_BLOCK", { 64: 0x20_0000_0000n }],
  ] as const)("%s: %o", (guard, words) => {
    const { host, block } = granted();
    refused(host, "CREATE", guard, host.param(block, words), 0);
    // the grant is still open, and what was wrong can be mended
    host.must(FID.CREATE, host.param(block), 0);
  });

  test("a block that was granted on another hart", () => {
    const { host, block } = granted();
    host.onHart(1, () => refused(host, "CREATE", "NOT_GRANTED", host.param(block), 0));
  });

  /** Refused for one entry of its tables. */
  test.each([
    ["RESERVED_BITS", at.DATA.va, (entry: bigint) => entry | (1n << 54n)],
    ["RESERVED_BITS", at.DATA.va, (entry: bigint) => entry | (1n << 63n)],
    ["RESERVED_BITS", at.DATA.va, (entry: bigint) => entry & ~2n],
    ["NOT_USER", at.DATA.va, (entry: bigint) => entry & ~at.U],
    ["NOT_USER", at.KBUFFER_VA, (entry: bigint) => entry & ~at.U],
    ["LEAF_OUTSIDE_BLOCK", at.DATA.va, () => at.pte(at.MORE, at.RWXU)],
    ["LEAF_OUTSIDE_BLOCK", at.DATA.va, () => at.pte(at.MONITOR, at.RWXU)],
    ["LEAF_OUTSIDE_BLOCK", at.DATA.va, () => at.pte(at.REGION, at.RWXU)],
    ["LEAF_ALIASED", at.DATA.va, (_: bigint, code: bigint) => code],
    ["TABLE_OUTSIDE_BLOCK", at.DATA.va, (entry: bigint) => (entry & ~0xffn) | at.V],
    ["WINDOW_TARGET", at.KBUFFER_VA, () => at.pte(at.UNTRUSTED, at.RWXU)],
    ["WINDOW_TARGET", at.UNTRUSTED_VA, () => at.pte(at.UNTRUSTED + PAGE_SIZE, at.RWXU)],
  ] as const)("%s at %d", (guard, va, spoil) => {
    const { host, block } = granted();
    const leaf = host.leafAt(block, va);
    const code = host.platform.read64(host.leafAt(block, at.CODE.va));
    host.platform.write64(leaf, spoil(host.platform.read64(leaf), code));
    refused(host, "CREATE", guard, at.PARAM, 0);
  });

  test.each([
    ["HUGE_LEAF", (_: at.Block) => at.pte(0, at.RWXU)],
    ["TABLE_OUTSIDE_BLOCK", () => at.pte(at.MORE, at.V)],
    ["TABLE_REUSED", ({ paddr }: at.Block) => at.pte(paddr, at.V)],
  ] as const)("%s in the root table", (guard, entry) => {
    const { host, block } = granted();
    host.platform.write64(pa(block.paddr + 8 * 100), entry(block));
    refused(host, "CREATE", guard, at.PARAM, 0);
  });

  test("a 2 MiB leaf that is not aligned; one that is stays legal", () => {
    const host = PmpHost.ready();
    const block = host.alloc(4 * at.MIB);
    host.build(block);
    // the table below the root that maps 0x1000: its next entry
    const middle = pa(Number(host.platform.read64(block.paddr) >> 10n) * PAGE_SIZE);
    host.platform.write64(pa(middle + 8), at.pte(block.paddr + 2 * at.MIB + PAGE_SIZE, at.RWXU));
    refused(host, "CREATE", "MISALIGNED_LEAF", host.param(block), 0);
    host.platform.write64(pa(middle + 8), at.pte(block.paddr + 2 * at.MIB, at.RWXU));
    host.must(FID.CREATE, at.PARAM, 0);
    expect(host.monitor.violation()).toBeUndefined();
  });

  test("no metadata: -2", () => {
    const host = new PmpHost();
    host.must(FID.MM_INIT, at.REGION, 64 * 1024);
    const block = host.alloc(64 * 1024);
    host.build(block);
    refused(host, "CREATE", "NO_METADATA", host.param(block), 0);
    expect(host.result()).toBe(-2n);
  });

  test("an image of more than 576 MiB is not hashed", () => {
    const platform = new FakePlatform(2 ** 31);
    const monitor = createPenglaiPmp(platform);
    monitor.boot();
    const call = (fid: number, ...args: readonly number[]): void => {
      platform.x[17] = 0x100100n;
      platform.x[16] = BigInt(fid);
      for (let i = 0; i < 6; i++) platform.x[10 + i] = BigInt(args[i] ?? 0);
      platform.privilege = 1;
      monitor.handleTrap({ cause: 9n, epc: platform.pc, tval: 0n });
    };
    const region = 0xc000_0000;
    call(FID.MM_INIT, region, 2 ** 30);
    platform.write64(at.ARG, 2n ** 30n);
    call(FID.ALLOC, at.ARG);
    platform.write64(pa(region), at.pte(region + PAGE_SIZE, at.V));
    for (let i = 1; i < 512; i++)
      platform.write64(pa(region + PAGE_SIZE + 8 * i), at.pte(region + i * 2 * at.MIB, at.RWXU));
    for (const [offset, value] of Object.entries({ 0: at.EID, 8: region, 16: 2 ** 30 }))
      platform.write64(pa(at.PARAM + Number(offset)), BigInt(value));
    // with room for records
    call(FID.EXTEND, 0x9000_0000, at.MIB);
    call(FID.CREATE, at.PARAM, 0);
    expect(monitor.lastDenial?.guard).toBe("IMAGE_TOO_LARGE");
    reached.add("CREATE IMAGE_TOO_LARGE");
  });
});

describe("an enclave", () => {
  const running = (): PmpHost => {
    const host = PmpHost.ready();
    host.start([{ ...at.CODE, flags: at.RWXU & ~at.W }, ...at.IMAGE.slice(1)]);
    return host;
  };
  /** An enclave's call that is refused: it goes on with a0. */
  function refusedTo(host: PmpHost, call: Call, guard: GuardName, value: bigint, run: () => bigint): void {
    const { state } = host.monitor;
    expect(run()).toBe(value);
    expect(host.monitor.state).toBe(state);
    expect(host.world.kind).toBe("enclave");
    sees(host, call, guard);
  }

  test.each([
    ["BAD_SIZE", [at.DATA.va, 33, at.DATA.va, 16]],
    ["BAD_SIZE", [at.DATA.va, 16, at.DATA.va, 33]],
    ["BAD_SIZE", [at.DATA.va, -1, at.DATA.va, 16]],
    ["BAD_BUFFER", [0x9000, 16, at.DATA.va, 16]],
    ["BAD_BUFFER", [at.DATA.va + 0xff8n, 16, at.DATA.va, 16]],
    ["BAD_BUFFER", [at.DATA.va, 16, at.CODE.va, 16]],
    ["BAD_BUFFER", [at.DATA.va, 16, at.DATA.va | (1n << 63n), 16]],
    ["BAD_BUFFER", [at.DATA.va, 16, (1n << 64n) - 8n, 16]],
    ["BAD_BUFFER", [at.DATA.va, 16, BigInt(at.KERNEL), 16]],
  ] as const)("%s: GET_KEY(%o)", (guard, args) => {
    const host = running();
    refusedTo(host, "GET_KEY", guard, -1n, () => host.enclaveCall(ENCLAVE_FID.GET_KEY, ...args));
  });

  test.each([0, 1, 2, 4, 10, (1n << 32n) + 3n])("asks for ocall %d, which there is not", (id) => {
    const host = running();
    refusedTo(host, "OCALL", "UNKNOWN_OCALL", -1n, () => host.enclaveCall(ENCLAVE_FID.OCALL, id));
  });

  test.each([0, 87, 89, 97, 100])("calls function %d, which there is not", (fid) => {
    const host = running();
    refusedTo(host, "ecall", "UNKNOWN_ENCLAVE_FUNCTION", -2n, () => host.enclaveCall(fid));
  });

  test.each([0x100100n, 0x10n, 0x48534dn, 0x53525354n, 0n, 29n])("calls extension %d, which is closed", (extension) => {
    const host = running();
    refusedTo(host, "ecall", "CLOSED_EXTENSION", -2n, () => host.ecall(extension, 100, at.MORE, at.MIB));
  });

  test.each([
    [2, "ENCLAVE_FAULT"],
    [5, "ENCLAVE_FAULT"],
    [13, "ENCLAVE_FAULT"],
    [INTEGRITY_FAULT, "INTEGRITY"],
    [Number(HOST_MEMORY_USED_UP), "HOST_MEMORY"],
  ] as const)("traps with cause %d and ends", (cause, guard) => {
    const host = running();
    host.fault(cause, BigInt(at.REGION));
    expect(host.result()).toBe(-1n);
    expect(host.record(1)).toBeUndefined();
    expect(host.monitor.violation()).toBeUndefined();
    sees(host, "trap", guard);
  });

  test("whose memory does not verify ends, and the host goes on", () => {
    const host = running();
    host.timer();
    const block = host.record(1)!.block;
    host.platform.tamper(block.page);
    host.must(FID.RESUME, 1, at.TIMER);
    expect(host.enclaveCall(ENCLAVE_FID.GET_KEY, at.DATA.va, 8, at.DATA.va, 8)).toBe(-1n);
    expect(host.world.kind).toBe("host");
    sees(host, "GET_KEY", "INTEGRITY");
    expect(host.reads(at.KERNEL)).toBe(true);
    expect(host.monitor.violation()).toBeUndefined();
  });
});

describe("the host world", () => {
  test("a function and an extension that there are not", () => {
    const host = PmpHost.ready();
    expect(host.call(88)).toBe(-2n);
    sees(host, "ecall", "UNKNOWN_FUNCTION");
    host.platform.x[17] = 0x48534dn;
    host.trap(9n, 0n, 1);
    expect([host.platform.x[10], host.platform.x[11]]).toEqual([BigInt.asUintN(64, -2n), 0n]);
    sees(host, "ecall", "UNKNOWN_EXTENSION");
  });

  test("an ecall of U-mode, and a trap that is the kernel's own", () => {
    const names: (string | undefined)[] = [];
    const host = PmpHost.ready({ observe: ({ name }) => names.push(name) });
    names.length = 0;
    host.trap(BigInt(ECALL_FROM_U), 0n, 0);
    expect(names).toEqual([undefined]);
    sees(host, "ecall", "NOT_A_SUPERVISOR_CALL");
    host.trap(5n, 0x8100_0000n, 1);
    sees(host, "trap", "HOST_TRAP");
    expect(host.platform.privilege).toBe(1);
  });

  test("a structure that does not verify is refused, the host's memory used up, too", () => {
    const { host } = granted();
    host.platform.tamper(pageNoOf(at.PARAM));
    expect(host.refusal(FID.CREATE, at.PARAM, 0)).toBe("INTEGRITY");
    reached.add("CREATE INTEGRITY");
    const poor = PmpHost.ready();
    poor.platform.frames = 0;
    expect(poor.refusal(FID.FREE, at.SIZE, 1)).toBe("HOST_MEMORY");
    reached.add("FREE HOST_MEMORY");
  });
});

/** Which guards a call has, besides INTEGRITY and HOST_MEMORY, which any has that touches memory. */
const GUARDS_OF: Readonly<Partial<Record<Call, readonly GuardName[]>>> = {
  MM_INIT: ["MISALIGNED", "OUTSIDE_RAM", "NOT_NAPOT", "NOT_PUBLIC", "PAGE_SHARED", "NO_PMP_ENTRY"],
  EXTEND: ["MISALIGNED", "OUTSIDE_RAM", "NOT_NAPOT", "NOT_PUBLIC", "PAGE_SHARED", "NO_PMP_ENTRY"],
  ALLOC: ["MISALIGNED", "OUTSIDE_RAM", "NOT_PUBLIC", "NO_SECURE_MEMORY", "GRANT_OPEN"],
  RECLAIM: ["MISALIGNED", "OUTSIDE_RAM", "NOT_PUBLIC"],
  FREE: ["MISALIGNED", "OUTSIDE_RAM", "NOT_PUBLIC"],
  CREATE: [
    "MISALIGNED",
    "OUTSIDE_RAM",
    "NOT_PUBLIC",
    "NOT_GRANTED",
    "NO_METADATA",
    "BAD_WINDOW",
    "WINDOW_TARGET",
    "TABLE_OUTSIDE_BLOCK",
    "TABLE_REUSED",
    "LEAF_OUTSIDE_BLOCK",
    "LEAF_ALIASED",
    "HUGE_LEAF",
    "MISALIGNED_LEAF",
    "RESERVED_BITS",
    "NOT_USER",
    "IMAGE_TOO_LARGE",
  ],
  ATTEST: ["NO_SUCH_ENCLAVE", "NOT_OWNER", "MISALIGNED", "OUTSIDE_RAM", "NOT_PUBLIC"],
  RUN: ["NO_SUCH_ENCLAVE", "NOT_OWNER", "WRONG_STATE"],
  STOP: ["NO_SUCH_ENCLAVE", "NOT_OWNER", "WRONG_STATE"],
  RESUME: ["NO_SUCH_ENCLAVE", "NOT_OWNER", "WRONG_STATE", "UNKNOWN_RESUME"],
  DESTROY: ["NO_SUCH_ENCLAVE", "NOT_OWNER", "WRONG_STATE"],
  OCALL: ["UNKNOWN_OCALL"],
  GET_KEY: ["BAD_SIZE", "BAD_BUFFER"],
  ecall: [
    "UNKNOWN_FUNCTION",
    "UNKNOWN_EXTENSION",
    "NOT_A_SUPERVISOR_CALL",
    "UNKNOWN_ENCLAVE_FUNCTION",
    "CLOSED_EXTENSION",
  ],
  trap: ["ENCLAVE_FAULT", "INTEGRITY", "HOST_MEMORY", "HOST_TRAP"],
};

test("every pair of a call and a guard was reached, no other one was, and every guard has a call", () => {
  const pairs = Object.entries(GUARDS_OF).flatMap(([call, guards]) => guards.map((guard) => `${call} ${guard}`));
  expect(pairs.filter((pair) => !reached.has(pair))).toEqual([]);
  const extra = [...reached].filter((pair) => !pairs.includes(pair));
  expect(extra.filter((pair) => !/ (INTEGRITY|HOST_MEMORY)$/.test(pair))).toEqual([]);
  const guards = new Set([...reached].map((pair) => pair.split(" ")[1]));
  expect(guardNames().filter((guard) => !guards.has(guard))).toEqual([]);
});
