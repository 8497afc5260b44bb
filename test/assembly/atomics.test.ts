/** LR/SC, AMOs and misaligned accesses. RISC-V Volume I, 20240411, sections 2.6 and 14.2 to 14.4. */
import { describe, expect, it } from "vitest";
import type { Machine } from "../../core/machine.ts";
import { type PageNo, pa } from "../../core/units.ts";
import { place, put, RAM, setRegisters, trapOf, x } from "./place.ts";
import { ALL, sv39 } from "./sv39.ts";

const DATA = pa(RAM + 0x8000);

async function run(source: string, registers: Readonly<Record<string, bigint | number>> = {}): Promise<Machine> {
  const machine = await place(`${source}\n ecall`);
  setRegisters(machine, { t0: DATA, ...registers });
  trapOf(machine);
  return machine;
}

describe("store-conditional", () => {
  it.each([
    ["succeeds behind its load-reserved", "lr.d a0, (t0)\n sc.d a1, t1, (t0)", 0n],
    ["fails without one", "sc.d a1, t1, (t0)", 1n],
    ["fails the second time", "lr.d a0, (t0)\n sc.d a2, t2, (t0)\n sc.d a1, t1, (t0)", 1n],
    ["fails at another address", "lr.d a0, (t0)\n addi t3, t0, 8\n sc.d a1, t1, (t3)", 1n],
    ["fails there for good", "lr.d a0, (t0)\n addi t3, t0, 8\n sc.d a2, t1, (t3)\n sc.d a1, t1, (t0)", 1n],
    ["succeeds after a store of the hart itself elsewhere", "lr.d a0, (t0)\n sd t2, 64(t0)\n sc.d a1, t1, (t0)", 0n],
  ])("%s", async (_, source, result) => {
    const machine = await run(source, { t1: 7, t2: 9 });
    expect(x(machine, "a1")).toBe(result);
    expect(machine.read64(DATA) === 7n).toBe(result === 0n);
  });

  it("fails after a trap", async () => {
    const machine = await place("lr.d a0, (t0)\n ecall\n sc.d a1, t1, (t0)\n ecall");
    setRegisters(machine, { t0: DATA, t1: 7 });
    trapOf(machine);
    machine.pc += 4n;
    trapOf(machine);
    expect([x(machine, "a1"), machine.read64(DATA)]).toEqual([1n, 0n]);
  });

  it("succeeds when the store copies a frame that the page shared, and through another virtual address", async () => {
    const machine = await place("lr.d a0, (t0)\n sc.d a1, t1, (t2)\n ecall");
    machine.write64(DATA, 5n);
    machine.copyPage((DATA / 4096 + 1) as PageNo, (DATA / 4096) as PageNo);
    const tables = sv39(machine);
    tables.map(machine.pc, pa(Number(machine.pc)), ALL);
    for (const address of [0x4000_0000n, 0x5000_0000n]) tables.map(address, DATA, ALL);
    tables.use();
    setRegisters(machine, { t0: 0x4000_0000, t1: 7, t2: 0x5000_0000 });
    trapOf(machine);
    expect([x(machine, "a0"), x(machine, "a1"), machine.read64(DATA)]).toEqual([5n, 0n, 7n]);
    expect(machine.read64(pa(DATA + 4096))).toBe(5n);
  });

  it("sc.w stores a word, and rd may be x0", async () => {
    const machine = await run("lr.w a0, (t0)\n sc.w zero, t1, (t0)", { t1: -1 });
    expect(machine.read64(DATA)).toBe(0xffff_ffffn);
  });
});

