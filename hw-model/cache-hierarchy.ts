/**
 * Data caches of the timed flavour: an L1D for each hart and one L2, write-back, with cache-line locking.
 *
 * Stands between the hart's load or store and DRAM. Source: Penglai reference §5.
 * - The L2 is neither inclusive nor exclusive: a miss fills both, an eviction from the L2 leaves the L1D alone.
 *   The paper does not say; this needs no back-invalidation, so a lock in one cache never depends on the other.
 * - Order at an L1D miss: the L2 is asked for the line, then the L1D fills, then a dirty L1D victim is used
 *   (written) in the L2.
 * - Locked lines belong to a hart, are locked in its L1D and in the L2, and cannot be chosen as victims. A set may have
 *   ways - 1 locked lines; a lock that would need more fails and changes nothing. Unlocking flushes.
 * Not modelled: instruction fetches, coherence (tags only: a copy in another hart's L1D cannot be wrong), prefetch,
 * bandwidth, and the paper's way granularity of locks, for which no encoding was published.
 */
import { Cache, type CacheShape, type Evicted, type LineNo } from "./cache.ts";
import { LINE_BYTES, type Pa } from "./units.ts";

/** Cycles of the whole instruction that makes the access, its own included. */
export interface CacheCosts {
  readonly l1Hit: number;
  readonly l2Hit: number;
  readonly memory: number;
}

/** Shapes and costs of an L1D for each hart and the L2 that they share. */
export interface CacheConfig {
  readonly l1: CacheShape;
  readonly l2: CacheShape;
  /** Number of harts, 1 to 31. */
  readonly harts: number;
  readonly cost: CacheCosts;
}

export const DEFAULT_CACHES: CacheConfig = {
  l1: { byteLen: 16 * 1024, ways: 4 },
  l2: { byteLen: 256 * 1024, ways: 8 },
  harts: 1,
  cost: { l1Hit: 1, l2Hit: 12, memory: 100 },
};

export interface Eviction {
  readonly from: "L1D" | "L2";
  readonly linePa: Pa;
  readonly dirty: boolean;
}

export interface CacheAccess {
  readonly l1Hit: boolean;
  /** false also when the L1D hit and the L2 was not asked. */
  readonly l2Hit: boolean;
  readonly evicted: readonly Eviction[];
  readonly cycles: number;
}

const lineNoOf = (pa: Pa): LineNo => Math.floor(pa / LINE_BYTES);
const eviction = (from: Eviction["from"], { lineNo, dirty }: Evicted): Eviction => ({
  from,
  linePa: lineNo * LINE_BYTES,
  dirty,
});

/** L1D and L2 with line locking, access by access. @spec Penglai reference §5 */
export class CacheHierarchy {
  readonly #l1: Cache[];
  readonly #l2: Cache;
  readonly #cost: CacheCosts;

  /** @throws RangeError for a shape without whole sets or an impossible number of harts */
  constructor(config: CacheConfig = DEFAULT_CACHES) {
    if (!(config.harts >= 1 && config.harts <= 31)) throw new RangeError(`${config.harts} harts`);
    this.#l1 = Array.from({ length: config.harts }, () => new Cache(config.l1));
    this.#l2 = new Cache(config.l2);
    this.#cost = config.cost;
  }

  access(pa: Pa, isWrite: boolean, hart = 0): CacheAccess {
    const lineNo = lineNoOf(pa);
    const evicted: Eviction[] = [];
    const l1 = this.#l1Of(hart);
    const l1Hit = l1.has(lineNo);
    let l2Hit = false;
    if (!l1Hit) {
      const l2 = this.#l2.use(lineNo, false);
      l2Hit = l2.hit;
      if (l2.evicted) evicted.push(eviction("L2", l2.evicted));
    }
    const victim = l1.use(lineNo, isWrite).evicted;
    if (victim) {
      evicted.push(eviction("L1D", victim));
      const written = victim.dirty ? this.#l2.use(victim.lineNo, true).evicted : undefined;
      if (written) evicted.push(eviction("L2", written));
    }
    const { l1Hit: fast, l2Hit: middle, memory } = this.#cost;
    return { l1Hit, l2Hit, evicted, cycles: l1Hit ? fast : l2Hit ? middle : memory };
  }

  /**
   * Loads the lines of [pa, pa + byteLen) and locks them, in ascending order.
   * @returns false, and nothing has changed, if a set would keep no way that can be replaced
   */
  lock(pa: Pa, byteLen: number, hart = 0): boolean {
    const lines = linesOf(pa, byteLen);
    const l1 = this.#l1Of(hart);
    if (!fits(l1, lines) || !fits(this.#l2, lines)) return false;
    for (const lineNo of lines) {
      this.access(lineNo * LINE_BYTES, false, hart);
      // The line may have hit in the L1D and be gone from the L2, or have been evicted there by the L1D's victim.
      if (!this.#l2.has(lineNo)) this.#l2.use(lineNo, false);
      l1.lock(lineNo, hart);
      this.#l2.lock(lineNo, hart);
    }
    return true;
  }

  /** Unlocks the hart's lines of the range and flushes them from both caches; other lines stay. */
  unlock(pa: Pa, byteLen: number, hart = 0): Eviction[] {
    return linesOf(pa, byteLen).flatMap((lineNo) => {
      const fromL1 = this.#l1Of(hart).unlockAndFlush(lineNo, hart);
      const fromL2 = this.#l2.unlockAndFlush(lineNo, hart);
      return [...(fromL1 ? [eviction("L1D", fromL1)] : []), ...(fromL2 ? [eviction("L2", fromL2)] : [])];
    });
  }

  #l1Of(hart: number): Cache {
    const l1 = this.#l1[hart];
    if (l1 === undefined) throw new RangeError(`no hart ${hart}`);
    return l1;
  }
}

function linesOf(pa: Pa, byteLen: number): LineNo[] {
  const lines: LineNo[] = [];
  if (byteLen <= 0) return lines;
  for (let lineNo = lineNoOf(pa); lineNo * LINE_BYTES < pa + byteLen; lineNo++) lines.push(lineNo);
  return lines;
}

/** Would every set keep a way that can be replaced? Lines locked already, by anyone, count once. */
function fits(cache: Cache, lines: readonly LineNo[]): boolean {
  const locked = new Map<number, Set<LineNo>>();
  for (const lineNo of lines) {
    const set = cache.setOf(lineNo);
    if (!locked.has(set)) locked.set(set, new Set(cache.lockedIn(set)));
    locked.get(set)!.add(lineNo);
  }
  return [...locked.values()].every((inSet) => inSet.size < cache.ways);
}
