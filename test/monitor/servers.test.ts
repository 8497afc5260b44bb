/** CREATE_SERVER, DESTROY_SERVER, and what enclaves find out about servers. Penglai reference §6.2, §6.3, §6.9. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PAGE_SIZE, pa } from "../../core/units.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { CODE, DATA, ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";
import {
  callServer,
  checkInvariants,
  createNamed,
  createServer,
  nameWords,
  poke,
  putName,
  refusedCall,
  statusOf,
} from "../../zoo/penglai-tvm/parties.ts";

let host: TestHost;
beforeEach(() => {
  host = TestHost.booted();
});
afterEach(() => checkInvariants(host));

describe("CREATE_SERVER", () => {
  test("makes a server that is RUNNABLE at once and shares no kbuffer", () => {
    const eid = createServer(host, "files");
    expect(statusOf(host, eid)).toBe("runnable");
    expect(host.monitor.owner(pa(at.POOL))).toBe(`enclave ${eid}`);
    expect(host.monitor.state.shares.get((at.KBUFFER - at.MONITOR) / PAGE_SIZE)).toBe(0);
    expect(host.monitor.state.shares.get((at.SHM - at.MONITOR) / PAGE_SIZE)).toBe(1);
  });

  test("takes any type, as the driver passes its own", () => {
    createServer(host, "files", { 24: 1 });
  });

  test("refuses a name that a live server has, and nothing stays", () => {
    const eid = createServer(host, "files");
    const image = host.buildImage([CODE, DATA]);
    expect(host.refusal(FID.CREATE_SERVER, host.createParam(image, nameWords("files")))).toBe("SERVER_NAME_TAKEN");
    expect(host.monitor.owner(pa(image.region))).toBe("public");
    host.must(FID.DESTROY_SERVER, eid);
    host.must(FID.CREATE_SERVER, host.createParam(image, nameWords("files")));
  });

  test("a name ends at its NUL or at 16 bytes", () => {
    createServer(host, "0123456789abcdef");
    const image = host.buildImage([CODE, DATA]);
    const longer = host.createParam(image, nameWords("0123456789abcdefg"));
    expect(host.refusal(FID.CREATE_SERVER, longer)).toBe("SERVER_NAME_TAKEN");
    createServer(host, "0123456789abcde");
    createServer(host, "a\0b");
    const behindNul = host.createParam(host.buildImage([CODE, DATA]), nameWords("a\0c"));
    expect(host.refusal(FID.CREATE_SERVER, behindNul)).toBe("SERVER_NAME_TAKEN");
  });

  test("an enclave may have a server's name", () => {
    createServer(host, "files");
    createNamed(host, "files");
  });

  test.each([
    ["a region that is not public", { 32: at.PT_AREA }, "NOT_PUBLIC"],
    ["an unaligned region", { 32: at.POOL + 8 }, "MISALIGNED"],
    ["eid_ptr in the monitor", { 0: at.MONITOR }, "NOT_PUBLIC"],
    ["shared memory in pt_area", { 80: at.PT_AREA }, "NOT_PUBLIC"],
  ])("refuses %s", (_, words, guard) => {
    const image = host.buildImage([CODE, DATA]);
    expect(host.refusal(FID.CREATE_SERVER, host.createParam(image, { ...nameWords("s"), ...words }))).toBe(guard);
  });

  test("a bad address of the parameters is refused", () => {
    expect(host.refusal(FID.CREATE_SERVER, 0)).toBe("OUTSIDE_RAM");
    expect(host.refusal(FID.CREATE_SERVER, at.MONITOR)).toBe("NOT_PUBLIC");
  });
});

describe("the host", () => {
  test.each([
    ["RUN", FID.RUN, () => [host.runParam()]],
    ["RESUME", FID.RESUME, () => [0]],
    ["RESUME from stop", FID.RESUME, () => [1]],
    ["RESUME from ocall", FID.RESUME, () => [2, 3]],
    ["STOP", FID.STOP, () => []],
    ["DESTROY", FID.DESTROY, () => []],
    ["ATTEST", FID.ATTEST, () => [at.REPORT, 1]],
  ] as [string, number, () => number[]][])("does not %s a server", (_, fid, args) => {
    const eid = createServer(host, "files");
    expect(host.refusal(fid, eid, ...args())).toBe("IS_A_SERVER");
  });
});

describe("DESTROY_SERVER", () => {
  test("gives the memory back, wiped, and the name", () => {
    const eid = createServer(host, "files");
    host.must(FID.DESTROY_SERVER, eid);
    expect(host.monitor.owner(pa(at.POOL))).toBe("public");
    expect(host.platform.readBytes(pa(at.POOL), 32 * PAGE_SIZE).every((byte) => byte === 0)).toBe(true);
    expect(host.refusal(FID.DESTROY_SERVER, eid)).toBe("NO_SUCH_SERVER");
    createServer(host, "files");
  });

  test.each([0, 99, 2n ** 64n - 1n])("refuses %s, which is nobody", (eid) => {
    expect(host.refusal(FID.DESTROY_SERVER, eid as number)).toBe("NO_SUCH_SERVER");
  });

  test("refuses an enclave that is no server", () => {
    const { eid } = host.create();
    expect(host.refusal(FID.DESTROY_SERVER, eid)).toBe("NO_SUCH_SERVER");
    expect(host.monitor.lastDenial?.explanation).toContain("no server");
  });

  test("refuses another process", () => {
    const eid = createServer(host, "files");
    host.must(FID.SET_PTE, 1, at.SPARE_ROOT + 16, at.pte(at.PMD_BASE, at.V));
    host.writeSatp(at.satp(at.SPARE_ROOT));
    expect(host.refusal(FID.DESTROY_SERVER, eid)).toBe("NOT_OWNER");
  });

  test("refuses a server in a call, which keeps its name (B24)", () => {
    const server = createServer(host, "files");
    const { eid } = host.create();
    host.run(eid);
    callServer(host, server);
    host.timer();
    expect(host.refusal(FID.DESTROY_SERVER, server)).toBe("SERVER_IN_CALL");
    const again = host.createParam(host.buildImage([CODE, DATA]), nameWords("files"));
    expect(host.refusal(FID.CREATE_SERVER, again)).toBe("SERVER_NAME_TAKEN");
  });
});

describe("ACQUIRE_SERVER", () => {
  let server: number;
  beforeEach(() => {
    server = createServer(host, "files");
    createNamed(host, "other");
    host.run(createNamed(host, "caller", [CODE, DATA, { ...DATA, va: DATA.va + 0x1000n }]));
  });

  test("finds a server by its name, and nobody else", () => {
    expect(host.enclaveCall(ENCLAVE_FID.ACQUIRE_SERVER, putName(host, "files"))).toBe(BigInt(server));
    for (const name of ["other", "caller", "file", "files2", ""])
      expect(refusedCall(host, ENCLAVE_FID.ACQUIRE_SERVER, putName(host, name))).toBe("UNKNOWN_SERVER");
  });

  test("a name may cross a page edge (B25), or end at the last byte that is mapped", () => {
    const end = DATA.va + 0x1000n;
    expect(host.enclaveCall(ENCLAVE_FID.ACQUIRE_SERVER, putName(host, "files", end - 3n))).toBe(BigInt(server));
    const last = end + 0x1000n;
    expect(host.enclaveCall(ENCLAVE_FID.ACQUIRE_SERVER, putName(host, "files", last - 6n))).toBe(BigInt(server));
    poke(host, last - 5n, new TextEncoder().encode("files"));
    expect(refusedCall(host, ENCLAVE_FID.ACQUIRE_SERVER, last - 5n)).toBe("BAD_BUFFER");
  });

  test.each([0n, 0x10_0000_0000n, 2n ** 64n - 8n, 0x40_0000_0000n])("refuses a name at %s", (va) => {
    expect(refusedCall(host, ENCLAVE_FID.ACQUIRE_SERVER, va)).toBe("BAD_BUFFER");
  });
});

describe("GET_REPORT of a server by name", () => {
  test("gives the report that the host would get if it could, again and again", () => {
    createServer(host, "files");
    const { measurement } = host.monitor.state.enclaves.get(host.eid())!;
    host.run(createNamed(host, "caller"));
    const read = (): Uint8Array => {
      expect(host.enclaveCall(ENCLAVE_FID.GET_REPORT, putName(host, "files"), 0x2400n, 7)).toBe(0n);
      return host.platform.readBytes(pa(host.access(0x2400n, "read") as number), 328);
    };
    const expected = host.monitor.state.config.attestation.report(measurement, 7n);
    expect(read()).toEqual(expected);
    expect(read()).toEqual(expected);
    expect(refusedCall(host, ENCLAVE_FID.GET_REPORT, putName(host, "caller"), 0x2400n, 7)).toBe("NO_SUCH_NAME");
    expect(refusedCall(host, ENCLAVE_FID.GET_REPORT, 0x9000n, 0x2400n, 7)).toBe("BAD_BUFFER");
  });
});

test("GET_CALLER_ID is the caller's id for a server in a call, and -1 for anybody else", () => {
  const server = createServer(host, "files");
  const { eid } = host.create();
  host.run(eid);
  expect(refusedCall(host, ENCLAVE_FID.GET_CALLER_ID)).toBe("NOT_CALLED");
  callServer(host, server);
  expect(host.enclaveCall(ENCLAVE_FID.GET_CALLER_ID)).toBe(BigInt(eid));
});
