/**
 * A caller's mistake at the machine's own interface is an exception that names the argument, and changes nothing. A
 * number that the core would cut to 32 bits must never get there: a page number, for one, is an index into its tables.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { MSCRATCH } from "../../assembly/csr.gen.ts";
import { Machine } from "../../core/machine.ts";
import type { Privilege } from "../../core/platform.ts";
import { takeSnapshot } from "../../core/snapshot.ts";
import { type Pa, type PageNo, pa, va } from "../../core/units.ts";

const RAM = 0x8000_0000;
const RAM_SIZE = 2 ** 24;
const BAD_PAGES = [
  -1,
  0,
  0.5,
  RAM / 4096 - 1,
  RAM / 4096 + 0.5,
  (RAM + RAM_SIZE) / 4096,
  2 ** 32,
  2 ** 53,
  NaN,
  Infinity,
];
const BAD_ADDRESSES = [-8, 0, RAM - 8, RAM + 0.5, RAM + RAM_SIZE, 2 ** 53, NaN, Infinity];
const BAD_LENGTHS = [-1, 0.5, NaN, Infinity, RAM_SIZE + 1, 2 ** 53];

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.create({ mode: "monitor", ramSize: RAM_SIZE });
  machine.write64(pa(RAM), 5n);
});

/** The call throws `kind` with `what` in its message, and leaves every byte of the machine as it was. */
function refuses(call: () => unknown, kind: typeof RangeError | typeof TypeError, what: string): void {
  const before = takeSnapshot(machine);
  expect(call).toThrow(kind);
  expect(call).toThrow(what);
  expect(takeSnapshot(machine)).toEqual(before);
}

