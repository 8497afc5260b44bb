/**
 * What always holds. Komodo reference §1.4, "Validity invariant (every call preserves it)", numbers 1 to 6, and two of ours:
 * the machine's tables agree with the database, and memory that an enclave can reach is its own or insecure RAM.
 * "Stopped addrspaces are exempt from 3–4 because pages are freed in any order and tables dangle harmlessly."
 */
import { U_MODE } from "../../core/platform.ts";
import type { MemoryView } from "../kernel/draft.ts";
import type { Invariant } from "../kernel/personality.ts";
import { L1_ENTRIES } from "./abi.ts";
import { ownerOfPage } from "./owner.ts";
import type { Addrspace, L2Table, Mapping, PageNr, SecurePage } from "./page.ts";
import { insecureCount, type KomodoState, physicalOf } from "./state.ts";
import { expectedTables, tableDifference } from "./table-check.ts";

type Numbered<Page> = readonly [nr: PageNr, page: Page];

/** Every page with its number. */
function* pagesOf(state: KomodoState): Generator<Numbered<SecurePage>> {
  for (const { from, to, value } of state.pages.runs()) for (let nr = from; nr < to; nr++) yield [nr, value];
}

const typed = (state: KomodoState): Numbered<Exclude<SecurePage, { type: "free" }>>[] =>
  [...pagesOf(state)].flatMap(([nr, page]) => (page.type === "free" ? [] : [[nr, page] as const]));

const spaces = (state: KomodoState): Numbered<Addrspace>[] =>
  typed(state).flatMap(([nr, page]) => (page.type === "addrspace" ? [[nr, page] as const] : []));

const liveSpaces = (state: KomodoState): Numbered<Addrspace>[] =>
  spaces(state).filter(([, { state: life }]) => life !== "stopped");

/** Used L1 slots of a live address space: slot and L2 page. */
function l2sOf(state: KomodoState, { l1 }: Addrspace): Numbered<PageNr>[] {
  const table = state.pages.get(l1);
  if (table.type !== "l1") return [];
  return [...table.slots.runs(0, L1_ENTRIES)].flatMap(({ from, to, value }) =>
    value === undefined ? [] : Array.from({ length: to - from }, (_, i) => [from + i, value] as const),
  );
}

function mappingsOf({ slots }: L2Table): Mapping[] {
  return [...slots.runs()].flatMap(({ from, to, value }) =>
    value === undefined ? [] : new Array<Mapping>(to - from).fill(value),
  );
}

/** The first clause that a generator finds. */
const first = (clauses: Iterable<string>): string | undefined => {
  for (const clause of clauses) return clause;
  return undefined;
};

function* badOwners(state: KomodoState): Generator<string> {
  for (const [nr, page] of typed(state)) {
    if (state.pages.get(page.owner).type !== "addrspace")
      yield `the owner ${page.owner} of page ${nr} is no address space`;
    if (page.type === "addrspace" && page.owner !== nr) yield `address space ${nr} is owned by ${page.owner}`;
    const at = physicalOf(state.config, nr) - state.config.ram.from;
    if (state.owners.get(at) !== ownerOfPage(page)) yield `the kernel has another owner of page ${nr}`;
  }
}

function* badRefcounts(state: KomodoState): Generator<string> {
  const counts = new Map<PageNr, number>();
  for (const [nr, { owner }] of typed(state)) if (owner !== nr) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  for (const [nr, { refcount }] of spaces(state))
    if (refcount !== (counts.get(nr) ?? 0))
      yield `address space ${nr} counts ${refcount} pages and owns ${counts.get(nr) ?? 0}`;
}

