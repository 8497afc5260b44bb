/**
 * Who may know what under Komodo's RISC-V retrofit: the equivalences of Komodo reference §3.2. The operating system knows
 * types, owners and page tables, life cycles and `entered`; of an enclave data, registers and its S-mode CSRs are private.
 * More is given away than under `komodo`: a fault is reported with its cause (§3.1, "larger leak than ARM").
 */
import { ENTRIES, PTE_BYTE_LEN } from "../../core/sv39.ts";
import { PAGE_SIZE, type PageNo, pa, paOfPage } from "../../core/units.ts";
import type { Hart } from "../../monitor/kernel/hart.ts";
import { RISCV_CALL } from "../../monitor/komodo/abi.ts";
import type { ArgumentKind } from "../../monitor/komodo/call-row.ts";
import { RISCV_CALLS } from "../../monitor/komodo/riscv/calls.ts";
import { KOMODO_RISCV_DEFECTS, type RiscvDefectId } from "../../monitor/komodo/riscv/defects.ts";
import type { RiscvDispatcher, RiscvLife, RiscvPage } from "../../monitor/komodo/riscv/page.ts";
import {
  insecurePageAt,
  insecurePages,
  type RiscvState,
  securePage,
  securePages,
  threadOf,
  withPage,
} from "../../monitor/komodo/riscv/state.ts";
import { createKomodoRiscv } from "../../monitor/komodo-riscv.ts";
import type { Observed } from "../observation.ts";
import type { ArgumentRule, CallRule, NiModel, Scene, SecretPlace } from "../spec/model.ts";
import { PureMachine } from "../spec/pure-machine.ts";
import { remembering } from "../spec/remember.ts";
import { pick } from "./scene.ts";

const RAM_SIZE = 2 ** 20;
const SECURE_PAGES = 24;
const INSECURE_PAGES = 64;
const [A0, A7] = [10, 17];
/** Slots of the last table that are used, so that neighbours and the end are among them. */
const SLOTS = [0, 1, 2, 3, 4, ENTRIES - 1];
const PERMISSIONS = [6n, 2n, 14n, 10n, 4n, 0n];
const MAX_SPACES = 3;

type RiscvScene = Scene<RiscvState>;
type Numbered = readonly [nr: number, page: RiscvPage];
type Entry = readonly [name: string, value: Observed];

const pagesIn = remembering((pages: RiscvState["pages"]): readonly Numbered[] =>
  pages
    .runs()
    .flatMap(({ from, to, value }) => Array.from({ length: to - from }, (_, i): Numbered => [from + i, value])),
);
const pagesOf = ({ pages }: RiscvState): readonly Numbered[] => pagesIn(pages);
const ofType = (state: RiscvState, type: RiscvPage["type"]): readonly Numbered[] =>
  pagesOf(state).filter(([, page]) => page.type === type);
const ownerOf = (page: RiscvPage | undefined): number | undefined =>
  page === undefined || page.type === "free" ? undefined : page.owner;
const lifeOf = (state: RiscvState, owner: number | undefined): RiscvLife | undefined => {
  const page = owner === undefined ? undefined : state.pages.get(owner);
  return page?.type === "addrspace" ? page.state : undefined;
};
const inLife = (state: RiscvState, type: RiscvPage["type"], ...lives: readonly RiscvLife[]): readonly Numbered[] =>
  ofType(state, type).filter(([, page]) => lives.includes(lifeOf(state, ownerOf(page))!));

// --- calls ---

const somePage = ({ state, choices }: RiscvScene): bigint => {
  const used = pagesOf(state).filter(([, { type }]) => type !== "free");
  const any = choices.below(4) === 0 || used.length === 0;
  return BigInt(any ? choices.below(securePages(state.config) + 1) : choices.of(used)[0]);
};
const some =
  (...types: readonly RiscvPage["type"][]) =>
  (scene: RiscvScene): bigint => {
    const found = pick(
      scene.choices,
      types.flatMap((type) => ofType(scene.state, type)),
    );
    return found === undefined ? somePage(scene) : BigInt(found[0]);
  };
