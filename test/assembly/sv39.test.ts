/**
 * Sv39 translation. Sentences are quoted from RISC-V Volume II, 20240411, sections 3.1.6.3, 10.3.1, 10.3.2 and 10.4.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { MSTATUS, PMPADDR15, PMPCFG2, SATP, SSTATUS } from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import { type Pa, pa, type Va, va } from "../../core/units.ts";
import { CODE, place, RAM, setRegisters, trapOf, x } from "./place.ts";
import { ALL, leaf, sv39, type Tables } from "./sv39.ts";

const [U, S, M] = [0, 1, 3] as const;
const [FETCH_FAULT, LOAD_FAULT, STORE_FAULT, LOAD_ACCESS] = [12n, 13n, 15n, 5n];
const [SUM, MXR, MPRV] = [1n << 18n, 1n << 19n, 1n << 17n];
const PAGE = va(0x4000_0000n);
const TARGET = pa(RAM + 0x8000);

describe("Sv39: 10.4", () => {
  let machine: Machine;
  let tables: Tables;
  const load = (at: bigint, privilege: 0 | 1 | 3 = S) => machine.loadAs(privilege, va(at), 8);
  const store = (at: bigint, privilege: 0 | 1 | 3 = S) => machine.storeAs(privilege, va(at), new Uint8Array(8));
  const fetch = (at: bigint, privilege: 0 | 1 | 3 = S) => machine.fetchAs(privilege, va(at), 4);
  /** What load, store and fetch may do. */
  const rights = (at: bigint, privilege: 0 | 1 = S): string =>
    `${load(at, privilege).ok ? "r" : "-"}${store(at, privilege).ok ? "w" : "-"}${fetch(at, privilege).ok ? "x" : "-"}`;
  const entry = (at: Va, level: 0 | 1 | 2 = 0): bigint => machine.read64(tables.entryAt(at, level));

  beforeEach(async () => {
    machine = await place("lw a0, 0(t0)\n sw a1, 0(t0)\n ecall");
    tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    tables.use();
  });

  it.each([0, 1, 2] as const)("a leaf at level %i maps its whole span, offset by offset", (level) => {
    const span = 1n << BigInt(12 + 9 * level);
    const base = span * 3n;
    tables.map(base, pa(level === 2 ? RAM : RAM + 0x80_0000), ALL, level);
    for (const offset of [0n, 0x228n, span - 8n].filter((o) => o < 2n ** 28n)) {
      machine.write64(pa(Number((level === 2 ? BigInt(RAM) : BigInt(RAM + 0x80_0000)) + offset)), offset + 1n);
      const access = load(base + offset);
      expect(access.ok && new DataView(access.bytes.buffer).getBigUint64(0, true)).toBe(offset + 1n);
    }
    expect([load(base - 8n).ok, load(base + span).ok]).toEqual([false, false]);
  });

  it.each([1, 2] as const)('"If i>0 and pte.ppn[i-1:0] ≠ 0, this is a misaligned superpage": level %i', (level) => {
    for (const misaligned of [0x1000, 2 ** (12 + 9 * level - 1)]) {
      tables.map(PAGE, pa(RAM + misaligned), ALL, level);
      expect(load(PAGE)).toEqual({ ok: false, cause: LOAD_FAULT, tval: PAGE });
    }
  });

  it('"Instruction fetch addresses and load and store effective addresses must have bits 63-39 all equal to bit 38"', () => {
    tables.map(0n, TARGET, ALL);
    tables.map(-4096n, TARGET, ALL);
    expect([load(8n).ok, load(-8n).ok]).toEqual([true, true]);
    for (const wrong of [1n << 39n, 1n << 63n, (1n << 39n) - 8n, 0xffff_ff00_0000_0000n - (1n << 60n)]) {
      expect(load(wrong)).toEqual({ ok: false, cause: LOAD_FAULT, tval: va(wrong) });
      expect(store(wrong)).toEqual({ ok: false, cause: STORE_FAULT, tval: va(wrong) });
      expect(fetch(wrong)).toEqual({ ok: false, cause: FETCH_FAULT, tval: va(wrong) });
    }
  });

  it("a leaf that is not valid, and a pointer at level 0, fault", () => {
    tables.map(PAGE, TARGET, ALL & ~1n);
    expect(load(PAGE)).toMatchObject({ cause: LOAD_FAULT });
    tables.map(PAGE, TARGET, 1n);
    expect(load(PAGE)).toMatchObject({ cause: LOAD_FAULT });
  });

  it.each([
    ["r", leaf.r, "r--"],
    ["rw", leaf.rw, "rw-"],
    ["x", leaf.x, "--x"],
    ["rx", leaf.rx, "r-x"],
    ["rwx", leaf.rwx, "rwx"],
    // "Writable pages must also be marked readable; the contrary combinations are reserved"
    ["w", leaf.w, "---"],
    ["wx", leaf.w | leaf.x, "---"],
  ])("permissions %s", (_, bits, expected) => {
    tables.map(PAGE, TARGET, bits | leaf.a | leaf.d);
    expect([rights(PAGE), rights(PAGE, U)]).toEqual([expected, "---"]);
    tables.map(PAGE, TARGET, bits | leaf.u | leaf.a | leaf.d);
    machine.flushTlb();
    expect([rights(PAGE), rights(PAGE, U)]).toEqual(["---", expected]);
  });

  it('SUM: "S-mode memory accesses to pages that are accessible by U-mode" are permitted, fetches never', () => {
    tables.map(PAGE, TARGET, ALL | leaf.u);
    machine.writeCsr(SSTATUS, SUM);
    expect(rights(PAGE)).toBe("rw-");
  });

  it('MXR: "loads from pages marked either readable or executable will succeed"', () => {
    tables.map(PAGE, TARGET, leaf.x | leaf.a | leaf.d);
    expect(rights(PAGE)).toBe("--x");
    machine.writeCsr(SSTATUS, MXR);
    expect(rights(PAGE)).toBe("r-x");
    machine.writeCsr(SSTATUS, 0n);
    expect(rights(PAGE)).toBe("--x");
  });

  it.each([
    ["SUM", "csrrs zero, sstatus, t1\n ld a0, 0(t0)\n csrrc zero, sstatus, t1\n ld a1, 0(t0)", SUM, ALL | leaf.u],
    ["MXR", "csrrs zero, sstatus, t1\n ld a0, 0(t0)\n csrrc zero, sstatus, t1\n ld a1, 0(t0)", MXR, leaf.x | leaf.a],
  ])("what %s allowed is not remembered when it is cleared", async (_, source, bit, bits) => {
    machine = await place(source);
    tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    tables.map(PAGE, TARGET, bits);
    tables.use();
    setRegisters(machine, { t0: PAGE, t1: bit });
    expect(trapOf(machine)).toEqual({ cause: LOAD_FAULT, epc: BigInt(CODE + 12), tval: PAGE });
  });

  it.each([
    ["a load sets A", "lw a0, 0(t0)", leaf.a],
    ["a store sets A and D", "sw a0, 0(t0)", leaf.a | leaf.d],
    ["an AMO sets A and D", "amoadd.w a0, a1, (t0)", leaf.a | leaf.d],
    ["a fetch sets A", "jalr zero, 0(t0)", leaf.a],
  ])("%s", async (_, instruction, bits) => {
    machine = await place(`${instruction}\n ecall`);
    machine.writeBytes(TARGET, Uint8Array.of(0x73, 0, 0, 0));
    tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    tables.map(PAGE, TARGET, leaf.rwx);
    tables.use();
    setRegisters(machine, { t0: PAGE });
    expect(trapOf(machine).cause).toBe(9n);
    expect(entry(PAGE)).toBe((BigInt(TARGET) >> 2n) | leaf.rwx | bits);
  });

  it("a page that was only loaded gets D with its first store, though the load is in the TLB", async () => {
    machine = await place("lw a0, 0(t0)\n lw a0, 0(t0)\n sw a0, 0(t0)\n ecall");
    tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    tables.map(PAGE, TARGET, leaf.rw);
    tables.use();
    setRegisters(machine, { t0: PAGE });
    machine.run(2);
    expect(entry(PAGE) & (leaf.a | leaf.d)).toBe(leaf.a);
    trapOf(machine);
    expect(entry(PAGE) & (leaf.a | leaf.d)).toBe(leaf.a | leaf.d);
  });

  it("a store that is not permitted sets nothing", () => {
    tables.map(PAGE, TARGET, leaf.r);
    expect(store(PAGE).ok).toBe(false);
    expect(entry(PAGE) & (leaf.a | leaf.d)).toBe(0n);
  });

  it.each([54n, 60n, 61n, 62n])(
    '"If any of these bits are set, a page-fault exception is raised", N and PBMT without their extensions too: bit %i',
    (bit) => {
      tables.map(PAGE, TARGET, ALL | (1n << bit));
      expect(load(PAGE)).toEqual({ ok: false, cause: LOAD_FAULT, tval: PAGE });
      tables.map(PAGE, TARGET, ALL);
      const pointer = tables.entryAt(PAGE, 1);
      machine.write64(pointer, machine.read64(pointer) | (1n << bit));
      expect(load(PAGE)).toEqual({ ok: false, cause: LOAD_FAULT, tval: PAGE });
    },
  );

  it.each([
    ["D", leaf.d],
    ["A", leaf.a],
    ["U", leaf.u],
  ])('"For non-leaf PTEs, the D, A, and U bits are reserved": %s', (_, bit) => {
    tables.map(PAGE, TARGET, ALL);
    const pointer = tables.entryAt(PAGE, 1);
    machine.write64(pointer, machine.read64(pointer) | bit);
    expect(load(PAGE)).toEqual({ ok: false, cause: LOAD_FAULT, tval: PAGE });
  });

  it("G and the bits for software mean nothing here, in leaves and pointers", () => {
    const rsw = 3n << 8n;
    tables.map(PAGE, TARGET, ALL | leaf.g | rsw);
    const pointer = tables.entryAt(PAGE, 1);
    machine.write64(pointer, machine.read64(pointer) | leaf.g | rsw);
    expect(rights(PAGE)).toBe("rwx");
  });

  it("a table outside RAM is an access fault of the original access", () => {
    const pointer = tables.entryAt(PAGE, 1);
    machine.write64(pointer, (0x1000_0000n >> 2n) | 1n);
    expect(load(PAGE)).toEqual({ ok: false, cause: LOAD_ACCESS, tval: PAGE });
  });

  it("M-mode is not translated, but with MPRV loads and stores are, with the privilege of MPP", () => {
    tables.map(PAGE, TARGET, ALL | leaf.u);
    expect(load(PAGE, M)).toMatchObject({ ok: false, cause: LOAD_ACCESS });
    expect(load(BigInt(TARGET), M).ok).toBe(true);
  });

  it("MPRV lends the privilege of MPP to loads and stores, not to fetches", async () => {
    const firmware = await place("lw a0, 0(t0)\n csrrc zero, mstatus, t1\n lw a1, 0(t0)\n j .", { mode: "firmware" });
    const own = sv39(firmware);
    own.map(PAGE, TARGET, ALL | leaf.u);
    own.use();
    firmware.write64(TARGET, 7n);
    firmware.write64(pa(RAM + 0x100), 9n);
    firmware.writeCsr(PMPADDR15, (1n << 54n) - 1n);
    firmware.writeCsr(PMPCFG2, 0x1fn << 56n);
    firmware.writeCsr(MSTATUS, MPRV);
    setRegisters(firmware, { t0: PAGE, t1: MPRV });
    firmware.run(2);
    setRegisters(firmware, { t0: RAM + 0x100 });
    firmware.run(1);
    expect([x(firmware, "a0"), x(firmware, "a1")]).toEqual([7n, 9n]);
  });

  it('satp: "if satp is written with an unsupported MODE, the entire write has no effect"', () => {
    const before = machine.readCsr(SATP);
    for (const mode of [1n, 7n, 10n, 15n]) machine.writeCsr(SATP, (mode << 60n) | 5n);
    expect(machine.readCsr(SATP)).toBe(before);
    machine.writeCsr(SATP, 0n);
    expect(load(BigInt(TARGET)).ok).toBe(true);
  });

  it("satp keeps an ASID of 16 bits, and another ASID reads its own tables", () => {
    tables.map(PAGE, TARGET, ALL);
    machine.writeCsr(SATP, machine.readCsr(SATP) | (0xffffn << 44n));
    expect((machine.readCsr(SATP) >> 44n) & 0xffffn).toBe(0xffffn);
    expect(load(PAGE).ok).toBe(true);
  });

  describe("stale translations", () => {
    const remap = (target: Pa): void => tables.map(PAGE, target, ALL);

    it("sfence.vma orders a changed table before what follows", async () => {
      machine = await place("lw a0, 0(t0)\n sd t2, 0(t1)\n sfence.vma zero, zero\n lw a1, 0(t0)\n ecall");
      tables = sv39(machine);
      tables.map(BigInt(CODE), CODE, ALL);
      remap(TARGET);
      const leafAt = tables.entryAt(PAGE, 0);
      tables.map(BigInt(leafAt), pa(Math.floor(leafAt / 4096) * 4096), ALL);
      tables.use();
      machine.write64(TARGET, 1n);
      machine.write64(pa(TARGET + 4096), 2n);
      setRegisters(machine, { t0: PAGE, t1: leafAt, t2: (BigInt(TARGET + 4096) >> 2n) | ALL });
      trapOf(machine);
      expect([x(machine, "a0"), x(machine, "a1")]).toEqual([1n, 2n]);
    });

    it("a change of satp leaves none", async () => {
      machine = await place("lw a0, 0(t0)\n csrw satp, t1\n lw a1, 0(t0)\n ecall");
      tables = sv39(machine);
      tables.map(BigInt(CODE), CODE, ALL);
      remap(TARGET);
      tables.use();
      machine.write64(TARGET, 1n);
      setRegisters(machine, { t0: PAGE });
      expect(trapOf(machine)).toMatchObject({ cause: LOAD_ACCESS });
    });

    it("addresses 2 GiB apart have their own translations", async () => {
      machine = await place("lw a0, 0(t0)\n lw a1, 0(t1)\n lw a2, 0(t0)\n lw a3, 0(t2)\n ecall");
      tables = sv39(machine);
      tables.map(BigInt(CODE), CODE, ALL);
      const far = PAGE + (1n << 31n);
      tables.map(PAGE, TARGET, ALL);
      tables.map(far, pa(TARGET + 4096), ALL);
      tables.use();
      machine.write64(TARGET, 1n);
      machine.write64(pa(TARGET + 4096), 2n);
      setRegisters(machine, { t0: PAGE, t1: far, t2: PAGE + (1n << 32n) });
      expect(trapOf(machine)).toMatchObject({ cause: LOAD_FAULT, tval: PAGE + (1n << 32n) });
      expect([x(machine, "a0"), x(machine, "a1"), x(machine, "a2")]).toEqual([1n, 2n, 1n]);
    });
  });
});
