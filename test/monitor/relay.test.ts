/** Relay pages: RUN, RUN_SHADOW, ASYN_CALL, SPLIT_MEM_REGION, RETURN_RELAY_PAGE. Penglai reference §6.12, §6.3, §6.4. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PAGE_SIZE, pa } from "../../core/units.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { CODE, DATA, ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";
import {
  checkInvariants,
  createNamed,
  createServer,
  nameWords,
  putArgument,
  putName,
  RELAY_BASE,
  refusedCall,
  relayBlock,
  runs,
  statusOf,
  UNDER_ITS_NAME,
} from "../../zoo/penglai-tvm/parties.ts";

const PAGES = 16;
const SIZE = BigInt(PAGES * PAGE_SIZE);
const PAGE = BigInt(PAGE_SIZE);
const RETURN_RELAY_PAGE = 7;

let host: TestHost;
beforeEach(() => {
  host = TestHost.booted();
});
afterEach(() => checkInvariants(host));

const x = (register: number): bigint => host.platform.x[register]!;
const ownerOf = (address: number): string => host.monitor.owner(pa(address));
const entries = (eid: number): bigint[] => host.monitor.state.enclaves.get(eid)!.relays.map(({ va }) => va);
const WAITING = "the enclave that the relay pages were handed to";

/** ASYN_CALL of [va, va + size). */
const handOn = (name: string, va: bigint, size: bigint): bigint => {
  putName(host, name);
  return host.enclaveCall(ENCLAVE_FID.ASYN_CALL, DATA.va, putArgument(host, { reqVaddr: va, reqSize: size }));
};
const refusedHandOn = (name: string, va: bigint, size: bigint): string | undefined => {
  putName(host, name);
  return refusedCall(host, ENCLAVE_FID.ASYN_CALL, DATA.va, putArgument(host, { reqVaddr: va, reqSize: size }));
};
const split = (va: bigint, size: bigint, point: bigint): bigint =>
  host.enclaveCall(ENCLAVE_FID.SPLIT_MEM_REGION, va, size, point);

/** An enclave with relay pages, on the hart. */
function start(name: string): { eid: number; relay: number } {
  const relay = relayBlock(host, PAGES);
  const eid = createNamed(host, name);
  host.must(FID.RUN, eid, host.runParam(relay, Number(SIZE)));
  return { eid, relay };
}

