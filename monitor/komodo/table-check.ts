/**
 * Whether the machine's tables of an address space say what the database says: every entry of them, those that are
 * empty too. Slow on purpose: it shares no arithmetic with hardware-tables.ts but the place of a table.
 */
import { ENTRIES, PTE_A, PTE_D, PTE_R, PTE_U, PTE_V, PTE_W, PTE_X, pageOf, pteOf } from "../../core/sv39.ts";
import { PAGE_SIZE, type PageNo, paOfPage } from "../../core/units.ts";
import type { MemoryView } from "../kernel/draft.ts";
import { machineTable } from "./hardware-tables.ts";
import type { PageNr } from "./page.ts";
import { insecurePage, type KomodoConfig, type KomodoState, physicalOf } from "./state.ts";

/** Leaf entries by virtual page number. */
type Leaves = ReadonlyMap<number, bigint>;

/** What the machine should find below L1 page `l1`. */
export function expectedTables(state: KomodoState, l1: PageNr): Leaves {
  const leaves = new Map<number, bigint>();
  const table = state.pages.get(l1);
  if (table.type !== "l1") return leaves;
  for (const { from, value: l2 } of table.slots.runs()) {
    const page = l2 === undefined ? undefined : state.pages.get(l2);
    if (page?.type !== "l2") continue;
    for (const run of page.slots.runs()) {
      const { value } = run;
      if (value === undefined) continue;
      const isSecure = value.kind === "secure";
      const frame = isSecure ? physicalOf(state.config, value.page) : insecurePage(state.config, value.page);
      const flags = PTE_V | PTE_R | PTE_U | PTE_A | PTE_D | (value.w ? PTE_W : 0n) | (isSecure && value.x ? PTE_X : 0n);
      for (let index = run.from; index < run.to; index++)
        leaves.set(from * 1024 + index, pteOf(paOfPage(frame), flags));
    }
  }
  return leaves;
}

/** @returns the first difference, as a clause */
export function tableDifference(
  config: KomodoConfig,
  memory: MemoryView,
  l1: PageNr,
  leaves: Leaves,
): string | undefined {
  const entries = (table: PageNo): BigUint64Array =>
    new BigUint64Array(memory.readBytes(paOfPage(table), PAGE_SIZE).buffer);
  const [root, middle] = [machineTable(config, l1, 0), machineTable(config, l1, 1)];
  const expectedRoot = pteOf(paOfPage(middle), PTE_V);
  const top = entries(root);
  for (const [i, entry] of top.entries())
    if (entry !== (i === 0 ? expectedRoot : 0n)) return `root entry ${i} is 0x${entry.toString(16)}`;
  let found = 0;
  for (const [i, pointer] of entries(middle).entries()) {
    if (pointer === 0n) continue;
    for (const [j, entry] of entries(pageOf(pointer)).entries()) {
      if (entry === 0n) continue;
      found++;
      const expected = leaves.get(i * ENTRIES + j);
      if (entry !== expected)
        return `virtual page ${i * ENTRIES + j} has entry 0x${entry.toString(16)}, not 0x${(expected ?? 0n).toString(16)}`;
    }
  }
  return found === leaves.size ? undefined : `${leaves.size} pages are mapped, the machine finds ${found}`;
}
