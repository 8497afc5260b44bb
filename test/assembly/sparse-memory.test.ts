/**
 * Sparse physical memory: frames on first write, copy-on-write, and what the TLBs must not remember of it. Also pages
 * that are watched, and a host that has no frame left.
 */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { FRAME_SIZE, FRAMES, POOL_END, POOL_NEXT } from "../../assembly/layout.ts";
import { Machine } from "../../core/machine.ts";
import { type PageNo, pa, pageNoOf } from "../../core/units.ts";
import { CODE, place, RAM, setRegisters, trapOf, x } from "./place.ts";
import { ALL, sv39 } from "./sv39.ts";

const DATA = pa(RAM + 0x8000);
const PAGE = pageNoOf(DATA);
const page = (offset: number): PageNo => (PAGE + offset) as PageNo;

describe("frames", () => {
  it("come with the first write: loads of an untouched page read zeros and take none", async () => {
    const machine = await place("ld a0, 0(t0)\n lr.d a1, (t0)\n ecall");
    setRegisters(machine, { t0: DATA });
    const frames = machine.framesInUse;
    trapOf(machine);
    expect([x(machine, "a0"), machine.framesInUse]).toEqual([0n, frames]);
    expect(machine.backedPages(PAGE, page(1))).toEqual([]);
  });

  it("a load that mapped the zero page sees a later store, of the guest and of the host", async () => {
    const machine = await place("ld a0, 0(t0)\n ecall\n sd t1, 0(t0)\n ld a1, 0(t0)\n ecall");
    for (const write of [() => {}, () => machine.write64(DATA, 9n)]) {
      machine.zero(DATA, 4096);
      machine.pc = BigInt(CODE);
      setRegisters(machine, { t0: DATA, t1: 7 });
      trapOf(machine);
      write();
      machine.pc += 4n;
      trapOf(machine);
      expect([x(machine, "a0"), x(machine, "a1")]).toEqual([0n, 7n]);
    }
  });

  it("a page that was read, and then written through another address, is not stale", async () => {
    const machine = await place("ld a0, 0(t0)\n sd t1, 0(t2)\n ld a1, 0(t0)\n ecall");
    const tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    for (const address of [0x4000_0000n, 0x5000_0000n]) tables.map(address, DATA, ALL);
    tables.use();
    setRegisters(machine, { t0: 0x4000_0000, t1: 7, t2: 0x5000_0000 });
    trapOf(machine);
    expect([x(machine, "a0"), x(machine, "a1")]).toEqual([0n, 7n]);
  });

  it("are given back by zero, and what was mapped reads zeros", async () => {
    const machine = await place(
      "ld a0, 0(t0)\n sd t1, 0(t0)\n ecall\n ld a1, 0(t0)\n sd t1, 0(t0)\n ld a2, 0(t0)\n ecall",
    );
    setRegisters(machine, { t0: DATA, t1: 7 });
    trapOf(machine);
    const frames = machine.framesInUse;
    machine.zero(DATA, 4096);
    expect(machine.framesInUse).toBe(frames - 1);
    machine.pc += 4n;
    trapOf(machine);
    expect([x(machine, "a1"), x(machine, "a2")]).toEqual([0n, 7n]);
  });
});

