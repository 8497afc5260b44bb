import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SATP } from "../../assembly/csr.gen.ts";
import { satpOf } from "../../core/sv39.ts";
import { PAGE_SIZE, pa, va } from "../../core/units.ts";
import { type EnclavePage, READ_EXECUTE, READ_WRITE } from "../../host/enclave-image.ts";
import { pagesUsed, regionContents } from "../../host/enclave-tables.ts";
import { FakeMachine } from "./fakes/fake-machine.ts";

const REGION = pa(0x8080_0000);

function load(pages: readonly EnclavePage[]) {
  const machine = new FakeMachine(2 ** 26);
  const contents = regionContents(REGION, pages);
  for (const { at, bytes } of contents.stores) machine.writeBytes(at, bytes);
  machine.writeCsr(SATP, satpOf(contents.root));
  return { machine, contents };
}

describe("enclave tables", () => {
  it("keeps page 0, the root in page 1 and page 2 as the driver lays them out", () => {
    const { contents } = load([{ va: va(0x1000n), flags: READ_EXECUTE, bytes: new Uint8Array(PAGE_SIZE).fill(1) }]);
    expect(contents.root).toBe(REGION + PAGE_SIZE);
    expect(contents.stores.map(({ at }) => (at - REGION) / PAGE_SIZE)).toEqual([1, 3, 4, 5]);
    expect(contents.freeMem).toBe(REGION + 6 * PAGE_SIZE);
  });

  it("maps each page to its contents, and nothing else (walk of its own)", () => {
    // Addresses in three gigabytes, so that tables of both levels are shared and not shared.
    const address = fc.tuple(fc.constantFrom(0n, 1n, 0xdfn), fc.constantFrom(0n, 1n, 511n), fc.bigInt(0n, 511n));
    fc.assert(
      fc.property(fc.uniqueArray(address, { maxLength: 30, selector: String }), (addresses) => {
        const pages = addresses
          .map(([i, j, k]) => va((i << 30n) | (j << 21n) | (k << 12n)))
          .sort((a, b) => (a < b ? -1 : 1))
          .map((at, i) => ({ va: at, flags: READ_WRITE, bytes: new Uint8Array(PAGE_SIZE).fill(i + 1) }));
        const { machine, contents } = load(pages);
        for (const [i, page] of pages.entries()) {
          const at = machine.translate(page.va)!;
          expect(machine.readBytes(at, PAGE_SIZE).every((byte) => byte === i + 1)).toBe(true);
        }
        for (const [i, j, k] of addresses) {
          const neighbour = va((i << 30n) | (j << 21n) | ((k ^ 1n) << 12n));
          const isMapped = pages.some((page) => page.va === neighbour);
          expect(machine.translate(neighbour) !== undefined).toBe(isMapped);
        }
        expect(contents.freeMem).toBe(REGION + pagesUsed(pages) * PAGE_SIZE);
      }),
      { numRuns: 50 },
    );
  });
});
