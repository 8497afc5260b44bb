import { beforeEach, describe, expect, it } from "vitest";
import { STORE_PAGE_FAULT } from "../../../../assembly/cause.ts";
import * as csr from "../../../../assembly/csr.gen.ts";
import { MSTATUS_TVM, MTI, STI } from "../../../../core/registers.ts";
import { RISCV_CALL as C, ENOSYS, MAGIC } from "../../../../monitor/komodo/abi.ts";
import { checkName, type RowChange } from "../../../../monitor/komodo/call-row.ts";
import { RISCV_CALLS } from "../../../../monitor/komodo/riscv/calls.ts";
import { ABSENT_KOMODO_RISCV_DEFECTS, KOMODO_RISCV_DEFECTS } from "../../../../monitor/komodo/riscv/defects.ts";
import { R, RiscvOs, W, X } from "../../../../zoo/komodo/riscv/os.ts";
import { translateAs } from "../../../../zoo/scene/supervisor.ts";

const INTERRUPT = 1n << 63n;

let os: RiscvOs;
beforeEach(() => {
  os = new RiscvOs();
});
const guard = () => os.monitor.lastDenial?.guard;

describe("calls that say what there is", () => {
  it("answer in a0 and leave the other registers alone", () => {
    os.platform.x[11] = 77n;
    expect(os.call(C.QUERY, 1, 2, 3)).toBe(BigInt(MAGIC));
    expect([...os.platform.x.subarray(11, 14)]).toEqual([2n, 3n, 0n]);
    expect(os.call(C.GET_PHYS_PAGES)).toBe(16n);
  });

  it.each([9, 18, 19, 24, 30, 31, 2n ** 32n + 10n, -1])("call %s is not there", (nr) => {
    const { state } = os.monitor;
    expect(os.call(nr)).toBe(ENOSYS);
    expect(os.monitor.state).toBe(state);
  });

  it("leave SBI's timer where it is", () => {
    expect(os.call(0, 4321)).toBe(0n);
    expect(os.platform.timeCompare).toBe(4321n);
    expect(os.call(1, 65)).toBe(ENOSYS);
  });
});

describe("the order of checks", () => {
  it("of InitAddrspace is equal, range, free", () => {
    expect(os.call(C.INIT_ADDRSPACE, 99, 99)).toBe(1n);
    expect(guard()).toBe("PAGES_DIFFER");
    expect(os.call(C.INIT_ADDRSPACE, 0, 16)).toBe(1n);
    expect(os.call(C.INIT_ADDRSPACE, -1, 1)).toBe(1n);
    expect(guard()).toBe("PAGE_RANGE");
    expect(os.call(C.INIT_ADDRSPACE, 0, 1)).toBe(0n);
    expect(os.call(C.INIT_ADDRSPACE, 2, 1)).toBe(2n);
    expect(os.call(C.INIT_ADDRSPACE, 0, 2)).toBe(2n);
  });

  it("of the tables is index, parent, slot, page, state", () => {
    os.build();
    const results = [
      os.call(C.INIT_L2_TABLE, 99, 99, 512),
      os.call(C.INIT_L2_TABLE, 99, 0, 0),
      os.call(C.INIT_L2_TABLE, 99, 1, 0),
      os.call(C.INIT_L2_TABLE, 99, 1, 1),
      os.call(C.INIT_L2_TABLE, 4, 1, 1),
      os.call(C.INIT_L2_TABLE, 9, 1, 1),
      os.call(C.INIT_L3_TABLE, 9, 1, 1),
      os.call(C.INIT_L3_TABLE, 9, 2, 1),
    ];
    expect(results).toEqual([6n, 1n, 7n, 1n, 2n, 4n, 1n, 4n]);
    expect(guard()).toBe("STILL_INIT");
  });

  it("of MapSecure is index, source, table, slot, page, state", () => {
    os.build();
    const results = [
      os.call(C.MAP_SECURE, 99, 99, 512, R, 99),
      os.call(C.MAP_SECURE, 99, 99, 1, R, 32),
      os.call(C.MAP_SECURE, 99, 99, 1, R, 0),
      os.call(C.MAP_SECURE, 99, 3, 1, R, 0),
      os.call(C.MAP_SECURE, 99, 3, 2, R, 0),
      os.call(C.MAP_SECURE, 4, 3, 2, R, 0),
      os.call(C.MAP_SECURE, 9, 3, 2, R, 0),
    ];
    expect(results).toEqual([6n, 1n, 1n, 7n, 1n, 2n, 4n]);
  });

  it("of MapInsecure is page, index, table, slot, state", () => {
    os.build();
    const results = [
      os.call(C.MAP_INSECURE, 99, 512, R, 32),
      os.call(C.MAP_INSECURE, 99, 512, R, 31),
      os.call(C.MAP_INSECURE, 99, 1, R, 31),
      os.call(C.MAP_INSECURE, 3, 1, R, 31),
      os.call(C.MAP_INSECURE, 3, 2, R, 31),
    ];
    expect(results).toEqual([1n, 6n, 1n, 7n, 4n]);
  });

  it("of Remove is range, free, references, state", () => {
    os.build();
    expect([os.call(C.REMOVE, 16), os.call(C.REMOVE, 9), os.call(C.REMOVE, 0), os.call(C.REMOVE, 4)]).toEqual([
      1n,
      0n,
      2n,
      8n,
    ]);
    os.call(C.STOP, 0);
    for (const page of [4, 3, 2, 1]) expect(os.call(C.REMOVE, page)).toBe(0n);
    expect(os.call(C.REMOVE, 0)).toBe(2n);
    expect([os.call(C.REMOVE, 5), os.call(C.REMOVE, 0), os.call(C.REMOVE, 0)]).toEqual([0n, 0n, 0n]);
  });

  it("of Enter and Resume is thread, state, entered", () => {
    os.call(C.INIT_ADDRSPACE, 8, 9);
    os.call(C.INIT_DISPATCHER, 10, 8, 0);
    expect([os.call(C.ENTER, 8), os.call(C.ENTER, 10), os.call(C.RESUME, 10)]).toEqual([1n, 5n, 5n]);
    os.call(C.FINALISE, 8);
    expect([os.call(C.FINALISE, 8), os.call(C.FINALISE, 9), os.call(C.RESUME, 10)]).toEqual([4n, 3n, 12n]);
    expect(os.call(C.INIT_DISPATCHER, 11, 99, 0)).toBe(3n);
    os.call(C.ENTER, 10);
    os.trap(INTERRUPT | 7n);
    expect(os.call(C.ENTER, 10)).toBe(11n);
    os.call(C.STOP, 8);
    expect(os.call(C.RESUME, 10)).toBe(5n);
  });
});

