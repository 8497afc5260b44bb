/**
 * What always holds under `komodo-riscv`: the invariants of Komodo reference §1.4 in the form that §3.1 gives them. Page
 * tables are read in the machine's memory, where they lie. Address spaces that are stopped are exempt from those about tables.
 */
import { S_MODE } from "../../../core/platform.ts";
import { ENTRIES, isLeaf, isValid, PTE_A, PTE_D, PTE_V, pageOf } from "../../../core/sv39.ts";
import { PAGE_SIZE, paOfPage } from "../../../core/units.ts";
import type { MemoryView } from "../../kernel/draft.ts";
import type { Invariant } from "../../kernel/personality.ts";
import type { PageNr } from "../page.ts";
import type { RiscvPage } from "./page.ts";
import { insecurePages, ownerOfRiscvPage, type RiscvState, securePage, securePages } from "./state.ts";

type Typed = Exclude<RiscvPage, { type: "free" }>;

const typed = (state: RiscvState): (readonly [PageNr, Typed])[] =>
  [...state.pages.runs()].flatMap(({ from, to, value }) =>
    value.type === "free" ? [] : Array.from({ length: to - from }, (_, i) => [from + i, value] as const),
  );

function* badOwners(state: RiscvState): Generator<string> {
  for (const [nr, page] of typed(state)) {
    if (state.pages.get(page.owner).type !== "addrspace")
      yield `the owner ${page.owner} of page ${nr} is no address space`;
    if (page.type === "addrspace" && page.owner !== nr) yield `address space ${nr} is owned by ${page.owner}`;
    const at = securePage(state.config, nr) - state.config.ram.from;
    if (state.owners.get(at) !== ownerOfRiscvPage(page)) yield `the kernel has another owner of page ${nr}`;
  }
}

function* badRefcounts(state: RiscvState): Generator<string> {
  const pages = typed(state);
  for (const [nr, page] of pages) {
    if (page.type !== "addrspace") continue;
    const count = pages.filter(([, { owner }]) => owner === nr).length;
    if (page.refcount !== count) yield `address space ${nr} counts ${page.refcount} pages and owns ${count}`;
  }
}

const BELOW = { l1: "l2", l2: "l3" } as const;
const FLAGS = 0x3ffn;

function* badTables(state: RiscvState, memory: MemoryView): Generator<string> {
  const { config } = state;
  const pages = typed(state);
  for (const [nr, space] of pages) {
    if (space.type !== "addrspace" || space.state === "stopped") continue;
    const root = state.pages.get(space.l1);
    if (root.type !== "l1" || root.owner !== nr) yield `page ${space.l1} is no L1 table of address space ${nr}`;
    const reached = new Set<PageNr>([space.l1]);
    for (const [table, { type, owner }] of pages) {
      if (owner !== nr || (type !== "l1" && type !== "l2" && type !== "l3")) continue;
      const entries = new BigUint64Array(memory.readBytes(paOfPage(securePage(config, table)), PAGE_SIZE).buffer);
      for (let i = 0; i < ENTRIES; i++) {
        const entry = entries[i]!;
        if (entry === 0n) continue;
        const target = pageOf(entry) - config.secure.from;
        const isSecure = target >= 0 && target < securePages(config);
        const insecure = pageOf(entry) - config.insecure.from;
        if (!isValid(entry) || entry >> 54n !== 0n) yield `entry ${i} of table ${table} is 0x${entry.toString(16)}`;
        if (type === "l3") {
          // what is neither readable nor executable is a pointer or reserved: it faults
          if ((entry & FLAGS & ~0b1110n) !== (PTE_V | PTE_A | PTE_D))
            yield `flags of entry ${i} of table ${table}: 0x${(entry & FLAGS).toString(16)}`;
          if (!isSecure && !(insecure >= 0 && insecure < insecurePages(config)))
            yield `table ${table} maps page 0x${pageOf(entry).toString(16)}`;
        } else if (isLeaf(entry) || (entry & FLAGS) !== PTE_V) yield `entry ${i} of table ${table} is no pointer`;
        if (!isSecure) continue;
        const expected = type === "l3" ? "data" : BELOW[type];
        const page = state.pages.get(target);
        if (page.type !== expected || page.owner !== nr)
          yield `entry ${i} of table ${table} names page ${target}, a ${page.type} page`;
        if (reached.has(target)) yield `page ${target} is reached twice`;
        reached.add(target);
      }
    }
    for (const [page, { type, owner }] of pages)
      if (owner === nr && type !== "addrspace" && type !== "dispatcher" && !reached.has(page))
        yield `${type} page ${page} is reached from nowhere`;
  }
}

function* badContexts(state: RiscvState): Generator<string> {
  for (const [nr, page] of typed(state))
    if (page.type === "dispatcher" && page.context.privilege > S_MODE) yield `thread ${nr} would go on in M-mode`;
}

const invariant = (
  name: string,
  rule: string,
  clauses: (state: RiscvState, memory: MemoryView) => Generator<string>,
): Invariant<RiscvState> => ({
  name,
  rule,
  violation: (state, memory) => {
    for (const clause of clauses(state, memory)) return clause;
    return undefined;
  },
});

/** @spec Komodo reference §1.4, §3.1 */
export const KOMODO_RISCV_INVARIANTS: readonly Invariant<RiscvState>[] = [
  invariant("owner", "1: every typed page's owner is an addrspace page; an addrspace owns itself", badOwners),
  invariant("refcount", "2: refcount = number of pages that it owns, itself among them", badRefcounts),
  invariant(
    "tables",
    "3, 4: unless stopped, any present secure walk ends in a data page of the address space, each once",
    badTables,
  ),
  invariant("context", "5: a saved context is below M-mode", badContexts),
];