const someInsecure = ({ state: { config }, choices }: RiscvScene): bigint =>
  BigInt(choices.below(4) > 0 ? choices.below(6) : insecurePages(config) + choices.below(64));

const SOME: Readonly<Record<ArgumentKind, (scene: RiscvScene) => bigint>> = {
  newPage: somePage,
  anyPage: somePage,
  addrspace: some("addrspace"),
  dispatcher: some("dispatcher"),
  table: some("l1", "l2", "l3"),
  index: ({ choices }) => BigInt(choices.of([...SLOTS, ENTRIES])),
  mapping: ({ choices }) => choices.of(PERMISSIONS),
  source: someInsecure,
  insecure: someInsecure,
  entry: ({ choices }) => BigInt(choices.of([0, 0x1000])),
  word: ({ choices }) => BigInt(choices.of([0, 1, 0xff])),
};

type Enabled = (scene: RiscvScene) => readonly (bigint | number | undefined)[] | undefined;

const free = ({ state, choices }: RiscvScene): number | undefined => pick(choices, ofType(state, "free"))?.[0];

/** A table of an address space that is being built, and a slot of it that is empty. */
function freeSlot(scene: RiscvScene, type: "l1" | "l2" | "l3"): readonly [table: number, index: number] | undefined {
  const table = pick(scene.choices, inLife(scene.state, type, "init"))?.[0];
  if (table === undefined) return undefined;
  const base = paOfPage(securePage(scene.state.config, table));
  const slots = type === "l3" ? SLOTS : [0, 1];
  const index = pick(
    scene.choices,
    slots.filter((slot) => scene.machine.read64(pa(base + slot * PTE_BYTE_LEN)) === 0n),
  );
  return index === undefined ? undefined : [table, index];
}

const ENABLED: Readonly<Record<string, Enabled>> = {
  Query: () => [],
  GetPhysPages: () => [],
  InitAddrspace: (scene) => {
    if (ofType(scene.state, "addrspace").length >= MAX_SPACES) return undefined;
    const l1 = free(scene);
    return [
      pick(
        scene.choices,
        ofType(scene.state, "free").filter(([nr]) => nr !== l1),
      )?.[0],
      l1,
    ];
  },
  InitDispatcher: (scene) => [free(scene), pick(scene.choices, inLife(scene.state, "addrspace", "init"))?.[0], 0x1000],
  InitL2PTable: (scene) => {
    const slot = freeSlot(scene, "l1");
    return slot && [free(scene), ...slot];
  },
  InitL3PTable: (scene) => {
    const slot = freeSlot(scene, "l2");
    return slot && [free(scene), ...slot];
  },
  MapSecure: (scene) => {
    const slot = freeSlot(scene, "l3");
    return slot && [free(scene), ...slot, 6, scene.choices.below(6)];
  },
  MapInsecure: (scene) => {
    const slot = freeSlot(scene, "l3");
    return slot && [...slot, 6, scene.choices.below(6)];
  },
  Remove: ({ state, choices }) => {
    const removable = pagesOf(state).filter(([, page]) =>
      page.type === "addrspace"
        ? page.state === "stopped" && page.refcount === 1
        : lifeOf(state, ownerOf(page)) === "stopped",
    );
    return [pick(choices, removable)?.[0]];
  },
  Finalise: ({ state, choices }) => [pick(choices, inLife(state, "addrspace", "init"))?.[0]],
  Enter: ({ state, choices }) => [pick(choices, threads(state, false))?.[0], 1, 2, 3],
  Resume: ({ state, choices }) => [pick(choices, threads(state, true))?.[0]],
  Stop: ({ state, choices }) => [pick(choices, inLife(state, "addrspace", "init", "final"))?.[0]],
};

const threads = (state: RiscvState, entered: boolean): readonly Numbered[] =>
  inLife(state, "dispatcher", "final").filter(([, page]) => (page as RiscvDispatcher).entered === entered);

