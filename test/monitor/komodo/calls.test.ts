import { beforeEach, describe, expect, it } from "vitest";
import {
  OS_CALL as C,
  ENCLAVE_CALL as E,
  KOM_ERROR,
  L1_ENTRIES,
  MAGIC,
  mappingWord,
} from "../../../monitor/komodo/abi.ts";
import { KomodoOs, R, W, X } from "../../../zoo/komodo/os.ts";

let os: KomodoOs;
beforeEach(() => {
  os = new KomodoOs();
});

const SUCCESS = [0, 0n];
const refused = (error: keyof typeof KOM_ERROR) => [KOM_ERROR[error], 0n];
/** Guard of the last refusal. */
const guard = () => os.monitor.lastDenial?.guard;

describe("Query and GetPhysPages", () => {
  it("answer the magic number and the number of pages", () => {
    expect(os.os(C.QUERY)).toEqual([MAGIC, 0n]);
    expect(os.os(C.GET_PHYS_PAGES)).toEqual([0, 16n]);
  });
});

describe("an unknown call", () => {
  it.each([0, 3, 9, 16, 19, 24, 28, 30, 99, -1, 2n ** 32n + 1n, 2n ** 63n])(
    "%s is invalid and changes nothing",
    (nr) => {
      const { state } = os.monitor;
      expect(os.os(nr, 1, 2, 3)).toEqual(refused("INVALID"));
      expect(os.monitor.state).toBe(state);
      expect(guard()).toBe("UNKNOWN_CALL");
    },
  );
});

describe("SBI's timer", () => {
  it("is told from Komodo's calls by a7", () => {
    os.platform.x[17] = 0x5449_4d45n;
    expect(os.os(12345)).toEqual([0, 0n]);
    expect(os.platform.timeCompare).toBe(12345n);
    os.platform.x[16] = 1n;
    expect(os.os(12345)).toEqual([Number(2n ** 64n - 2n), 0n]);
    os.platform.x[17] = 0n;
    expect(os.os(C.QUERY)).toEqual([MAGIC, 0n]);
  });
});

describe("InitAddrspace", () => {
  it.each([
    [16, 4, "PAGE_RANGE"],
    [0, 16, "PAGE_RANGE"],
    [2n ** 32n, 4, "PAGE_RANGE"],
    [-1, -1, "PAGE_RANGE"],
    [4, 4, "PAGES_DIFFER"],
    [5, 5, "PAGES_DIFFER"],
    [0, 5, "L1_ALIGNED"],
  ])("refuses pages %s and %s: %s", (as, l1, name) => {
    expect(os.os(C.INIT_ADDRSPACE, as, l1)).toEqual(refused("INVALID_PAGENO"));
    expect(guard()).toBe(name);
  });

  it("refuses a page that is in use, whichever it is", () => {
    expect(os.os(C.INIT_ADDRSPACE, 0, 4)).toEqual(SUCCESS);
    expect(os.os(C.INIT_ADDRSPACE, 0, 8)).toEqual(refused("PAGEINUSE"));
    expect(os.os(C.INIT_ADDRSPACE, 1, 4)).toEqual(refused("PAGEINUSE"));
    expect(os.os(C.INIT_ADDRSPACE, 4, 8)).toEqual(refused("PAGEINUSE"));
    expect(os.monitor.lastDenial?.explanation).toMatch(/page 0x\w+ belongs to address space 0 \(L1 table\)/);
  });

  it("makes an address space with one other page", () => {
    os.os(C.INIT_ADDRSPACE, 0, 4);
    expect(os.page(0)).toMatchObject({ type: "addrspace", owner: 0, l1: 4, refcount: 1, state: "init" });
    expect(os.page(4)).toMatchObject({ type: "l1", owner: 0 });
  });
});

