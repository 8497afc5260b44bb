/**
 * Code that changes. RISC-V asks for FENCE.I between a store and the fetch of what was stored (Volume I, 20240411,
 * chapter 6); this machine goes further: a fetch sees every store before it, whoever made it and through whichever
 * address, so that budgets and tracing make no difference.
 */
import { describe, expect, it } from "vitest";
import type { Machine } from "../../core/machine.ts";
import { type PageNo, pa } from "../../core/units.ts";
import { CODE, place, put, RAM, setRegisters, trapOf, x } from "./place.ts";
import { leaf, sv39 } from "./sv39.ts";

const CODE_PAGE = (CODE / 4096) as PageNo;
/** li a0, 2 */
const LI_A0_2 = 0x00200513;

async function running(source: string): Promise<Machine> {
  const machine = await place(source);
  setRegisters(machine, { t1: LI_A0_2 });
  return machine;
}

describe("self-modifying code", () => {
  it("in the same block, right behind the store", async () => {
    const machine = await running("la t0, target\n sw t1, 0(t0)\n target: li a0, 1\n ecall");
    trapOf(machine);
    expect([x(machine, "a0"), machine.retired]).toEqual([2n, 4n]);
  });

  it("in a loop within the page that has run before", async () => {
    const machine = await running(`
        li t2, 3
        la t0, target
loop:   addi t2, t2, -1
target: li a0, 1
        add a1, a1, a0
        sw t1, 0(t0)
        bnez t2, loop
        ecall`);
    trapOf(machine);
    expect(x(machine, "a1")).toBe(1n + 2n + 2n);
  });

  it("by an instruction that the store cuts in two halves", async () => {
    // the upper half of `li a0, 1` becomes that of `li a0, 2`
    const machine = await running("la t0, target\n li t1, 0x20\n sh t1, 2(t0)\n target: li a0, 1\n ecall");
    trapOf(machine);
    expect(x(machine, "a0")).toBe(2n);
  });

  it("in another page", async () => {
    const machine = await running(
      "call far\n sw t1, 0(t0)\n call far\n ecall\n .align 12\n far: li a0, 1\n add a1, a1, a0\n ret",
    );
    setRegisters(machine, { t0: RAM + 0x2000 });
    trapOf(machine);
    expect(x(machine, "a1")).toBe(3n);
  });

  it("in a page that was written before it ran for the first time", async () => {
    const machine = await running(`
        sw t1, 4(t0)
        sw t1, 0(t0)
        sw t2, 4(t0)
        jalr ra, 0(t0)
        add a1, a1, a0
        sw t3, 0(t0)
        jalr ra, 0(t0)
        add a1, a1, a0
        ecall`);
    // li a0, 2; then li a0, 3; ret
    setRegisters(machine, { t0: RAM + 0x8000, t2: 0x00008067, t3: 0x00300513 });
    trapOf(machine);
    expect(x(machine, "a1")).toBe(2n + 3n);
  });

  it("across the end of a page: the half on the next page changes", async () => {
    const machine = await running(`
        li t0, 0x80002ffe
        jalr ra, 0(t0)
        li t1, 0x20
        sh t1, 2(t0)
        jalr ra, 0(t0)
        ecall`);
    put(machine, pa(RAM + 0x2ffe), "li a0, 1\n add a1, a1, a0\n ret");
    trapOf(machine);
    expect(x(machine, "a1")).toBe(3n);
  });

  it("through another virtual address", async () => {
    const machine = await running("sw t1, 0(t0)\n j target\n .align 4\n target: li a0, 1\n ecall");
    const tables = sv39(machine);
    tables.map(BigInt(CODE), CODE, leaf.rx | leaf.a | leaf.d);
    tables.map(0x5000_0000n, CODE, leaf.rw | leaf.a | leaf.d);
    tables.use();
    setRegisters(machine, { t0: 0x5000_0010 });
    trapOf(machine);
    expect(x(machine, "a0")).toBe(2n);
  });

  it("by the host, between two runs", async () => {
    const machine = await place("loop: li a0, 1\n j loop");
    machine.run(10);
    put(machine, CODE, "li a0, 2");
    machine.run(2);
    expect(x(machine, "a0")).toBe(2n);
  });

  it.each([
    ["an AMO", "amoswap.w a2, t1, (t0)", 5n],
    ["a store-conditional", "lr.w a2, (t0)\n sc.w a2, t1, (t0)", 6n],
  ])("by %s, which retires once", async (_, store, perLoop) => {
    const machine = await running(`
        la t0, target
        li t2, 2
loop:   ${store}
target: li a0, 1
        add a1, a1, a0
        addi t2, t2, -1
        bnez t2, loop
        ecall`);
    trapOf(machine);
    expect([x(machine, "a1"), machine.retired]).toEqual([4n, 3n + 2n * perLoop]);
  });

  it("by a dirty bit that the walker sets in an instruction of the block that runs", async () => {
    // The page of code is also the page table of what is stored to. The leaf at its offset 8 reads as `jal x0, 0x2200`
    // as long as D is clear, and as `jal ra, 0x2200` with D set.
    const machine = await running("nop\n sw a1, 0(t0)\n");
    put(machine, pa(CODE + 8 + 0x2200), "li a0, 2\n ecall");
    const stored = 0x5000_1000n;
    const tables = sv39(machine);
    tables.map(stored, pa(RAM + 0x8000), leaf.rwx | leaf.g | leaf.a);
    tables.placeTable(stored, 0, CODE);
    for (const page of [CODE, pa(CODE + 0x2000)]) tables.map(BigInt(page), page, leaf.rx | leaf.a);
    tables.use();
    setRegisters(machine, { t0: stored });
    trapOf(machine);
    expect([x(machine, "ra"), x(machine, "a0"), machine.retired]).toEqual([BigInt(CODE + 12), 2n, 4n]);
  });
});

describe("code in a page that shares its frame", () => {
  const sources = {
    "a store": "sw t1, 0(t0)",
    "an AMO": "amoswap.w a2, t1, (t0)",
    "a store-conditional": "lr.w a2, (t0)\n sc.w a2, t1, (t0)",
  };

  it.each(Object.entries(sources))("is copied by %s of its own, and runs on in the copy", async (_, store) => {
    const machine = await running(`
        li t2, 2
        la t0, target
loop:   addi t2, t2, -1
        ${store}
target: li a0, 1
        add a1, a1, a0
        bnez t2, loop
        ecall`);
    // the page that runs has been decoded before it is shared
    machine.run(2);
    machine.copyPage((CODE_PAGE + 8) as PageNo, CODE_PAGE);
    trapOf(machine);
    const perLoop = 4n + BigInt(store.split("\n").length);
    expect([x(machine, "a1"), machine.retired]).toEqual([4n, 3n + 2n * perLoop]);
    // the other page still has the old instruction
    machine.pc = BigInt(CODE + 0x8000);
    setRegisters(machine, { a1: 0, t1: 0x00300513 });
    trapOf(machine);
    expect(x(machine, "a1")).toBe(6n);
  });

  it("runs on in its frame when the other page is written", async () => {
    const machine = await running("sw t1, 0(t0)\n loop: li a0, 1\n add a1, a1, a0\n ecall");
    machine.copyPage((CODE_PAGE + 8) as PageNo, CODE_PAGE);
    setRegisters(machine, { t0: CODE + 0x8004 });
    trapOf(machine);
    expect(x(machine, "a1")).toBe(1n);
    machine.pc = BigInt(CODE + 0x8004);
    trapOf(machine);
    expect(x(machine, "a1")).toBe(3n);
  });
});