const WEIGHTS: Readonly<Record<string, number>> = {
  Query: 1,
  GetPhysPages: 1,
  MapSecure: 9,
  Enter: 14,
  Resume: 14,
  Stop: 2,
  Finalise: 3,
};

const numbered = (nr: number) => (args: readonly (bigint | undefined)[]) => [
  [A7, BigInt(nr)] as const,
  ...args.map((arg, i) => [A0 + i, arg ?? 0n] as const),
];

const osRule = ({ nr, name, args }: (typeof RISCV_CALLS)[number]): CallRule<RiscvState> => ({
  by: "os",
  name,
  weight: WEIGHTS[name] ?? 4,
  args: args.map((kind, i): ArgumentRule<RiscvState> => ({ name: `${kind} ${i}`, some: SOME[kind] })),
  enabled: (scene) => {
    const found = ENABLED[name]?.(scene);
    return found?.every((arg) => arg !== undefined) ? found.map((arg) => BigInt(arg!)) : undefined;
  },
  registers: numbered(nr),
});

/** Numbers that are no call of anybody's. */
const UNKNOWN = [9n, 18n, 19n, 24n, 28n, 31n, 99n];
const unknownCall = (by: "os" | "enclave"): CallRule<RiscvState> => ({
  by,
  name: "unknown call",
  weight: 1,
  args: [{ name: "which", secrecy: "chosen", some: ({ choices }) => BigInt(choices.below(UNKNOWN.length)) }],
  enabled: ({ choices }) => [BigInt(choices.below(UNKNOWN.length))],
  registers: ([which]) => [[A7, UNKNOWN[Number((which ?? 0n) % BigInt(UNKNOWN.length))]!]],
});

const exit: CallRule<RiscvState> = {
  by: "enclave",
  name: "Exit",
  args: [{ name: "value", secrecy: { release: "exit value" }, some: SOME.word }],
  enabled: ({ choices }) => [BigInt(choices.below(256))],
  registers: numbered(RISCV_CALL.EXIT),
};

// --- policy ---

const bytesOf = (registers: BigUint64Array): Uint8Array =>
  new Uint8Array(registers.buffer, registers.byteOffset, registers.byteLength);

const pageEntry = ([nr, page]: Numbered): Entry => {
  if (page.type === "addrspace") return [`addrspace ${nr}`, `L1 ${page.l1}, ${page.refcount} pages, ${page.state}`];
  if (page.type === "dispatcher") return [`dispatcher ${nr}`, `of ${page.owner}, entered ${page.entered}`];
  return [`page ${nr}`, page.type === "free" ? "free" : `${page.type} of ${page.owner}`];
};

const contextEntries = (nr: number, { x, f, pc, csrs }: Hart): readonly Entry[] => [
  [`dispatcher ${nr} x`, bytesOf(x)],
  [`dispatcher ${nr} f`, bytesOf(f)],
  [`dispatcher ${nr} pc`, pc],
  [`dispatcher ${nr} CSRs`, Object.values(csrs).join(" ")],
];

