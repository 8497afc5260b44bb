/** What the monitor has wiped stays wiped, although somebody touched the page's DRAM before and put it back. */
import { expect, test } from "vitest";
import { PAGE_SIZE, type Pa, pa, va } from "../../core/units.ts";
import { System } from "../../host/system.ts";

const GIB = 2n ** 30n;
const V = 1n;
const [DATA_LEAF, POINTER] = [0xc7n, V];
const pte = (to: number, flags: bigint): bigint => (BigInt(to / PAGE_SIZE) << 10n) | flags;

test("host tables: an entry that SET_PTE cleared does not come back over a page that became private", async () => {
  const { machine, monitor, dram, host } = await System.create({ memory: 2 ** 28 });
  const { kernel } = host.driver;
  const { ptArea } = kernel.layout;
  const setPte = (...args: number[] | [number, number, bigint]): void =>
    expect(kernel.hart.penglai("SET_PTE", ...args)).toEqual({ ok: true, value: 0n });
  const block = kernel.pages(512);
  // An address of its own for the block: root entry 100, spare tables.
  const [middle, last] = [pa(ptArea.pteBase - PAGE_SIZE), pa(ptArea.end - PAGE_SIZE)];
  const root = Number(kernel.satp & ((1n << 44n) - 1n)) * PAGE_SIZE;
  setPte(1, root + 100 * 8, pte(middle, POINTER));
  setPte(1, middle, pte(last, POINTER));
  setPte(1, last, pte(block, DATA_LEAF));
  kernel.hart.fence();
  const address = va(100n * GIB);
  expect(machine.loadAs(1, address, 8).ok).toBe(true);

  changeAndPutBack(last);
  setPte(2, last, 0, PAGE_SIZE);
  kernel.prepareSecure(block, 512 * PAGE_SIZE);
  expect(kernel.hart.penglai("MEMORY_EXTEND", block, 512 * PAGE_SIZE)).toEqual({ ok: true, value: 0n });
  expect(monitor.owner(block)).toBe("monitor metadata");
  expect(machine.loadAs(1, address, 8).ok).toBe(false);

  function changeAndPutBack(line: Pa): void {
    const before = dram.snoop(line, 64);
    dram.tamper([{ pa: line, bytes: before.map((byte) => byte ^ 1) }]);
    dram.tamper([{ pa: line, bytes: before }]);
  }
});

test("host tables: clearing words of a page that does not verify is refused, the rest of the machine goes on", async () => {
  const { monitor, dram, host } = await System.create({ memory: 2 ** 28 });
  const { kernel } = host.driver;
  const spare = pa(kernel.layout.ptArea.end - PAGE_SIZE);
  dram.tamper([{ pa: spare, bytes: new Uint8Array(64).fill(1) }]);
  for (const byteLen of [8, PAGE_SIZE]) {
    expect(kernel.hart.penglai("SET_PTE", 2, spare, 0, byteLen)).toEqual({ ok: true, value: -1n });
    expect(monitor.lastDenial?.guard).toBe("INTEGRITY");
  }
});