describe("the order of checks", () => {
  it("of InitL2PTable is index, address space, stopped, slot, page", () => {
    expect(os.os(C.INIT_L2_TABLE, 99, 99, L1_ENTRIES)).toEqual(refused("INVALID_MAPPING"));
    expect(os.os(C.INIT_L2_TABLE, 99, 99, 0)).toEqual(refused("INVALID_ADDRSPACE"));
    os.build(0, 4);
    expect(os.os(C.INIT_L2_TABLE, 99, 0, 0)).toEqual(refused("ADDRINUSE"));
    expect(os.os(C.INIT_L2_TABLE, 99, 0, 1)).toEqual(refused("INVALID_PAGENO"));
    expect(os.os(C.INIT_L2_TABLE, 4, 0, 1)).toEqual(refused("PAGEINUSE"));
    expect(os.os(C.INIT_L2_TABLE, 9, 0, 1)).toEqual(refused("ALREADY_FINAL"));
    os.os(C.STOP, 0);
    expect(os.os(C.INIT_L2_TABLE, 99, 0, 0)).toEqual(refused("STOPPED"));
  });

  it("of MapSecure is address space, state, mapping, source, page", () => {
    os.os(C.INIT_ADDRSPACE, 0, 4);
    const map = (page: number, as: number, word: number, source: number) => os.os(C.MAP_SECURE, page, as, word, source);
    expect(map(99, 99, 0, 9999)).toEqual(refused("INVALID_ADDRSPACE"));
    expect(map(99, 0, W, 9999)).toEqual(refused("INVALID_MAPPING"));
    expect(guard()).toBe("READABLE");
    expect(map(99, 0, mappingWord(0x4000_0000, R), 9999)).toEqual(refused("INVALID_MAPPING"));
    expect(guard()).toBe("VA_RANGE");
    expect(map(99, 0, R, 9999)).toEqual(refused("INVALID_MAPPING"));
    expect(guard()).toBe("HAS_L2");
    os.os(C.INIT_L2_TABLE, 5, 0, 0);
    expect(map(99, 0, R, 9999)).toEqual(refused("INVALID_PAGENO"));
    expect(guard()).toBe("SOURCE_INSECURE");
    expect(map(99, 0, R, 0)).toEqual(refused("INVALID_PAGENO"));
    expect(guard()).toBe("PAGE_RANGE");
    expect(map(4, 0, R, 0)).toEqual(refused("PAGEINUSE"));
    expect(map(6, 0, R, 0)).toEqual(SUCCESS);
    expect(map(7, 0, R, 0)).toEqual(refused("INVALID_MAPPING"));
    expect(guard()).toBe("VA_FREE");
    os.os(C.STOP, 0);
    expect(map(7, 0, R, 0)).toEqual(refused("ALREADY_FINAL"));
  });

  it("of an enclave's InitL2PTable is index, page, slot", () => {
    const { thread } = os.build(0, 4);
    os.os(C.ALLOC_SPARE, 9, 0);
    os.os(C.ENTER, thread, 0, 0, 0);
    expect(os.enclave(E.INIT_L2_TABLE, 99, L1_ENTRIES)[0]).toBe(6n);
    expect(os.enclave(E.INIT_L2_TABLE, 99, 0)[0]).toBe(1n);
    expect(os.enclave(E.INIT_L2_TABLE, 9, 0)[0]).toBe(7n);
    expect(os.enclave(E.INIT_L2_TABLE, 9, 1)[0]).toBe(0n);
  });
});

