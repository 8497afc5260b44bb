/** Secure shared memory between enclaves. Penglai reference §6.3, §6.4, §6.13. */
import { beforeEach, describe, expect, test } from "vitest";
import { PAGE_SIZE, type Pa, pa } from "../../core/units.ts";
import { INVARIANTS } from "../../monitor/penglai-tvm/invariants.ts";
import type { SecureShm } from "../../monitor/penglai-tvm/state.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";
import {
  attach,
  DETACH,
  destroy,
  detach,
  EXTEND,
  enter,
  GET,
  get,
  goOn,
  KEY,
  leaveHart,
  SHM_END,
  signed,
  stat,
  words,
} from "../../zoo/penglai-tvm/shm-host.ts";

const UNMAP = 2n;
let host: TestHost;

beforeEach(() => {
  host = TestHost.booted();
});

const guard = (): string | undefined => host.monitor.lastDenial?.guard;
const physical = (va: bigint): Pa => host.access(va, "write") as Pa;
/** Every invariant of the personality, after each step of a test. */
const sound = (): void => expect(host.monitor.violation()).toBeUndefined();

describe("SHM_GET", () => {
  test("asks the host for a page more and maps the rest, wiped, below 0x40_0000_0000", () => {
    const eid = enter(host);
    host.enclaveCall(ENCLAVE_FID.OCALL, GET, KEY, 2 * PAGE_SIZE);
    sound();
    expect(words(host)[0]).toBe(BigInt(GET));
    expect(words(host)[2]).toBe(BigInt(3 * PAGE_SIZE));
    const block = host.allocate(3);
    host.platform.write64(pa(block + 2 * PAGE_SIZE), 0x77n);
    host.must(FID.RESUME, eid, 2, GET, block, 3 * PAGE_SIZE);
    sound();
    const va = host.platform.x[10]!;
    expect(va).toBe(SHM_END - BigInt(2 * PAGE_SIZE));
    expect(physical(va)).toBe(block + PAGE_SIZE);
    expect(host.platform.read64(pa(block + 2 * PAGE_SIZE))).toBe(0n);
    expect(host.monitor.owner(block)).toBe("the enclaves that share it");
  });

  test("each is below the one before, unless the top is free again", () => {
    const eid = enter(host);
    const first = get(host, eid, KEY, PAGE_SIZE);
    const second = get(host, eid, KEY + 1n, 2 * PAGE_SIZE);
    expect(second.va).toBe(first.va - BigInt(2 * PAGE_SIZE));
    detach(host, KEY);
    expect(get(host, eid, KEY + 2n, PAGE_SIZE).va).toBe(first.va);
    sound();
  });

  test.each([
    ["nothing", 0, "BAD_SIZE"],
    ["half a page", 2048, "BAD_SIZE"],
    ["more than is mapped at once", 2 ** 31, "BAD_SIZE"],
    ["more than its tables can map", 2 ** 28, "NO_ADDRESS_SPACE"],
  ])("is refused for %s, and the host hears nothing", (_, byteLen, name) => {
    enter(host);
    expect(signed(host.enclaveCall(ENCLAVE_FID.OCALL, GET, KEY, byteLen))).toBe(-1n);
    expect(guard()).toBe(name);
    expect(host.world.kind).toBe("enclave");
  });

  test("a key names one object, also while it is under way", () => {
    const eid = enter(host);
    host.enclaveCall(ENCLAVE_FID.OCALL, GET, KEY, PAGE_SIZE);
    enter(host);
    expect(signed(host.enclaveCall(ENCLAVE_FID.OCALL, GET, KEY, PAGE_SIZE))).toBe(-1n);
    expect(guard()).toBe("SHM_KEY_TAKEN");
    expect(attach(host, KEY)).toBe(0n);
    expect(guard()).toBe("NO_SUCH_SHM");
    expect(destroy(host, KEY)).toBe(-1n);
    expect(stat(host, KEY)[0]).toBe(-1n);
    leaveHart(host);
    host.must(FID.RESUME, eid, 2, GET, host.allocate(2), 2 * PAGE_SIZE);
    sound();
  });

  test("the host declines: -1, and the key is free", () => {
    const eid = enter(host);
    const { freeRecords } = host.monitor.state;
    host.enclaveCall(ENCLAVE_FID.OCALL, GET, KEY, PAGE_SIZE);
    host.must(FID.RESUME, eid, 2, GET, 0, 0);
    expect(signed(host.platform.x[10]!)).toBe(-1n);
    expect(host.monitor.state.freeRecords).toBe(freeRecords);
    get(host, eid, KEY, PAGE_SIZE);
    sound();
  });

  test("a grant that is too small or not the host's leaves the enclave waiting", () => {
    const eid = enter(host);
    host.enclaveCall(ENCLAVE_FID.OCALL, GET, KEY, PAGE_SIZE);
    expect(host.refusal(FID.RESUME, eid, 2, GET, host.allocate(1), PAGE_SIZE)).toBe("GRANT_TOO_SMALL");
    expect(host.refusal(FID.RESUME, eid, 2, GET, at.MONITOR, 2 * PAGE_SIZE)).toBe("NOT_PUBLIC");
    expect(host.refusal(FID.RESUME, eid, 2, 1, host.allocate(2), 2 * PAGE_SIZE)).toBe("WRONG_OCALL");
    host.must(FID.DESTROY, eid);
    expect(host.monitor.state.secureShms).toEqual([]);
    sound();
  });

  test("without a record the host extends the monitor's memory and the enclave tries again", () => {
    const eid = enter(host);
    // The state of a host that has used all of them up.
    for (let key = 0n; host.monitor.state.freeRecords > 0; key++) {
      host.enclaveCall(ENCLAVE_FID.OCALL, GET, key, PAGE_SIZE);
      host.must(FID.RESUME, eid, 2, GET, host.allocate(2), 2 * PAGE_SIZE);
    }
    host.enclaveCall(ENCLAVE_FID.OCALL, GET, KEY, PAGE_SIZE);
    expect(words(host)[0]).toBe(BigInt(EXTEND));
    host.must(FID.MEMORY_EXTEND, host.allocate(1), PAGE_SIZE);
    host.must(FID.RESUME, eid, 2, EXTEND, 0);
    expect(signed(host.platform.x[10]!)).toBe(-1n);
    get(host, eid, KEY, PAGE_SIZE);
    sound();
  });
});

