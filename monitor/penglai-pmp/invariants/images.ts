/**
 * Invariant of the enclaves' page tables: what one of them can reach at all is its own block and its two windows. Isolation
 * within a region rests on it. Penglai reference §2.3, B8, B28; the walk is this file's own.
 */
import type { Pa } from "../../../core/units.ts";
import type { MemoryView } from "../../kernel/draft.ts";
import { hex } from "../../kernel/page-owner.ts";
import type { Invariant } from "../../kernel/personality.ts";
import type { Enclave, MonitorState } from "../state.ts";

const [V, R, W, X, U] = [1n, 2n, 4n, 8n, 16n] as const;

export const images: Invariant<MonitorState> = {
  name: "images",
  rule: "tables of an enclave lie in its block, unmapped; leaves are U and name pages of its block, once each, or of a window",
  violation: (state, memory) => {
    for (const { value } of state.enclaves.runs()) {
      if (value === undefined) continue;
      const found = violationIn(value, memory);
      if (found !== undefined) return `enclave ${value.eid}: ${found}`;
    }
    return undefined;
  },
};

function violationIn({ block, untrusted, kbuffer }: Enclave, memory: MemoryView): string | undefined {
  const [from, to] = [block.page as number, block.page + 2 ** block.order];
  const tables = new Set<number>([from]);
  const mapped: number[] = [];
  const queue: (readonly [table: number, level: number])[] = [[from, 2]];
  const windowPages = [untrusted.span, kbuffer.span].flatMap((span) =>
    span === undefined ? [] : [[span.pa / 4096, (span.pa + span.byteLen) / 4096] as const],
  );
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [table, level] = next;
    for (const entry of new BigUint64Array(memory.readBytes((table * 4096) as Pa, 4096).buffer)) {
      if ((entry & V) === 0n) continue;
      const page = Number((entry >> 10n) & ((1n << 44n) - 1n));
      if ((entry & (R | W | X)) === 0n) {
        if (level === 0 || page < from || page >= to) return `a table at page ${hex(page)}`;
        tables.add(page);
        queue.push([page, level - 1]);
        continue;
      }
      if ((entry & U) === 0n) return `the leaf ${hex(entry)} is not U`;
      if (level === 2) return `the leaf ${hex(entry)} maps 1 GiB`;
      const end = page + (level === 1 ? 512 : 1);
      if (windowPages.some(([first, last]) => page >= first && end <= last)) continue;
      if (page < from || end > to) return `the leaf ${hex(entry)} leaves the block`;
      for (let at = page; at < end; at++) mapped.push(at);
    }
  }
  if (new Set(mapped).size !== mapped.length) return "a page is mapped twice";
  const open = mapped.find((page) => tables.has(page));
  return open === undefined ? undefined : `the table at page ${hex(open)} is mapped`;
}
