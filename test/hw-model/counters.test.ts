import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bump, counterOf, decodeNode, encodeNode, freshNode, renew } from "../../hw-model/counters.ts";
import type { CounterLevel } from "../../hw-model/geometry.ts";
import { NODE_FORMAT, ROOT_LINE_FORMAT, readRootEntry, withRootEntry } from "../../hw-model/sealed-line.ts";

/** The three layouts of Penglai reference §3.2: 24, 12 and 6 bits. */
const levels: CounterLevel[] = [
  { name: "SubTree root", coverBits: 21, arity: 16, minorBits: 24 },
  { name: "ST-1", coverBits: 17, arity: 32, minorBits: 12 },
  { name: "ST-2", coverBits: 12, arity: 64, minorBits: 6 },
];

describe.each(levels)("split counters of $minorBits bits", (level) => {
  const node = fc.record({
    major: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    minors: fc
      .array(fc.integer({ min: 0, max: 2 ** level.minorBits - 1 }), { minLength: level.arity, maxLength: level.arity })
      .map((minors) => Uint32Array.from(minors)),
  });

  it("survive a trip through a line", () => {
    fc.assert(
      fc.property(node, (n) => {
        expect(decodeNode(level, encodeNode(level, n))).toEqual(n);
      }),
    );
  });

  it("advance one child at a time, and all children when a minor is exhausted", () => {
    let current = freshNode(level, 7n);
    current.minors.set([3, 2 ** level.minorBits - 2]);
    const last = bump(level, current, 1);
    expect(last.overflowed).toBe(false);
    expect(counterOf(last.node, 1)).toEqual({ major: 7n, minor: 2 ** level.minorBits - 1 });
    expect(counterOf(last.node, 0)).toEqual({ major: 7n, minor: 3 });
    current = last.node;
    const wrapped = bump(level, current, 1);
    expect(wrapped.overflowed).toBe(true);
    expect(wrapped.node).toEqual(freshNode(level, 8n));
    expect(renew(current)).toEqual(freshNode(level, 8n));
  });
});

describe("lines with a hash", () => {
  it("12-bit minors lie as in the worked example", () => {
    const node = freshNode(levels[1]!, 0n);
    node.minors.set([0xabc, 0x123]);
    expect([...encodeNode(levels[1]!, node).slice(8, 11)]).toEqual([0xbc, 0x3a, 0x12]);
  });

  it.each([
    ["node", NODE_FORMAT],
    ["root line", ROOT_LINE_FORMAT],
  ])("%s: join undoes split", (_, format) => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (line) => {
        const { body, hash } = format.split(line);
        expect(format.join(body, hash)).toEqual(line);
      }),
    );
  });

  it("a root entry holds a 56-bit counter and an address, and does not touch its neighbours", () => {
    const entry = { counter: 2n ** 56n - 1n, nodesPa: 0x90_1234_5000 };
    const body = withRootEntry(new Uint8Array(56), 2, entry);
    expect(readRootEntry(body, 2)).toEqual(entry);
    for (const slot of [0, 1, 3]) expect(readRootEntry(body, slot)).toEqual({ counter: 0n, nodesPa: 0 });
  });
});
