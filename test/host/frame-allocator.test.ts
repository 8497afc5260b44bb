import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PAGE_SIZE, type Pa, type PageNo, pageNoOf } from "../../core/units.ts";
import { FrameAllocator, orderFor } from "../../host/frame-allocator.ts";

const page = (n: number) => n as PageNo;

describe("frame allocator", () => {
  it("hands out naturally aligned blocks", () => {
    const frames = new FrameAllocator(page(0x80200), page(0xc0000));
    for (const order of [0, 3, 9, 12]) expect((frames.allocate(order)! / PAGE_SIZE) % 2 ** order).toBe(0);
  });

  it("says undefined when no block is large enough", () => {
    const frames = new FrameAllocator(page(0x80200), page(0x80210));
    expect(frames.allocate(5)).toBeUndefined();
    expect(frames.allocate(4)).toBe(0x80200 * PAGE_SIZE);
    expect(frames.allocate(0)).toBeUndefined();
  });

  it("joins free buddies up to the block they came from", () => {
    const frames = new FrameAllocator(page(0x100), page(0x200));
    const blocks = Array.from({ length: 256 }, () => frames.allocate(0)!);
    for (const block of blocks) frames.free(block, 0);
    expect(frames.allocate(8)).toBe(0x100 * PAGE_SIZE);
  });

  it("refuses to free what is not allocated", () => {
    const frames = new FrameAllocator(page(0x100), page(0x200));
    const block = frames.allocate(2)!;
    expect(() => frames.free(block, 1)).toThrow(RangeError);
    frames.free(block, 2);
    expect(() => frames.free(block, 2)).toThrow(RangeError);
  });

  it("holds 512 GiB in a handful of blocks", () => {
    const frames = new FrameAllocator(page(0x80200), page(0x80000 + 2 ** 27));
    expect(frames.allocate(21)! % (2 ** 21 * PAGE_SIZE)).toBe(0);
    expect(frames.freePages).toBe(2 ** 27 - 0x200 - 2 ** 21);
  });

  it("never hands a page out twice and loses none (twin: a plain set of pages)", () => {
    const first = 0x80200;
    const last = 0x80400;
    const step = fc.record({ free: fc.boolean(), pages: fc.integer({ min: 1, max: 40 }), pick: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const frames = new FrameAllocator(page(first), page(last));
        const taken = new Set<number>();
        const held: { at: Pa; pages: number }[] = [];
        for (const { free, pages, pick } of steps) {
          if (free && held.length > 0) {
            const [block] = held.splice(pick % held.length, 1);
            frames.freeExact(block!.at, block!.pages);
            for (let i = 0; i < block!.pages; i++) taken.delete(pageNoOf(block!.at) + i);
          } else {
            const at = frames.allocateExact(pages);
            if (at === undefined) continue;
            held.push({ at, pages });
            for (let i = 0; i < pages; i++) {
              const n = pageNoOf(at) + i;
              expect(n >= first && n < last && !taken.has(n)).toBe(true);
              taken.add(n);
            }
          }
          expect(frames.freePages).toBe(last - first - taken.size);
        }
        for (const block of held) frames.freeExact(block.at, block.pages);
        // Everything is joined again: the largest aligned block of the range is whole.
        expect(frames.allocate(orderFor(0x200))).toBe(first * PAGE_SIZE);
      }),
    );
  });
});