describe("RUN with a new relay page", () => {
  test("maps it, with what the host left in it, and takes it from the host", () => {
    const { eid, relay } = start("first");
    expect([x(13), x(14)]).toEqual([RELAY_BASE, SIZE]);
    for (let i = 0; i < PAGES; i++) {
      expect(host.access(RELAY_BASE + BigInt(i) * PAGE, "write")).toBe(relay + i * PAGE_SIZE);
      expect(host.platform.read64(pa(relay + i * PAGE_SIZE))).toBe(0xfeedn + BigInt(i));
    }
    expect(host.access(RELAY_BASE, "execute")).toBe("page fault");
    expect(host.access(RELAY_BASE + SIZE, "read")).toBe("page fault");
    expect(ownerOf(relay)).toBe(`enclave ${eid}`);
    host.timer();
    expect(host.access(relay, "read")).toBe("page fault");
  });

  test("an enclave without a name may have one", () => {
    const [one, two] = [host.create().eid, host.create().eid];
    host.must(FID.RUN, one, host.runParam(relayBlock(host, 1), PAGE_SIZE));
    host.timer();
    host.must(FID.RUN, two, host.runParam(relayBlock(host, 1), PAGE_SIZE));
    expect([x(13), x(14)]).toEqual([RELAY_BASE, PAGE]);
  });

  test("none: a3 and a4 are 0", () => {
    host.run(createNamed(host, "first"));
    expect([x(13), x(14)]).toEqual([0n, 0n]);
  });

  test.each([
    ["NULL", 0, PAGE_SIZE, "OUTSIDE_RAM"],
    ["an unaligned address", at.POOL + 8, PAGE_SIZE, "MISALIGNED"],
    ["an unaligned size", at.HUGE_POOL, 100, "MISALIGNED"],
    ["behind RAM", at.RAM_END, PAGE_SIZE, "OUTSIDE_RAM"],
    ["across its end", at.RAM_END - PAGE_SIZE, 2 * PAGE_SIZE, "OUTSIDE_RAM"],
    ["a range that wraps", at.POOL, 2 ** 53 - 4096, "OUTSIDE_RAM"],
    ["the monitor (B7)", at.MONITOR, PAGE_SIZE, "NOT_PUBLIC"],
    ["pt_area (B7)", at.PT_AREA, PAGE_SIZE, "NOT_PUBLIC"],
    ["mbitmap (B7)", at.MBITMAP, PAGE_SIZE, "NOT_PUBLIC"],
    ["an enclave", at.POOL, PAGE_SIZE, "NOT_PUBLIC"],
    ["a kbuffer", at.KBUFFER, PAGE_SIZE, "PAGE_SHARED"],
    ["part of a 2 MiB leaf", at.HUGE_POOL, PAGE_SIZE, "PARTLY_COVERED"],
  ])("refuses %s", (_, address, size, guard) => {
    const eid = createNamed(host, "first");
    expect(host.refusal(FID.RUN, eid, host.runParam(address, size))).toBe(guard);
    expect(statusOf(host, eid)).toBe("fresh");
    host.run(eid);
  });

  test("refuses more than the enclave has tables for", () => {
    const image = host.buildImage([CODE, DATA]);
    const small = { ...image, size: image.freeMem - image.region + 6 * PAGE_SIZE };
    host.must(FID.CREATE_ENCLAVE, host.createParam(small, nameWords("small")));
    const eid = host.eid();
    host.pool = at.HUGE_POOL;
    const tight = host.refusal(FID.RUN, eid, host.runParam(at.HUGE_POOL, 4 * 2 ** 20));
    expect(tight).toBe("NO_FREE_PAGES");
    host.run(eid);
  });

  test("a server of the same name is no matter: it never picks anything up", () => {
    createServer(host, "first");
    start("first");
    expect(x(14)).toBe(SIZE);
  });

  test("refuses an enclave whose name another one has", () => {
    createNamed(host, "twin");
    const eid = createNamed(host, "twin");
    const relay = relayBlock(host, 1);
    expect(host.refusal(FID.RUN, eid, host.runParam(relay, PAGE_SIZE))).toBe("NAME_AMBIGUOUS");
    expect(host.refusal(FID.RUN, eid, host.runParam(UNDER_ITS_NAME))).toBe("NAME_AMBIGUOUS");
    host.run(eid);
  });
});

describe("RUN_SHADOW with relay pages", () => {
  test("new ones, and those that wait under the fork's name", () => {
    const shadow = host.createShadow();
    const relay = relayBlock(host, PAGES);
    const first = host.forkParam(host.allocate(40), 40 * PAGE_SIZE, { 64: relay, 72: SIZE, ...nameWords("map", 120) });
    host.must(FID.RUN_SHADOW, shadow.eid, first);
    expect([x(13), x(14)]).toEqual([RELAY_BASE, SIZE]);
    expect(host.access(RELAY_BASE, "write")).toBe(relay);
    checkInvariants(host);
    expect(handOn("reduce", RELAY_BASE, SIZE)).toBe(0n);
    host.timer();
    const second = host.forkParam(host.allocate(40), 40 * PAGE_SIZE, {
      64: UNDER_ITS_NAME,
      ...nameWords("reduce", 120),
    });
    host.must(FID.RUN_SHADOW, shadow.eid, second);
    expect([x(13), x(14)]).toEqual([RELAY_BASE, SIZE]);
    expect(host.platform.read64(pa(relay))).toBe(0xfeedn);
    expect(host.access(RELAY_BASE, "write")).toBe(relay);
  });
});

