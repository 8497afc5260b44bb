/** Whether linear memory is in order: the frame pool adds up, and nothing was written outside the regions of layout.ts. */
import * as layout from "../../assembly/layout.ts";
import type { Machine } from "../../core/machine.ts";

const PAGE = layout.FRAME_SIZE;
/** [from, to) between the regions, and the frame that reads as zeros. */
const BLANK: readonly (readonly [from: number, to: number])[] = [
  [layout.STATE_END, layout.POOL_FREE],
  [layout.TLB_READY + 4, layout.EXIT_CAUSE],
  [layout.FPU_SLOW + 4, layout.DEBUG_ARMED],
  [layout.WATCHES + layout.WATCH_STRIDE * layout.MAX_WATCHES, layout.RECORD_FRAMES],
  [layout.RECORD_FRAMES + 4 * layout.RECORD_SLOTS, layout.UART_TX],
  [layout.UART_TX + 8 + layout.UART_RING, layout.UART_RX],
  [layout.UART_RX + 8 + layout.UART_RING, layout.EXEC_TLB],
  [layout.EXEC_TLB + 4 * layout.EXEC_TLB_STRIDE, layout.FILLED],
  [layout.FILLED + 2 * layout.CONTEXTS * layout.FILLED_STRIDE, layout.FRAME_REFS],
  [layout.FRAME_CODE + (layout.HOST_SIZE / PAGE) * 2, layout.CACHE],
  [layout.CACHE_END, layout.ROOT],
  [layout.RECORDS + layout.RECORD_SLOTS * layout.RECORDS_STRIDE, layout.FRAMES],
  [layout.ZERO_FRAME, layout.ZERO_FRAME + PAGE],
];

/** Addresses of bytes that should be zeros and are not, the first of each range. */
export function strayBytes(machine: Machine): string[] {
  const bytes = new Uint8Array(machine.core.memory.buffer);
  return BLANK.flatMap(([from, to]) => {
    const at = bytes.subarray(from, to).findIndex((byte) => byte !== 0);
    return at < 0 ? [] : [`0x${(from + at).toString(16)}`];
  });
}

/** What is wrong with counts and lists of frames. */
export function framePoolFaults(machine: Machine): string[] {
  const words = new Uint32Array(machine.core.memory.buffer);
  const word = (at: number): number => words[at >> 2] as number;
  const refsOf = (frame: number): number => word(layout.FRAME_REFS + (frame / PAGE) * 4);
  const faults: string[] = [];
  const users = new Map<number, number>();
  const use = (frame: number): void => void users.set(frame, (users.get(frame) ?? 0) + 1);
  for (let slot = 0; slot < layout.ROOT_ENTRIES; slot++) {
    const node = word(layout.ROOT + 4 * slot);
    if (node === 0) continue;
    use(node);
    for (let index = 0; index < 1024; index++) {
      const entry = word(node + 4 * index);
      const frame = (entry & layout.ENTRY_FRAME) >>> 0;
      if (frame === 0) continue;
      use(frame);
      if (!(entry & layout.ENTRY_SHARED) && refsOf(frame) !== 1) faults.push(`frame ${frame} has a second user`);
    }
  }
  for (const [frame, count] of users)
    if (refsOf(frame) !== count) faults.push(`frame ${frame} counts ${refsOf(frame)} users and has ${count}`);
  const free = new Set<number>();
  for (let frame = word(layout.POOL_FREE); frame !== 0 && !free.has(frame); frame = word(frame)) {
    free.add(frame);
    if (users.has(frame) || refsOf(frame) !== 0) faults.push(`frame ${frame} is free and in use`);
  }
  const used = (word(layout.POOL_NEXT) - layout.FRAMES) / PAGE - 1 - free.size;
  if (used !== users.size || word(layout.POOL_USED) !== used)
    faults.push(`${used} frames are not free, ${users.size} are in use, ${word(layout.POOL_USED)} are counted`);
  return faults;
}
