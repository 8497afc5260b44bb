/**
 * Behaviour of the data caches with line locking in their default shape, for the model and for the machine.
 * Source: Penglai reference §5; the policies are those of hw-model/cache-hierarchy.ts.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_CACHES } from "../../hw-model/cache-hierarchy.ts";

/** One hart's view of empty caches. */
export interface CacheImplementation {
  access(pa: number, isWrite: boolean): { readonly l1Hit: boolean; readonly l2Hit: boolean; readonly cycles: number };
  lock(pa: number, byteLen: number): boolean;
  unlock(pa: number, byteLen: number): void;
}

const BASE = 0x8000_0000;
const LINE = 64;
/** Distance of lines that share a set. */
const L1_STRIDE = DEFAULT_CACHES.l1.byteLen / DEFAULT_CACHES.l1.ways;
const L2_STRIDE = DEFAULT_CACHES.l2.byteLen / DEFAULT_CACHES.l2.ways;
const HIT = { l1Hit: true, l2Hit: false };
const L2_HIT = { l1Hit: false, l2Hit: true };
const MISS = { l1Hit: false, l2Hit: false };

/** @param name what is tested; @param make gives empty caches of the default shape */
export function cacheSuite(name: string, make: () => CacheImplementation): void {
  const read = (caches: CacheImplementation, pa: number) => {
    const { l1Hit, l2Hit } = caches.access(pa, false);
    return { l1Hit, l2Hit };
  };
  /** i-th line of one L1D set. */
  const inL1Set = (i: number): number => BASE + i * L1_STRIDE;

  describe(`caches: ${name}`, () => {
    it("misses a line once, then hits every byte of it and no other", () => {
      const caches = make();
      expect(read(caches, BASE)).toEqual(MISS);
      expect(read(caches, BASE + LINE - 1)).toEqual(HIT);
      expect(read(caches, BASE + LINE)).toEqual(MISS);
    });

    it("evicts the least recently used line of a set from the L1D, which the L2 still has", () => {
      const caches = make();
      for (const i of [0, 1, 2, 3, 0, 4]) caches.access(inL1Set(i), false);
      for (const i of [0, 2, 3, 4]) expect(read(caches, inL1Set(i))).toEqual(HIT);
      expect(read(caches, inL1Set(1))).toEqual(L2_HIT);
    });

    it("keeps eight lines of an L2 set, not nine", () => {
      const caches = make();
      for (let i = 0; i < 9; i++) caches.access(BASE + i * L2_STRIDE, false);
      expect(read(caches, BASE + L2_STRIDE)).toEqual(L2_HIT);
      expect(read(caches, BASE)).toEqual(MISS);
    });

    it("a dirty line that leaves the L1D comes into the L2, a clean one does not", () => {
      for (const isWrite of [true, false]) {
        const caches = make();
        caches.access(BASE, isWrite);
        // Push the line out of the L2 while it stays in use in the L1D: eight others of its L2 set.
        for (let i = 1; i <= 8; i++) {
          caches.access(BASE + i * L2_STRIDE, false);
          caches.access(BASE, false);
        }
        // Then out of the L1D, with lines of the same L1D set and another L2 set.
        for (let i = 1; i <= 4; i++) caches.access(BASE + L1_STRIDE + i * L2_STRIDE, false);
        expect(read(caches, BASE)).toEqual(isWrite ? L2_HIT : MISS);
      }
    });

    it("locked lines stay however hard the set is used", () => {
      const caches = make();
      for (const i of [0, 1, 2]) expect(caches.lock(inL1Set(i), LINE)).toBe(true);
      for (let i = 3; i < 100; i++) caches.access(inL1Set(i), true);
      for (const i of [0, 1, 2]) expect(read(caches, inL1Set(i))).toEqual(HIT);
    });

    it("lines that are not locked leave under the same use", () => {
      const caches = make();
      for (const i of [0, 1, 2]) caches.access(inL1Set(i), false);
      for (let i = 3; i < 100; i++) caches.access(inL1Set(i), true);
      for (const i of [0, 1, 2]) expect(read(caches, inL1Set(i))).toEqual(MISS);
    });

    it("a line that the L2 has lost is locked in both caches all the same", () => {
      const caches = make();
      caches.access(BASE, false);
      for (let i = 1; i <= 8; i++) {
        caches.access(BASE + i * L2_STRIDE, false);
        caches.access(BASE, false);
      }
      expect(caches.lock(BASE, LINE)).toBe(true);
      for (let i = 9; i < 40; i++) caches.access(BASE + i * L2_STRIDE, false);
      expect(read(caches, BASE)).toEqual(HIT);
    });

    it("locks at most ways - 1 lines of a set, and a refused lock changes nothing", () => {
      const caches = make();
      for (const i of [0, 1, 2]) expect(caches.lock(inL1Set(i), LINE)).toBe(true);
      caches.access(inL1Set(3), false);
      expect(caches.lock(inL1Set(4), LINE)).toBe(false);
      expect(read(caches, inL1Set(3))).toEqual(HIT);
      expect(read(caches, inL1Set(4))).toEqual(MISS);
    });

    it("refuses a range that fits no cache as a whole, and locks none of it", () => {
      const caches = make();
      expect(caches.lock(BASE, DEFAULT_CACHES.l1.byteLen)).toBe(false);
      expect(read(caches, BASE)).toEqual(MISS);
      expect(caches.lock(BASE, (DEFAULT_CACHES.l1.byteLen / 4) * 3)).toBe(true);
    });

    it("locking a locked line again takes no further way", () => {
      const caches = make();
      for (let again = 0; again < 5; again++) expect(caches.lock(BASE, LINE)).toBe(true);
      for (const i of [1, 2]) expect(caches.lock(inL1Set(i), LINE)).toBe(true);
      expect(caches.lock(inL1Set(3), LINE)).toBe(false);
    });

    it("unlocking flushes the range's locked lines from both caches and frees their ways", () => {
      const caches = make();
      caches.lock(BASE, 2 * LINE);
      caches.access(BASE + 2 * LINE, false);
      caches.unlock(BASE, 3 * LINE);
      expect(read(caches, BASE)).toEqual(MISS);
      expect(read(caches, BASE + LINE)).toEqual(MISS);
      expect(read(caches, BASE + 2 * LINE)).toEqual(HIT);
      for (const i of [0, 1, 2]) expect(caches.lock(inL1Set(i), LINE)).toBe(true);
    });
  });
}

