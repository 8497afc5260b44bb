/**
 * Calls of the face `komodo`, with arguments that should succeed now. Numbers and kinds of arguments are the rows of the
 * specification itself; what makes a call succeed stands here again, for the generator. Komodo reference §1.6, §1.7, §4.6.
 */
import { PAGE_SIZE } from "../../core/units.ts";
import type { ArgumentKind } from "../../monitor/komodo/call-row.ts";
import { ENCLAVE_CALLS, OS_CALLS } from "../../monitor/komodo/calls.ts";
import { insecureCount, type KomodoState, pageCount, physicalOf } from "../../monitor/komodo/state.ts";
import type { ArgumentRule, CallRule } from "../spec/model.ts";
import {
  freeL1Index,
  freeWord,
  type KomodoScene,
  mappingsOf,
  pagesOf,
  pagesOfType,
  pick,
  someWord,
  spacesIn,
  stateOf,
  threads,
} from "./scene.ts";

type Rule = CallRule<KomodoState>;
type Argument = ArgumentRule<KomodoState>;
type Enabled = (scene: KomodoScene) => readonly (bigint | number | undefined)[] | undefined;

const R0 = 10;
const WORDS = 8;
/** Insecure pages that contents come from and that enclaves share; the OS writes them by stores. */
const SHARED_PAGES = 6;
const MAX_SPACES = 3;

/** Any page; one that is used, one that is free, the first behind the last. */
const somePage = ({ state, choices }: KomodoScene): bigint => {
  const used = pagesOf(state).filter(([, page]) => page.type !== "free");
  const nr =
    choices.below(4) === 0 || used.length === 0 ? choices.below(pageCount(state.config) + 1) : choices.of(used)[0];
  return BigInt(nr);
};
/** Insecure RAM mostly; also secure pages and the monitor's, counted from the beginning of RAM. */
const someInsecure = ({ state, choices }: KomodoScene): bigint => {
  const { config } = state;
  if (choices.below(2) > 0) return BigInt(1 + choices.below(SHARED_PAGES));
  const data = pick(choices, pagesOfType(state, "data"))?.[0];
  if (data !== undefined && choices.below(2) === 0) return BigInt(physicalOf(config, data) - config.ram.from);
  return BigInt(insecureCount(config) + choices.below(config.ram.to - config.ram.from - insecureCount(config)));
};

const SOME: Readonly<Record<ArgumentKind, (scene: KomodoScene) => bigint>> = {
  newPage: somePage,
  anyPage: somePage,
  addrspace: (scene) => BigInt(pick(scene.choices, pagesOfType(scene.state, "addrspace"))?.[0] ?? somePage(scene)),
  dispatcher: (scene) => BigInt(pick(scene.choices, pagesOfType(scene.state, "dispatcher"))?.[0] ?? somePage(scene)),
  table: somePage,
  index: ({ choices }) => BigInt(choices.of([0, 1, 2, 255, 256])),
  mapping: someWord,
  source: someInsecure,
  insecure: someInsecure,
  entry: ({ choices }) => BigInt(choices.of([0, 0x1000, 0x3fff_fffc])),
  word: ({ choices }) => BigInt(choices.of([0, 1, 0xff])),
};

const free = ({ state, choices }: KomodoScene, multipleOf = 1): number | undefined =>
  pick(
    choices,
    pagesOfType(state, "free").filter(([nr]) => nr % multipleOf === 0),
  )?.[0];

const OS_ENABLED: Readonly<Record<string, Enabled>> = {
  Query: () => [],
  GetPhysPages: () => [],
  InitAddrspace: (scene) => {
    if (pagesOfType(scene.state, "addrspace").length >= MAX_SPACES) return undefined;
    const l1 = free(scene, 4);
    const others = pagesOfType(scene.state, "free").filter(([nr]) => nr !== l1);
    return [pick(scene.choices, others)?.[0], l1];
  },
  InitDispatcher: (scene) => [free(scene), pick(scene.choices, spacesIn(scene.state, "init"))?.[0], 0x1000],
  InitL2PTable: (scene) => {
    const space = pick(scene.choices, spacesIn(scene.state, "init"));
    return space && [free(scene), space[0], freeL1Index(scene, space[1])];
  },
  MapSecure: (scene) => {
    const space = pick(scene.choices, spacesIn(scene.state, "init"));
    return space && [free(scene), space[0], freeWord(scene, space[1]), scene.choices.below(SHARED_PAGES)];
  },
  MapInsecure: (scene) => {
    const space = pick(scene.choices, spacesIn(scene.state, "init"));
    return space && [space[0], 1 + scene.choices.below(SHARED_PAGES), freeWord(scene, space[1], 3)];
  },
  AllocSpare: (scene) => [free(scene), pick(scene.choices, spacesIn(scene.state, "init", "final"))?.[0]],
  Remove: ({ state, choices }) => {
    const removable = pagesOf(state).filter(([nr, page]) => {
      if (page.type === "free") return nr === 0;
      if (page.type === "addrspace") return page.refcount === 0;
      const owner = stateOf(state, page.owner);
      return owner === "stopped" || (owner === "final" && page.type === "spare");
    });
    return [pick(choices, removable)?.[0]];
  },
  Finalise: ({ state, choices }) => [pick(choices, spacesIn(state, "init"))?.[0]],
  Enter: ({ state, choices }) => [pick(choices, threads(state, false))?.[0], 1, 2, 3],
  Resume: ({ state, choices }) => [pick(choices, threads(state, true))?.[0]],
  Stop: ({ state, choices }) => [pick(choices, spacesIn(state, "init", "final"))?.[0]],
};

