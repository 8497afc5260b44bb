/**
 * Directed tests of Sv48, Svnapot, Svpbmt, Svade and Svadu. Sentences are quoted from RISC-V Privileged Architecture
 * 20240411, §10.3, §10.5 and chapters 11, 12 and 14.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { MENVCFG, SATP } from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import type { Level } from "../../core/sv39.ts";
import { pa, va } from "../../core/units.ts";
import { CODE, place, RAM, setRegisters, trapOf, x } from "../assembly/place.ts";
import { ALL, leaf, sv39, sv48, type Tables } from "../assembly/sv39.ts";

const S = 1;
const [FETCH_FAULT, LOAD_FAULT, STORE_FAULT, LOAD_ACCESS] = [12n, 13n, 15n, 5n];
const [ADUE, PBMTE] = [1n << 61n, 1n << 62n];
const PTE_N = 1n << 63n;
const PAGE = 0x4000_0000n;
const TARGET = pa(RAM + 0x20_0000);

let machine: Machine;
const load = (at: bigint) => machine.loadAs(S, va(BigInt.asUintN(64, at)), 8);
const store = (at: bigint) => machine.storeAs(S, va(BigInt.asUintN(64, at)), new Uint8Array(8));
const fetch = (at: bigint) => machine.fetchAs(S, va(BigInt.asUintN(64, at)), 4);
const value = (at: bigint): bigint | undefined => {
  const access = load(at);
  return access.ok ? new DataView(access.bytes.buffer).getBigUint64(0, true) : undefined;
};

describe("Sv48: 10.5", () => {
  let tables: Tables;
  beforeEach(async () => {
    machine = await place("ld a0, 0(t0)\n ecall");
    tables = sv48(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    tables.use();
  });

  it("a program runs and loads through four levels", () => {
    tables.map(0x1234_5678_9000n, TARGET, ALL);
    machine.write64(pa(TARGET + 8), 77n);
    setRegisters(machine, { t0: 0x1234_5678_9008n });
    expect(trapOf(machine).cause).toBe(9n);
    expect(x(machine, "a0")).toBe(77n);
  });

  it('"bits 63-48 all equal to bit 47, or else a page-fault exception will occur"', () => {
    tables.map(0n, TARGET, ALL);
    tables.map(1n << 46n, TARGET, ALL);
    tables.map(-4096n, TARGET, ALL);
    expect([load(8n).ok, load(1n << 46n).ok, load(-8n).ok]).toEqual([true, true, true]);
    for (const wrong of [1n << 48n, 1n << 63n, 1n << 47n, 0xffff_0000_0000_0000n]) {
      expect(load(wrong)).toEqual({ ok: false, cause: LOAD_FAULT, tval: wrong });
      expect(store(wrong)).toEqual({ ok: false, cause: STORE_FAULT, tval: wrong });
      expect(fetch(wrong)).toEqual({ ok: false, cause: FETCH_FAULT, tval: wrong });
    }
  });

  it.each([0, 1, 2, 3] as const)(
    '"Any level of PTE may be a leaf PTE": pages, megapages, gigapages and terapages: level %i',
    (level) => {
      const span = 1n << BigInt(12 + 9 * level);
      const base = level === 3 ? 0n : span * 3n;
      const target = level === 3 ? pa(0) : level === 2 ? pa(RAM) : TARGET;
      tables.map(base, target, ALL, level as Level);
      const offset = (level === 3 ? BigInt(TARGET) : 0n) + 0x228n;
      machine.write64(pa(Number(BigInt(target) + offset)), 5n);
      expect(value(base + offset)).toBe(5n);
      if (level > 0) {
        tables.map(base, pa(2 ** (11 + 9 * level)), ALL, level as Level);
        expect(load(base), "a misaligned superpage").toMatchObject({ cause: LOAD_FAULT });
      }
    },
  );

  it("a pointer at level 0 is a page fault, a table outside RAM an access fault", () => {
    tables.map(PAGE, TARGET, 1n);
    expect(load(PAGE)).toMatchObject({ cause: LOAD_FAULT });
    machine.write64(tables.entryAt(1n << 40n, 3), (0x1000_0000n >> 2n) | 1n);
    expect(load(1n << 40n)).toMatchObject({ cause: LOAD_ACCESS });
  });

  it("the same root read as Sv39 is another tree, at once", () => {
    tables.map(PAGE, TARGET, ALL);
    expect(load(PAGE).ok).toBe(true);
    machine.writeCsr(SATP, (8n << 60n) | BigInt(tables.root / 4096));
    expect(load(PAGE).ok).toBe(false);
  });
});

describe("Svnapot: chapter 11", () => {
  let tables: Tables;
  /** A naturally aligned 64 KiB range, by the 16 entries that the specification wants to be equal. */
  const mapNapot = (at: bigint, low: bigint, bits = ALL): void => {
    for (let index = 0n; index < 16n; index++)
      machine.write64(tables.entryAt(at + index * 4096n, 0), (((BigInt(TARGET) >> 12n) | low) << 10n) | bits | PTE_N);
  };
  beforeEach(async () => {
    machine = await place("ecall");
    tables = sv39(machine);
    tables.use();
  });

  it('"64 KiB contiguous region": pte.ppn[3:0] = 1000 "is replaced by" vpn[0][3:0]', () => {
    mapNapot(PAGE, 8n);
    for (let index = 0; index < 16; index++) {
      machine.write64(pa(TARGET + index * 4096 + 0x10), BigInt(index) + 100n);
      expect(value(PAGE + BigInt(index * 4096 + 0x10))).toBe(BigInt(index) + 100n);
    }
    expect(load(PAGE + 0x1_0000n)).toMatchObject({ cause: LOAD_FAULT });
  });

  it.each([0n, 1n, 2n, 4n, 3n, 9n, 0xcn, 0xfn])(
    '"If the encoding in pte is reserved [...], then a page-fault exception must be raised": ppn[3:0] = %i',
    (low) => {
      mapNapot(PAGE, low);
      expect([load(PAGE), store(PAGE), fetch(PAGE)]).toMatchObject([
        { cause: LOAD_FAULT },
        { cause: STORE_FAULT },
        { cause: FETCH_FAULT },
      ]);
    },
  );

  it.each([1, 2] as const)("a leaf with N at level %i is reserved", (level) => {
    const span = 2 ** (12 + 9 * level);
    machine.write64(tables.entryAt(PAGE, level), ((BigInt(2 * span) >> 2n) + (8n << 10n)) | ALL | PTE_N);
    expect(load(PAGE)).toMatchObject({ cause: LOAD_FAULT });
    machine.write64(tables.entryAt(PAGE, level), (BigInt(RAM) >> 2n) | ALL | PTE_N);
    expect(load(PAGE)).toMatchObject({ cause: LOAD_FAULT });
  });

  it("a pointer with N is reserved", () => {
    tables.map(PAGE, TARGET, ALL);
    const pointer = tables.entryAt(PAGE, 1);
    machine.write64(pointer, machine.read64(pointer) | PTE_N);
    expect(load(PAGE)).toMatchObject({ cause: LOAD_FAULT });
  });

  it("A and D are set in the entry that the walk met, not in its neighbours", () => {
    mapNapot(PAGE, 8n, leaf.rwx);
    expect(store(PAGE + 5n * 4096n).ok).toBe(true);
    const marks = Array.from({ length: 16 }, (_, index) =>
      machine.read64(tables.entryAt(PAGE + BigInt(index * 4096), 0)),
    );
    expect(marks.map((pte) => Number((pte >> 6n) & 3n))).toEqual(marks.map((_, index) => (index === 5 ? 3 : 0)));
  });
});

