/**
 * Accesses over the end of a page, where each half has a translation of its own; memory that nobody wrote; and stores by
 * the host between the two halves of an LR/SC pair.
 */
import { describe, expect, it } from "vitest";
import { LOAD_ACCESS, STORE_ACCESS } from "../../assembly/cause.ts";
import { POOL_END, POOL_NEXT } from "../../assembly/layout.ts";
import { Machine } from "../../core/machine.ts";
import { type PageNo, pa, pageNoOf, va } from "../../core/units.ts";
import { CODE, place, RAM, setRegisters, trapOf, x } from "./place.ts";
import { ALL, leaf, sv39 } from "./sv39.ts";

const DATA = pa(RAM + 0x8000);
const UART = pa(0x1000_0000);

/** No frame is left from now on. */
function exhaust(machine: Machine): void {
  const memory = new DataView(machine.core.memory.buffer);
  memory.setUint32(POOL_END, memory.getUint32(POOL_NEXT, true), true);
}

describe("an access over the end of a page", () => {
  it("is a store to both pages, though its first byte takes the second page's mapping away", async () => {
    const machine = await place("sd t1, 0(t0)\n ecall");
    const tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    // entry 511 of the table lies at the end of the table's page, and entry 510 maps that page just below
    tables.map(0x401f_f000n, DATA, ALL);
    const table = tables.entryAt(0x401f_f000n, 0);
    tables.map(0x401f_e000n, pa(table - (table % 4096)), ALL);
    tables.use();
    setRegisters(machine, { t0: 0x401f_efff, t1: 0x0102_0304_0506_0780n });
    expect(trapOf(machine).cause).toBe(9n);
    expect(machine.read64(table) >> 56n).toBe(0x80n);
    expect(machine.read64(DATA)).toBe(0x01_0203_0405_0607n);
  });

  it.each([
    ["ld a0, -3(t0)", LOAD_ACCESS],
    ["sd a1, -3(t0)", STORE_ACCESS],
  ])("is an access fault where a device would have to answer in parts: %s", async (access, cause) => {
    const machine = await place(`${access}\n ecall\n lbu a2, 0(t0)\n ecall`);
    const tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    tables.map(0x4000_0000n, DATA, ALL);
    tables.map(0x4000_1000n, UART, leaf.rw | leaf.a | leaf.d);
    tables.use();
    machine.type(Uint8Array.of(65));
    const printed: number[] = [];
    machine.onConsole((bytes) => printed.push(...bytes));
    setRegisters(machine, { t0: 0x4000_1000, a1: -1 });
    expect(trapOf(machine)).toEqual({ cause: BigInt(cause), epc: BigInt(CODE), tval: 0x4000_1000n });
    // nothing was printed, nothing was stored in the first page, and what was typed still waits
    expect([printed, machine.read64(pa(DATA + 0xff8))]).toEqual([[], 0n]);
    machine.pc = BigInt(CODE) + 8n;
    trapOf(machine);
    expect(x(machine, "a2")).toBe(65n);
  });

  it("touches both lines in the timed flavour, and none where the second page traps", async () => {
    const machine = await place("ld a0, -3(t0)\n ld a0, -3(t1)\n ecall", { flavour: "timed" });
    setRegisters(machine, { t0: DATA, t1: RAM + 2 ** 28 });
    machine.run(1);
    const isCached = (address: number): number => machine.core.exports.isCached(1, BigInt(address));
    expect([isCached(DATA - 64), isCached(DATA)]).toEqual([1, 1]);
    const { cycles } = machine;
    expect(trapOf(machine).tval).toBe(BigInt(RAM + 2 ** 28));
    expect([machine.cycles - cycles, isCached(RAM + 2 ** 28 - 64)]).toEqual([0n, 0]);
  });
});