describe("ASYN_CALL", () => {
  test("takes an entry from the sender; it waits for the name, out of everybody's reach", () => {
    const { eid, relay } = start("first");
    const flushes = (): number => host.platform.journal.filter((line) => line === "flush").length;
    const before = flushes();
    expect(handOn("second", RELAY_BASE, SIZE)).toBe(0n);
    expect(flushes()).toBeGreaterThan(before);
    expect(runs(host)).toBe(eid);
    expect(host.access(RELAY_BASE, "read")).toBe("page fault");
    expect(ownerOf(relay)).toBe(WAITING);
    checkInvariants(host);
    host.timer();
    expect(host.access(relay, "read")).toBe("page fault");
    expect(host.refusal(FID.SET_PTE, 1, host.entryOf(relay), at.pte(relay, at.V | at.R))).toBe("MAPS_PROTECTED");
  });

  test("the enclave of that name gets all that wait, in order, one behind the other", () => {
    const { eid, relay } = start("first");
    split(RELAY_BASE, SIZE, RELAY_BASE + 3n * PAGE);
    handOn("second", RELAY_BASE + 3n * PAGE, SIZE - 3n * PAGE);
    handOn("second", RELAY_BASE, 3n * PAGE);
    host.timer();
    const other = createNamed(host, "other");
    expect(host.refusal(FID.RUN, other, host.runParam(UNDER_ITS_NAME))).toBe("NO_RELAY_PAGE");
    const second = createNamed(host, "second");
    host.must(FID.RUN, second, host.runParam(UNDER_ITS_NAME));
    expect([x(13), x(14)]).toEqual([RELAY_BASE, SIZE]);
    expect(host.access(RELAY_BASE, "write")).toBe(relay + 3 * PAGE_SIZE);
    expect(host.access(RELAY_BASE + SIZE - 3n * PAGE, "write")).toBe(relay);
    expect(ownerOf(relay)).toBe(`enclave ${second}`);
    expect(entries(eid)).toEqual([]);
    host.timer();
    host.must(FID.DESTROY, second);
    expect(host.platform.read64(pa(relay))).toBe(0n);
    expect(host.store(relay, 1n)).toBe(true);
  });

  test("the sender may end before the receiver comes", () => {
    const { relay } = start("first");
    handOn("second", RELAY_BASE, SIZE);
    host.enclaveCall(ENCLAVE_FID.EXIT, 0);
    expect(ownerOf(relay)).toBe(WAITING);
    host.must(FID.RUN, createNamed(host, "second"), host.runParam(UNDER_ITS_NAME));
    expect(host.platform.read64(pa(relay))).toBe(0xfeedn);
  });

  test("an enclave may hand pages on to its own name, for the one after it", () => {
    start("self");
    handOn("self", RELAY_BASE, SIZE);
    host.enclaveCall(ENCLAVE_FID.EXIT, 0);
    host.must(FID.RUN, createNamed(host, "self"), host.runParam(UNDER_ITS_NAME));
    expect(x(14)).toBe(SIZE);
  });

  test.each([
    ["a part of an entry", RELAY_BASE, SIZE - PAGE],
    ["an address inside it", RELAY_BASE + PAGE, SIZE - PAGE],
    ["the enclave's data (B15)", DATA.va, PAGE],
    ["nothing", 0n, 0n],
    ["a range that wraps", RELAY_BASE, 2n ** 64n - PAGE],
  ])("refuses %s, and unmaps nothing", (_, va, size) => {
    const { relay } = start("first");
    expect(refusedHandOn("second", va, size)).toBe("NOT_HELD");
    expect(host.access(RELAY_BASE, "write")).toBe(relay);
    expect(typeof host.access(DATA.va, "write")).toBe("number");
  });

  test("refuses the empty name, a name and a structure that cannot be read", () => {
    start("first");
    expect(refusedHandOn("", RELAY_BASE, SIZE)).toBe("NO_NAME");
    const arg = putArgument(host, { reqVaddr: RELAY_BASE, reqSize: SIZE });
    expect(refusedCall(host, ENCLAVE_FID.ASYN_CALL, 0x9000n, arg)).toBe("BAD_BUFFER");
    putName(host, "second");
    expect(refusedCall(host, ENCLAVE_FID.ASYN_CALL, DATA.va, 0x9000n)).toBe("BAD_BUFFER");
  });

  test("the eleventh entry for a name is refused, and stays the sender's", () => {
    const { eid } = start("first");
    for (let i = 1n; i < 10n; i++) split(RELAY_BASE + (i - 1n) * PAGE, SIZE - (i - 1n) * PAGE, RELAY_BASE + i * PAGE);
    for (let i = 0n; i < 9n; i++) expect(handOn("second", RELAY_BASE + i * PAGE, PAGE)).toBe(0n);
    split(RELAY_BASE + 9n * PAGE, SIZE - 9n * PAGE, RELAY_BASE + 10n * PAGE);
    expect(handOn("second", RELAY_BASE + 9n * PAGE, PAGE)).toBe(0n);
    expect(refusedHandOn("second", RELAY_BASE + 10n * PAGE, SIZE - 10n * PAGE)).toBe("RELAY_LIMIT");
    expect(entries(eid)).toEqual([RELAY_BASE + 10n * PAGE]);
    expect(handOn("third", RELAY_BASE + 10n * PAGE, SIZE - 10n * PAGE)).toBe(0n);
    host.timer();
    const second = createNamed(host, "second");
    host.must(FID.RUN, second, host.runParam(UNDER_ITS_NAME));
    expect(x(14)).toBe(10n * PAGE);
    expect(entries(second).length).toBe(10);
  });

  test("a receiver without pages for its tables is refused, and they wait on", () => {
    const { relay } = start("first");
    handOn("small", RELAY_BASE, SIZE);
    host.timer();
    const image = host.buildImage([CODE, DATA]);
    const small = { ...image, size: image.freeMem - image.region + 4 * PAGE_SIZE };
    host.must(FID.CREATE_ENCLAVE, host.createParam(small, nameWords("small")));
    const eid = host.eid();
    expect(host.refusal(FID.RUN, eid, host.runParam(UNDER_ITS_NAME))).toBe("NO_FREE_PAGES");
    expect(ownerOf(relay)).toBe(WAITING);
  });

  test("locked lines in the pages are unlocked", () => {
    const { eid } = start("first");
    host.enclaveCall(ENCLAVE_FID.OCALL, 2004, RELAY_BASE, 64);
    handOn("second", RELAY_BASE, SIZE);
    expect(host.monitor.state.enclaves.get(eid)!.locks).toEqual([]);
  });
});

