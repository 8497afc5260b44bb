/**
 * What an enclave can reach: its own pages, read-only pages of the shadow it was forked from, and what it shares with the
 * host, which is public and never executable. Its tables are pages of its region that nothing maps. Penglai reference §2.1
 * ("enclave PTs: in secure memory, written only by the monitor"), §4, §6.8.
 *
 * And what it must reach: every block where its record says, so that a block that was taken away is really gone and one
 * that was given is really there.
 */
import { canonical, ENTRIES, isLeaf, isValid, PTE_W, PTE_X, pageOf } from "../../../core/sv39.ts";
import { PAGE_SIZE, type PageNo, pa, paOfPage } from "../../../core/units.ts";
import type { MemoryView } from "../../kernel/draft.ts";
import { describePage, hex, PUBLIC } from "../../kernel/page-owner.ts";
import type { Invariant } from "../../kernel/personality.ts";
import { type PageRange, pagesOf } from "../../kernel/span.ts";
import { KBUFFER_BASE, SHM_BASE } from "../enclave-layout.ts";
import type { Enclave, MonitorState } from "../state.ts";
import { blocksOf, liveEnclaves, liveShadows } from "./holdings.ts";

/** Pages at consecutive virtual addresses. */
interface Stretch {
  readonly va: bigint;
  readonly pages: PageRange;
}

export const enclaveTables: Invariant<MonitorState> = {
  name: "enclave-tables",
  rule: "an enclave maps its own pages, read-only ones of its shadow, and public ones that it shares with the host (Penglai reference §2.1, §4)",
  violation: (state, memory) => {
    for (const enclave of liveEnclaves(state)) {
      const template = enclave.shadow === undefined ? undefined : state.shadows.get(enclave.shadow);
      const found = treeViolation(memory, enclave.root, {
        own: [...blocksOf(enclave), ...secureShmStretches(state, enclave).map(({ pages }) => pages)],
        tables: enclave.region,
        template: template?.region,
        shared: sharedStretches(state, enclave),
      });
      if (found !== undefined) return `enclave ${enclave.eid} ${found}`;
    }
    for (const { eid, root, region } of liveShadows(state)) {
      const reach = { own: [region], tables: region, template: undefined, shared: [] };
      const found = treeViolation(memory, root, reach);
      if (found !== undefined) return `shadow ${eid} ${found}`;
    }
    return undefined;
  },
};

export const blocksMapped: Invariant<MonitorState> = {
  name: "blocks-mapped",
  rule: "every block is mapped where its record says, for its holder (Penglai reference §6.11)",
  violation: (state, memory) => {
    for (const enclave of liveEnclaves(state))
      for (const { va, pages } of stretchesOf(state, enclave)) {
        const at = firstUnmapped(memory, enclave.root, va, pages);
        if (at !== undefined)
          return `enclave ${enclave.eid} does not find ${describePage(pages.from)} and the pages behind it at ${hex(va)} on, but something else at ${hex(at)}`;
      }
    return undefined;
  },
};

export const sharedIsPublic: Invariant<MonitorState> = {
  name: "shared-is-public",
  rule: "a page that a live enclave shares with the host stays public (Penglai reference §2.1)",
  violation: (state) => {
    const { from } = state.config.ram;
    for (const enclave of liveEnclaves(state))
      for (const { pages } of sharedStretches(state, enclave)) {
        const index = state.owners.find(pages.from - from, pages.to - from, (owner) => owner !== PUBLIC);
        if (index !== undefined)
          return `enclave ${enclave.eid} shares ${describePage((from + index) as PageNo)}, which is not public`;
      }
    return undefined;
  },
};

/** The first page of a granted block holds its records and is not mapped; relay pages have none. */
const privateStretches = ({ heap, mmaps, relays }: Enclave): Stretch[] => [
  ...[...heap, ...mmaps].map(({ block, va, byteLen }) => {
    const from = (block.from + 1) as PageNo;
    return { va, pages: { from, to: (from + byteLen / PAGE_SIZE) as PageNo } };
  }),
  ...relays.map(({ block, va }) => ({ va, pages: block })),
];

/** Its first page holds the slots and is not mapped. */
const secureShmStretches = ({ secureShms }: MonitorState, { eid }: Enclave): Stretch[] =>
  secureShms.flatMap(({ block, byteLen, attached }) => {
    const here = attached.find((holder) => holder.eid === eid);
    if (here === undefined || block === undefined) return [];
    const from = (block.from + 1) as PageNo;
    return { va: here.va, pages: { from, to: (from + byteLen / PAGE_SIZE) as PageNo } };
  });