describe("a page that is given", () => {
  it("is zeroed; data is what the source has", () => {
    for (let nr = 0; nr < 6; nr++) os.platform.writeBytes(os.secureAt(nr), new Uint8Array(4096).fill(0xee));
    os.platform.writeBytes(os.insecureAt(1), new Uint8Array(4096).fill(0x11));
    os.build();
    expect(os.platform.read64(os.secureAt(4))).toBe(0x1111_1111_1111_1111n);
    expect(os.platform.readBytes(os.secureAt(1), 4096).filter((byte) => byte !== 0).length).toBeLessThan(8);
    expect(os.platform.read64(os.secureAt(5))).toBe(0n);
  });
});

describe("a thread", () => {
  beforeEach(() => os.build());

  it("runs in S-mode under TVM, on its own tables, with nothing delegated", () => {
    expect(translateAs(os.platform, 1, BigInt(os.secureAt(4)), "read")).toBe("access fault");
    os.call(C.ENTER, 5, 7, 8, 9);
    const { platform } = os;
    expect([platform.pc, platform.privilege]).toEqual([0x1000n, 1]);
    expect([...platform.x.subarray(10, 13)]).toEqual([7n, 8n, 9n]);
    expect(platform.readCsr(csr.MSTATUS) & MSTATUS_TVM).toBe(MSTATUS_TVM);
    expect([platform.readCsr(csr.MEDELEG), platform.readCsr(csr.MIDELEG)]).toEqual([0n, 0n]);
    expect(translateAs(platform, 1, 0x1000n, "execute")).toBe(os.secureAt(4));
    expect(translateAs(platform, 1, 0x1000n, "write")).toBe("page fault");
    os.call(C.EXIT, 1);
    expect(platform.readCsr(csr.MSTATUS) & MSTATUS_TVM).toBe(0n);
    expect(translateAs(platform, 1, BigInt(os.secureAt(4)), "read")).toBe("access fault");
    expect(translateAs(platform, 1, BigInt(os.insecureAt(4)), "execute")).toBe(os.insecureAt(4));
    expect(translateAs(platform, 1, BigInt(os.insecureAt(32)), "read")).toBe("access fault");
  });

  it("goes on behind Exit at the next Enter, with its registers but a0 to a2", () => {
    os.call(C.ENTER, 5, 7, 8, 9);
    os.platform.x[5] = 0x55n;
    os.platform.writeCsr(csr.SSCRATCH, 0x66n);
    expect(os.call(C.EXIT, 2n ** 40n)).toBe(0n);
    expect(os.platform.x[11]).toBe(2n ** 40n);
    expect(os.platform.readCsr(csr.SSCRATCH)).toBe(0n);
    os.platform.x[5] = 0n;
    os.call(C.ENTER, 5, 70, 80, 90);
    expect([os.platform.pc, os.platform.x[5], os.platform.x[10], os.platform.x[17]]).toEqual([
      0x1004n,
      0x55n,
      70n,
      30n,
    ]);
    expect(os.platform.readCsr(csr.SSCRATCH)).toBe(0x66n);
  });

  it("that faults tells the OS the cause, and Resume tries the instruction again", () => {
    os.call(C.ENTER, 5, 7, 8, 9);
    os.platform.pc = 0x1010n;
    os.trap(BigInt(STORE_PAGE_FAULT), 0x1234n);
    expect([os.platform.x[10], os.platform.x[11]]).toEqual([10n, BigInt(STORE_PAGE_FAULT)]);
    expect(os.monitor.lastDenial).toMatchObject({ guard: "ENCLAVE_TRAP", blame: "enclave" });
    os.call(C.RESUME, 5);
    expect([os.platform.pc, os.platform.x[10]]).toEqual([0x1010n, 7n]);
  });

  it("that is interrupted tells the OS which interrupt it was; M's timer becomes the OS's", () => {
    os.platform.writeCsr(csr.MIE, MTI);
    os.call(C.ENTER, 5, 7, 8, 9);
    expect(os.platform.readCsr(csr.MIE)).toBe(MTI | 0x222n);
    os.trap(INTERRUPT | 7n);
    expect([os.platform.x[10], os.platform.x[11]]).toEqual([9n, INTERRUPT | 7n]);
    expect(os.platform.readCsr(csr.MIP) & STI).toBe(STI);
    os.call(C.RESUME, 5);
    expect(os.platform.readCsr(csr.MIE)).toBe(0x222n);
  });

  it("has no calls but Exit", () => {
    os.call(C.ENTER, 5, 7, 8, 9);
    for (const nr of [C.QUERY, C.STOP, 0, 31]) expect(os.call(nr, 0)).toBe(ENOSYS);
    expect(os.platform.pc).toBe(0x1010n);
    expect(os.page(0)).toMatchObject({ state: "final" });
  });

  it("keeps its floating-point registers, and the OS its own", () => {
    os.platform.f.fill(3n);
    os.call(C.ENTER, 5);
    expect(os.platform.f[4]).toBe(0n);
    os.platform.f.fill(4n);
    os.call(C.EXIT);
    expect(os.platform.f[4]).toBe(3n);
    os.call(C.ENTER, 5);
    expect(os.platform.f[4]).toBe(4n);
  });
});

