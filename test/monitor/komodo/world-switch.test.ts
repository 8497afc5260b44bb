import { beforeEach, describe, expect, it } from "vitest";
import { ECALL_FROM_S, LOAD_PAGE_FAULT } from "../../../assembly/cause.ts";
import * as csr from "../../../assembly/csr.gen.ts";
import { MTI, SEI, STI } from "../../../core/registers.ts";
import { OS_CALL as C, ENCLAVE_CALL as E, KOM_ERROR, mappingWord } from "../../../monitor/komodo/abi.ts";
import { KomodoOs, R, W, X } from "../../../zoo/komodo/os.ts";
import { translateAs } from "../../../zoo/scene/supervisor.ts";

const INTERRUPT = 1n << 63n;

let os: KomodoOs;
let thread: number;
let data: number;
beforeEach(() => {
  os = new KomodoOs();
  ({ thread, data } = os.build(0, 4));
});

const noise = (from: bigint) => BigUint64Array.from({ length: 32 }, (_, i) => (i === 0 ? 0n : from + BigInt(i)));

describe("Enter", () => {
  it("gives the thread R0 to R2 and nothing else of the OS", () => {
    os.platform.x.set(noise(0xabc0_0000n));
    os.platform.f.fill(7n);
    os.platform.writeCsr(csr.FCSR, 0xffn);
    os.os(C.ENTER, thread, 11, 2n ** 40n, 13);
    const { x, f, pc, privilege } = os.platform;
    expect([pc, privilege]).toEqual([0x8000n, 0]);
    expect([...x]).toEqual(Array.from({ length: 32 }, (_, i) => [11n, 2n ** 40n, 13n][i - 10] ?? 0n));
    expect([...f]).toEqual(new Array(32).fill(0n));
    expect(os.platform.readCsr(csr.FCSR)).toBe(0n);
    expect([csr.MEDELEG, csr.MIDELEG].map((name) => os.platform.readCsr(name))).toEqual([0n, 0n]);
  });

  it("shows the thread its own pages and the OS none of them", () => {
    expect(translateAs(os.platform, 1, BigInt(os.secureAt(data)), "read")).toBe("access fault");
    os.os(C.ENTER, thread, 0, 0, 0);
    expect(translateAs(os.platform, 0, 0x8010n, "execute")).toBe(os.secureAt(data) + 0x10);
    expect(translateAs(os.platform, 0, 0x8000n, "write")).toBe("page fault");
    expect(translateAs(os.platform, 0, 0x9000n, "read")).toBe("page fault");
    os.exit();
    expect(translateAs(os.platform, 1, BigInt(os.secureAt(data)), "read")).toBe("access fault");
    expect(translateAs(os.platform, 1, BigInt(os.insecureAt(3)), "write")).toBe(os.insecureAt(3));
  });

  it("is refused while the thread is interrupted, Resume while it is not", () => {
    expect(os.os(C.RESUME, thread)).toEqual([KOM_ERROR.NOT_ENTERED, 0n]);
    os.os(C.ENTER, thread, 0, 0, 0);
    os.trap(INTERRUPT | 7n, []);
    expect(os.os(C.ENTER, thread, 0, 0, 0)).toEqual([KOM_ERROR.ALREADY_ENTERED, 0n]);
  });
});

