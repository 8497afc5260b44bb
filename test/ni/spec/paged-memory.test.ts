/** The memory of a pure machine against plain arrays of bytes, through copies. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { PAGE_SIZE, type PageNo, pa } from "../../../core/units.ts";
import { DifferingPages } from "../../../ni/spec/differing-pages.ts";
import { PagedMemory } from "../../../ni/spec/paged-memory.ts";
import { PureMachine } from "../../../ni/spec/pure-machine.ts";

const PAGES = 4;
const BYTES = PAGES * PAGE_SIZE;
const address = fc.nat(BYTES - 1);
const step = fc.oneof(
  fc.record({
    do: fc.constant("write" as const),
    at: address,
    byteLen: fc.integer({ min: 1, max: 5000 }),
    byte: fc.nat(255),
  }),
  fc.record({ do: fc.constant("zero" as const), at: address, byteLen: fc.integer({ min: 1, max: 9000 }) }),
  fc.record({ do: fc.constant("word" as const), at: address, value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
  fc.record({ do: fc.constant("zero page" as const), page: fc.nat(PAGES - 1) }),
  fc.record({ do: fc.constant("copy page" as const), to: fc.nat(PAGES - 1), from: fc.nat(PAGES - 1) }),
  fc.constant({ do: "copy" as const }),
  fc.constant({ do: "switch" as const }),
);

it("holds what was written, zeroed and copied, each copy for itself", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let all = [{ memory: PagedMemory.empty(), bytes: new Uint8Array(BYTES) }];
      for (const action of steps) {
        const { memory, bytes } = all[0]!;
        if (action.do === "copy") all.push({ memory: memory.copy(), bytes: bytes.slice() });
        else if (action.do === "switch") all = [...all.slice(1), all[0]!];
        else if (action.do === "zero page") {
          memory.zero(pa(action.page * PAGE_SIZE), PAGE_SIZE);
          bytes.fill(0, action.page * PAGE_SIZE, (action.page + 1) * PAGE_SIZE);
        } else if (action.do === "copy page") {
          memory.copyPage(action.to as PageNo, action.from as PageNo);
          bytes.copyWithin(action.to * PAGE_SIZE, action.from * PAGE_SIZE, (action.from + 1) * PAGE_SIZE);
        } else if (action.do === "word") {
          const at = action.at - (action.at % 8);
          memory.write64(pa(at), action.value);
          new DataView(bytes.buffer).setBigUint64(at, action.value, true);
        } else {
          const byteLen = Math.min(action.byteLen, BYTES - action.at);
          const value = action.do === "write" ? action.byte : 0;
          if (action.do === "write") memory.write(pa(action.at), new Uint8Array(byteLen).fill(value));
          else memory.zero(pa(action.at), byteLen);
          bytes.fill(value, action.at, action.at + byteLen);
        }
      }
      for (const { memory, bytes } of all) {
        expect(Buffer.compare(memory.read(pa(0), BYTES), bytes)).toBe(0);
        expect(memory.read64(pa(8))).toBe(new DataView(bytes.buffer).getBigUint64(8, true));
        const unbacked = [0, 1, 2, 3].filter((page) => !memory.isBacked(page as PageNo));
        const backed = [0, 1, 2, 3].filter((page) => !unbacked.includes(page));
        expect(memory.backed(0 as PageNo, PAGES as PageNo)).toEqual(backed);
        for (const page of unbacked) expect(isZero(bytes, page)).toBe(true);
      }
    }),
    { seed: 5, numRuns: 60 },
  );
});

const isZero = (bytes: Uint8Array, page: number): boolean =>
  bytes.subarray(page * PAGE_SIZE, (page + 1) * PAGE_SIZE).every((byte) => byte === 0);

it("knows in which pages two machines differ", () => {
  const base = 0x8000_0000;
  const write = fc.record({ left: fc.boolean(), right: fc.boolean(), page: fc.nat(PAGES - 1), byte: fc.nat(2) });
  fc.assert(
    fc.property(fc.array(write, { maxLength: 30 }), (writes) => {
      const left = new PureMachine(BYTES);
      left.writeBytes(pa(base + 17), Uint8Array.of(1));
      const right = left.copy();
      const differing = new DifferingPages(left, right);
      for (const { page, byte, ...sides } of writes) {
        const at = pa(base + page * PAGE_SIZE + 17);
        if (sides.left) left.writeBytes(at, Uint8Array.of(byte));
        if (sides.right) right.writeBytes(at, Uint8Array.of(byte));
        const expected = [0, 1, 2, 3].filter((each) => {
          const from = pa(base + each * PAGE_SIZE);
          const other = right.readBytes(from, PAGE_SIZE);
          return left.readBytes(from, PAGE_SIZE).some((value, i) => value !== other[i]);
        });
        expect([...differing.update()].map((each) => each - base / PAGE_SIZE).sort()).toEqual(expected);
      }
    }),
    { seed: 6, numRuns: 40 },
  );
});
