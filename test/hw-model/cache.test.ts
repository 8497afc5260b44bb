import { describe, expect, it } from "vitest";
import { Cache } from "../../hw-model/cache.ts";
import { CacheHierarchy, DEFAULT_CACHES } from "../../hw-model/cache-hierarchy.ts";
import { type CacheImplementation, cacheSuite, cacheTwin } from "./cache-suite.ts";

const LINE = 64;
const L1_STRIDE = 4096;

cacheSuite("reference model", () => new CacheHierarchy());
cacheTwin(
  "a slow list of lines",
  () => new CacheHierarchy(),
  () => new SlowCaches(),
);

/**
 * The same policies from their definition: timestamps instead of order, one flat list a cache. The twin of the model
 * itself, so that the model is not only compared with its own idea of LRU.
 */
class SlowCaches implements CacheImplementation {
  #now = 0;
  readonly #l1: Entry[] = [];
  readonly #l2: Entry[] = [];

  access(pa: number, isWrite: boolean): { l1Hit: boolean; l2Hit: boolean; cycles: number } {
    const line = Math.floor(pa / LINE);
    const l1Hit = this.#l1.some((entry) => entry.line === line);
    const l2Hit = !l1Hit && this.#l2.some((entry) => entry.line === line);
    if (!l1Hit) this.#use(this.#l2, 512, 8, line, false);
    const victim = this.#use(this.#l1, 64, 4, line, isWrite);
    if (victim?.dirty) this.#use(this.#l2, 512, 8, victim.line, true);
    return { l1Hit, l2Hit, cycles: l1Hit ? 1 : l2Hit ? 12 : 100 };
  }

