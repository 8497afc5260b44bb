/**
 * Who may know what under Komodo: the equivalences of Komodo reference §2.4, field by field, and its declassification.
 *
 *     of an enclave that is not o's   equal                    may differ
 *     address space                   L1 page, state           measurement, (reference count: follows)
 *     dispatcher                      entered, entry point     saved context, verify stash
 *     L1, L2                          everything
 *     data                                                     contents
 *     spare, free                                              whatever lies in them
 */

import { KomodoMeasurement } from "../../attest/komodo-measurement.ts";
import { type PageNo, paOfPage } from "../../core/units.ts";
import type { Hart } from "../../monitor/kernel/hart.ts";
import { type DefectId, KOMODO_DEFECTS } from "../../monitor/komodo/defects.ts";
import type { Dispatcher, PageNr, SecurePage } from "../../monitor/komodo/page.ts";
import { dispatcherOf, type KomodoState, physicalOf, withPage } from "../../monitor/komodo/state.ts";
import { createKomodo } from "../../monitor/komodo.ts";
import type { Observed } from "../observation.ts";
import type { NiModel, SecretPlace } from "../spec/model.ts";
import { PureMachine } from "../spec/pure-machine.ts";
import { remembering } from "../spec/remember.ts";
import { enclaveAddress, KOMODO_CALLS } from "./calls.ts";
import { type Numbered, pagesOf, pagesOfType, spacesIn, stateOf } from "./scene.ts";

/** Room for three enclaves. */
const SECURE_PAGES = 24;
/** 1 MiB: 128 pages of insecure RAM, then Komodo's. */
const RAM_SIZE = 2 ** 20;
/** Exit, Attest and the like have no argument that an attacker could pass. */
const DRIVES: Readonly<Record<string, number>> = { AllocSpare: 1, Stop: 0 };

type Entry = readonly [name: string, value: Observed];

export const KOMODO: NiModel<KomodoState> = {
  name: "komodo",
  ramSize: RAM_SIZE,
  defects: Object.keys(KOMODO_DEFECTS),
  personality: ({ ramSize }, ids) => {
    return createKomodo(new PureMachine(ramSize), { securePages: SECURE_PAGES, defects: ids as DefectId[] })
      .personality;
  },
  calls: KOMODO_CALLS,
  result: (x) => `${BigInt.asUintN(64, x[10]!)}, 0x${x[11]!.toString(16)}`,
  osAddress: ({ state, choices }) => {
    const { ram } = state.config;
    const page = (ram.from + choices.of([1, 2, 3, 4, 5, choices.below(ram.to - ram.from)])) as PageNo;
    return BigInt(paOfPage(page) + choices.below(512) * 8);
  },
  enclaveAddress,
  observers: (state) => spacesIn(state, "init", "final").map(([nr]) => nr),
  running: (state) => (state.running === undefined ? undefined : dispatcherOf(state, state.running.dispatcher).owner),
  *pagesOf(state, enclave) {
    for (const [nr, { owner }] of pagesOfType(state, "data")) if (owner === enclave) yield physicalOf(state.config, nr);
  },
  observeOs: (state) => pagesOf(state).map(weakEntry),
  observeEnclave: (state, enclave) => {
    const space = state.pages.get(enclave);
    if (space.type !== "addrspace" || space.state === "stopped") return [];
    return pagesOf(state).flatMap(([nr, page]) =>
      page.type !== "free" && page.owner === enclave ? fullEntries(nr, page) : [],
    );
  },
  observables: {
    os: {
      page: "type and owner: the OS gives pages and takes them back; a spare page that it cannot remove was used (§2.4)",
      addrspace: "L1 page, state and reference count follow from its calls and from which calls are refused",
      dispatcher: "entered and entry point: it passed the one, and Enter and Resume tell the other",
      table: "Komodo declares page tables public: dynamic mappings are a leak by design (§2.4)",
    },
    enclave: {
      own: "its data",
      addrspace: "state and measurement, which Attest states",
      dispatcher: "its threads: saved registers, verify stash",
      table: "its mappings",
      page: "which pages it has, spare ones too",
    },
  },
  releases: {
    "leave kind": "which exception ended the run (§2.4, axiom 1)",
    "call number": "for a call that ends or changes pages, its number (axiom 2)",
    "exit value": "R1 of Exit (axiom 3)",
    "dynamic memory": "R1 and R2 of MapData, UnmapData and InitL2PTable (axiom 3)",
    "shared store": "what an enclave writes to insecure pages is public by fiat (§2.3)",
  },
  *secrets(state) {
    for (const numbered of pagesOf(state)) yield* secretsIn(state, numbered);
    if (state.running === undefined) return;
    yield {
      kind: "saved registers",
      of: "os",
      what: "of the OS",
      plant: (now, next) => ({ ...now, running: { ...now.running!, host: withSecrets(now.running!.host, next) } }),
    };
  },
  mayAffect: (action, observer, state) => {
    if (action.do !== "call") return false;
    // "page types and page tables": the OS sees what dynamic memory does (axiom 3)
    if (observer === "os") return ["MapData", "UnmapData", "InitL2PTable"].includes(action.name);
    if (action.by !== "os") return false;
    if (stateOf(state, observer) !== "final") return true;
    const page = Number(action.args[0] ?? -1n);
    if (action.name === "Remove") return isOwnSpare(state, page, observer);
    // Enter and Resume are how the OS runs it; of the others SMT found AllocSpare, Remove and Stop (§0 finding 4).
    if (action.name === "Enter" || action.name === "Resume") return ownerOf(state, page) === observer;
    const index = DRIVES[action.name];
    return index !== undefined && Number(action.args[index]) === observer;
  },
};

