/**
 * Physical memory, sparse: a guest page gets a host frame when it is first written. Frames are counted, so pages that
 * read alike share one until somebody writes (copy-on-write); a page without a frame reads as zeros.
 *
 *     page number   31            10 9          0
 *                  |  ROOT index    |  in node   |     ROOT[index] -> node of 1024 entries (a frame of its own)
 *     entry         31            12 11         0
 *                  |  host frame    |  ENTRY_*   |     0: never written, never mapped
 */
import { divertRecords, dropRecords } from "./code.ts";
import {
  ENTRY_FRAME,
  ENTRY_READ_MAPPED,
  ENTRY_SHARED,
  FRAME_REFS,
  FRAME_SIZE,
  POOL_END,
  POOL_FREE,
  POOL_NEXT,
  POOL_USED,
  RAM_BASE,
  RAM_SIZE,
  ROOT,
  ZERO_FRAME,
} from "./layout.ts";
import { flushReads } from "./tlb.ts";

/** Do all `size` bytes at `pa` lie in RAM? */
export function isRam(pa: i64, size: u32): bool {
  const offset = <u64>pa - load<u64>(RAM_BASE);
  return offset < load<u64>(RAM_SIZE) && load<u64>(RAM_SIZE) - offset >= <u64>size;
}

export function pageOf(pa: i64): u32 {
  return <u32>(<u64>pa >>> 12);
}

const refsOf = (frame: u32): u32 => FRAME_REFS + ((frame >>> 12) << 2);

/** A zeroed frame with one reference, or 0 if the pool is empty. */
export function allocate(): u32 {
  let frame = load<u32>(POOL_FREE);
  if (frame) {
    store<u32>(POOL_FREE, load<u32>(frame));
    memory.fill(frame, 0, FRAME_SIZE);
  } else {
    frame = load<u32>(POOL_NEXT);
    if (frame >= load<u32>(POOL_END)) return 0;
    store<u32>(POOL_NEXT, frame + FRAME_SIZE);
  }
  store<u32>(refsOf(frame), 1);
  store<u32>(POOL_USED, load<u32>(POOL_USED) + 1);
  return frame;
}

function release(frame: u32): void {
  const refs = load<u32>(refsOf(frame)) - 1;
  store<u32>(refsOf(frame), refs);
  if (refs) return;
  dropRecords(frame);
  store<u32>(frame, load<u32>(POOL_FREE));
  store<u32>(POOL_FREE, frame);
  store<u32>(POOL_USED, load<u32>(POOL_USED) - 1);
}

/** Host address of the page's entry, or 0 if its node does not exist. */
function entryOf(page: u32): u32 {
  const node = load<u32>(ROOT + ((page >>> 10) << 2));
  return node ? node + ((page & 1023) << 2) : 0;
}

/** The same, making the node; 0 if there is no frame for it. */
function makeEntryOf(page: u32): u32 {
  const slot = ROOT + ((page >>> 10) << 2);
  if (!load<u32>(slot)) {
    const node = allocate();
    if (!node) return 0;
    store<u32>(slot, node);
  }
  return load<u32>(slot) + ((page & 1023) << 2);
}

/** The page's entry: host frame and flags; 0 for a page that nobody ever touched. */
export function entry(page: u32): u32 {
  const at = entryOf(page);
  return at ? load<u32>(at) : 0;
}

/** Sets and clears flags of a page. Returns false if there is no frame for the node. */
export function flagPage(page: u32, set: u32, clear: u32): bool {
  const at = makeEntryOf(page);
  if (!at) return false;
  store<u32>(at, (load<u32>(at) & ~clear) | set);
  return true;
}

/** Host frame to read the page from; the zero frame if it has none. */
export function readable(page: u32): u32 {
  const frame = entry(page) & ENTRY_FRAME;
  return frame ? frame : ZERO_FRAME;
}

/** Host frame to write the page in, its own from now on; 0 if the pool is empty. */
export function writable(page: u32): u32 {
  const at = makeEntryOf(page);
  if (!at) return 0;
  const old = load<u32>(at);
  const frame = old & ENTRY_FRAME;
  if (frame && !(old & ENTRY_SHARED)) return frame;
  if (frame && load<u32>(refsOf(frame)) == 1) {
    store<u32>(at, old & ~ENTRY_SHARED);
    return frame;
  }
  const own = allocate();
  if (!own) return 0;
  if (frame) {
    memory.copy(own, frame, FRAME_SIZE);
    divertRecords(frame);
    release(frame);
  }
  if (old & ENTRY_READ_MAPPED) flushReads();
  store<u32>(at, own | (old & ~ENTRY_FRAME & ~ENTRY_SHARED & ~ENTRY_READ_MAPPED));
  return own;
}

/** The page reads as zeros again and gives its frame back. The caller flushes the TLBs. */
export function discard(page: u32): void {
  const at = entryOf(page);
  if (!at) return;
  const old = load<u32>(at);
  if (old & ENTRY_FRAME) release(old & ENTRY_FRAME);
  store<u32>(at, old & ~ENTRY_FRAME & ~ENTRY_SHARED & ~ENTRY_READ_MAPPED);
}

/** `to` reads like `from`; both share the frame. Returns false if the pool is empty. The caller flushes the TLBs. */
export function share(to: u32, from: u32): bool {
  if (to == from) return true;
  const frame = entry(from) & ENTRY_FRAME;
  discard(to);
  if (!frame) return true;
  const at = makeEntryOf(to);
  if (!at) return false;
  store<u32>(refsOf(frame), load<u32>(refsOf(frame)) + 1);
  flagPage(from, ENTRY_SHARED, 0);
  store<u32>(at, (load<u32>(at) & ~ENTRY_FRAME) | frame | ENTRY_SHARED);
  return true;
}
