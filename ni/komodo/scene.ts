/** What generators ask of Komodo's page database. Komodo reference §1.3, §1.4. */
import type { RadixMap } from "../../monitor/kernel/radix-map.ts";
import { L1_ENTRIES, L2_ENTRIES, MAPPING_R } from "../../monitor/komodo/abi.ts";
import type { Addrspace, AddrspaceState, Dispatcher, Mapping, PageNr, SecurePage } from "../../monitor/komodo/page.ts";
import { type KomodoState, l1Slots, l2Slots, pageCount } from "../../monitor/komodo/state.ts";
import type { Choices } from "../choices.ts";
import type { Scene } from "../spec/model.ts";
import { remembering } from "../spec/remember.ts";

export type KomodoScene = Scene<KomodoState>;
export type Numbered<Page> = readonly [nr: PageNr, page: Page];

const pagesIn = remembering((pages: KomodoState["pages"]): readonly Numbered<SecurePage>[] => {
  const all: Numbered<SecurePage>[] = [];
  for (const { from, to, value } of pages.runs()) for (let nr = from; nr < to; nr++) all.push([nr, value]);
  return all;
});

/** Pages that GetPhysPages counts. */
export const pagesOf = (state: KomodoState): readonly Numbered<SecurePage>[] =>
  pagesIn(state.pages).slice(0, pageCount(state.config));

type OfType<T extends SecurePage["type"]> = Extract<SecurePage, { type: T }>;

export const pagesOfType = <T extends SecurePage["type"]>(
  state: KomodoState,
  type: T,
): readonly Numbered<OfType<T>>[] =>
  pagesOf(state).filter((numbered): numbered is Numbered<OfType<T>> => numbered[1].type === type);

export const spacesIn = (state: KomodoState, ...states: readonly AddrspaceState[]): readonly Numbered<Addrspace>[] =>
  pagesOfType(state, "addrspace").filter(([, space]) => states.includes(space.state));

export const stateOf = (state: KomodoState, owner: PageNr): AddrspaceState | undefined => {
  const page = state.pages.get(owner);
  return page.type === "addrspace" ? page.state : undefined;
};

/** Threads of final address spaces. */
export const threads = (state: KomodoState, entered: boolean): readonly Numbered<Dispatcher>[] =>
  pagesOfType(state, "dispatcher").filter(
    ([, page]) => page.entered === entered && stateOf(state, page.owner) === "final",
  );

export const pick = <T>(choices: Choices, list: readonly T[]): T | undefined =>
  list.length === 0 ? undefined : choices.of(list);

const usedIn = remembering((slots: RadixMap<unknown>): readonly number[] =>
  slots
    .runs()
    .flatMap(({ from, to, value }) =>
      value === undefined ? [] : Array.from({ length: to - from }, (_, i) => from + i),
    ),
);

/** L2 tables of an address space: L1 index and page. */
function tablesOf(state: KomodoState, space: Addrspace): readonly (readonly [index: number, l2: PageNr])[] {
  const slots = l1Slots(state, space);
  return usedIn(slots).map((index) => [index, slots.get(index)!] as const);
}

/** Mapping words and mappings of an address space. */
export function mappingsOf(
  state: KomodoState,
  space: Addrspace,
): readonly (readonly [word: bigint, mapping: Mapping])[] {
  return tablesOf(state, space).flatMap(([index, l2]) => {
    const slots = l2Slots(state, l2);
    return usedIn(slots).map((entry) => [wordAt(index, entry, MAPPING_R), slots.get(entry)!] as const);
  });
}

const wordAt = (l1Index: number, l2Index: number, permissions: number): bigint =>
  (BigInt(l1Index) << 22n) | (BigInt(l2Index) << 12n) | BigInt(permissions);

/** Edges of a table, and their neighbours. */
const indices = (entries: number): readonly number[] => [0, 1, 2, 3, 4, entries / 2, entries - 1];

/** A mapping word whose slot is free and whose L2 table is there. */
export function freeWord(
  { state, choices }: KomodoScene,
  space: Addrspace,
  permissions = 1 + 2 * choices.below(4),
): bigint | undefined {
  const table = pick(choices, tablesOf(state, space));
  if (table === undefined) return undefined;
  const [index, l2] = table;
  const slots = l2Slots(state, l2);
  const entry = pick(
    choices,
    indices(L2_ENTRIES).filter((at) => slots.get(at) === undefined),
  );
  return entry === undefined ? undefined : wordAt(index, entry, permissions);
}

export function freeL1Index({ state, choices }: KomodoScene, space: Addrspace): number | undefined {
  const slots = l1Slots(state, space);
  return pick(
    choices,
    indices(L1_ENTRIES).filter((at) => slots.get(at) === undefined),
  );
}

/** Any mapping word: used, free or out of range. */
export function someWord(scene: KomodoScene): bigint {
  const { state, choices } = scene;
  const space = pick(choices, pagesOfType(state, "addrspace"))?.[1];
  const used = space === undefined ? [] : mappingsOf(state, space).map(([word]) => word);
  if (used.length > 0 && choices.below(2) === 0) return choices.of(used);
  const index = choices.of([0, 1, 2, 3, L1_ENTRIES - 1, L1_ENTRIES, L1_ENTRIES + 44]);
  return wordAt(index, choices.of(indices(L2_ENTRIES)), choices.of([1, 3, 5, 7, 0, 2]));
}