/** An enclave that is built, finalised, entered: that is where things happen. */
const WEIGHTS: Readonly<Record<string, number>> = {
  Query: 1,
  GetPhysPages: 1,
  InitL2PTable: 6,
  InitDispatcher: 5,
  MapSecure: 9,
  Finalise: 3,
  Enter: 14,
  Resume: 14,
  Stop: 2,
  Remove: 5,
  Exit: 3,
  MapData: 8,
  UnmapData: 5,
};

const given = (enabled: Enabled | undefined, scene: KomodoScene): readonly bigint[] | undefined => {
  const args = enabled?.(scene);
  if (args === undefined || args.some((arg) => arg === undefined)) return undefined;
  return args.map((arg) => BigInt(arg!));
};

const numbered = (nr: number) => (args: readonly (bigint | undefined)[]) => [
  [R0, BigInt(nr)] as const,
  ...args.flatMap((arg, i) => (arg === undefined ? [] : [[R0 + 1 + i, arg] as const])),
];

const osRule = ({ nr, name, args }: (typeof OS_CALLS)[number]): Rule => ({
  by: "os",
  name,
  weight: WEIGHTS[name] ?? 4,
  args: args.map((kind, i): Argument => ({ name: `${kind} ${i}`, some: (scene) => SOME[kind](scene) })),
  enabled: (scene) => given(OS_ENABLED[name], scene),
  registers: numbered(nr),
});

/** The enclave that runs, as an address space. */
const self = ({ state }: KomodoScene) => {
  const running = state.running && state.pages.get(state.running.dispatcher);
  const space = running?.type === "dispatcher" ? state.pages.get(running.owner) : undefined;
  return space?.type === "addrspace" ? space : undefined;
};
const ownSpare = (scene: KomodoScene): number | undefined =>
  pick(
    scene.choices,
    pagesOfType(scene.state, "spare").filter(([, { owner }]) => owner === self(scene)?.owner),
  )?.[0];

const ENCLAVE_ENABLED: Readonly<Record<string, Enabled>> = {
  Exit: ({ choices }) => [choices.below(256)],
  MapData: (scene) => {
    const space = self(scene);
    return space && [ownSpare(scene), freeWord(scene, space)];
  },
  UnmapData: (scene) => {
    const space = self(scene);
    const mapped =
      space === undefined ? [] : mappingsOf(scene.state, space).filter(([, { kind }]) => kind === "secure");
    const found = pick(scene.choices, mapped);
    return found && [found[1].page, found[0]];
  },
  InitL2PTable: (scene) => {
    const space = self(scene);
    return space && [ownSpare(scene), freeL1Index(scene, space)];
  },
};
const ALL_WORDS: Enabled = () => Array.from({ length: WORDS }, () => 0);

/** §2.4, declassification axiom 3: "for Exit, MapData, UnmapData, InitL2PTable: R1; for the three dynamic-memory calls also R2". */
const RELEASED: Readonly<Record<string, string>> = {
  Exit: "exit value",
  MapData: "dynamic memory",
  UnmapData: "dynamic memory",
  InitL2PTable: "dynamic memory",
};

const enclaveRule = ({ nr, name: rowName, args }: (typeof ENCLAVE_CALLS)[number]): Rule => {
  // Two calls have one name in the reference; the rows tell them apart.
  const name = rowName.replace(/^Enclave/, "");
  const release = RELEASED[name];
  return {
    by: "enclave",
    name,
    weight: WEIGHTS[name] ?? 2,
    args: args.map(
      (kind, i): Argument => ({
        name: `${kind} ${i}`,
        secrecy: release === undefined ? "private" : { release },
        some: (scene) => SOME[kind](scene),
      }),
    ),
    enabled: (scene) => given(ENCLAVE_ENABLED[name] ?? (args.length === WORDS ? ALL_WORDS : () => []), scene),
    registers: numbered(nr),
  };
};

/** Numbers of no call, and 99, where a debug call might have been forgotten. */
const UNKNOWN = [3n, 9n, 16n, 19n, 24n, 28n, 30n, 98n, 99n, 100n];
const UNKNOWN_INSIDE = [5n, 9n, 13n, 19n, 21n, 100n];
const unknownCall = (by: "os" | "enclave", numbers: readonly bigint[]): Rule => ({
  by,
  name: "unknown call",
  weight: 2,
  args: [
    { name: "which", secrecy: "chosen", some: ({ choices }) => BigInt(choices.below(numbers.length)) },
    { name: "page", secrecy: "chosen", some: somePage },
  ],
  enabled: (scene) => [BigInt(scene.choices.below(numbers.length)), somePage(scene)],
  registers: ([which, page]) => numbered(Number(numbers[Number((which ?? 0n) % BigInt(numbers.length))]))([page]),
});

export const KOMODO_CALLS: readonly Rule[] = [
  ...OS_CALLS.map(osRule),
  unknownCall("os", UNKNOWN),
  ...ENCLAVE_CALLS.map(enclaveRule),
  unknownCall("enclave", UNKNOWN_INSIDE),
];

/** Loads and stores of the enclave: what is mapped, and what is not. */
export function enclaveAddress(scene: KomodoScene): bigint {
  const { state, choices } = scene;
  const space = self(scene);
  const mapped = space === undefined ? [] : mappingsOf(state, space);
  const word = choices.below(8) > 0 ? pick(choices, mapped)?.[0] : undefined;
  const page = (word ?? someWord(scene)) & ~0xfffn;
  return page + BigInt(choices.below(PAGE_SIZE / 8) * 8);
}