describe("copy-on-write", () => {
  it("shares the frame until one side is written, whichever it is", async () => {
    const machine = await place("");
    for (const writer of [0, 1]) {
      machine.zero(DATA, 4 * 4096);
      machine.write64(DATA, 5n);
      const frames = machine.framesInUse;
      machine.copyPage(page(1), PAGE);
      expect(machine.framesInUse).toBe(frames);
      machine.write64(pa(DATA + 4096 * writer + 8), 6n);
      expect(machine.framesInUse).toBe(frames + 1);
      expect([0, 1].map((copy) => machine.read64(pa(DATA + 4096 * copy)))).toEqual([5n, 5n]);
      expect([0, 1].map((copy) => machine.read64(pa(DATA + 4096 * copy + 8)))).toEqual(writer ? [0n, 6n] : [6n, 0n]);
    }
  });

  it("the guest's stores copy too, though its loads and stores were mapped before", async () => {
    const machine = await place(`
loop:   ld a0, 0(t0)
        ld a1, 0(t1)
        sd t2, 0(t0)
        ld a2, 0(t0)
        ld a3, 0(t1)
        ecall
        j loop`);
    setRegisters(machine, { t0: DATA, t1: DATA + 4096, t2: 1 });
    trapOf(machine);
    machine.copyPage(page(1), PAGE);
    setRegisters(machine, { t2: 2 });
    machine.pc += 4n;
    trapOf(machine);
    expect(["a0", "a1", "a2", "a3"].map((name) => x(machine, name))).toEqual([1n, 1n, 2n, 1n]);
  });

  it("of an empty page empties the other", async () => {
    const machine = await place("");
    machine.write64(DATA, 5n);
    const frames = machine.framesInUse;
    machine.copyPage(PAGE, page(1));
    expect([machine.read64(DATA), machine.framesInUse]).toEqual([0n, frames - 1]);
  });

  it("onto itself, and of three, keeps what is there", async () => {
    const machine = await place("");
    machine.write64(DATA, 5n);
    machine.copyPage(PAGE, PAGE);
    machine.copyPage(page(1), PAGE);
    machine.copyPage(page(2), page(1));
    machine.copyPage(page(1), page(2));
    machine.zero(DATA, 4096);
    expect([0, 1, 2].map((copy) => machine.read64(pa(DATA + 4096 * copy)))).toEqual([0n, 5n, 5n]);
  });

  it("holds page tables: the walker's accessed bit goes into the copy alone", async () => {
    const machine = await place("lw a0, 0(t0)\n ecall");
    const tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    tables.map(0x4000_0000n, DATA, ALL & ~0xc0n);
    tables.use();
    const entry = tables.entryAt(0x4000_0000n, 0);
    const copy = page(16);
    machine.copyPage(copy, pageNoOf(entry));
    setRegisters(machine, { t0: 0x4000_0000 });
    trapOf(machine);
    expect(machine.read64(entry) & 0xc0n).toBe(0x40n);
    expect(machine.read64(pa(copy * 4096 + (entry % 4096))) & 0xc0n).toBe(0n);
  });
});

describe("a watched page", () => {
  const accesses: readonly (readonly [string, string])[] = [
    ["load", "ld a0, 0(t0)"],
    ["store", "sd t1, 0(t0)"],
    ["AMO", "amoadd.d a0, t1, (t0)"],
    ["load-reserved", "lr.d a0, (t0)"],
    ["fetch", "jalr zero, 0(t0)"],
    ["load across pages", "ld a0, -4(t0)"],
    ["store across pages", "sd t1, -4(t0)"],
  ];

  it.each(accesses)("is announced before a %s, which has done nothing yet", async (_, access) => {
    const machine = await place(`${access}\n ecall`);
    setRegisters(machine, { t0: DATA, t1: 7, a0: 5 });
    machine.watch(PAGE, true);
    expect(machine.run(10)).toEqual({ kind: "watch", page: PAGE });
    const isJump = access.startsWith("jalr");
    expect([machine.pc, machine.retired]).toEqual(isJump ? [BigInt(DATA), 1n] : [BigInt(CODE), 0n]);
    expect([x(machine, "a0"), machine.memory.peek(PAGE).every((byte) => byte === 0)]).toEqual([5n, true]);
    // and again, until it is turned off
    expect(machine.run(10)).toEqual({ kind: "watch", page: PAGE });
    machine.watch(PAGE, false);
    expect(machine.run(10).kind).toBe("trap");
  });

  it("is announced before the walker reads it", async () => {
    const machine = await place("ld a0, 0(t0)\n ecall");
    const tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    tables.map(0x4000_0000n, DATA, ALL);
    tables.use();
    machine.run(0);
    const table = pageNoOf(tables.entryAt(0x4000_0000n, 0));
    machine.watch(table, true);
    setRegisters(machine, { t0: 0x4000_0000 });
    expect(machine.run(10)).toEqual({ kind: "watch", page: table });
  });

  it("costs no line of the cache before it is given free", async () => {
    const machine = await place("ld a0, 0(t0)\n ecall", { flavour: "timed" });
    setRegisters(machine, { t0: DATA });
    machine.watch(PAGE, true);
    machine.run(10);
    expect([machine.cycles, machine.core.exports.isCached(1, BigInt(DATA))]).toEqual([0n, 0]);
  });

  it("met by the host's own access leaves nothing behind that stops the hart", async () => {
    const machine = await place("csrw sscratch, zero\n csrw sie, zero\n ecall");
    const tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, ALL);
    tables.map(0x4000_0000n, DATA, ALL);
    tables.use();
    machine.run(1);
    machine.watch(pageNoOf(tables.entryAt(0x4000_0000n, 0)), true);
    machine.core.exports.hostTranslate(0x4000_0000n, 8, 0, 1);
    machine.watch(pageNoOf(tables.entryAt(0x4000_0000n, 0)), false);
    expect(machine.run(1)).toEqual({ kind: "budget" });
  });
});

