/**
 * Data caches of the timed flavour: L1D 16 KiB 4-way and L2 256 KiB 8-way, 64-byte lines, write-back, true LRU, with
 * lines that the hart has locked. Fast twin of hw-model/cache-hierarchy.ts, which says what is modelled; the suite in
 * test/hw-model holds both to the same behaviour.
 *
 *     line     63                       3   2      1     0
 *             |  physical address / 64   |locked|dirty|valid|       a set is its lines, most recently used first
 *
 * The functions return stall cycles: what an access takes beyond the cycle of its instruction.
 */
import {
  CACHE_COST_L2,
  CACHE_COST_MEMORY,
  CACHE_L1,
  CACHE_L1_MISSES,
  CACHE_L1_SETS,
  CACHE_L1_WAYS,
  CACHE_L2,
  CACHE_L2_MISSES,
  CACHE_L2_SETS,
  CACHE_L2_WAYS,
  HART_DEADLINE,
  HART_STALLS,
  TLB_INDEX_MASK,
  TLB_PHYSICAL,
  TLB_WRITE,
} from "../layout.ts";

const VALID: i64 = 1;
const DIRTY: i64 = 2;
const LOCKED: i64 = 4;
const TAG: i64 = ~6;

function tagOf(pa: i64): i64 {
  return ((pa >>> 6) << 3) | VALID;
}

function setOf(level: u32, tag: i64): u32 {
  return level == 1
    ? CACHE_L1 + (<u32>(tag >>> 3) & (CACHE_L1_SETS - 1)) * CACHE_L1_WAYS * 8
    : CACHE_L2 + (<u32>(tag >>> 3) & (CACHE_L2_SETS - 1)) * CACHE_L2_WAYS * 8;
}

function waysOf(level: u32): u32 {
  return level == 1 ? CACHE_L1_WAYS : CACHE_L2_WAYS;
}

/** Position of the line in its set, or the number of ways. */
function find(set: u32, ways: u32, tag: i64): u32 {
  let way: u32 = 0;
  while (way < ways && (load<i64>(set + (way << 3)) & TAG) != tag) way++;
  return way;
}

/**
 * Puts `line` in front and returns the line that leaves (0: none): the least recently used that is not locked. Free
 * places are always the last ones, so they go first.
 */
function insert(set: u32, ways: u32, line: i64): i64 {
  let way = ways - 1;
  while (load<i64>(set + (way << 3)) & LOCKED) way--;
  const victim = load<i64>(set + (way << 3));
  promote(set, way, line);
  return victim;
}

/** Moves the lines before `way` back by one and puts `line` in front. */
function promote(set: u32, way: u32, line: i64): void {
  // a loop of moves: memory.copy of so few bytes costs more than the whole access
  for (let at = set + (way << 3); at > set; at -= 8) store<i64>(at, load<i64>(at - 8));
  store<i64>(set, line);
}

/** Uses a line of the L2, filling it if it is missing. Returns whether it hit. */
function useL2(tag: i64, dirty: i64): bool {
  const set = setOf(2, tag);
  const way = find(set, CACHE_L2_WAYS, tag);
  if (way == CACHE_L2_WAYS) insert(set, CACHE_L2_WAYS, tag | dirty);
  else promote(set, way, load<i64>(set + (way << 3)) | dirty);
  return way < CACHE_L2_WAYS;
}

/** An access that is not the most recently used line of its L1D set. */
function touch(tag: i64, isWrite: bool): i64 {
  const set = setOf(1, tag);
  const dirty = isWrite ? DIRTY : 0;
  const way = find(set, CACHE_L1_WAYS, tag);
  if (way < CACHE_L1_WAYS) {
    promote(set, way, load<i64>(set + (way << 3)) | dirty);
    return 0;
  }
  store<i64>(CACHE_L1_MISSES, load<i64>(CACHE_L1_MISSES) + 1);
  const isL2Hit = useL2(tag, 0);
  if (!isL2Hit) store<i64>(CACHE_L2_MISSES, load<i64>(CACHE_L2_MISSES) + 1);
  const victim = insert(set, CACHE_L1_WAYS, tag | dirty);
  if (victim & DIRTY) useL2(victim & TAG, DIRTY);
  const stall = load<i64>(isL2Hit ? CACHE_COST_L2 : CACHE_COST_MEMORY) - 1;
  store<i64>(HART_STALLS, load<i64>(HART_STALLS) + stall);
  return stall;
}

