/**
 * Break- and watchpoints of a debugger outside of the machine. A guest cannot notice them: memory, registers, counters
 * and traps are the same with and without. They are virtual addresses, whatever address space and privilege they are met
 * in, and they are not part of the machine's state: a snapshot does not have them.
 *
 * What they cost where they do not lie is nothing: a record at a halfword that some breakpoint has in its page becomes a
 * STRADDLE (fetch.ts), so that fetchOne compares the pc; a page with a watched byte is never in the data TLB (mem.ts), so
 * that each access to it comes by here.
 *
 * Met when an instruction is about to be executed or an access about to be made; `run` lets the access happen before it
 * stops. Not watched: fetches, the walker's accesses to page tables, and what the host or a monitor in TypeScript does.
 * A store-conditional counts as a write, whether it succeeds or not.
 */
import { dropAllRecords } from "./code.ts";
import {
  BREAK_COUNT,
  BREAK_OFFSETS,
  BREAK_OFFSETS_BYTES,
  BREAKS,
  DEBUG_ARMED,
  DEBUG_BREAKS,
  DEBUG_WATCHES,
  WATCH_COUNT,
  WATCH_HIT,
  WATCH_HIT_INDEX,
  WATCH_STRIDE,
  WATCHES,
} from "./layout.ts";
import { flushData } from "./tlb.ts";

/** Which of DEBUG_BREAKS and DEBUG_WATCHES are looked at from now on. */
export function arm(which: u32): void {
  store<u32>(DEBUG_ARMED, which);
}

/** The host has written BREAKS, WATCHES and their counts: what was derived from the old ones is forgotten. */
export function debugPointsChanged(): void {
  memory.fill(BREAK_OFFSETS, 0, BREAK_OFFSETS_BYTES);
  const count = load<u32>(BREAK_COUNT);
  for (let index: u32 = 0; index < count; index++) {
    const half = <u32>(load<i64>(BREAKS + (index << 3)) >>> 1) & 0x7ff;
    const at = BREAK_OFFSETS + (half >>> 3);
    store<u8>(at, <u8>(<u32>load<u8>(at) | ((<u32>1) << (half & 7))));
  }
  dropAllRecords();
  flushData();
}

/** Does some breakpoint lie at this offset of its page? */
export function isBreakOffset(offset: u32): bool {
  return ((<u32>load<u8>(BREAK_OFFSETS + (offset >>> 4)) >>> ((offset >>> 1) & 7)) & 1) != 0;
}

/** Is there a breakpoint at `pc`, and do breakpoints count now? */
export function isBreakpoint(pc: i64): bool {
  if (!(load<u32>(DEBUG_ARMED) & DEBUG_BREAKS) || !isBreakOffset(<u32>pc & 0xffe)) return false;
  const count = load<u32>(BREAK_COUNT);
  for (let index: u32 = 0; index < count; index++) if (load<i64>(BREAKS + (index << 3)) == pc) return true;
  return false;
}

/** Does a watchpoint have a byte in the page of `va`? Then no TLB entry may answer for it. */
export function isWatchedPage(va: i64): bool {
  const count = load<u32>(WATCH_COUNT);
  if (!count) return false;
  return find(va & ~0xfff, va | 0xfff, ~(<u32>0)) < count;
}

/** Does an access of these kinds touch a watched byte, and do watchpoints count now? Records where. */
export function meetsWatchpoint(va: i64, size: u32, kinds: u32): bool {
  const count = load<u32>(WATCH_COUNT);
  if (!count || !(load<u32>(DEBUG_ARMED) & DEBUG_WATCHES)) return false;
  const index = find(va, va + <i64>(size - 1), kinds);
  if (index == count) return false;
  const first = load<u64>(WATCHES + index * WATCH_STRIDE);
  store<u64>(WATCH_HIT, max<u64>(<u64>va, first));
  store<u32>(WATCH_HIT_INDEX, index);
  return true;
}

/** Index of the first watchpoint of one of the kinds with a byte in [first, last]; their number if there is none. */
function find(first: i64, last: i64, kinds: u32): u32 {
  const count = load<u32>(WATCH_COUNT);
  for (let index: u32 = 0; index < count; index++) {
    const at = WATCHES + index * WATCH_STRIDE;
    if (load<u32>(at, 16) & kinds && load<u64>(at) <= <u64>last && load<u64>(at, 8) >= <u64>first) return index;
  }
  return count;
}