describe("the life cycle", () => {
  it("ends when all pages are removed, the address space last", () => {
    const { thread, data } = os.build(0, 4);
    expect(os.os(C.REMOVE, data)).toEqual(refused("NOT_STOPPED"));
    expect(os.os(C.STOP, 0)).toEqual(SUCCESS);
    expect(os.os(C.STOP, 0)).toEqual(SUCCESS);
    expect(os.os(C.ENTER, thread)).toEqual(refused("NOT_FINAL"));
    expect(os.os(C.REMOVE, 0)).toEqual(refused("PAGEINUSE"));
    for (const page of [4, data, thread, 5]) expect(os.os(C.REMOVE, page)).toEqual(SUCCESS);
    expect(os.os(C.REMOVE, 0)).toEqual(SUCCESS);
    expect(os.os(C.REMOVE, 0)).toEqual(SUCCESS);
    expect(os.os(C.REMOVE, 16)).toEqual(refused("INVALID_PAGENO"));
    expect([...os.monitor.state.pages.runs()]).toHaveLength(1);
  });

  it("lets only spare pages of a final address space go", () => {
    os.build(0, 4);
    expect(os.os(C.ALLOC_SPARE, 9, 0)).toEqual(SUCCESS);
    expect(os.os(C.REMOVE, 9)).toEqual(SUCCESS);
    expect(os.os(C.INIT_DISPATCHER, 9, 0, 0x8000)).toEqual(refused("ALREADY_FINAL"));
    expect(os.os(C.FINALISE, 0)).toEqual(refused("ALREADY_FINAL"));
    os.os(C.STOP, 0);
    expect(os.os(C.ALLOC_SPARE, 9, 0)).toEqual(refused("STOPPED"));
  });

  it("keeps pages of one that is being built", () => {
    os.os(C.INIT_ADDRSPACE, 0, 4);
    os.os(C.ALLOC_SPARE, 9, 0);
    expect(os.os(C.REMOVE, 9)).toEqual(refused("NOT_STOPPED"));
    expect(guard()).toBe("BUILT");
    expect(os.os(C.ENTER, 9)).toEqual(refused("INVALID_PAGENO"));
  });
});

describe("insecure memory", () => {
  it("is what lies below the isolated region", () => {
    os.os(C.INIT_ADDRSPACE, 0, 4);
    os.os(C.INIT_L2_TABLE, 5, 0, 0);
    const last = os.monitor.state.config.isolated.from - os.monitor.state.config.ram.from - 1;
    expect(os.os(C.MAP_INSECURE, 0, last, mappingWord(0x1000, R | W | X))).toEqual(SUCCESS);
    for (const page of [last + 1, 1023, 1024, 2 ** 20, 2n ** 20n + 1n, 2n ** 52n, -1])
      expect(os.os(C.MAP_INSECURE, 0, page, mappingWord(0x2000, R))).toEqual(refused("INVALID_PAGENO"));
    expect(guard()).toBe("TARGET_INSECURE");
  });

  it("gives MapSecure its contents; page 0 stands for zeros", () => {
    os.fill(0, 0x77);
    os.fill(1, 0x1234_5678);
    os.os(C.INIT_ADDRSPACE, 0, 4);
    os.os(C.INIT_L2_TABLE, 5, 0, 0);
    os.platform.writeBytes(os.secureAt(7), new Uint8Array(4096).fill(9));
    expect(os.os(C.MAP_SECURE, 6, 0, mappingWord(0x1000, R), 1)).toEqual(SUCCESS);
    expect(os.os(C.MAP_SECURE, 7, 0, mappingWord(0x2000, R), 0)).toEqual(SUCCESS);
    expect(os.platform.read64(os.secureAt(6))).toBe(0x1234_5678_1234_5678n);
    expect(os.platform.read64(os.secureAt(7))).toBe(0n);
  });
});

describe("a refusal", () => {
  it("names guard, rule, page, owner and what would have been legal", () => {
    os.build(0, 4);
    os.os(C.REMOVE, 6);
    expect(os.monitor.lastDenial).toMatchObject({
      guard: "SPARE_OR_STOPPED",
      code: 224,
      blame: "host",
      value: 8n,
      owner: "address space 0 (data)",
    });
    expect(os.monitor.lastDenial?.explanation).toBe(
      `SPARE_OR_STOPPED: a data page of an address space that is final; page 0x${os.secureAt(6).toString(16)} belongs to address space 0 (data). Rule: of a final address space only spare pages are removed.`,
    );
  });
});