/** An access to physical memory. */
export function touchLine(pa: i64, isWrite: bool): i64 {
  const tag = tagOf(pa);
  const first = setOf(1, tag);
  if ((load<i64>(first) & TAG) != tag) return touch(tag, isWrite);
  if (isWrite) store<i64>(first, load<i64>(first) | DIRTY);
  return 0;
}

/** A load that hit the data TLB. */
export function readLine(va: i64, tlb: u32): i64 {
  return touchLine(va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK) + TLB_PHYSICAL), false);
}

/** A store that hit the data TLB. */
export function writeLine(va: i64, tlb: u32): i64 {
  return touchLine(va + load<i64>(tlb + (<u32>(va >>> 9) & TLB_INDEX_MASK) + TLB_WRITE + TLB_PHYSICAL), true);
}

function holds(level: u32, tag: i64): bool {
  return find(setOf(level, tag), waysOf(level), tag) < waysOf(level);
}

export function isCached(level: u32, pa: i64): bool {
  return holds(level, tagOf(pa));
}

/** Would the set of `tag` keep a way that can be replaced if all lines of [from, to) were locked? */
function hasRoom(level: u32, from: i64, to: i64, tag: i64): bool {
  const set = setOf(level, tag);
  let locked: u32 = 0;
  for (let way: u32 = 0; way < waysOf(level); way++) {
    const line = load<i64>(set + (way << 3));
    const isInRange = line & VALID && line >= from && line < to;
    if (line & LOCKED && !isInRange) locked++;
  }
  for (let other = from; other < to; other += 8) if (setOf(level, other) == set) locked++;
  return locked < waysOf(level);
}

/** Loads and locks the lines of [pa, pa + byteLen). Returns false, with nothing changed, if a set would be full. */
export function lockLines(pa: i64, byteLen: i64): bool {
  if (byteLen <= 0) return true;
  const from = tagOf(pa);
  const to = tagOf(pa + byteLen - 1) + 8;
  // more lines than the L1D has can never fit, and the loop below is quadratic
  if (<u64>((to - from) >>> 3) > CACHE_L1_SETS * CACHE_L1_WAYS) return false;
  for (let tag = from; tag < to; tag += 8) if (!hasRoom(1, from, to, tag) || !hasRoom(2, from, to, tag)) return false;
  const stalls = load<i64>(HART_STALLS);
  for (let tag = from; tag < to; tag += 8) {
    touch(tag, false);
    if (!holds(2, tag)) useL2(tag, 0);
    setLocked(1, tag);
    setLocked(2, tag);
  }
  // no instruction is charged with these cycles: the deadline moves instead
  store<i64>(HART_DEADLINE, load<i64>(HART_DEADLINE) + load<i64>(HART_STALLS) - stalls);
  return true;
}

function setLocked(level: u32, tag: i64): void {
  const set = setOf(level, tag);
  const at = set + (find(set, waysOf(level), tag) << 3);
  store<i64>(at, load<i64>(at) | LOCKED);
}

/** Unlocks the locked lines of the range and flushes them from both caches; a long range costs no more than a cache. */
export function unlockLines(pa: i64, byteLen: i64): void {
  if (byteLen <= 0) return;
  const from = tagOf(pa);
  const to = tagOf(pa + byteLen - 1) + 8;
  flushLocked(CACHE_L1, CACHE_L1_SETS * CACHE_L1_WAYS, CACHE_L1_WAYS, from, to);
  flushLocked(CACHE_L2, CACHE_L2_SETS * CACHE_L2_WAYS, CACHE_L2_WAYS, from, to);
}

function flushLocked(cache: u32, lines: u32, ways: u32, from: i64, to: i64): void {
  // from the last line to the first: what moves up is never looked at again
  for (let index = lines; index-- > 0; ) {
    const at = cache + (index << 3);
    const line = load<i64>(at);
    if (!(line & LOCKED) || (line & TAG) < from || (line & TAG) >= to) continue;
    // the others move up; the free place is at the end, where the least recently used stands
    const last = (index | (ways - 1)) - index;
    memory.copy(at, at + 8, last << 3);
    store<i64>(at + (last << 3), 0);
  }
}
