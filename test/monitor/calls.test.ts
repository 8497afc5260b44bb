/** CALL_ENCLAVE and ENCLAVE_RETURN: registers, blocks that change hands, and what is refused. Penglai reference §6.8, §6.12. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PAGE_SIZE, pa } from "../../core/units.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { CODE, DATA, ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";
import {
  ARG_VA,
  block,
  callServer,
  checkInvariants,
  createServer,
  KBUFFER_VA,
  locate,
  poke,
  putArgument,
  RELAY_BASE,
  readArgument,
  refusedCall,
  relayBlock,
  returnFrom,
  runs,
  statusOf,
} from "../../zoo/penglai-tvm/parties.ts";

const SIZE = BigInt(4 * PAGE_SIZE);
const SHM_VA = 0x39_0000_0000n;

let host: TestHost;
let server: number;
let eid: number;
beforeEach(() => {
  host = TestHost.booted();
  server = createServer(host, "files");
  eid = host.create().eid;
  host.run(eid);
});
afterEach(() => checkInvariants(host));

const x = (register: number): bigint => host.platform.x[register]!;
const ownerOf = (address: number): string => host.monitor.owner(pa(address));

describe("a call", () => {
  test("enters the server at its entry, with §6.8's registers and every other one zero", () => {
    for (let i = 1; i < 32; i++) host.platform.x[i] = BigInt(0x1000 + i);
    host.platform.f.fill(7n);
    host.platform.pc = 0x1234n;
    expect(callServer(host, server, { reqArg: 77n, reqSize: 9n })).toBe(77n);
    expect(runs(host)).toBe(server);
    expect(host.platform.pc).toBe(0x1000n);
    const expected = new Map([
      [2, 0x38_0000_0000n],
      [10, 77n],
      [11, 0n],
      [12, 9n],
      [13, SHM_VA],
      [14, BigInt(PAGE_SIZE)],
    ]);
    for (let i = 0; i < 32; i++) expect([i, x(i)]).toEqual([i, expected.get(i) ?? 0n]);
    expect(host.platform.f.every((value) => value === 0n)).toBe(true);
    expect(statusOf(host, eid)).toBe("runnable");
    expect(statusOf(host, server)).toBe("running");
  });

  test("comes back behind the ecall with a0 = 0 and every other register as it was", () => {
    host.platform.pc = 0x1234n;
    for (let i = 1; i < 32; i++) host.platform.x[i] = BigInt(0x1000 + i);
    host.platform.f.fill(7n);
    callServer(host, server, { reqArg: 1n });
    host.platform.x.fill(5n, 1);
    host.platform.f.fill(9n);
    expect(returnFrom(host, { respVal: 0x55n })).toBe(0n);
    expect(runs(host)).toBe(eid);
    expect(host.platform.pc).toBe(0x1238n);
    expect(x(9)).toBe(0x1009n);
    expect(x(11)).toBe(ARG_VA);
    expect(x(31)).toBe(0x101fn);
    expect(host.platform.f.every((value) => value === 7n)).toBe(true);
    expect(readArgument(host)).toEqual({
      reqArg: 1n,
      respVal: 0x55n,
      reqVaddr: 0n,
      reqSize: 0n,
      respVaddr: 0n,
      respSize: 0n,
    });
    expect(statusOf(host, server)).toBe("runnable");
  });

  test("the next call begins at the entry again, with nothing left of the last", () => {
    callServer(host, server, { reqArg: 1n });
    host.platform.x.fill(5n, 1);
    returnFrom(host);
    callServer(host, server, { reqArg: 2n });
    expect([x(1), x(5), x(10), x(31)]).toEqual([0n, 0n, 2n, 0n]);
  });

  test("the server keeps its memory from call to call", () => {
    callServer(host, server);
    poke(host, 0x2800n, Uint8Array.of(0xab));
    returnFrom(host);
    expect(host.platform.readBytes(locate(host, 0x2800n), 1)[0]).toBe(0xda);
    callServer(host, server);
    expect(host.platform.readBytes(locate(host, 0x2800n), 1)[0]).toBe(0xab);
  });

  test("the server sees the caller's kbuffer for the call, and no longer", () => {
    callServer(host, server);
    expect(host.access(KBUFFER_VA, "write")).toBe(at.KBUFFER);
    returnFrom(host);
    const other = createOther();
    host.run(other);
    callServer(host, server);
    expect(host.access(KBUFFER_VA, "write")).toBe(at.KBUFFER);
  });

  test("a server without shared memory gets 0, 0", () => {
    host.timer();
    const bare = createServer(host, "bare", { 80: 0, 88: 0 });
    host.must(FID.RESUME, eid, 0);
    callServer(host, bare);
    expect([x(13), x(14)]).toEqual([0n, 0n]);
  });

  test("call_enclave_arg may cross a page edge (B25)", () => {
    host.timer();
    const pages = [CODE, DATA, { ...DATA, va: 0x4000n }, { ...DATA, va: 0x3000n }];
    const wide = host.create(pages).eid;
    host.run(wide);
    const va = 0x3000n - 16n;
    putArgument(host, { reqArg: 0x1122n, reqSize: 5n }, va);
    expect(host.enclaveCall(ENCLAVE_FID.CALL_ENCLAVE, server, va)).toBe(0x1122n);
    expect(x(12)).toBe(5n);
    returnFrom(host, { respVal: 3n });
    expect(readArgument(host, va)).toMatchObject({ reqArg: 0x1122n, respVal: 3n, reqSize: 5n });
  });
});

function createOther(): number {
  host.timer();
  return host.create().eid;
}

describe("the block at req_vaddr", () => {
  test("is the server's during the call, at the same address, and the caller's again after it", () => {
    const held = block(host, eid, Number(SIZE));
    host.platform.write64(held.pa, 0xc0ffeen);
    expect(callServer(host, server, { reqVaddr: held.va, reqSize: SIZE })).toBe(0n);
    expect([x(11), x(12)]).toEqual([held.va, SIZE]);
    expect(host.access(held.va, "write")).toBe(held.pa);
    expect(ownerOf(held.pa)).toBe(`enclave ${server}`);
    checkInvariants(host);
    host.platform.write64(held.pa, 0xbeefn);
    returnFrom(host, { reqVaddr: held.va, reqSize: SIZE });
    expect(host.access(held.va, "write")).toBe(held.pa);
    expect(host.platform.read64(held.pa)).toBe(0xbeefn);
    expect(ownerOf(held.pa)).toBe(`enclave ${eid}`);
    expect(readArgument(host).reqVaddr).toBe(held.va);
  });

  test("is at another address where the server has something there already", () => {
    const [first, second] = [block(host, eid, Number(SIZE)), block(host, eid, Number(SIZE))];
    callServer(host, server, { reqVaddr: first.va, reqSize: SIZE });
    returnFrom(host);
    expect(readArgument(host).reqVaddr).toBe(0n);
    const again = block(host, eid, Number(SIZE));
    expect(again.va).toBe(first.va);
    callServer(host, server, { reqVaddr: again.va, reqSize: SIZE });
    expect(x(11)).toBe(second.va);
    expect(host.access(second.va, "read")).toBe(again.pa);
    returnFrom(host, { reqVaddr: second.va, reqSize: SIZE });
    expect(readArgument(host).reqVaddr).toBe(again.va);
    expect(host.access(again.va, "read")).toBe(again.pa);
  });

  test.each([
    ["nothing", {}],
    ["a part of it", { reqVaddr: true, reqSize: SIZE - 4096n }],
    ["more than there is", { reqVaddr: true, reqSize: SIZE + 4096n }],
    ["an address inside it", { reqVaddr: 4096n, reqSize: SIZE }],
    ["its own data", { reqVaddr: DATA.va, reqSize: SIZE }],
    ["the relay base", { reqVaddr: RELAY_BASE, reqSize: SIZE }],
  ] as [string, { reqVaddr?: bigint | boolean; reqSize?: bigint }][])(
    "stays with a server that returns %s",
    (_, { reqVaddr = 0n, reqSize = 0n }) => {
      const held = block(host, eid, Number(SIZE));
      callServer(host, server, { reqVaddr: held.va, reqSize: SIZE });
      const va = reqVaddr === true ? held.va : reqVaddr === 4096n ? held.va + 4096n : (reqVaddr as bigint);
      expect(returnFrom(host, { reqVaddr: va, reqSize })).toBe(0n);
      expect(readArgument(host).reqVaddr).toBe(0n);
      expect(ownerOf(held.pa)).toBe(`enclave ${server}`);
      expect(host.access(held.va, "read")).toBe("page fault");
    },
  );

  test("may be exchanged for a larger one, which goes where there is room", () => {
    const held = block(host, eid, Number(SIZE));
    callServer(host, server, { reqVaddr: held.va, reqSize: SIZE });
    const larger = block(host, eid, 2 * Number(SIZE));
    returnFrom(host, { reqVaddr: larger.va, reqSize: 2n * SIZE });
    const { reqVaddr } = readArgument(host);
    expect(host.access(reqVaddr, "write")).toBe(larger.pa);
    expect(ownerOf(held.pa)).toBe(`enclave ${server}`);
    expect(ownerOf(larger.pa)).toBe(`enclave ${eid}`);
  });

  test("nothing comes back where nothing was passed", () => {
    callServer(host, server);
    const own = block(host, eid, Number(SIZE));
    returnFrom(host, { reqVaddr: own.va, reqSize: SIZE });
    expect(readArgument(host).reqVaddr).toBe(0n);
    expect(ownerOf(own.pa)).toBe(`enclave ${server}`);
  });

  test("lines that the caller had locked in it are unlocked", () => {
    const held = block(host, eid, Number(SIZE));
    host.enclaveCall(ENCLAVE_FID.OCALL, 2004, held.va, 64);
    const journal = host.platform.journal.length;
    callServer(host, server, { reqVaddr: held.va, reqSize: SIZE });
    expect(host.platform.journal.slice(journal).filter((line) => line.startsWith("unlock"))).not.toEqual([]);
    expect(host.monitor.state.enclaves.get(eid)!.locks).toEqual([]);
  });
});

describe("the relay base as req_vaddr", () => {
  let relay: number;
  beforeEach(() => {
    host.timer();
    relay = relayBlock(host, 4);
    eid = host.create().eid;
    host.must(FID.RUN, eid, host.runParam(relay, Number(SIZE)));
  });

  test("passes the relay pages, and they come back", () => {
    callServer(host, server, { reqVaddr: RELAY_BASE, reqSize: SIZE });
    expect([x(11), x(12)]).toEqual([RELAY_BASE, SIZE]);
    expect(host.access(RELAY_BASE, "write")).toBe(relay);
    expect(ownerOf(relay)).toBe(`enclave ${server}`);
    checkInvariants(host);
    returnFrom(host, { reqVaddr: RELAY_BASE, reqSize: SIZE });
    expect(readArgument(host).reqVaddr).toBe(RELAY_BASE);
    expect(host.access(RELAY_BASE, "write")).toBe(relay);
    expect(ownerOf(relay)).toBe(`enclave ${eid}`);
  });

  test("passes only the whole entry", () => {
    const arg = putArgument(host, { reqVaddr: RELAY_BASE, reqSize: SIZE - 4096n });
    expect(refusedCall(host, ENCLAVE_FID.CALL_ENCLAVE, server, arg)).toBe("NOT_HELD");
    const inside = putArgument(host, { reqVaddr: RELAY_BASE + 4096n, reqSize: SIZE - 4096n });
    expect(refusedCall(host, ENCLAVE_FID.CALL_ENCLAVE, server, inside)).toBe("NO_SUCH_BLOCK");
  });

  test("a server that kept some cannot get more", () => {
    callServer(host, server, { reqVaddr: RELAY_BASE, reqSize: SIZE });
    returnFrom(host);
    host.timer();
    const other = host.create().eid;
    host.must(FID.RUN, other, host.runParam(relayBlock(host, 1), PAGE_SIZE));
    const arg = putArgument(host, { reqVaddr: RELAY_BASE, reqSize: 4096n });
    expect(refusedCall(host, ENCLAVE_FID.CALL_ENCLAVE, server, arg)).toBe("NO_ADDRESS_SPACE");
  });

  test("the first of several entries comes back before the others", () => {
    host.enclaveCall(ENCLAVE_FID.SPLIT_MEM_REGION, RELAY_BASE, SIZE, RELAY_BASE + 4096n);
    callServer(host, server, { reqVaddr: RELAY_BASE, reqSize: 4096n });
    returnFrom(host, { reqVaddr: RELAY_BASE, reqSize: 4096n });
    expect(host.access(RELAY_BASE, "read")).toBe(relay);
    expect(host.monitor.state.enclaves.get(eid)!.relays.map(({ va }) => va)).toEqual([RELAY_BASE, RELAY_BASE + 4096n]);
  });
});

describe("the block at resp_vaddr", () => {
  test("is the caller's, at the highest free place", () => {
    callServer(host, server);
    const answer = block(host, eid, Number(SIZE));
    host.platform.write64(answer.pa, 0xa45n);
    returnFrom(host, { respVal: 1n, respVaddr: answer.va, respSize: SIZE });
    const { respVaddr, respSize } = readArgument(host);
    expect(respSize).toBe(SIZE);
    expect(host.access(respVaddr, "write")).toBe(answer.pa);
    expect(host.platform.read64(answer.pa)).toBe(0xa45n);
    expect(ownerOf(answer.pa)).toBe(`enclave ${eid}`);
    host.enclaveCall(ENCLAVE_FID.OCALL, 2, respVaddr, SIZE);
    expect(ownerOf(answer.pa)).toBe("public");
  });

  test("comes besides the one that was passed", () => {
    const held = block(host, eid, Number(SIZE));
    callServer(host, server, { reqVaddr: held.va, reqSize: SIZE });
    const answer = block(host, eid, Number(SIZE));
    returnFrom(host, { reqVaddr: held.va, reqSize: SIZE, respVaddr: answer.va, respSize: SIZE });
    expect(readArgument(host)).toMatchObject({ reqVaddr: held.va, respVaddr: held.va - SIZE, respSize: SIZE });
    expect([ownerOf(held.pa), ownerOf(answer.pa)]).toEqual([`enclave ${eid}`, `enclave ${eid}`]);
  });

  test.each([
    ["the block that goes back anyway", true, SIZE],
    ["its own data", DATA.va, 4096n],
    ["no whole pages", true, 100n],
    ["nothing", 0n, 0n],
  ] as [string, bigint | true, bigint][])("0, 0 for a server that names %s", (_, va, respSize) => {
    const held = block(host, eid, Number(SIZE));
    callServer(host, server, { reqVaddr: held.va, reqSize: SIZE });
    const respVaddr = va === true ? held.va : va;
    returnFrom(host, { reqVaddr: held.va, reqSize: SIZE, respVaddr, respSize });
    expect(readArgument(host)).toMatchObject({ reqVaddr: held.va, respVaddr: 0n, respSize: 0n });
  });
});

describe("CALL_ENCLAVE refuses", () => {
  const call = (words: Parameters<typeof putArgument>[1] = {}, callee: number | bigint = server) =>
    refusedCall(host, ENCLAVE_FID.CALL_ENCLAVE, callee, putArgument(host, words));

  test.each([0, 99, 2n ** 30n, 2n ** 64n - 1n])("%s, which is no server", (callee) => {
    expect(call({}, callee)).toBe("UNKNOWN_SERVER");
  });

  test("an enclave that is no server, and the caller itself", () => {
    const other = createOther();
    host.must(FID.RESUME, eid, 0);
    expect(call({}, other)).toBe("UNKNOWN_SERVER");
    expect(call({}, eid)).toBe("UNKNOWN_SERVER");
  });

  test.each([
    ["not mapped", 0x9000n],
    ["code, which cannot be written", 0x1000n],
    ["half mapped", 0x3000n - 24n],
    ["kernel addresses", 2n ** 64n - 64n],
  ])("a structure that is %s", (_, va) => {
    expect(refusedCall(host, ENCLAVE_FID.CALL_ENCLAVE, server, va)).toBe("BAD_BUFFER");
  });

  test("a block that is not whole, not a block, or not the caller's", () => {
    const held = block(host, eid, Number(SIZE));
    expect(call({ reqVaddr: held.va, reqSize: SIZE - 4096n })).toBe("NO_SUCH_BLOCK");
    expect(call({ reqVaddr: held.va, reqSize: 0n })).toBe("NO_SUCH_BLOCK");
    expect(call({ reqVaddr: held.va, reqSize: 2n ** 64n - 4096n })).toBe("NO_SUCH_BLOCK");
    expect(call({ reqVaddr: held.va + 4096n, reqSize: SIZE })).toBe("NO_SUCH_BLOCK");
    expect(call({ reqVaddr: DATA.va, reqSize: 4096n })).toBe("NO_SUCH_BLOCK");
    expect(call({ reqVaddr: RELAY_BASE, reqSize: 4096n })).toBe("NOT_HELD");
  });

  test("a structure that lies in the block that it passes", () => {
    const held = block(host, eid, Number(SIZE));
    const arg = putArgument(host, { reqVaddr: held.va, reqSize: SIZE }, held.va + 8n);
    expect(refusedCall(host, ENCLAVE_FID.CALL_ENCLAVE, server, arg)).toBe("ARGUMENT_PASSED");
  });

  test("a server without pages for its tables, whose record it leaves alone", () => {
    host.timer();
    const image = host.buildImage([CODE, DATA], 10);
    const words = { 80: 0, 88: 0, 8: 0x656e6f6cn };
    host.must(FID.CREATE_SERVER, host.createParam({ ...image, size: image.freeMem - image.region }, words));
    const full = host.eid();
    host.must(FID.RESUME, eid, 0);
    expect(call({}, full)).toBe("NO_ADDRESS_SPACE");
    const held = block(host, eid, Number(SIZE));
    expect(call({ reqVaddr: held.va, reqSize: SIZE }, full)).toBe("NO_ADDRESS_SPACE");
    expect(host.access(held.va, "write")).toBe(held.pa);
  });

  test("a server whose cache lines cannot be locked again, and the caller keeps its own", () => {
    callServer(host, server);
    host.enclaveCall(ENCLAVE_FID.OCALL, 2004, DATA.va, 128);
    returnFrom(host);
    host.enclaveCall(ENCLAVE_FID.OCALL, 2004, DATA.va, 64);
    const free = host.platform.lockCapacity;
    host.platform.lockCapacity = 0;
    expect(call()).toBe("RELOCK_REFUSED");
    expect(runs(host)).toBe(eid);
    expect(host.monitor.state.enclaves.get(eid)!.locks.length).toBe(1);
    host.platform.lockCapacity = free;
    callServer(host, server);
    expect(runs(host)).toBe(server);
  });
});

describe("ENCLAVE_RETURN refuses", () => {
  test("an enclave that is no server", () => {
    expect(refusedCall(host, ENCLAVE_FID.ENCLAVE_RETURN, putArgument(host, {}))).toBe("NOT_CALLED");
  });

  test.each([0n, 0x9000n, 0x3000n - 24n, 2n ** 64n - 64n])("a structure at %s; the server goes on", (va) => {
    callServer(host, server);
    expect(refusedCall(host, ENCLAVE_FID.ENCLAVE_RETURN, va)).toBe("BAD_BUFFER");
    expect(returnFrom(host)).toBe(0n);
    expect(runs(host)).toBe(eid);
  });

  test("EXIT, too, leaves a server where it is", () => {
    callServer(host, server);
    expect(refusedCall(host, ENCLAVE_FID.EXIT, 3)).toBe("SERVER_EXIT");
    expect(runs(host)).toBe(server);
  });
});
