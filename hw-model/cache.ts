/**
 * One set-associative cache: which lines it holds, which are dirty, which are locked. Tags only, no data.
 *
 * Source: Penglai reference §5 (cache-line locking). The replacement is true LRU: a set is a list of lines, most
 * recently used first; a use moves a line to the front; the victim is the last line that is not locked.
 * Invariant: at most ways - 1 lines of a set are locked, so a victim always exists. A locked line keeps its place in
 * the list, so using it never changes the order of the others.
 */
import { LINE_BYTES } from "./units.ts";

/** Bytes in all, and lines in a set; the number of sets follows. */
export interface CacheShape {
  readonly byteLen: number;
  readonly ways: number;
}

/** Physical address divided by 64. */
export type LineNo = number;

interface CachedLine {
  readonly lineNo: LineNo;
  dirty: boolean;
  /** One bit for each hart that has locked the line. */
  lockedBy: number;
}

export interface Evicted {
  readonly lineNo: LineNo;
  readonly dirty: boolean;
}

/** Tags of one cache, true LRU, with lines that harts have locked. @spec Penglai reference §5 */
export class Cache {
  readonly setCount: number;
  readonly ways: number;
  readonly #sets: CachedLine[][];

  /** @throws RangeError unless the number of sets is a power of two and there are two ways or more */
  constructor({ byteLen, ways }: CacheShape) {
    this.setCount = byteLen / (ways * LINE_BYTES);
    this.ways = ways;
    if (ways < 2 || !Number.isInteger(Math.log2(this.setCount))) {
      throw new RangeError(`a cache of ${byteLen} bytes cannot have ${ways} ways of whole sets`);
    }
    this.#sets = Array.from({ length: this.setCount }, () => []);
  }

  /** Index from the address bits just above the line offset. */
  setOf(lineNo: LineNo): number {
    return lineNo % this.setCount;
  }

  has(lineNo: LineNo): boolean {
    return this.#find(lineNo) !== undefined;
  }

  isLocked(lineNo: LineNo, hart?: number): boolean {
    const lockedBy = this.#find(lineNo)?.lockedBy ?? 0;
    return hart === undefined ? lockedBy !== 0 : (lockedBy & (1 << hart)) !== 0;
  }

  lockedIn(set: number): LineNo[] {
    return this.#sets[set]!.filter((line) => line.lockedBy !== 0).map((line) => line.lineNo);
  }

  /** Uses a line and fills it if it is missing. @returns whether it hit, and what had to leave for it */
  use(lineNo: LineNo, isWrite: boolean): { hit: boolean; evicted: Evicted | undefined } {
    const set = this.#sets[this.setOf(lineNo)]!;
    const at = set.findIndex((line) => line.lineNo === lineNo);
    const hit = at >= 0;
    let evicted: Evicted | undefined;
    if (!hit && set.length === this.ways) {
      const victim = set.findLastIndex((line) => line.lockedBy === 0);
      evicted = set.splice(victim, 1)[0];
    }
    const line = hit ? set.splice(at, 1)[0]! : { lineNo, dirty: false, lockedBy: 0 };
    line.dirty ||= isWrite;
    set.unshift(line);
    return { hit, evicted };
  }

  /** @throws Error if the line is not in the cache: fill it first */
  lock(lineNo: LineNo, hart: number): void {
    const line = this.#find(lineNo);
    if (line === undefined) throw new Error("only a cached line can be locked");
    line.lockedBy |= 1 << hart;
  }

  /** Takes a hart's lock away; with its last lock the line leaves. @returns the line, if it left */
  unlockAndFlush(lineNo: LineNo, hart: number): Evicted | undefined {
    const line = this.#find(lineNo);
    if (line === undefined || !this.isLocked(lineNo, hart)) return undefined;
    line.lockedBy &= ~(1 << hart);
    if (line.lockedBy !== 0) return undefined;
    const set = this.#sets[this.setOf(lineNo)]!;
    return set.splice(set.indexOf(line), 1)[0];
  }

  #find(lineNo: LineNo): CachedLine | undefined {
    return this.#sets[this.setOf(lineNo)]!.find((line) => line.lineNo === lineNo);
  }
}
