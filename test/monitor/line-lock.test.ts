import { beforeEach, describe, expect, test } from "vitest";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { DATA, ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

const [BINDING, UNBINDING] = [2004, 2005];

let host: TestHost;
let eid: number;
let data: number;

beforeEach(() => {
  host = TestHost.booted();
  eid = host.create([DATA, { va: 0x4000n, permissions: at.R }, { va: 0x3000n, permissions: at.R | at.W }]).eid;
  host.run(eid);
  data = host.access(DATA.va, "read") as number;
});

const ocall = (id: number, ...args: (number | bigint)[]): bigint =>
  BigInt.asIntN(64, host.enclaveCall(ENCLAVE_FID.OCALL, id, ...args));
/** What happened to cache lines since the last look. */
const locks = (): string[] => {
  const seen = host.platform.journal.filter((entry) => entry.includes("lock"));
  host.platform.journal.length = 0;
  return seen;
};
const line = (verb: string, address: number, byteLen: number): string =>
  `${verb} 0x${address.toString(16)} +${byteLen}`;

describe("BINDING", () => {
  test("locks the physical lines of the range", () => {
    expect(ocall(BINDING, 0x2040n, 1024)).toBe(0n);
    expect(locks()).toEqual([line("lock", data + 0x40, 1024)]);
    expect(ocall(UNBINDING, 0x2040n, 1024)).toBe(0n);
    expect(locks()).toEqual([line("unlock", data + 0x40, 1024)]);
  });

  test("across pages locks each piece", () => {
    const next = host.access(0x3000n, "read") as number;
    ocall(BINDING, 0x2fc0n, 128);
    expect(locks()).toEqual([line("lock", data + 0xfc0, 64), line("lock", next, 64)]);
  });

  test("that does not fit fails and leaves nothing locked", () => {
    host.platform.lockCapacity = 64;
    const { state } = host.monitor;
    expect(ocall(BINDING, 0x2fc0n, 128)).toBe(-1n);
    expect(host.monitor.lastDenial?.guard).toBe("LOCK_CAPACITY");
    expect(host.monitor.state).toBe(state);
    expect(host.platform.lockCapacity).toBe(64);
  });

  test("lines are unlocked when the enclave leaves and locked before it is back", () => {
    ocall(BINDING, 0x2000n, 256);
    locks();
    host.timer();
    expect(locks()).toEqual([line("unlock", data, 256)]);
    host.must(FID.RESUME, eid, 0);
    expect(locks()).toEqual([line("lock", data, 256)]);
    host.enclaveCall(ENCLAVE_FID.YIELD);
    expect(locks()).toEqual([line("unlock", data, 256)]);
    host.must(FID.RESUME, eid, 0);
    ocall(3);
    host.must(FID.RESUME, eid, 2, 3);
    locks();
    host.enclaveCall(ENCLAVE_FID.EXIT, 0);
    expect(locks()).toEqual([line("unlock", data, 256)]);
  });

  test("an enclave whose lines cannot be locked again does not run", () => {
    ocall(BINDING, 0x2000n, 256);
    host.timer();
    host.platform.lockCapacity = 0;
    expect(host.call(FID.RESUME, eid, 0)).toBe(-1n);
    expect(host.monitor.lastDenial?.guard).toBe("RELOCK_REFUSED");
    expect(host.world.kind).toBe("host");
    expect(host.monitor.owner(at.POOL)).toBe("public");
  });

  test("an unmapped block loses its locks", () => {
    ocall(1, 0, 4096);
    host.must(FID.RESUME, eid, 2, 1, host.allocate(2), 8192);
    const va = host.platform.x[10]!;
    ocall(BINDING, va, 64);
    const page = host.access(va, "read") as number;
    locks();
    ocall(2, va, 4096);
    expect(locks()).toEqual([line("unlock", page, 64)]);
    host.must(FID.RESUME, eid, 2, 2);
    expect(locks()).toEqual([]);
  });

  test.each([
    ["nothing", [BINDING, 0x2000n, 0], "BAD_SIZE"],
    ["more than any cache", [BINDING, 0x2000n, 2 ** 21], "BAD_SIZE"],
    ["an unmapped range", [BINDING, 0x9000n, 64], "BAD_BUFFER"],
    ["UNBINDING of what is not bound", [UNBINDING, 0x2000n, 64], "NOT_BOUND"],
  ] as [string, [number, bigint, number], string][])("refuses %s", (_, [id, va, size], guard) => {
    expect(ocall(id, va, size)).toBe(-1n);
    expect(host.monitor.lastDenial?.guard).toBe(guard);
  });

  test("an enclave binds at most 16 ranges", () => {
    const results = Array.from({ length: 17 }, (_, i) => ocall(BINDING, 0x2000n + BigInt(i * 64), 64));
    expect(results.filter((result) => result === 0n).length).toBe(16);
    expect(results[16]).toBe(-1n);
  });
});

test("a heap that shrinks takes no locks from the ranges that stay", () => {
  const heap = 0x10_0000_0000n;
  ocall(4, 2 * 4096);
  const block = host.allocate(3);
  host.must(FID.RESUME, eid, 2, 4, block, 3 * 4096);
  // The first range crosses into the page that goes; both hold the last lines of the page that stays.
  ocall(BINDING, heap + 0xf80n, 256);
  ocall(BINDING, heap + 0xf80n, 128);
  locks();
  expect(ocall(4, -4096n)).toBe(heap + 4096n);
  const [kept, gone] = [block + 4096 + 0xf80, block + 2 * 4096];
  expect(locks()).toEqual([line("unlock", kept, 128), line("unlock", gone, 128), line("lock", kept, 128)]);
});