describe("Svpbmt: chapter 12", () => {
  let tables: Tables;
  beforeEach(async () => {
    machine = await place("ecall");
    tables = sv39(machine);
    tables.use();
  });

  it.each([0n, 1n, 2n])(
    "PBMT = %i is a memory type when menvcfg.PBMTE = 1, and reserved when it is 0 unless zero",
    (type) => {
      tables.map(PAGE, TARGET, ALL | (type << 61n));
      machine.writeCsr(MENVCFG, PBMTE);
      expect([load(PAGE).ok, store(PAGE).ok, fetch(PAGE).ok]).toEqual([true, true, true]);
      machine.writeCsr(MENVCFG, 0n);
      expect(load(PAGE).ok).toBe(type === 0n);
    },
  );

  it('PBMT = 3: "Reserved for future standard use": a page fault', () => {
    machine.writeCsr(MENVCFG, PBMTE);
    tables.map(PAGE, TARGET, ALL | (3n << 61n));
    expect([load(PAGE), store(PAGE), fetch(PAGE)]).toMatchObject([
      { cause: LOAD_FAULT },
      { cause: STORE_FAULT },
      { cause: FETCH_FAULT },
    ]);
  });

  it.each([1n, 2n, 3n])('"For non-leaf PTEs, bits 62-61 are reserved": %i', (type) => {
    machine.writeCsr(MENVCFG, PBMTE);
    tables.map(PAGE, TARGET, ALL);
    const pointer = tables.entryAt(PAGE, 1);
    machine.write64(pointer, machine.read64(pointer) | (type << 61n));
    expect(load(PAGE)).toMatchObject({ cause: LOAD_FAULT });
  });

  it("a change of PBMTE is seen by the next access", async () => {
    machine = await place("ld a0, 0(t0)\n ecall");
    tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    tables.map(PAGE, TARGET, ALL | (1n << 61n));
    tables.use();
    machine.writeCsr(MENVCFG, PBMTE);
    setRegisters(machine, { t0: PAGE });
    expect(trapOf(machine).cause).toBe(9n);
    machine.writeCsr(MENVCFG, 0n);
    machine.pc = BigInt(CODE);
    expect(trapOf(machine)).toEqual({ cause: LOAD_FAULT, epc: BigInt(CODE), tval: PAGE });
  });
});