describe("memory that nobody wrote", () => {
  it("takes no frame when it is executed: a run and single steps leave the same behind", async () => {
    const machine = await place("jr t0");
    setRegisters(machine, { t0: DATA });
    const frames = machine.framesInUse;
    expect(trapOf(machine)).toEqual({ cause: 2n, epc: BigInt(DATA), tval: 0n });
    expect([machine.framesInUse, machine.memory.isBacked(pageNoOf(DATA))]).toEqual([frames, false]);
  });

  it("is read and executed where no frame is left, even for the tables of the machine itself", async () => {
    const machine = await place("ld a0, 0(t0)\n jr t0");
    setRegisters(machine, { t0: RAM + 2 ** 27, a0: 7 });
    exhaust(machine);
    expect(trapOf(machine).cause).toBe(2n);
    expect([x(machine, "a0"), machine.pc]).toEqual([0n, BigInt(RAM + 2 ** 27)]);
  });

  it("then written, is not stale: neither what was read nor what was executed", async () => {
    const machine = await place("ld a0, 0(t0)\n sw t1, 0(t0)\n ld a1, 0(t0)\n jr t0");
    setRegisters(machine, { t0: DATA, t1: 0x0070_0513 }); // addi a0, zero, 7
    machine.pc = BigInt(DATA);
    expect(trapOf(machine).epc).toBe(BigInt(DATA));
    machine.pc = BigInt(CODE);
    expect(trapOf(machine).epc).toBe(BigInt(DATA + 4));
    expect([x(machine, "a0"), x(machine, "a1")]).toEqual([7n, 0x0070_0513n]);
  });
});

describe("the host's view without a frame for an accessed bit", () => {
  it("is told so, with and without an engine behind DRAM", async () => {
    const machine = await place("");
    const tables = sv39(machine);
    tables.map(0x4000_0000n, DATA, leaf.r);
    tables.use();
    // the table is shared, so its accessed bit needs a frame
    const table = pageNoOf(tables.entryAt(0x4000_0000n, 0));
    machine.copyPage((table + 64) as PageNo, table);
    exhaust(machine);
    expect(() => machine.loadAs(1, va(0x4000_0000n), 8)).toThrow("used up");
    machine.onRefill(() => true);
    expect(() => machine.loadAs(1, va(0x4000_0000n), 8)).toThrow("used up");
  });

  it("an engine that verifies a page and leaves it watched is found out", async () => {
    const machine = await place("ld a0, 0(t0)");
    setRegisters(machine, { t0: DATA });
    machine.watch(pageNoOf(DATA), true);
    machine.onRefill(() => true);
    expect(() => machine.run(10)).toThrow("left it watched");
  });
});

describe("a store of the host between LR and SC", () => {
  const stores: readonly (readonly [string, (machine: Machine) => void, bigint])[] = [
    ["none", () => {}, 0n],
    ["to another page", (machine) => machine.write64(pa(DATA + 4096), 1n), 0n],
    ["of a doubleword", (machine) => machine.write64(DATA, 1n), 1n],
    ["of bytes", (machine) => machine.writeBytes(pa(DATA - 1), Uint8Array.of(1, 2)), 1n],
    ["of zeros", (machine) => machine.zero(DATA, 4096), 1n],
    ["of a whole page", (machine) => machine.copyPage(pageNoOf(DATA), (pageNoOf(DATA) + 1) as PageNo), 1n],
    ["as a privilege", (machine) => machine.storeAs(3, va(BigInt(DATA)), Uint8Array.of(1)), 1n],
  ];

  it.each(stores)("%s", async (_, store, outcome) => {
    const machine = await place("lr.d a0, (t0)\n sc.d a1, t1, (t0)\n ecall");
    setRegisters(machine, { t0: DATA, t1: 9, a1: 5 });
    machine.write64(DATA, 4n);
    machine.run(1);
    store(machine);
    trapOf(machine);
    expect(x(machine, "a1")).toBe(outcome);
    expect(machine.read64(DATA) === 9n).toBe(outcome === 0n);
  });
});

describe("locked lines", () => {
  it("of a range as long as RAM are unlocked in no more time than the cache is large", async () => {
    const machine = await Machine.create({ mode: "monitor", flavour: "timed", ramSize: 2 ** 40 });
    const isCached = (level: number, address: number): number => machine.core.exports.isCached(level, BigInt(address));
    for (const line of [DATA, DATA + 4096, DATA + 8192]) {
      expect(machine.lockLines(pa(line), 64)).toBe(true);
      machine.core.exports.touchLine(BigInt(line + 64), 0);
    }
    machine.unlockLines(pa(RAM), 2 ** 40);
    expect(
      [1, 2].map((level) => [isCached(level, DATA), isCached(level, DATA + 8192), isCached(level, DATA + 64)]),
    ).toEqual([
      [0, 0, 1],
      [0, 0, 1],
    ]);
  });
});