describe("leaving", () => {
  const enterWithNoise = () => {
    os.platform.x.set(noise(0xabc0_0000n));
    os.platform.f.fill(7n);
    for (const name of [csr.STVEC, csr.SSCRATCH, csr.SEPC, csr.SCAUSE, csr.STVAL, csr.SCOUNTEREN])
      os.platform.writeCsr(name, 0x5500n + BigInt(name));
    const pc = os.platform.pc;
    const mie = os.platform.readCsr(csr.MIE);
    os.os(C.ENTER, thread, 0, 0, 0);
    os.platform.x.set(noise(0xdef0_0000n));
    os.platform.f.fill(8n);
    for (const name of [csr.STVEC, csr.SSCRATCH, csr.SEPC, csr.SCAUSE, csr.STVAL, csr.SCOUNTEREN])
      os.platform.writeCsr(name, 0n);
    return { pc, mie };
  };

  it.each([
    ["Exit", () => os.enclave(E.EXIT, 2n ** 50n), [0n, 2n ** 50n]],
    ["a fault", () => os.trap(BigInt(LOAD_PAGE_FAULT), [], 0x1234n), [10n, 0n]],
    ["an interrupt", () => os.trap(INTERRUPT | 9n, []), [9n, 0n]],
  ] as const)("by %s gives the OS its registers back", (_, leave, [error, value]) => {
    const { pc } = enterWithNoise();
    leave();
    const expected = noise(0xabc0_0000n);
    expected.set([error, value, 0n, 0n], 10);
    // R4 was an argument of nobody; the call's own registers are R0 to R4
    expected[14] = 0n;
    expect([...os.platform.x]).toEqual([...expected]);
    expect([...os.platform.f]).toEqual(new Array(32).fill(7n));
    expect([os.platform.pc, os.platform.privilege]).toEqual([pc + 4n, 1]);
    for (const name of [csr.STVEC, csr.SSCRATCH, csr.SEPC, csr.SCAUSE, csr.STVAL, csr.SCOUNTEREN])
      expect(os.platform.readCsr(name)).toBe(0x5500n + BigInt(name));
  });

  it("by an interrupt keeps the context, and Resume takes it up", () => {
    os.os(C.ENTER, thread, 1, 2, 3);
    os.platform.x.set(noise(0xdef0_0000n));
    os.platform.f.fill(8n);
    os.platform.pc = 0x8024n;
    os.trap(INTERRUPT | 9n, []);
    os.platform.f.fill(1n);
    expect(os.os(C.RESUME, thread)).toEqual([Number(0xdef0_000an), 0xdef0_000bn]);
    expect([...os.platform.x]).toEqual([...noise(0xdef0_0000n)]);
    expect([...os.platform.f]).toEqual(new Array(32).fill(8n));
    expect(os.platform.pc).toBe(0x8024n);
  });

  it("by a fault loses the context: the next Enter starts over", () => {
    os.os(C.ENTER, thread, 0, 0, 0);
    os.trap(INTERRUPT | 9n, []);
    os.os(C.RESUME, thread);
    os.trap(BigInt(LOAD_PAGE_FAULT), [], 0x4000n);
    expect(os.monitor.lastDenial).toMatchObject({ guard: "ENCLAVE_FAULT", blame: "enclave", value: 10n });
    expect(os.os(C.RESUME, thread)).toEqual([KOM_ERROR.NOT_ENTERED, 0n]);
    os.os(C.ENTER, thread, 5, 0, 0);
    expect(os.platform.pc).toBe(0x8000n);
  });

  it("by M's timer makes it the OS's", () => {
    os.platform.writeCsr(csr.MIE, MTI | SEI);
    os.os(C.ENTER, thread, 0, 0, 0);
    expect(os.platform.readCsr(csr.MIE)).toBe(MTI | SEI);
    os.trap(INTERRUPT | 7n, []);
    expect(os.platform.readCsr(csr.MIP) & STI).toBe(STI);
    expect(os.platform.readCsr(csr.MIE)).toBe(SEI);
  });

  it("keeps an interrupt of the OS pending", () => {
    os.platform.writeCsr(csr.MIP, SEI);
    os.os(C.ENTER, thread, 0, 0, 0);
    os.trap(INTERRUPT | 9n, []);
    expect(os.platform.readCsr(csr.MIP)).toBe(SEI);
  });
});

describe("a call of an enclave", () => {
  it("returns behind itself with nine registers and leaves the others alone", () => {
    os.os(C.ENTER, thread, 0, 0, 0);
    os.platform.x.set(noise(0xdef0_0000n));
    expect(os.enclave(99, 1, 2, 3, 4, 5, 6, 7, 8)).toEqual([0xffff_ffffn, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n]);
    expect(os.platform.pc).toBe(0x8004n);
    expect([...os.platform.x.subarray(19, 32)]).toEqual([...noise(0xdef0_0000n).subarray(19)]);
    expect([os.platform.x[1], os.platform.x[2]]).toEqual([0xdef0_0001n, 0xdef0_0002n]);
  });

  it("maps a spare page, zeroed, and gives it back as it is", () => {
    os.os(C.ALLOC_SPARE, 9, 0);
    os.platform.writeBytes(os.secureAt(9), new Uint8Array(4096).fill(5));
    os.os(C.ENTER, thread, 0, 0, 0);
    const word = mappingWord(0x3000, R | W);
    expect(os.enclave(E.MAP_DATA, 9, word)[0]).toBe(0n);
    expect(translateAs(os.platform, 0, 0x3000n, "write")).toBe(os.secureAt(9));
    expect(os.platform.read64(os.secureAt(9))).toBe(0n);
    os.platform.write64(os.secureAt(9), 77n);
    expect(os.enclave(E.MAP_DATA, 9, word)[0]).toBe(1n);
    expect(os.enclave(E.UNMAP_DATA, 9, mappingWord(0x4000, R))[0]).toBe(6n);
    const flushes = os.platform.journal.length;
    expect(os.enclave(E.UNMAP_DATA, 9, mappingWord(0x3000, R | X))[0]).toBe(0n);
    expect(os.platform.journal.slice(flushes)).toEqual(["flush"]);
    expect(translateAs(os.platform, 0, 0x3000n, "read")).toBe("page fault");
    expect(os.platform.read64(os.secureAt(9))).toBe(77n);
    expect(os.page(9)).toEqual({ type: "spare", owner: 0 });
  });
});

describe("the monitor's lock", () => {
  it("lets a call from another hart wait while a thread runs", () => {
    os.os(C.ENTER, thread, 0, 0, 0);
    const { state } = os.monitor;
    const { personality } = os.monitor;
    const { mstatus, ...csrs } = state.running!.host.csrs;
    const hart = { ...state.running!.host, pc: 0x8020_0000n, csrs: { ...csrs, mstatus } };
    const outcome = personality.step(state, { hartId: 1, cause: BigInt(ECALL_FROM_S), tval: 0n, hart }, os.platform);
    expect(outcome).toEqual({ state, effects: [], next: { kind: "load", hart } });
    expect(personality.worldOf(state, 0)).toEqual({ kind: "enclave", eid: 0 });
    expect(personality.worldOf(state, 1)).toEqual({ kind: "host" });
  });
});