describe("mapping permissions", () => {
  it("may be executable on insecure memory and need not be readable", () => {
    os.call(C.INIT_ADDRSPACE, 0, 1);
    os.call(C.INIT_L2_TABLE, 2, 1, 0);
    os.call(C.INIT_L3_TABLE, 3, 2, 0);
    expect(os.call(C.MAP_INSECURE, 3, 0, R | X | 0xff0, 3)).toBe(0n);
    expect(os.call(C.MAP_INSECURE, 3, 1, W, 3)).toBe(0n);
    expect(os.platform.read64(os.secureAt(3)) & 0x3ffn).toBe(0b1100_1011n);
  });
});

describe("the zoo of komodo-riscv", () => {
  it("has each mistake of the reference, or says why not", () => {
    const absent = Object.keys(ABSENT_KOMODO_RISCV_DEFECTS).flatMap((names) =>
      names.split(", ").flatMap((name) => {
        const [, letter, from, to] = /^([A-Z])(\d+)(?:-[A-Z](\d+))?$/.exec(name)!;
        return Array.from({ length: Number(to ?? from) - Number(from) + 1 }, (_, i) => `${letter}${Number(from) + i}`);
      }),
    );
    const listed = Object.entries({ A: 20, L: 13, E: 16, D: 8, M: 15 }).flatMap(([letter, last]) =>
      Array.from({ length: last }, (_, i) => `${letter}${i + 1}`),
    );
    const known = [...Object.keys(KOMODO_RISCV_DEFECTS), ...absent];
    expect(new Set(known).size).toBe(known.length);
    expect(known.filter((id) => !id.startsWith("S")).sort()).toEqual(listed.sort());
  });

  it("leaves out and swaps only checks that there are", () => {
    const checks = new Set(
      RISCV_CALLS.flatMap(({ name, checks }) => checks.map((check) => `${name} ${checkName(check)}`)),
    );
    const named = Object.values(KOMODO_RISCV_DEFECTS).flatMap(({ skips = [], swaps = [] }: RowChange) => [
      ...skips.map(([call, check]) => `${call} ${check}`),
      ...swaps.flatMap(([call, one, other]) => [`${call} ${one}`, `${call} ${other}`]),
    ]);
    expect(named.length).toBeGreaterThan(12);
    expect(named.filter((name) => !checks.has(name))).toEqual([]);
  });
});