describe("a host without frames", () => {
  it("stops the store, which goes on when there is one", async () => {
    const machine = await place("sd t1, 0(t0)\n ecall");
    const memory = new DataView(machine.core.memory.buffer);
    machine.write64(pa(DATA + 4096), 1n);
    memory.setUint32(POOL_END, memory.getUint32(POOL_NEXT, true), true);
    setRegisters(machine, { t0: DATA, t1: 7 });
    expect(machine.run(10)).toEqual({ kind: "out of memory", page: PAGE });
    expect([machine.pc, machine.retired]).toEqual([BigInt(CODE), 0n]);
    expect(() => machine.write64(DATA, 1n)).toThrow("used up");
    machine.zero(pa(DATA + 4096), 4096);
    expect(machine.run(10).kind).toBe("trap");
    expect(machine.read64(DATA)).toBe(7n);
  });

  it("backs almost a gigabyte before that", async () => {
    const machine = await place("");
    const memory = new DataView(machine.core.memory.buffer);
    const bytes = memory.getUint32(POOL_END, true) - FRAMES;
    expect(bytes % FRAME_SIZE).toBe(0);
    expect(bytes).toBeGreaterThan(870 * 2 ** 20);
  });
});

describe("a machine with 512 GiB", () => {
  it("touches pages all over with a frame each, and a node for each 4 MiB that was touched", async () => {
    const machine = await Machine.create({ mode: "monitor", ramSize: 2 ** 39 });
    const before = machine.framesInUse;
    const places = Array.from({ length: 64 }, (_, index) => pa(RAM + 2 ** 33 * index + 2 ** 33 - 4096));
    for (const [index, address] of places.entries()) machine.write64(address, BigInt(index + 1));
    expect(places.map((address) => machine.read64(address))).toEqual(places.map((_, index) => BigInt(index + 1)));
    expect(machine.framesInUse - before).toBe(128);
    expect(machine.backedPages(0 as PageNo, (2 ** 40 / 4096) as PageNo)).toEqual(places.map(pageNoOf));
  });

  it("runs at its far end, and stays well under 100 MB of resident memory more than Node itself", () => {
    const script = `
      const { Machine } = await import(${JSON.stringify(new URL("../../core/machine.ts", import.meta.url).href)});
      const { rss } = process.memoryUsage();
      const machine = await Machine.create({ mode: "monitor", ramSize: 2 ** 39 });
      const top = ${RAM} + 2 ** 39 - 4096;
      machine.writeBytes(top, Uint8Array.of(0x73, 0, 0, 0));
      for (let at = ${RAM}; at < top; at += 2 ** 30) machine.write64(at, 1n);
      machine.writeCsr(0x3bf, (1n << 54n) - 1n);
      machine.writeCsr(0x3a2, 0x1fn << 56n);
      machine.privilege = 1;
      machine.pc = BigInt(top);
      const stop = machine.run(10);
      console.log(JSON.stringify({ kind: stop.kind, megabytes: (process.memoryUsage().rss - rss) / 1e6 }));`;
    const { kind, megabytes } = JSON.parse(
      execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" }),
    );
    expect(kind).toBe("trap");
    expect(megabytes).toBeLessThan(60);
  });
});