describe("Svade and Svadu: chapter 14 and 3.1.18", () => {
  let tables: Tables;
  const entry = (): bigint => machine.read64(tables.entryAt(PAGE, 0)) & (leaf.a | leaf.d);
  beforeEach(async () => {
    machine = await place("ecall");
    tables = sv39(machine);
    tables.use();
  });

  it("a machine comes out of reset with menvcfg.ADUE = 1", () => {
    expect(machine.readCsr(MENVCFG)).toBe(ADUE);
  });

  it.each([
    ["neither", 0n, [false, false, false]],
    ["A", leaf.a, [true, false, true]],
    ["D", leaf.d, [false, false, false]],
    ["A and D", leaf.a | leaf.d, [true, true, true]],
  ])(
    'ADUE = 0: where "the A bit is clear, or [it] is written and the D bit is clear, a page-fault exception is raised": %s',
    (_, bits, ok) => {
      machine.writeCsr(MENVCFG, 0n);
      tables.map(PAGE, TARGET, leaf.rwx | bits);
      expect([load(PAGE).ok, store(PAGE).ok, fetch(PAGE).ok]).toEqual(ok);
      expect(entry(), "the walker leaves the entry alone").toBe(bits);
    },
  );

  it.each([
    ["load", 13n],
    ["store", 15n],
    ["fetch", 12n],
  ] as const)("ADUE = 0: the page fault is that of the original access: %s", (kind, cause) => {
    machine.writeCsr(MENVCFG, 0n);
    tables.map(PAGE, TARGET, leaf.rwx);
    expect({ load, store, fetch }[kind](PAGE)).toEqual({ ok: false, cause, tval: PAGE });
  });

  it("ADUE = 0: software sets the bits and fences, as after a page fault", async () => {
    machine = await place("sd a0, 0(t0)\n ecall");
    tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    tables.map(PAGE, TARGET, leaf.rw | leaf.a);
    tables.use();
    machine.writeCsr(MENVCFG, 0n);
    setRegisters(machine, { t0: PAGE, a0: 9 });
    expect(trapOf(machine)).toEqual({ cause: STORE_FAULT, epc: BigInt(CODE), tval: PAGE });
    tables.map(PAGE, TARGET, leaf.rw | leaf.a | leaf.d);
    machine.flushTlb();
    machine.pc = BigInt(CODE);
    expect(trapOf(machine).cause).toBe(9n);
    expect(machine.read64(TARGET)).toBe(9n);
  });

  it.each([
    ["load", 0n, 0x40n],
    ["store", 0n, 0xc0n],
    ["fetch", 0n, 0x40n],
    ["store", 0x40n, 0xc0n],
    ["load", 0x80n, 0xc0n],
  ] as const)("ADUE = 1: the walker sets them: a %s of an entry with %i leaves %i", (kind, before, after) => {
    tables.map(PAGE, TARGET, leaf.rwx | before);
    expect({ load, store, fetch }[kind](PAGE).ok).toBe(true);
    expect(entry()).toBe(after);
  });
});