describe("SHM_ATTACH, SHM_STAT, SHM_DETACH", () => {
  test("two enclaves see the same pages, and the host none of them", () => {
    const creator = enter(host);
    const { va, block } = get(host, creator, KEY, PAGE_SIZE);
    host.platform.write64(physical(va), 0x77n);
    enter(host);
    const seen = attach(host, KEY);
    expect(host.platform.read64(physical(seen))).toBe(0x77n);
    expect(attach(host, KEY)).toBe(seen);
    expect(stat(host, KEY)).toEqual([0n, 2n, BigInt(PAGE_SIZE)]);
    sound();
    leaveHart(host);
    expect(typeof host.access(block + PAGE_SIZE, "read")).toBe("string");
  });

  test("who has detached does not have it any more", () => {
    const eid = enter(host);
    const { va } = get(host, eid, KEY, PAGE_SIZE);
    expect(detach(host, KEY)).toBe(0n);
    expect(typeof host.access(va, "read")).toBe("string");
    expect(stat(host, KEY)).toEqual([0n, 0n, BigInt(PAGE_SIZE)]);
    expect(detach(host, KEY)).toBe(-1n);
    expect(guard()).toBe("NOT_ATTACHED");
    sound();
  });

  test("unknown keys", () => {
    enter(host);
    expect(attach(host, KEY)).toBe(0n);
    expect(stat(host, KEY)[0]).toBe(-1n);
    expect(detach(host, KEY)).toBe(-1n);
    expect(destroy(host, KEY)).toBe(0n);
  });

  test("SHM_STAT writes where the enclave may", () => {
    get(host, enter(host), KEY, PAGE_SIZE);
    expect(signed(host.enclaveCall(ENCLAVE_FID.SHM_STAT, KEY, 0x1000))).toBe(-1n);
    expect(guard()).toBe("BAD_BUFFER");
    expect(stat(host, KEY)[0]).toBe(0n);
  });

  test("a bound range goes with its memory", () => {
    const { va } = get(host, enter(host), KEY, PAGE_SIZE);
    host.enclaveCall(ENCLAVE_FID.OCALL, 2004, va, 64);
    detach(host, KEY);
    expect(host.platform.journal.at(-2)).toMatch(/^unlock/);
  });

  test("64 enclaves and no more", () => {
    const creator = enter(host);
    get(host, creator, KEY, PAGE_SIZE);
    leaveHart(host);
    const shadow = host.createShadow();
    for (let i = 1; i < 64; i++) {
      host.fork(shadow.eid);
      expect(attach(host, KEY)).not.toBe(0n);
      leaveHart(host);
    }
    host.fork(shadow.eid);
    expect(attach(host, KEY)).toBe(0n);
    expect(guard()).toBe("SHM_FULL");
    sound();
  });
});