describe("the machine refuses", () => {
  it("options that it cannot have", async () => {
    const options = { mode: "monitor" } as const;
    const cases: readonly (readonly [object, string])[] = [
      [{ mode: "supervisor" }, "mode"],
      [{ mode: undefined }, "mode"],
      [{ ...options, flavour: "slow" }, "flavour"],
      [{ ...options, ramSize: 0 }, "ramSize"],
      [{ ...options, ramSize: 4097 }, "ramSize"],
      [{ ...options, ramSize: NaN }, "ramSize"],
      [{ ...options, ramSize: 2 ** 42 + 4096 }, "ramSize"],
      [{ ...options, ramBase: 0 }, "ramBase"],
      [{ ...options, ramBase: RAM + 1 }, "ramBase"],
      [{ ...options, ramBase: 2 ** 43 }, "ramBase"],
      [{ ...options, harts: 0 }, "harts"],
      [{ ...options, harts: 9 }, "harts"],
      [{ ...options, harts: 1.5 }, "harts"],
      [{ ...options, harts: "2" }, "harts"],
      [{ ...options, quantum: 0 }, "quantum"],
      [{ ...options, quantum: 2 ** 32 + 1 }, "quantum"],
    ];
    for (const [bad, what] of cases) {
      await expect(Machine.create(bad as { mode: "monitor" }), JSON.stringify(bad)).rejects.toThrow(what);
    }
  });

  it.each([-1, 0.5, NaN, Infinity, 2 ** 63, 1e300])("a budget of %s", (budget) => {
    refuses(() => machine.run(budget), RangeError, "budget");
  });

  it("a budget that is no number", () => {
    refuses(() => machine.run("10" as unknown as number), TypeError, "budget");
  });

  it.each([2, 4, -1, 0.5, NaN, "1"])("privilege %s", (level) => {
    const privilege = level as Privilege;
    refuses(() => (machine.privilege = privilege), RangeError, "privilege");
    refuses(() => machine.loadAs(privilege, va(BigInt(RAM)), 8), RangeError, "privilege");
    refuses(() => machine.storeAs(privilege, va(BigInt(RAM)), new Uint8Array(8)), RangeError, "privilege");
    refuses(() => machine.fetchAs(privilege, va(BigInt(RAM)), 4), RangeError, "privilege");
  });

  it("words that are no bigint", () => {
    const word = 4 as unknown as bigint;
    refuses(() => (machine.pc = word), TypeError, "pc");
    refuses(() => (machine.timeCompare = word), TypeError, "timeCompare");
    refuses(() => machine.writeCsr(MSCRATCH, word), TypeError, "value");
    refuses(() => machine.write64(pa(RAM), word), TypeError, "value");
  });

  it("CSRs that are not there, or not to be written", () => {
    for (const csr of [-1, 0.5, NaN, 0x1000, 2 ** 32 + 0x340]) refuses(() => machine.readCsr(csr), RangeError, "csr");
    for (const csr of [0, 0x004, 0x3a1, 0xfff]) refuses(() => machine.writeCsr(csr, 0n), RangeError, "no CSR");
    for (const csr of [0xc00, 0xc01, 0xf14]) refuses(() => machine.writeCsr(csr, 0n), RangeError, "read-only");
  });

  it.each(BAD_PAGES)("page %s", (bad) => {
    const page = bad as PageNo;
    const good = (RAM / 4096) as PageNo;
    refuses(() => machine.watch(page, true), RangeError, "page");
    refuses(() => machine.copyPage(page, good), RangeError, "page");
    refuses(() => machine.copyPage(good, page), RangeError, "page");
    refuses(() => machine.memory.peek(page), RangeError, "page");
    refuses(() => machine.memory.poke(page, new Uint8Array(4096)), RangeError, "page");
    refuses(() => machine.memory.isBacked(page), RangeError, "page");
  });

  it.each(BAD_ADDRESSES)("address %s", (bad) => {
    const address = bad as Pa;
    refuses(() => machine.read64(address), RangeError, "address");
    refuses(() => machine.write64(address, 0n), RangeError, "address");
    refuses(() => machine.readBytes(address, 8), RangeError, "address");
    refuses(() => machine.writeBytes(address, new Uint8Array(8)), RangeError, "address");
    refuses(() => machine.zero(address, 8), RangeError, "address");
    refuses(() => machine.setHtif(address, 0), RangeError, "address");
    refuses(() => machine.lockLines(address, 8), RangeError, "address");
    refuses(() => machine.unlockLines(address, 8), RangeError, "address");
  });

  it.each(BAD_LENGTHS)("a length of %s", (byteLen) => {
    refuses(() => machine.readBytes(pa(RAM), byteLen), RangeError, "bytes");
    refuses(() => machine.zero(pa(RAM), byteLen), RangeError, "bytes");
    refuses(() => machine.lockLines(pa(RAM), byteLen), RangeError, "bytes");
    refuses(() => machine.unlockLines(pa(RAM), byteLen), RangeError, "bytes");
    refuses(() => machine.loadAs(3, va(BigInt(RAM)), byteLen), RangeError, "byteLen");
  });

  it("misaligned doublewords, accesses across pages, bytes that are none, half a page", () => {
    refuses(() => machine.read64(pa(RAM + 4)), RangeError, "multiple of 8");
    refuses(() => machine.write64(pa(RAM + 1), 0n), RangeError, "multiple of 8");
    refuses(() => machine.loadAs(3, va(BigInt(RAM + 4092)), 8), RangeError, "crosses a page");
    const none = [1, 2] as unknown as Uint8Array;
    refuses(() => machine.writeBytes(pa(RAM), none), TypeError, "bytes");
    refuses(() => machine.storeAs(3, va(BigInt(RAM)), none), TypeError, "bytes");
    refuses(() => machine.type(none), TypeError, "bytes");
    refuses(() => machine.memory.poke((RAM / 4096) as PageNo, new Uint8Array(8)), RangeError, "4096 bytes");
  });
});

describe("the machine takes", () => {
  it("an odd pc as the even one below, and what the host wrote to x0 as 0", async () => {
    const odd = await Machine.create({ mode: "firmware", ramSize: 4096 });
    odd.writeBytes(pa(RAM), Uint8Array.of(0x13, 0x05, 0x50, 0x00)); // addi a0, zero, 5
    odd.pc = BigInt(RAM + 1);
    odd.x[0] = 7n;
    odd.step();
    expect([odd.pc, odd.x[0], odd.x[10]]).toEqual([BigInt(RAM + 4), 0n, 5n]);
  });

  it("any bits of a word, whatever their sign", () => {
    machine.pc = -2n;
    expect(machine.pc).toBe(2n ** 64n - 2n);
    machine.write64(pa(RAM + 8), -1n);
    expect(machine.read64(pa(RAM + 8))).toBe(2n ** 64n - 1n);
  });

  it("the longest budget", async () => {
    const idle = await Machine.create({ mode: "firmware", ramSize: 4096 });
    idle.writeBytes(pa(RAM), Uint8Array.of(0x73, 0x00, 0x50, 0x10)); // wfi
    expect(idle.run(Number.MAX_SAFE_INTEGER)).toEqual({ kind: "idle" });
  });
});
