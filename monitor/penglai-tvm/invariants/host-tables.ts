/**
 * GPT invariant 3 as a fact about memory: "no valid host PTE maps a secure page or a metadata page", and the shape of the
 * sub-areas that makes it enough to look at entries one by one. Penglai reference §2.1, §2.2.
 *
 * Read in halves, as numbers: a kernel that maps 1 GiB in 4 KiB pages has 262,144 entries. Pages that do not verify are left
 * out: the walker cannot read them either.
 */
import { ENTRIES } from "../../../core/sv39.ts";
import { PAGE_SIZE, type PageNo, pa, pageNoOf, paOfPage } from "../../../core/units.ts";
import type { MemoryView } from "../../kernel/draft.ts";
import { describePage, hex, type Owner, PUBLIC } from "../../kernel/page-owner.ts";
import type { Invariant } from "../../kernel/personality.ts";
import { type PageRange, pagesOf } from "../../kernel/span.ts";
import { describeOwner, PT_AREA } from "../owner.ts";
import type { MonitorState } from "../state.ts";

export const hostTables: Invariant<MonitorState> = {
  name: "host-tables",
  rule: "no valid host entry maps a private page or one of the monitor's (GPT invariant 3, Penglai reference §2.1)",
  violation: (state, memory) => {
    const { areas } = state;
    if (areas?.separation === undefined) return undefined;
    const pmd = pageNoOf(areas.separation.pmdBase);
    const pte = pageNoOf(areas.separation.pteBase);
    const { from, to } = pagesOf(areas.ptArea);
    for (const table of memory.backedPages(from, to)) {
      if (!memory.verify(table)) continue;
      const isRoot = table < pmd;
      const isLast = table >= pte;
      const below = isRoot ? { from: pmd, to: pte } : { from: pte, to };
      const found = tableViolation(state, memory, table, isRoot ? 2 : isLast ? 0 : 1, below);
      if (found !== undefined) return found;
    }
    return undefined;
  },
};

/**
 *     high 31..22 reserved | 21..0 page number 43..22     low 31..10 page number 21..0 | 9..0 flags
 *
 * @param below the sub-area that pointers lead to
 */
function tableViolation(
  state: MonitorState,
  memory: MemoryView,
  table: PageNo,
  level: 0 | 1 | 2,
  below: PageRange,
): string | undefined {
  const words = new Uint32Array(memory.readBytes(paOfPage(table), PAGE_SIZE).buffer);
  for (let index = 0; index < ENTRIES; index++) {
    const low = words[2 * index]!;
    if ((low & 1) === 0) continue;
    const high = words[2 * index + 1]!;
    const first = ((high & 0x3f_ffff) * 2 ** 22 + (low >>> 10)) as PageNo;
    if (high >>> 22 !== 0) return `${entryAt(table, index)} has reserved bits`;
    if ((low & 0b1110) !== 0) {
      if (level === 2) return `${entryAt(table, index)}, a leaf, stands in the PGD sub-area`;
      const page = protectedPage(state, first, level === 1 ? ENTRIES : 1);
      if (page !== undefined) return `a host entry maps ${describePage(page.page)} of ${describeOwner(page.owner)}`;
    } else if (level === 0 || first < below.from || first >= below.to)
      return `${entryAt(table, index)} points outside the next sub-area`;
  }
  return undefined;
}

const mustNotMap = (owner: Owner): boolean => owner !== PUBLIC && owner !== PT_AREA;

const entryAt = (table: PageNo, index: number): string => `the entry at ${hex(pa(paOfPage(table) + 8 * index))}`;

/** Pages outside RAM are devices, or nothing at all. */
function protectedPage(state: MonitorState, first: PageNo, pageCount: number) {
  const { ram } = state.config;
  const from = Math.max(first, ram.from) - ram.from;
  const to = Math.min(first + pageCount, ram.to) - ram.from;
  if (from >= to) return undefined;
  const index = state.owners.find(from, to, mustNotMap);
  return index === undefined ? undefined : { page: (ram.from + index) as PageNo, owner: state.owners.get(index) };
}