const stretchesOf = (state: MonitorState, enclave: Enclave): Stretch[] => [
  ...privateStretches(enclave),
  ...secureShmStretches(state, enclave),
  ...sharedStretches(state, enclave),
];

/** Chains have no cycle; if one has, calls.ts says so. */
const MAX_CHAIN = 1000;

/** A server in a call sees the kbuffer of the enclave at the top of the chain. */
function sharedStretches(state: MonitorState, enclave: Enclave): Stretch[] {
  let top: Enclave | undefined = enclave;
  for (let hops = 0; top?.caller !== undefined && hops < MAX_CHAIN; hops++) top = state.enclaves.get(top.caller);
  const kbuffer = top?.kbuffer;
  const { shm } = enclave;
  return [
    ...(kbuffer === undefined ? [] : [{ va: KBUFFER_BASE, pages: pagesOf(kbuffer) }]),
    ...(shm === undefined ? [] : [{ va: SHM_BASE, pages: pagesOf(shm) }]),
  ];
}

interface Reach {
  readonly own: readonly PageRange[];
  readonly tables: PageRange;
  readonly template: PageRange | undefined;
  readonly shared: readonly Stretch[];
}

const includes = ({ from, to }: PageRange, page: number, pageCount = 1): boolean =>
  page >= from && page + pageCount <= to;

/** Walks the tree below `root`. A page that does not verify hides what is below it, from the walker too. */
function treeViolation(memory: MemoryView, root: PageNo, reach: Reach): string | undefined {
  const tables = new Set<PageNo>([root]);
  const mapped: [first: PageNo, pageCount: number][] = [];
  const visit = (table: PageNo, level: number, base: bigint): string | undefined => {
    if (!memory.verify(table)) return undefined;
    const entries = new BigUint64Array(memory.readBytes(paOfPage(table), PAGE_SIZE).buffer);
    for (let index = 0; index < ENTRIES; index++) {
      const entry = entries[index]!;
      if (!isValid(entry)) continue;
      const va = canonical(base | (BigInt(index) << BigInt(12 + 9 * level)));
      const page = pageOf(entry);
      if (isLeaf(entry)) {
        const pageCount = ENTRIES ** level;
        mapped.push([page, pageCount]);
        if (!mayMap(reach, va, page, pageCount, entry)) return `maps ${describePage(page)} at ${hex(va)}`;
        continue;
      }
      if (level === 0 || !includes(reach.tables, page))
        return `has a table at ${describePage(page)}, outside its region`;
      if (tables.has(page)) return `reaches the table at ${describePage(page)} twice`;
      tables.add(page);
      const found = visit(page, level - 1, va);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const found = visit(root, 2, 0n);
  if (found !== undefined) return found;
  for (const table of tables)
    if (mapped.some(([first, pageCount]) => table >= first && table < first + pageCount))
      return `maps its own table at ${describePage(table)}`;
  return undefined;
}

function mayMap({ own, template, shared }: Reach, va: bigint, page: PageNo, pageCount: number, entry: bigint): boolean {
  if (own.some((range) => includes(range, page, pageCount))) return true;
  if (template !== undefined && includes(template, page, pageCount)) return (entry & PTE_W) === 0n;
  const isShared = shared.some(
    (stretch) => includes(stretch.pages, page) && va === stretch.va + BigInt((page - stretch.pages.from) * PAGE_SIZE),
  );
  return isShared && pageCount === 1 && (entry & PTE_X) === 0n;
}

/** The first address of the stretch that shows another page, or none. */
function firstUnmapped(memory: MemoryView, root: PageNo, va: bigint, pages: PageRange): bigint | undefined {
  let entries: BigUint64Array | undefined;
  for (let page = pages.from; page < pages.to; page++) {
    const at = va + BigInt((page - pages.from) * PAGE_SIZE);
    const index = Number((at >> 12n) & 511n);
    if (entries === undefined || index === 0) {
      const table = lastTable(memory, root, at);
      if (table === "unverified") return undefined;
      if (table === undefined) return at;
      entries = new BigUint64Array(memory.readBytes(paOfPage(table), PAGE_SIZE).buffer);
    }
    const entry = entries[index]!;
    if (!isValid(entry) || !isLeaf(entry) || pageOf(entry) !== page) return at;
  }
  return undefined;
}

function lastTable(memory: MemoryView, root: PageNo, va: bigint): PageNo | "unverified" | undefined {
  let table = root;
  for (const shift of [30n, 21n]) {
    if (!memory.verify(table)) return "unverified";
    const entry = memory.read64(pa(paOfPage(table) + Number((va >> shift) & 511n) * 8));
    if (!isValid(entry) || isLeaf(entry)) return undefined;
    table = pageOf(entry);
  }
  return memory.verify(table) ? table : "unverified";
}