describe("SPLIT_MEM_REGION", () => {
  test("one entry becomes N for N receivers", () => {
    const { relay } = start("first");
    for (let i = 1n; i < 4n; i++)
      split(RELAY_BASE + (i - 1n) * 4n * PAGE, SIZE - (i - 1n) * 4n * PAGE, RELAY_BASE + i * 4n * PAGE);
    for (let i = 0; i < 4; i++) {
      expect(handOn(`part${i}`, RELAY_BASE + BigInt(4 * i) * PAGE, 4n * PAGE)).toBe(0n);
      checkInvariants(host);
    }
    host.timer();
    for (const i of [2, 0, 3, 1]) {
      host.must(FID.RUN, createNamed(host, `part${i}`), host.runParam(UNDER_ITS_NAME));
      expect([x(13), x(14)]).toEqual([RELAY_BASE, 4n * PAGE]);
      expect(host.access(RELAY_BASE, "read")).toBe(relay + 4 * i * PAGE_SIZE);
      host.timer();
    }
  });

  test.each([
    ["the beginning", RELAY_BASE, SIZE, RELAY_BASE, "SPLIT_POINT"],
    ["the end", RELAY_BASE, SIZE, RELAY_BASE + SIZE, "SPLIT_POINT"],
    ["before it", RELAY_BASE, SIZE, RELAY_BASE - PAGE, "SPLIT_POINT"],
    ["the middle of a page", RELAY_BASE, SIZE, RELAY_BASE + 8n, "SPLIT_POINT"],
    ["a size that is not the entry's", RELAY_BASE, SIZE - PAGE, RELAY_BASE + PAGE, "NOT_HELD"],
    ["an address that is not the entry's", RELAY_BASE + PAGE, SIZE - PAGE, RELAY_BASE + 2n * PAGE, "NOT_HELD"],
    ["no relay page", DATA.va, PAGE, DATA.va, "NOT_HELD"],
  ])("refuses %s", (_, va, size, point, guard) => {
    start("first");
    expect(refusedCall(host, ENCLAVE_FID.SPLIT_MEM_REGION, va, size, point)).toBe(guard);
  });

  test("ten entries, not eleven", () => {
    const { eid } = start("first");
    for (let i = 1n; i < 10n; i++) split(RELAY_BASE + (i - 1n) * PAGE, SIZE - (i - 1n) * PAGE, RELAY_BASE + i * PAGE);
    expect(entries(eid).length).toBe(10);
    const last = [RELAY_BASE + 9n * PAGE, SIZE - 9n * PAGE, RELAY_BASE + 10n * PAGE] as const;
    expect(refusedCall(host, ENCLAVE_FID.SPLIT_MEM_REGION, ...last)).toBe("RELAY_LIMIT");
  });

  test("the host's 2 MiB leaf comes back with the last part", () => {
    const eid = createNamed(host, "first");
    host.must(FID.RUN, eid, host.runParam(at.HUGE_POOL, 2 * 2 ** 20));
    split(RELAY_BASE, 512n * PAGE, RELAY_BASE + 256n * PAGE);
    handOn("second", RELAY_BASE + 256n * PAGE, 256n * PAGE);
    host.timer();
    host.must(FID.DESTROY, eid);
    expect(host.access(at.HUGE_POOL, "read")).toBe("page fault");
    const second = createNamed(host, "second");
    host.must(FID.RUN, second, host.runParam(UNDER_ITS_NAME));
    host.timer();
    host.must(FID.DESTROY, second);
    expect(host.access(at.HUGE_POOL, "read")).toBe(at.HUGE_POOL);
  });
});