function* badTables(state: KomodoState): Generator<string> {
  for (const [nr, space] of liveSpaces(state)) {
    const l1 = state.pages.get(space.l1);
    if (l1.type !== "l1" || l1.owner !== nr) yield `page ${space.l1} is no L1 table of address space ${nr}`;
    const used = new Set<PageNr>();
    for (const [slot, l2] of l2sOf(state, space)) {
      const page = state.pages.get(l2);
      if (page.type !== "l2" || page.owner !== nr)
        yield `L1 slot ${slot} of address space ${nr} has page ${l2}, a ${page.type} page`;
      if (used.has(l2)) yield `page ${l2} stands in two L1 slots`;
      used.add(l2);
    }
    for (const [l2, page] of typed(state))
      if (page.type === "l2" && page.owner === nr && !used.has(l2)) yield `L2 table ${l2} stands in no L1 slot`;
  }
}

function* badMappings(state: KomodoState): Generator<string> {
  for (const [nr, space] of liveSpaces(state)) {
    const mapped = new Set<PageNr>();
    for (const [, l2] of l2sOf(state, space)) {
      const table = state.pages.get(l2);
      for (const mapping of table.type === "l2" ? mappingsOf(table) : []) {
        if (mapping.kind === "insecure") {
          if (mapping.page >= insecureCount(state.config)) yield `page ${mapping.page} of RAM is mapped as insecure`;
          continue;
        }
        const page = state.pages.get(mapping.page);
        if (page.type !== "data" || page.owner !== nr)
          yield `address space ${nr} maps page ${mapping.page}, a ${page.type} page`;
        if (mapped.has(mapping.page)) yield `page ${mapping.page} is mapped twice`;
        mapped.add(mapping.page);
      }
    }
    for (const [data, page] of typed(state))
      if (page.type === "data" && page.owner === nr && !mapped.has(data)) yield `data page ${data} is mapped nowhere`;
  }
}

function* badContexts(state: KomodoState): Generator<string> {
  for (const [nr, page] of typed(state)) {
    if (page.type !== "dispatcher" || !page.entered) continue;
    if (page.context === undefined) yield `thread ${nr} counts as interrupted and has saved nothing`;
    else if (page.context.privilege !== U_MODE) yield `thread ${nr} would go on at privilege ${page.context.privilege}`;
  }
}

function* badMeasurements(state: KomodoState): Generator<string> {
  for (const [nr, { state: life, refcount, measurement }] of spaces(state))
    if (life === "init" && measurement.blocks > 65 * refcount)
      yield `${measurement.blocks} blocks are hashed of the ${refcount} pages of address space ${nr}`;
}

function* badMachineTables(state: KomodoState, memory: MemoryView): Generator<string> {
  for (const [nr, { l1 }] of liveSpaces(state)) {
    if (state.pages.get(l1).type !== "l1") continue;
    const difference = tableDifference(state.config, memory, l1, expectedTables(state, l1));
    if (difference !== undefined) yield `address space ${nr}: ${difference}`;
  }
}

const invariant = (
  name: string,
  rule: string,
  clauses: (state: KomodoState, memory: MemoryView) => Iterable<string>,
): Invariant<KomodoState> => ({ name, rule, violation: (state, memory) => first(clauses(state, memory)) });

/** @spec Komodo reference §1.4 */
export const KOMODO_INVARIANTS: readonly Invariant<KomodoState>[] = [
  invariant("owner", "1: every typed page's owner is an addrspace page; an addrspace owns itself", badOwners),
  invariant("refcount", "2: refcount = number of other typed pages it owns", badRefcounts),
  invariant("tables", "3: unless stopped, L1 and L2 tables are the address space's own and referenced once", badTables),
  invariant(
    "mappings",
    "4: unless stopped, secure entries name own data pages, each once; insecure ones insecure RAM",
    badMappings,
  ),
  invariant("context", "5: an entered dispatcher's saved status is user mode", badContexts),
  invariant("measured", "6: while init, hashed blocks ≤ 65 × refcount", badMeasurements),
  invariant("machine-tables", "7: unless stopped, the machine's tables say what the database says", badMachineTables),
];