const ownerOf = (state: KomodoState, nr: PageNr): PageNr | undefined => {
  const page = pagesOf(state)[nr]?.[1];
  return page === undefined || page.type === "free" ? undefined : page.owner;
};
const isOwnSpare = (state: KomodoState, nr: PageNr, owner: PageNr): boolean =>
  ownerOf(state, nr) === owner && state.pages.get(nr).type === "spare";

const slotsText = remembering(({ slots }: Extract<SecurePage, { type: "l1" | "l2" }>): string =>
  slots
    .runs()
    .flatMap(({ from, to, value }) => (value === undefined ? [] : `${from}..${to}: ${JSON.stringify(value)}`))
    .join(" "),
);

/** What weak equality compares of a page (§2.4). */
const weakEntryOf = remembering((page: SecurePage): string => {
  const owner = page.type === "free" ? "" : ` of ${page.owner}`;
  switch (page.type) {
    case "addrspace":
      return `addrspace, L1 ${page.l1}, ${page.refcount} pages, ${page.state}`;
    case "dispatcher":
      return `dispatcher${owner}, entered ${page.entered}, entry ${page.entry}`;
    case "l1":
    case "l2":
      return `${page.type}${owner}: ${slotsText(page)}`;
    default:
      return `${page.type}${owner}`;
  }
});
const KIND = {
  addrspace: "addrspace",
  dispatcher: "dispatcher",
  l1: "table",
  l2: "table",
  data: "page",
  spare: "page",
  free: "page",
};
const weakEntry = ([nr, page]: Numbered<SecurePage>): Entry => [`${KIND[page.type]} ${nr}`, weakEntryOf(page)];

const bytesOf = (words: BigUint64Array | Uint32Array): Uint8Array =>
  new Uint8Array(words.buffer, words.byteOffset, words.byteLength);

/** Everything of a page of the observer's own. */
function fullEntries(nr: PageNr, page: SecurePage): readonly Entry[] {
  const weak = weakEntry([nr, page]);
  if (page.type === "addrspace") return [weak, [`addrspace ${nr} measurement`, bytesOf(digestOf(page.measurement))]];
  return page.type === "dispatcher" ? [weak, ...threadEntries(nr, page)] : [weak];
}
const digestOf = remembering((measurement: KomodoMeasurement) => measurement.digest());

const threadEntries = (nr: PageNr, { context, verifyWords, verifyMeasurement }: Dispatcher): readonly Entry[] => [
  [`dispatcher ${nr} verify words`, bytesOf(verifyWords)],
  [`dispatcher ${nr} verify measurement`, bytesOf(verifyMeasurement)],
  ...(context === undefined
    ? []
    : [
        [`dispatcher ${nr} x`, bytesOf(context.x)] as const,
        [`dispatcher ${nr} f`, bytesOf(context.f)] as const,
        [`dispatcher ${nr} pc`, context.pc] as const,
        [`dispatcher ${nr} fcsr`, context.csrs.fcsr] as const,
      ]),
];

function* secretsIn(state: KomodoState, [nr, page]: Numbered<SecurePage>): Generator<SecretPlace<KomodoState>> {
  const at = physicalOf(state.config, nr);
  if (page.type === "free") yield { kind: "free page", of: "nobody", page: at };
  else if (page.type === "spare") yield { kind: "spare page", of: "nobody", page: at };
  else if (page.type === "data") yield { kind: "data page", of: page.owner, page: at };
  else if (page.type === "addrspace")
    yield {
      kind: "measurement",
      of: page.owner,
      what: `of address space ${nr}`,
      plant: (now, next) => withPage(now, nr, { ...page, measurement: measurementOf(next) }),
    };
  else if (page.type === "dispatcher") {
    const what = `of dispatcher ${nr}`;
    const here = (now: KomodoState): Dispatcher => dispatcherOf(now, nr);
    yield {
      kind: "verify stash",
      of: page.owner,
      what,
      plant: (now, next) =>
        withPage(now, nr, { ...here(now), verifyWords: words(next), verifyMeasurement: words(next) }),
    };
    const { context } = page;
    if (context === undefined) return;
    yield {
      kind: "saved registers",
      of: page.owner,
      what,
      plant: (now, next) => withPage(now, nr, { ...here(now), context: withSecrets(context, next) }),
    };
  }
}

const words = (next: () => bigint): Uint32Array => Uint32Array.from({ length: 8 }, () => Number(next() & 0xffff_ffffn));
const measurementOf = (next: () => bigint): KomodoMeasurement => KomodoMeasurement.EMPTY.extend([...words(next)]);

/** pc stays in the enclave's addresses; CSRs are the monitor's. */
function withSecrets(hart: Hart, next: () => bigint): Hart {
  const [x, f] = [hart.x.slice(), hart.f.slice()];
  for (let i = 1; i < 32; i++) x[i] = next();
  for (let i = 0; i < 32; i++) f[i] = next();
  return { ...hart, x, f, csrs: { ...hart.csrs, fcsr: next() & 0xffn } };
}
