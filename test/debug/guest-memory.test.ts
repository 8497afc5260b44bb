/** What a debugger sees of memory: the hart's own translation, past every permission, leaving no trace. */
import { beforeEach, describe, expect, it } from "vitest";
import { SATP } from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import { takeSnapshot } from "../../core/snapshot.ts";
import { diffSnapshots } from "../../core/snapshot-diff.ts";
import { type Pa, pa, va } from "../../core/units.ts";
import { readGuest, translate, writeGuest } from "../../debug/guest-memory.ts";
import { CODE, place, RAM } from "../assembly/place.ts";

const ROOT = RAM + 0x10_0000;
const [MIDDLE, LAST] = [ROOT + 4096, ROOT + 8192];
const DATA = pa(RAM + 0x20_0000);
const VA = va(0x4000_0000n);
/** Valid, with nothing permitted but to execute in U-mode; neither accessed nor dirty. */
const VX = 0b0_1001n;

const entry = (machine: Machine, table: number, index: number, target: number, flags: bigint): void =>
  machine.write64(pa(table + 8 * index), (BigInt(target / 4096) << 10n) | flags);

let machine: Machine;

beforeEach(async () => {
  machine = await place("j .");
  entry(machine, ROOT, 1, MIDDLE, 1n);
  entry(machine, MIDDLE, 0, LAST, 1n);
  entry(machine, LAST, 0, DATA, VX);
  entry(machine, LAST, 1, DATA + 0x8000, VX);
  machine.writeCsr(SATP, (8n << 60n) | BigInt(ROOT / 4096));
  machine.writeBytes(pa(DATA + 4094), Uint8Array.of(1, 2));
  machine.writeBytes(pa(DATA + 0x8000), Uint8Array.of(3, 4));
});

const read = (address: bigint, byteLen: number) => [...readGuest(machine.memory, machine, va(address), byteLen)];
const where = (address: bigint): Pa | string => {
  const place = translate(machine.memory, machine, va(address));
  return place.ok ? place.pa : place.why;
};

describe("a debugger's view of memory", () => {
  it("goes through the tables, page by page, and stops where they stop", () => {
    expect(read(VA + 4094n, 4)).toEqual([1, 2, 3, 4]);
    expect(read(VA + 4096n, 2)).toEqual([3, 4]);
    expect(read(VA + 8190n, 4)).toHaveLength(2);
    expect(read(VA + 8192n, 4)).toEqual([]);
  });

  it("is physical in M-mode and without translation", () => {
    machine.writeCsr(SATP, 0n);
    expect(read(BigInt(DATA) + 4094n, 2)).toEqual([1, 2]);
    expect(where(1n << 60n)).toMatch(/as large/);
  });

  it("leaves no trace: neither accessed bits nor anything else", () => {
    const before = takeSnapshot(machine);
    read(VA, 5000);
    expect(diffSnapshots(before, takeSnapshot(machine))).toEqual([]);
  });

  it("writes past permissions, all or nothing, and marks no page as dirty", () => {
    const leaf = machine.read64(pa(LAST));
    expect(writeGuest(machine.memory, machine, va(VA + 4095n), Uint8Array.of(7, 8))).toBe(true);
    expect(read(VA + 4094n, 4)).toEqual([1, 7, 8, 4]);
    expect(writeGuest(machine.memory, machine, va(VA + 8191n), Uint8Array.of(9, 9))).toBe(false);
    expect(read(VA + 8191n, 1)).toEqual([0]);
    expect(machine.read64(pa(LAST))).toBe(leaf);
  });

  it("is seen by fetches, also of a page that was decoded", async () => {
    const bare = await place("loop: addi t0, t0, 1\nj loop", { mode: "firmware" });
    bare.run(10);
    const [before, nop] = [bare.x[5]!, Uint8Array.of(0x13, 0, 0, 0)];
    expect(writeGuest(bare.memory, bare, va(BigInt(CODE)), nop)).toBe(true);
    bare.run(10);
    expect(bare.x[5]).toBe(before);
  });

  it("knows superpages, and says why there is nothing", () => {
    entry(machine, ROOT, 2, RAM, 0xfn);
    expect(where(0x8000_1234n)).toBe(RAM + 0x1234);
    entry(machine, ROOT, 3, RAM + 4096, 0xfn);
    expect(where(0xc000_0000n)).toMatch(/not aligned/);
    expect(where(0x1_0000_0000n)).toMatch(/level 2 is not valid/);
    expect(where(0x80_0000_0000n)).toMatch(/upper bits/);
    entry(machine, LAST, 2, LAST, 1n);
    expect(where(VA + 8192n)).toMatch(/without a leaf/);
    machine.writeCsr(SATP, (8n << 60n) | 1n);
    expect(where(VA)).toMatch(/not RAM/);
  });

  it("knows the 64 KiB pages of Svnapot", () => {
    machine.write64(pa(LAST + 8 * 16), (BigInt((DATA + 0x1_0000) / 4096 + 8) << 10n) | 0xfn | (1n << 63n));
    machine.write64(pa(LAST + 8 * 21), (BigInt((DATA + 0x1_0000) / 4096 + 8) << 10n) | 0xfn | (1n << 63n));
    expect(where(VA + 0x1_5678n)).toBe(DATA + 0x1_5678);
  });

  it("knows Sv48", () => {
    const top = RAM + 0x11_0000;
    entry(machine, top, 0, ROOT, 1n);
    machine.writeCsr(SATP, (9n << 60n) | BigInt(top / 4096));
    expect(where(VA + 5n)).toBe(DATA + 5);
  });
});