  lock(pa: number, byteLen: number): boolean {
    const lines = this.#lines(pa, byteLen);
    for (const [entries, sets, ways] of [
      [this.#l1, 64, 4],
      [this.#l2, 512, 8],
    ] as const) {
      for (const line of lines) {
        const all = new Set([...entries.filter((entry) => entry.locked).map((entry) => entry.line), ...lines]);
        if ([...all].filter((other) => other % sets === line % sets).length >= ways) return false;
      }
    }
    for (const line of lines) {
      this.access(line * LINE, false);
      if (!this.#l2.some((entry) => entry.line === line)) this.#use(this.#l2, 512, 8, line, false);
      for (const entry of [...this.#l1, ...this.#l2]) if (entry.line === line) entry.locked = true;
    }
    return true;
  }

  unlock(pa: number, byteLen: number): void {
    const lines = this.#lines(pa, byteLen);
    for (const entries of [this.#l1, this.#l2]) {
      for (const entry of entries.filter((e) => e.locked && lines.includes(e.line)))
        entries.splice(entries.indexOf(entry), 1);
    }
  }

  #use(entries: Entry[], sets: number, ways: number, line: number, isWrite: boolean): Entry | undefined {
    const present = entries.find((entry) => entry.line === line);
    const set = entries.filter((entry) => entry.line % sets === line % sets);
    let victim: Entry | undefined;
    if (!present && set.length === ways) {
      victim = set
        .filter((entry) => !entry.locked)
        .reduce((oldest, entry) => (entry.used < oldest.used ? entry : oldest));
      entries.splice(entries.indexOf(victim), 1);
    }
    const entry = present ?? { line, dirty: false, locked: false, used: 0 };
    if (!present) entries.push(entry);
    entry.dirty ||= isWrite;
    entry.used = ++this.#now;
    return victim;
  }

  #lines(pa: number, byteLen: number): number[] {
    const first = Math.floor(pa / LINE);
    return Array.from({ length: Math.floor((pa + byteLen - 1) / LINE) - first + 1 }, (_, i) => first + i);
  }
}

interface Entry {
  readonly line: number;
  dirty: boolean;
  locked: boolean;
  used: number;
}

describe("harts", () => {
  const twoHarts = () => new CacheHierarchy({ ...DEFAULT_CACHES, harts: 2 });

  it("have an L1D each and share the L2", () => {
    const caches = twoHarts();
    caches.access(0, false, 0);
    expect(caches.access(0, false, 1)).toMatchObject({ l1Hit: false, l2Hit: true });
    expect(caches.access(0, false, 1)).toMatchObject({ l1Hit: true });
  });

  it("unlock only what they locked", () => {
    const caches = twoHarts();
    caches.lock(0, LINE, 0);
    caches.unlock(0, LINE, 1);
    for (let i = 1; i < 40; i++) caches.access(i * L1_STRIDE, false, 0);
    expect(caches.access(0, false, 0).l1Hit).toBe(true);
  });

  it("a line in the L2 stays locked until the last owner lets it go", () => {
    const caches = twoHarts();
    caches.lock(0, LINE, 0);
    caches.lock(0, LINE, 1);
    caches.unlock(0, LINE, 0);
    for (let i = 1; i < 40; i++) caches.access(i * 32768, false, 0);
    expect(caches.access(0, false, 0)).toMatchObject({ l1Hit: false, l2Hit: true });
    caches.unlock(0, LINE, 1);
    expect(caches.access(0, false, 1)).toMatchObject({ l1Hit: false, l2Hit: false });
  });

  it("cannot evict each other's locked lines from the L2", () => {
    for (const isLocked of [true, false]) {
      const caches = twoHarts();
      if (isLocked) caches.lock(0, LINE, 0);
      else caches.access(0, false, 0);
      for (let i = 1; i < 40; i++) caches.access(i * 32768, true, 1);
      expect(caches.access(0, false, 1)).toMatchObject({ l1Hit: false, l2Hit: isLocked });
    }
  });

  it("share the L2's ways - 1 locks of a set, each with room in its own L1D", () => {
    const caches = new CacheHierarchy({ ...DEFAULT_CACHES, harts: 3 });
    const inSet = (i: number): number => i * 32768;
    for (let i = 0; i < 7; i++) expect(caches.lock(inSet(i), LINE, Math.floor(i / 3))).toBe(true);
    expect(caches.lock(inSet(7), LINE, 2)).toBe(false);
    expect(caches.lock(inSet(0), LINE, 2)).toBe(true);
  });

  it("that do not exist are refused", () => {
    expect(() => twoHarts().access(0, false, 2)).toThrow(RangeError);
  });
});

describe("costs and evictions", () => {
  it("charge an access where it was served", () => {
    const caches = new CacheHierarchy({ ...DEFAULT_CACHES, cost: { l1Hit: 1, l2Hit: 10, memory: 99 } });
    expect(caches.access(0, false).cycles).toBe(99);
    expect(caches.access(0, false).cycles).toBe(1);
    for (let i = 1; i <= 4; i++) caches.access(i * L1_STRIDE, false);
    expect(caches.access(0, false).cycles).toBe(10);
  });

  it("name what left, from where and whether it was dirty", () => {
    const caches = new CacheHierarchy();
    caches.access(0, true);
    for (let i = 1; i <= 3; i++) expect(caches.access(i * L1_STRIDE, false).evicted).toEqual([]);
    expect(caches.access(4 * L1_STRIDE, false).evicted).toEqual([{ from: "L1D", linePa: 0, dirty: true }]);
  });

  it("unlocking tells which lines were flushed", () => {
    const caches = new CacheHierarchy();
    caches.lock(0, LINE);
    caches.access(0, true);
    expect(caches.unlock(0, LINE)).toEqual([
      { from: "L1D", linePa: 0, dirty: true },
      { from: "L2", linePa: 0, dirty: false },
    ]);
  });

  it("a shape without whole sets is refused", () => {
    expect(() => new Cache({ byteLen: 3000, ways: 4 })).toThrow(RangeError);
    expect(() => new Cache({ byteLen: 64, ways: 1 })).toThrow(RangeError);
  });
});

describe("prime+probe on a table of 16 lines", () => {
  const TABLE = 0x8020_0000;
  const SPY = 0x8040_0000;
  const lines = Array.from({ length: 16 }, (_, i) => i);

  /** Cycles of the spy's probe of each set after the victim has looked one entry up. */
  function probe(secret: number, isLocked: boolean): number[] {
    const caches = new CacheHierarchy();
    if (isLocked) expect(caches.lock(TABLE, 16 * LINE)).toBe(true);
    const spyLines = (set: number): number[] => [0, 1, 2, 3].map((way) => SPY + way * L1_STRIDE + set * LINE);
    for (const set of lines) for (const pa of spyLines(set)) caches.access(pa, false);
    caches.access(TABLE + secret * LINE, false);
    return lines.map((set) => spyLines(set).reduce((cycles, pa) => cycles + caches.access(pa, false).cycles, 0));
  }

  it("finds every secret while nothing is locked", () => {
    for (const secret of lines) {
      const cycles = probe(secret, false);
      expect(cycles.indexOf(Math.max(...cycles))).toBe(secret);
      expect(new Set(cycles).size).toBe(2);
    }
  });

  it("sees the same for all secrets when the table is locked", () => {
    const first = probe(0, true);
    for (const secret of lines) expect(probe(secret, true)).toEqual(first);
  });
});
