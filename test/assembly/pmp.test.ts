/**
 * Physical Memory Protection. Sentences are quoted from RISC-V Volume II, 20240411, section 3.7.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { PMPADDR0, PMPCFG0, PMPCFG2 } from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import { pa, va } from "../../core/units.ts";
import { CODE, place, put, RAM, setRegisters, trapOf, x } from "./place.ts";
import { ALL, leaf, sv39 } from "./sv39.ts";

const [R, W, X, L] = [1, 2, 4, 0x80];
const [TOR, NA4, NAPOT] = [0x08, 0x10, 0x18];
const [U, S, M] = [0, 1, 3] as const;
const [FETCH_ACCESS, LOAD_ACCESS, STORE_ACCESS] = [1n, 5n, 7n];
const DATA = RAM + 0x8000;

/** pmpaddr of a naturally aligned power-of-two range: base / 4 with the low bits 0 1...1, log2(byteLen) - 3 ones. */
const napot = (base: number, byteLen: number): bigint => BigInt(base / 4) | BigInt(byteLen / 8 - 1);

describe("Machine-level ISA: 3.7 PMP", () => {
  let machine: Machine;
  /** Entries from 0 on, in place of what `place` opens. */
  const entries = (...list: readonly (readonly [cfg: number, address: bigint | number])[]): void => {
    for (const [index, [, address]] of list.entries()) machine.writeCsr(PMPADDR0 + index, BigInt(address));
    const cfg = list.reduce((bits, [byte], index) => bits | (BigInt(byte) << BigInt(8 * index)), 0n);
    machine.writeCsr(PMPCFG0, cfg);
  };
  const mayLoad = (address: number, byteLen = 8, privilege: 0 | 1 | 3 = S): boolean =>
    machine.loadAs(privilege, va(BigInt(address)), byteLen).ok;
  const mayStore = (address: number, byteLen = 8, privilege: 0 | 1 | 3 = S): boolean =>
    machine.storeAs(privilege, va(BigInt(address)), new Uint8Array(byteLen)).ok;
  const mayFetch = (address: number, privilege: 0 | 1 | 3 = S): boolean =>
    machine.fetchAs(privilege, va(BigInt(address)), 2).ok;
  const closeAll = (): void => machine.writeCsr(PMPCFG2, 0n);

  beforeEach(async () => {
    machine = await place("ecall");
    closeAll();
  });

  it('"If no PMP entry matches an M-mode access, the access succeeds"; one of S or U fails', () => {
    expect([mayLoad(DATA, 8, M), mayLoad(DATA, 8, S), mayLoad(DATA, 8, U)]).toEqual([true, false, false]);
    expect([mayStore(DATA, 8, M), mayFetch(DATA, M), mayStore(DATA), mayFetch(DATA)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it.each([
    ["R", R, [true, false, false]],
    ["RW", R | W, [true, true, false]],
    ["X", X, [false, false, true]],
    ["RX", R | X, [true, false, true]],
    ["none", 0, [false, false, false]],
  ])("permissions %s", (_, permissions, expected) => {
    entries([NAPOT | permissions, napot(DATA, 4096)]);
    for (const privilege of [S, U]) {
      expect([mayLoad(DATA, 8, privilege), mayStore(DATA, 8, privilege), mayFetch(DATA, privilege)]).toEqual(expected);
    }
  });

  it("raises the access fault of the access, with its address", () => {
    const fault = { ok: false, tval: BigInt(DATA + 16) };
    const at = va(BigInt(DATA + 16));
    expect(machine.loadAs(S, at, 4)).toEqual({ ...fault, cause: LOAD_ACCESS });
    expect(machine.storeAs(S, at, new Uint8Array(4))).toEqual({ ...fault, cause: STORE_ACCESS });
    expect(machine.fetchAs(S, at, 4)).toEqual({ ...fault, cause: FETCH_ACCESS });
  });

  it("NA4 covers four bytes", () => {
    entries([NA4 | R, DATA / 4]);
    expect([-4, 0, 4].map((offset) => mayLoad(DATA + offset, 4))).toEqual([false, true, false]);
  });

  it.each([8, 64, 4096, 2 ** 20])("NAPOT covers %i bytes", (byteLen) => {
    entries([NAPOT | R, napot(RAM + 2 ** 20, byteLen)]);
    const inside = [-4, 0, byteLen - 4, byteLen].map((offset) => mayLoad(RAM + 2 ** 20 + offset, 4));
    expect(inside).toEqual([false, true, true, false]);
  });

  it("NAPOT with all ones covers everything", () => {
    entries([NAPOT | R, (1n << 54n) - 1n]);
    expect(mayLoad(RAM) && mayLoad(RAM + 2 ** 28 - 8)).toBe(true);
  });

  it("TOR covers from the address of the entry before up to its own, without it", () => {
    entries([0, DATA / 4], [TOR | R, (DATA + 8) / 4]);
    expect([-4, 0, 4, 8].map((offset) => mayLoad(DATA + offset, 4))).toEqual([false, true, true, false]);
  });

  it('"If PMP entry 0\'s A field is set to TOR, zero is used for the lower bound"', () => {
    entries([TOR | R, (DATA + 8) / 4]);
    expect([mayLoad(RAM), mayLoad(DATA), mayLoad(DATA + 8)]).toEqual([true, true, false]);
  });

  it.each([8, 64])(
    "an empty TOR range matches nothing: its lower bound lies at or %i bytes above the upper",
    (above) => {
      entries([0, (DATA + above) / 4], [TOR, (DATA + 8) / 4], [NAPOT | R, napot(DATA, 4096)]);
      expect([mayLoad(DATA), mayLoad(DATA + 8), mayLoad(DATA + 56)]).toEqual([true, true, true]);
    },
  );

  it('"The lowest-numbered PMP entry that matches any byte of an access determines whether that access succeeds"', () => {
    entries([NAPOT, napot(DATA, 64)], [NAPOT | R, napot(DATA, 4096)]);
    expect([mayLoad(DATA), mayLoad(DATA + 64)]).toEqual([false, true]);
    entries([NAPOT | R, napot(DATA, 64)], [NAPOT, napot(DATA, 4096)]);
    expect([mayLoad(DATA), mayLoad(DATA + 64)]).toEqual([true, false]);
  });

  it('"The matching PMP entry must match all bytes of an access, or the access fails, irrespective of the L, R, W, and X bits"', () => {
    entries([NA4 | R | W, (DATA + 4) / 4], [NAPOT | R | W, napot(DATA, 4096)]);
    expect([mayLoad(DATA), mayLoad(DATA, 4), mayLoad(DATA + 4, 4), mayLoad(DATA + 8)]).toEqual([
      false,
      true,
      true,
      true,
    ]);
    expect([mayStore(DATA), mayLoad(DATA, 8, M), mayLoad(DATA, 4, M)]).toEqual([false, false, true]);
  });

  it('an unlocked entry does not bind M-mode; "when the L bit is set, these permissions are enforced for all privilege modes"', () => {
    entries([NAPOT | R, napot(DATA, 4096)]);
    expect([mayStore(DATA, 8, M), mayFetch(DATA, M)]).toEqual([true, true]);
    entries([NAPOT | R | L, napot(DATA, 4096)]);
    expect([mayLoad(DATA, 8, M), mayStore(DATA, 8, M), mayFetch(DATA, M)]).toEqual([true, false, false]);
  });

  it('"If PMP entry i is locked, writes to pmpicfg and pmpaddri are ignored"', () => {
    entries([NAPOT | R | L, napot(DATA, 4096)], [NAPOT | W, 5]);
    machine.writeCsr(PMPADDR0, 1n);
    machine.writeCsr(PMPCFG0, 0n);
    expect(machine.readCsr(PMPADDR0)).toBe(napot(DATA, 4096));
    expect(machine.readCsr(PMPCFG0)).toBe(BigInt(NAPOT | R | L));
  });

  it('"if PMP entry i is locked and pmpicfg.A is set to TOR, writes to pmpaddri-1 are ignored"', () => {
    entries([0, DATA / 4], [TOR | R | L, (DATA + 64) / 4], [0, 77]);
    for (const index of [0, 1, 2]) machine.writeCsr(PMPADDR0 + index, 1n);
    expect([0, 1, 2].map((index) => machine.readCsr(PMPADDR0 + index))).toEqual([
      BigInt(DATA / 4),
      BigInt((DATA + 64) / 4),
      1n,
    ]);
  });

  it("a locked NAPOT entry leaves the address before it free", () => {
    entries([0, DATA / 4], [NAPOT | R | L, napot(DATA, 4096)]);
    machine.writeCsr(PMPADDR0, 1n);
    expect(machine.readCsr(PMPADDR0)).toBe(1n);
  });

  it('"The combinations with R=0 and W=1 are reserved": W is not taken', () => {
    machine.writeCsr(PMPCFG0, BigInt(NAPOT | W | X));
    expect(machine.readCsr(PMPCFG0)).toBe(BigInt(NAPOT | X));
  });

  it("a change of an entry is seen by the next access, without a fence", async () => {
    const other = await place("lw a0, 0(t0)\n csrrw zero, sscratch, zero\n lw a0, 0(t0)\n ecall");
    setRegisters(other, { t0: DATA });
    expect(other.run(1)).toEqual({ kind: "budget" });
    other.writeCsr(PMPADDR0, napot(DATA, 4096));
    other.writeCsr(PMPCFG0, BigInt(NAPOT | X));
    expect(trapOf(other)).toEqual({ cause: LOAD_ACCESS, epc: BigInt(CODE + 8), tval: BigInt(DATA) });
  });

  describe("regions smaller than a page", () => {
    it("are stored in, which does not open their neighbours to stores", async () => {
      const other = await place("sw a0, 0(t0)\n sw a0, 8(t0)\n sw a0, 64(t0)\n ecall");
      other.writeCsr(PMPADDR0, napot(DATA + 64, 64));
      other.writeCsr(PMPCFG0, BigInt(NAPOT | R));
      setRegisters(other, { t0: DATA });
      expect(trapOf(other)).toEqual({ cause: STORE_ACCESS, epc: BigInt(CODE + 8), tval: BigInt(DATA + 64) });
    });

    it("are loaded and stored in, and their neighbours are not, on every access", async () => {
      const source = "loop: lw a0, 0(t0)\n sw a0, 0(t0)\n addi t1, t1, -1\n bnez t1, loop\n lw a1, 64(t0)\n ecall";
      const other = await place(source);
      other.writeCsr(PMPADDR0, napot(DATA + 64, 64));
      other.writeCsr(PMPCFG0, BigInt(NAPOT));
      setRegisters(other, { t0: DATA, t1: 5 });
      expect(trapOf(other)).toEqual({ cause: LOAD_ACCESS, epc: BigInt(CODE + 16), tval: BigInt(DATA + 64) });
      expect(other.retired).toBe(20n);
    });

    it("are executed, in a loop, up to their last instruction", async () => {
      const other = await place("loop: addi t1, t1, -1\n bnez t1, loop\n li a0, 1\n li a0, 2\n");
      other.writeCsr(PMPADDR0, BigInt((CODE + 12) / 4));
      other.writeCsr(PMPADDR0 + 1, napot(CODE, 4096));
      other.writeCsr(PMPCFG0, BigInt(NA4) | (BigInt(NAPOT | R | X) << 8n));
      setRegisters(other, { t1: 4 });
      expect(trapOf(other)).toEqual({ cause: FETCH_ACCESS, epc: BigInt(CODE + 12), tval: BigInt(CODE + 12) });
      expect([x(other, "a0"), other.retired]).toEqual([1n, 9n]);
    });

    it("end in the middle of an instruction: its second half faults, with that half's address", async () => {
      const other = await place("nop\n nop\n");
      other.writeCsr(PMPADDR0, BigInt((CODE + 8) / 4));
      other.writeCsr(PMPCFG0, BigInt(NA4));
      put(other, pa(CODE + 6), "li a0, 1");
      other.pc = BigInt(CODE + 6);
      expect(trapOf(other)).toEqual({ cause: FETCH_ACCESS, epc: BigInt(CODE + 6), tval: BigInt(CODE + 8) });
    });
  });

  describe("accesses of the page-table walker", () => {
    const page = BigInt(DATA);
    async function mapped(bits: bigint): Promise<{ tables: ReturnType<typeof sv39>; other: Machine }> {
      const other = await place("lw a0, 0(t0)\n ecall");
      const tables = sv39(other);
      tables.map(BigInt(CODE), CODE, ALL);
      tables.map(page, pa(DATA), bits);
      tables.use();
      setRegisters(other, { t0: DATA });
      return { tables, other };
    }

    it.each([2, 1, 0] as const)(
      "are checked as S-mode loads at level %i: an access fault of the original access",
      async (level) => {
        const { tables, other } = await mapped(ALL);
        other.writeCsr(PMPADDR0, BigInt(tables.entryAt(page, level) / 4));
        other.writeCsr(PMPCFG0, BigInt(NA4 | X));
        expect(other.loadAs(S, va(page), 4)).toEqual({ ok: false, cause: LOAD_ACCESS, tval: page });
        expect(other.storeAs(S, va(page), new Uint8Array(4))).toEqual({ ok: false, cause: STORE_ACCESS, tval: page });
        expect(other.fetchAs(S, va(page), 4)).toEqual({ ok: false, cause: FETCH_ACCESS, tval: page });
      },
    );

    it("that set A or D need a writable table", async () => {
      const { tables, other } = await mapped(leaf.rw);
      other.writeCsr(PMPADDR0, napot(Math.floor(tables.entryAt(page, 0) / 8) * 8, 8));
      other.writeCsr(PMPCFG0, BigInt(NAPOT | R));
      expect(trapOf(other)).toEqual({ cause: LOAD_ACCESS, epc: BigInt(CODE), tval: page });
      expect(other.read64(tables.entryAt(page, 0)) & (leaf.a | leaf.d)).toBe(0n);
      other.writeCsr(PMPCFG0, BigInt(NAPOT | R | W));
      expect(other.loadAs(S, va(page), 4).ok).toBe(true);
    });
  });
});