/** Random traces on both: every answer must be equal. */
export function cacheTwin(name: string, makeModel: () => CacheImplementation, make: () => CacheImplementation): void {
  // Few sets and many tags, so that sets fill, evict and lock; hot lines, so that the L2 loses what an L1D still has.
  const tag = fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(0, 4) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 47 }) },
  );
  const linePa = fc
    .record({ set: fc.integer({ min: 0, max: 1 }), tag, byte: fc.integer({ min: 0, max: 63 }) })
    .map(({ set, tag: t, byte }) => BASE + t * L1_STRIDE + set * LINE + byte);
  const byteLen = fc.constantFrom(1, LINE, 3 * LINE);
  const step = fc.oneof(
    { weight: 12, arbitrary: fc.record({ kind: fc.constant("access" as const), pa: linePa, isWrite: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("lock" as const), pa: linePa, byteLen }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("unlock" as const), pa: linePa, byteLen }) },
  );

  it(`caches: ${name} agrees with the reference on random traces`, () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 400, size: "max" }), (steps) => {
        const model = makeModel();
        const implementation = make();
        const answer = (caches: CacheImplementation, s: (typeof steps)[number]): unknown => {
          if (s.kind === "lock") return caches.lock(s.pa, s.byteLen);
          if (s.kind === "unlock") return void caches.unlock(s.pa, s.byteLen);
          const { l1Hit, l2Hit, cycles } = caches.access(s.pa, s.isWrite);
          return { l1Hit, l2Hit, cycles };
        };
        for (const s of steps) expect(answer(implementation, s)).toEqual(answer(model, s));
      }),
      { numRuns: 100 },
    );
  });
}