describe("RETURN_RELAY_PAGE", () => {
  const giveBack = (): bigint => host.enclaveCall(ENCLAVE_FID.OCALL, RETURN_RELAY_PAGE);

  test("gives all entries back with what is in them, and the host its mappings", () => {
    const { eid, relay } = start("first");
    split(RELAY_BASE, SIZE, RELAY_BASE + PAGE);
    host.platform.write64(pa(relay), 0xa45n);
    expect(giveBack()).toBe(2n);
    expect(host.platform.read64(at.OCALL_ID)).toBe(7n);
    expect([host.platform.read64(at.ARG0), host.platform.read64(at.ARG1)]).toEqual([BigInt(relay), PAGE]);
    for (let i = 0; i < PAGES; i++) expect(host.access(relay + i * PAGE_SIZE, "write")).toBe(relay + i * PAGE_SIZE);
    expect(host.platform.read64(pa(relay))).toBe(0xa45n);
    expect(host.platform.read64(pa(relay + PAGE_SIZE))).toBe(0xfeeen);
    expect(entries(eid)).toEqual([]);
  });

  test("the host may give new ones: a0 is 0", () => {
    const { eid } = start("first");
    giveBack();
    const again = relayBlock(host, 2, 0xabcn);
    host.must(FID.RESUME, eid, 2, RETURN_RELAY_PAGE, again, 2 * PAGE_SIZE);
    expect(x(10)).toBe(0n);
    expect(host.access(RELAY_BASE, "write")).toBe(again);
    expect(host.access(RELAY_BASE + 2n * PAGE, "read")).toBe("page fault");
  });

  test("or those that wait under the name, or none: a0 is -1", () => {
    const { eid } = start("first");
    split(RELAY_BASE, SIZE, RELAY_BASE + PAGE);
    handOn("first", RELAY_BASE, PAGE);
    giveBack();
    host.must(FID.RESUME, eid, 2, RETURN_RELAY_PAGE, UNDER_ITS_NAME, 0);
    expect(x(10)).toBe(0n);
    expect(entries(eid)).toEqual([RELAY_BASE]);
    giveBack();
    expect(host.refusal(FID.RESUME, eid, 2, RETURN_RELAY_PAGE, UNDER_ITS_NAME, 0)).toBe("NO_RELAY_PAGE");
    host.must(FID.RESUME, eid, 2, RETURN_RELAY_PAGE);
    expect(BigInt.asIntN(64, x(10))).toBe(-1n);
    expect(entries(eid)).toEqual([]);
  });

  test("a refused grant leaves the enclave waiting", () => {
    const { eid } = start("first");
    giveBack();
    expect(host.refusal(FID.RESUME, eid, 2, RETURN_RELAY_PAGE, at.PT_AREA, PAGE_SIZE)).toBe("NOT_PUBLIC");
    expect(host.refusal(FID.RESUME, eid, 2, 3)).toBe("WRONG_OCALL");
    expect(statusOf(host, eid)).toBe("ocalling");
    host.must(FID.RESUME, eid, 2, RETURN_RELAY_PAGE);
  });

  test("without any the host reads 0, 0", () => {
    host.run(createNamed(host, "first"));
    host.platform.write64(at.ARG0, 5n);
    giveBack();
    expect([host.platform.read64(at.ARG0), host.platform.read64(at.ARG1)]).toEqual([0n, 0n]);
  });
});

describe("an enclave that ends with relay pages (B15)", () => {
  test.each([
    ["EXIT", () => host.enclaveCall(ENCLAVE_FID.EXIT, 0)],
    ["a fault", () => host.trap(13n, 0n, 0)],
    [
      "DESTROY",
      () => {
        const eid = runs(host)!;
        host.timer();
        host.must(FID.DESTROY, eid);
      },
    ],
  ] as [string, () => unknown][])("by %s: they are wiped and public", (_, end) => {
    const { relay } = start("first");
    split(RELAY_BASE, SIZE, RELAY_BASE + PAGE);
    end();
    expect(host.platform.readBytes(pa(relay), Number(SIZE)).every((byte) => byte === 0)).toBe(true);
    for (let i = 0; i < PAGES; i++) expect(host.store(relay + i * PAGE_SIZE, 1n)).toBe(true);
  });
});
