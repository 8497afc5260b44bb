/** Devices of the `virt` map and HTIF, as the guest sees them. */
import { describe, expect, it } from "vitest";
import type { Machine } from "../../core/machine.ts";
import { pa } from "../../core/units.ts";
import { place, RAM, setRegisters, trapOf, x } from "./place.ts";

const UART = 0x1000_0000;
const FINISHER = 0x10_0000;
const TOHOST = pa(RAM + 0x8000);

function consoleOf(machine: Machine): () => string {
  const bytes: number[] = [];
  machine.onConsole((more) => bytes.push(...more));
  return () => String.fromCharCode(...bytes);
}

describe("the UART", () => {
  it("transmits in order, more than its ring holds, without losing a character or a cycle", async () => {
    const machine = await place(
      "loop: andi t2, t1, 63\n addi t2, t2, 48\n sb t2, 0(t0)\n addi t1, t1, 1\n bne t1, t3, loop\n ecall",
    );
    const text: string[] = [];
    machine.onConsole((bytes) => text.push(String.fromCharCode(...bytes)));
    setRegisters(machine, { t0: UART, t3: 100_000 });
    const { cause } = trapOf(machine, 500_001);
    expect([cause, machine.retired]).toEqual([9n, 500_000n]);
    const expected = Array.from({ length: 100_000 }, (_, index) => String.fromCharCode(48 + (index % 64))).join("");
    expect(text.join("") === expected).toBe(true);
  });

  it("receives what was typed, and LSR says whether there is something", async () => {
    const machine = await place(
      "lbu a0, 5(t0)\n lbu a1, 0(t0)\n lbu a2, 0(t0)\n lbu a3, 5(t0)\n lbu a4, 0(t0)\n ecall",
    );
    expect(machine.type(new TextEncoder().encode("hi"))).toBe(2);
    setRegisters(machine, { t0: UART });
    trapOf(machine);
    expect(["a0", "a1", "a2", "a3", "a4"].map((name) => x(machine, name))).toEqual([0x61n, 0x68n, 0x69n, 0x60n, 0n]);
  });

  it("takes 32 KiB of typing and no more", async () => {
    const machine = await place("");
    expect(machine.type(new Uint8Array(40_000))).toBe(32_768);
    expect(machine.type(new Uint8Array(1))).toBe(0);
  });

  it("keeps its registers, and the divisor behind DLAB", async () => {
    const machine = await place(`
        li t1, 0x83
        sb t1, 3(t0)
        li t1, 1
        sb t1, 0(t0)
        lbu a0, 0(t0)
        li t1, 3
        sb t1, 3(t0)
        lbu a1, 3(t0)
        li t1, 0x5a
        sb t1, 7(t0)
        lbu a2, 7(t0)
        lbu a3, 2(t0)
        ecall`);
    const text = consoleOf(machine);
    setRegisters(machine, { t0: UART });
    trapOf(machine);
    expect(["a0", "a1", "a2", "a3"].map((name) => x(machine, name))).toEqual([1n, 3n, 0x5an, 1n]);
    expect(text()).toBe("");
  });
});

describe("the test finisher", () => {
  it.each([
    ["passes", 0x5555, 0],
    ["fails with the code in the upper half", 0x002a_3333, 42],
    ["resets, which ends as a pass", 0x7777, 0],
  ])("%s", async (_, value, code) => {
    const machine = await place("sw t1, 0(t0)\n li a0, 1\n ecall");
    setRegisters(machine, { t0: FINISHER, t1: value });
    expect(machine.run(10)).toEqual({ kind: "exit", code });
    // the store is done; a host that goes on finds the next instruction
    expect([machine.retired, trapOf(machine).cause]).toEqual([1n, 9n]);
  });

  it("ignores other values", async () => {
    const machine = await place("sw t1, 0(t0)\n ecall");
    setRegisters(machine, { t0: FINISHER, t1: 1 });
    expect(trapOf(machine).cause).toBe(9n);
  });
});

describe("HTIF", () => {
  async function withHtif(source: string): Promise<Machine> {
    const machine = await place(source);
    machine.setHtif(TOHOST, TOHOST + 64);
    setRegisters(machine, { t0: TOHOST });
    return machine;
  }

  it("ends the machine with the code above bit 0, written whole or in words", async () => {
    for (const source of ["sd t1, 0(t0)", "sw t1, 0(t0)\n sw zero, 4(t0)"]) {
      const machine = await withHtif(source);
      setRegisters(machine, { t1: 3 });
      expect(machine.run(10)).toEqual({ kind: "exit", code: 1 });
    }
  });

  it("looks at nothing else in the page, and not at zeros", async () => {
    const machine = await withHtif("sd t1, 8(t0)\n sd t1, -8(t0)\n sd zero, 0(t0)\n ld a0, 8(t0)\n ecall");
    setRegisters(machine, { t1: 3 });
    expect(trapOf(machine).cause).toBe(9n);
    expect(x(machine, "a0")).toBe(3n);
  });

  it("is a place in RAM, or nowhere", async () => {
    const machine = await place("");
    for (const nowhere of [0x1000, RAM - 8, RAM + 2 ** 28, RAM + 4, 2 ** 60])
      expect(() => machine.setHtif(pa(nowhere), 0)).toThrow(RangeError);
  });
});

describe("the bus", () => {
  it.each([
    ["misaligned", "lh a0, 1(t0)", UART],
    ["a hole", "lb a0, 0(t0)", 0x30_0000],
    ["behind RAM", "lb a0, 0(t0)", RAM + 2 ** 28],
    ["below RAM", "lb a0, 0(t0)", RAM - 1],
    ["beyond every physical address", "lb a0, 0(t0)", 2n ** 64n - 1n],
  ])("is an access fault: %s", async (_, source, address) => {
    const machine = await place(source);
    setRegisters(machine, { t0: address });
    expect(trapOf(machine).cause).toBe(5n);
  });

  it.each(["amoadd.w a0, a0, (t0)", "sc.w a0, a0, (t0)"])("has no atomics at devices: %s", async (source) => {
    const machine = await place(source);
    setRegisters(machine, { t0: UART });
    expect(trapOf(machine).cause).toBe(7n);
  });

  it("executes nothing from a device", async () => {
    const machine = await place("jalr zero, 0(t0)");
    setRegisters(machine, { t0: UART });
    expect(trapOf(machine)).toEqual({ cause: 1n, epc: BigInt(UART), tval: BigInt(UART) });
  });
});