describe("the end", () => {
  test("SHM_DESTROY waits for the last one, who hands the memory to the host", () => {
    const creator = enter(host);
    const { va, block } = get(host, creator, KEY, PAGE_SIZE);
    host.platform.write64(physical(va), 0x77n);
    expect(destroy(host, KEY)).toBe(0n);
    sound();
    enter(host);
    expect(attach(host, KEY)).toBe(0n);
    goOn(host, creator);
    host.enclaveCall(ENCLAVE_FID.OCALL, DETACH, KEY);
    expect(host.world.kind).toBe("host");
    expect(words(host)).toEqual([UNMAP, BigInt(block), BigInt(2 * PAGE_SIZE)]);
    expect(host.monitor.owner(block)).toBe("public");
    expect(host.platform.read64(pa(block + PAGE_SIZE))).toBe(0n);
    host.must(FID.RESUME, creator, 2, 2);
    expect(host.platform.x[10]).toBe(0n);
    sound();
  });

  test("an object that nobody has is destroyed at once", () => {
    const eid = enter(host);
    const { block } = get(host, eid, KEY, PAGE_SIZE);
    detach(host, KEY);
    destroy(host, KEY);
    expect(words(host).slice(0, 2)).toEqual([UNMAP, BigInt(block)]);
    sound();
  });

  test("memory stays with the others when its creator ends, and goes with the last of them", () => {
    const creator = enter(host);
    const { va, block } = get(host, creator, KEY, PAGE_SIZE);
    host.platform.write64(physical(va), 0x77n);
    const other = enter(host);
    const seen = attach(host, KEY);
    goOn(host, creator);
    host.enclaveCall(ENCLAVE_FID.EXIT, 0);
    sound();
    goOn(host, other);
    expect(host.platform.read64(physical(seen))).toBe(0x77n);
    leaveHart(host);
    host.must(FID.DESTROY, other);
    expect(host.monitor.owner(block)).toBe("public");
    expect(host.platform.read64(pa(block + PAGE_SIZE))).toBe(0n);
    expect(typeof host.access(block, "read")).toBe("number");
    sound();
  });

  test("memory that its creator detached ends with the creator", () => {
    const eid = enter(host);
    const { block } = get(host, eid, KEY, PAGE_SIZE);
    detach(host, KEY);
    host.enclaveCall(ENCLAVE_FID.EXIT, 0);
    expect(host.monitor.owner(block)).toBe("public");
    expect(host.monitor.state.secureShms).toEqual([]);
    sound();
  });
});

describe("READ_SECT and WRITE_SECT", () => {
  test.each([5, 6])("ocall %i: the sector goes to the host, its status comes back", (id) => {
    const eid = enter(host);
    host.platform.write64(at.ARG1, 0x99n);
    host.enclaveCall(ENCLAVE_FID.OCALL, id, 0x1234);
    expect(words(host)).toEqual([BigInt(id), 0x1234n, 0x99n]);
    host.must(FID.RESUME, eid, 2, id, 0xffff_ffff_ffff_fffbn);
    expect(signed(host.platform.x[10]!)).toBe(-5n);
  });
});

describe("SCHRODINGER_INIT", () => {
  test.each([
    ["public pages", at.POOL, PAGE_SIZE, undefined],
    ["a whole 2 MiB leaf", at.HUGE_POOL, 2 * 1024 * 1024, undefined],
    ["part of a 2 MiB leaf", at.HUGE_POOL, PAGE_SIZE, "PARTLY_COVERED"],
    ["the monitor", at.MONITOR, PAGE_SIZE, "NOT_PUBLIC"],
    ["half a page", at.POOL, 2048, "MISALIGNED"],
    ["nothing", at.POOL, 0, "OUTSIDE_RAM"],
  ])("%s", (_, address, byteLen, name) => {
    if (name === undefined) host.must(FID.SCHRODINGER_INIT, address, byteLen);
    else expect(host.refusal(FID.SCHRODINGER_INIT, address, byteLen)).toBe(name);
  });

  test("before the sub-areas are there", () => {
    expect(new TestHost().refusal(FID.SCHRODINGER_INIT, at.POOL, PAGE_SIZE)).toBe("NOT_SEPARATED");
  });
});

describe("the invariant secure-shm notices", () => {
  const invariant = INVARIANTS.find(({ name }) => name === "secure-shm")!;
  /** One object that an enclave has created and attached, spoilt. */
  const spoilt = (change: (shm: SecureShm) => readonly SecureShm[]): string | undefined => {
    get(host, enter(host), KEY, PAGE_SIZE);
    const { state } = host.monitor;
    return invariant.violation({ ...state, secureShms: state.secureShms.flatMap(change) }, host.platform);
  };

  test.each<[what: string, change: (shm: SecureShm) => readonly SecureShm[], found: string]>([
    ["a key twice", (shm) => [shm, shm], "names two objects"],
    ["a holder twice", (shm) => [{ ...shm, attached: [...shm.attached, ...shm.attached] }], "attached twice"],
    ["a holder that is gone", (shm) => [{ ...shm, attached: [{ eid: 77, va: 0n }] }], "held by enclave 77"],
    ["a creator that is gone", (shm) => [{ ...shm, creator: 77 }], "enclave 77's, which is gone"],
    ["nobody who has it", (shm) => [{ ...shm, attached: [], creator: undefined }], "should have ended"],
    ["memory that is missing", (shm) => [{ ...shm, block: undefined }], "attached without memory"],
    ["memory that nobody asked for", (shm) => [{ ...shm, block: undefined, attached: [] }], "nobody asked for"],
  ])("%s", (_, change, found) => {
    expect(spoilt(change)).toContain(found);
    expect(host.monitor.violation()).toBeUndefined();
  });
});