export const KOMODO_RISCV: NiModel<RiscvState> = {
  name: "komodo-riscv",
  ramSize: RAM_SIZE,
  defects: Object.keys(KOMODO_RISCV_DEFECTS),
  personality: ({ ramSize }, ids) =>
    createKomodoRiscv(new PureMachine(ramSize), {
      securePages: SECURE_PAGES,
      insecurePages: INSECURE_PAGES,
      defects: ids as RiscvDefectId[],
    }).personality,
  calls: [...RISCV_CALLS.map(osRule), unknownCall("os"), exit, unknownCall("enclave")],
  result: (x) => `${BigInt.asIntN(64, x[A0]!)}, 0x${x[A0 + 1]!.toString(16)}`,
  osAddress: ({ state: { config }, choices }) => {
    const page =
      choices.below(2) === 0
        ? insecurePageAt(config, choices.below(6))
        : securePage(config, choices.below(SECURE_PAGES));
    return BigInt(paOfPage(page) + choices.below(512) * 8);
  },
  enclaveAddress: ({ choices }) => BigInt(choices.of([...SLOTS, 5]) * PAGE_SIZE + choices.below(512) * 8),
  observers: (state) => inLife(state, "addrspace", "init", "final").map(([nr]) => nr),
  running: (state) => (state.running === undefined ? undefined : threadOf(state, state.running.dispatcher).owner),
  *pagesOf(state, enclave) {
    for (const [nr, page] of pagesOf(state))
      if (ownerOf(page) === enclave && page.type !== "addrspace" && page.type !== "dispatcher")
        yield securePage(state.config, nr);
  },
  isPublicPage: (state, page) => {
    const nr = page - state.config.secure.from;
    const type = nr >= 0 && nr < securePages(state.config) ? state.pages.get(nr).type : undefined;
    return type === "l1" || type === "l2" || type === "l3";
  },
  observeOs: (state) => pagesOf(state).map(pageEntry),
  observeEnclave: (state, enclave) =>
    lifeOf(state, enclave) === "stopped"
      ? []
      : pagesOf(state).flatMap(([nr, page]) => {
          if (ownerOf(page) !== enclave) return [];
          const entry = pageEntry([nr, page]);
          return page.type === "dispatcher" ? [entry, ...contextEntries(nr, page.context)] : [entry];
        }),
  observables: {
    os: {
      page: "all page types and owners, and contents of page tables (§3.2, os-equivalence)",
      addrspace: "state, reference count and L1 page of every address space",
      dispatcher: "entered: Enter and Resume tell",
    },
    enclave: {
      own: "contents of its pages and its tables",
      addrspace: "its state",
      dispatcher: "its threads' registers",
      page: "which pages it owns, and their types",
    },
  },
  releases: {
    "leave kind": "0, 9 or 10 in a0 of Enter and Resume (§3.1)",
    "fault cause": "a1 = mcause: a larger leak than ARM's (§3.1)",
    "exit value": "a0 of Exit",
    "shared store": "insecure memory flows everywhere (§3.2)",
  },
  *secrets(state) {
    for (const [nr, page] of pagesOf(state)) yield* secretsIn(state, nr, page);
    if (state.running === undefined) return;
    yield {
      kind: "saved registers",
      of: "os",
      what: "of the OS",
      plant: (now, next) => ({ ...now, running: { ...now.running!, host: withSecrets(now.running!.host, next) } }),
    };
  },
  mayAffect: (action, observer, state) => {
    if (action.do !== "call" || observer === "os" || action.by !== "os") return false;
    // "local respect for every action except finalise and stop" (§3.2)
    if (lifeOf(state, observer) !== "final") return true;
    const named = pagesOf(state)[Number(action.args[0] ?? -1n)]?.[1];
    return ["Enter", "Resume", "Stop"].includes(action.name) && ownerOf(named) === observer;
  },
};

function* secretsIn(state: RiscvState, nr: number, page: RiscvPage): Generator<SecretPlace<RiscvState>> {
  const at = securePage(state.config, nr) as PageNo;
  if (page.type === "free") yield { kind: "free page", of: "nobody", page: at };
  else if (page.type === "data") yield { kind: "data page", of: page.owner, page: at };
  else if (page.type === "dispatcher")
    yield {
      kind: "saved registers",
      of: page.owner,
      what: `of dispatcher ${nr}`,
      plant: (now, next) => {
        const thread = threadOf(now, nr);
        return withPage(now, nr, { ...thread, context: withSecrets(thread.context, next) });
      },
    };
}

/** pc and satp are the monitor's and the OS's doing; what S-mode keeps for itself is a secret. */
function withSecrets(hart: Hart, next: () => bigint): Hart {
  const [x, f] = [hart.x.slice(), hart.f.slice()];
  for (let i = 1; i < 32; i++) x[i] = next();
  for (let i = 0; i < 32; i++) f[i] = next();
  return { ...hart, x, f, csrs: { ...hart.csrs, sscratch: next(), stval: next(), fcsr: next() & 0xffn } };
}