describe("AMOs", () => {
  const [big, small] = [0x8000_0000_0000_0001n, 0x7fff_ffffn];
  it.each([
    ["amoswap.d", big, small, small],
    ["amoadd.d", big, small, 0x8000_0000_8000_0000n],
    ["amoxor.d", big, small, 0x8000_0000_7fff_fffen],
    ["amoand.d", big, small, 1n],
    ["amoor.d", big, small, 0x8000_0000_7fff_ffffn],
    ["amomin.d", big, small, big],
    ["amomax.d", big, small, small],
    ["amominu.d", big, small, small],
    ["amomaxu.d", big, small, big],
    // the upper half of memory is not touched, rd is sign-extended
    ["amoadd.w", 0x1_8000_0000n, 1n, 0x1_8000_0001n],
    ["amomin.w", 0x1_8000_0000n, 1n, 0x1_8000_0000n],
    ["amominu.w", 0x1_8000_0000n, 1n, 0x1_0000_0001n],
    ["amomaxu.w", 0x1_8000_0000n, -1n, 0x1_ffff_ffffn],
    ["amomax.w", 0x1_8000_0000n, -1n, 0x1_ffff_ffffn],
  ])("%s", async (name, memory, operand, result) => {
    const machine = await place(`${name} a0, t1, (t0)\n ecall`);
    machine.write64(DATA, memory);
    setRegisters(machine, { t0: DATA, t1: operand });
    trapOf(machine);
    expect(machine.read64(DATA)).toBe(result);
    expect(x(machine, "a0")).toBe(BigInt.asUintN(64, name.endsWith("w") ? BigInt.asIntN(32, memory) : memory));
  });

  it("may have one register for address, operand and result", async () => {
    const machine = await run("amoadd.d t0, t0, (t0)");
    expect([x(machine, "t0"), machine.read64(DATA)]).toEqual([0n, BigInt(DATA)]);
  });
});

describe("misaligned loads and stores", () => {
  it.each([1, 2, 3, 4, 5, 6, 7])("of a doubleword, %i bytes of it in the first page", async (before) => {
    const address = DATA + 4096 - before;
    const machine = await run(
      "sd t1, 0(t2)\n ld a0, 0(t2)\n lw a1, 1(t2)\n lhu a2, 3(t2)\n sw zero, 2(t2)\n ld a3, 0(t2)",
      {
        t1: 0x8877_6655_4433_2211n,
        t2: address,
      },
    );
    expect(["a0", "a1", "a2", "a3"].map((name) => x(machine, name))).toEqual([
      0x8877_6655_4433_2211n,
      0x5544_3322n,
      0x5544n,
      0x8877_0000_0000_2211n,
    ]);
    expect(machine.readBytes(pa(address), 8)).toEqual(Uint8Array.of(0x11, 0x22, 0, 0, 0, 0, 0x77, 0x88));
  });

  it("across pages that are not neighbours in physical memory", async () => {
    const machine = await place("sd t1, 0(t0)\n ld a0, 0(t0)\n ecall");
    const tables = sv39(machine);
    tables.map(machine.pc, pa(Number(machine.pc)), ALL);
    tables.map(0x4000_0000n, pa(RAM + 0x9000), ALL);
    tables.map(0x4000_1000n, DATA, ALL);
    tables.use();
    setRegisters(machine, { t0: 0x4000_0ffc, t1: 0x1111_1111_2222_2222n });
    trapOf(machine);
    expect([x(machine, "a0"), machine.read64(pa(RAM + 0x9ff8)), machine.read64(DATA)]).toEqual([
      0x1111_1111_2222_2222n,
      0x2222_2222_0000_0000n,
      0x1111_1111n,
    ]);
  });

  it("over the last byte of RAM fault there", async () => {
    const machine = await place("ld a0, 0(t0)\n", { ramSize: 2 ** 20 });
    const end = RAM + 2 ** 20;
    setRegisters(machine, { t0: end - 4 });
    expect(trapOf(machine)).toMatchObject({ cause: 5n, tval: BigInt(end) });
  });

  it("an instruction across pages runs, wherever its halves lie", async () => {
    const machine = await place("");
    put(machine, pa(RAM + 0x2ffe), "li a0, 0x123\n ecall");
    machine.pc = BigInt(RAM + 0x2ffe);
    trapOf(machine);
    expect(x(machine, "a0")).toBe(0x123n);
  });
});
