/**
 * The model of a monitor that nobody wrote a model for: the operating system sees what it can read and nothing is known of
 * the monitor's state. It drives the calls of host/plain/plain-abi.ts and tries any other number with small arguments.
 *
 * Secrets are a page of data in every enclave and its registers while it runs. There is no statement about enclaves among
 * each other: which pages and registers are whose, only a model can say. So C-OS and WT hold or fail, INV checks the
 * personality's own invariants, and of the other properties it says nothing.
 */
import { PTE_A, PTE_D, PTE_R, PTE_U, PTE_V, PTE_W, PTE_X, pteOf } from "../core/sv39.ts";
import { PAGE_SIZE, type Pa, pa, pageNoOf } from "../core/units.ts";
import { PLAIN_HOST, PlainCall, SYS_WRITE } from "../host/plain/plain-abi.ts";
import { PUBLIC } from "../monitor/kernel/page-owner.ts";
import { type MonitorModule, ownerIn, type Personality } from "../monitor/kernel/personality.ts";
import type { CallRule, NiModel, OsHands, Scene } from "./spec/model.ts";

const RAM_SIZE = 16 * 1024 * 1024;
const REGION_PAGES = 16;
/** Behind what a monitor may want for itself; naturally aligned. */
const PLACES: readonly Pa[] = Array.from({ length: 24 }, (_, i) => pa(0x8080_0000 + i * REGION_PAGES * PAGE_SIZE));
const ENCLAVE_EXTENSION = 0x100101n;
const [CODE_VA, DATA_VA] = [0x1000n, 0x2000n];
/** Pages of an image: root, middle and last table, code, data. */
const [ROOT, MIDDLE, LAST, CODE, DATA] = [0, 1, 2, 3, 4];
const LEAF = PTE_V | PTE_R | PTE_U | PTE_A | PTE_D;

/** A module that brings its own model says so. */
export interface ModelledMonitor<S> extends MonitorModule<S> {
  readonly model?: NiModel<S>;
}

export function modelOf<S>(module: ModelledMonitor<S>): NiModel<S> {
  if (module.model) return module.model;
  let personality: Personality<S> | undefined;
  const ownership = (state: S) => personality!.ownership(state);
  const isHosts = (state: S, region: number): boolean => {
    for (let i = 0; i < REGION_PAGES; i++)
      if (ownerIn(ownership(state), pageNoOf(pa(region + i * PAGE_SIZE))) !== PUBLIC) return false;
    return true;
  };
  const running = (state: S): number | undefined => {
    const world = personality!.worldOf(state, 0);
    return world.kind === "enclave" ? world.eid : undefined;
  };
  return {
    name: module.name,
    ramSize: RAM_SIZE,
    properties: ["C-OS", "WT", "INV"],
    personality: (facts, defects) => {
      personality = module.personality(facts, { seed: 0n, defects: new Set(defects) });
      return personality;
    },
    calls: [...hostCalls(isHosts), ...ENCLAVE_CALLS],
    result: (x) => `0x${x[10]!.toString(16)}, 0x${x[11]!.toString(16)}`,
    osAddress: ({ choices }) => BigInt(choices.of(PLACES) + choices.below(REGION_PAGES * 512) * 8),
    enclaveAddress: ({ choices }) => choices.of([DATA_VA, DATA_VA, CODE_VA, 0n]) + BigInt(choices.below(512) * 8),
    observers: () => [],
    running,
    pagesOf: () => [],
    observeOs: () => [],
    observeEnclave: () => [],
    observables: { os: {}, enclave: {} },
    releases: {
      "exit value": "EXIT hands a0 to the host",
      ocall: "the host serves ocalls by their number",
      "leave kind": "RUN returns why the enclave gave the hart back",
    },
    *secrets(state) {
      for (const region of PLACES) {
        const page = pageNoOf(pa(region + DATA * PAGE_SIZE));
        const owner = ownerIn(ownership(state), page);
        if (owner !== undefined && owner !== PUBLIC) yield { kind: "data page", of: owner, page };
      }
    },
    mayAffect: () => true,
  };
}

const id = {
  name: "id",
  some: ({ choices }: Scene<unknown>) => BigInt(choices.below(6)),
};
const small = (name: string) => ({
  name,
  some: ({ choices }: Scene<unknown>) => BigInt(choices.of([0, 1, 2, 8, PAGE_SIZE, ...PLACES.slice(0, 3)])),
});
const registers = (fid: bigint) => (args: readonly (bigint | undefined)[]) =>
  [[17, PLAIN_HOST], [16, fid], ...args.map((arg, i) => [10 + i, arg ?? 0n] as const)] as const;

const hostCalls = <S>(isHosts: (state: S, region: number) => boolean): readonly CallRule<S>[] => [
  {
    by: "os",
    name: "CREATE",
    weight: 6,
    args: [small("region"), small("size"), small("entry"), small("root")],
    enabled: ({ state, choices }) => {
      const region = choices.of(PLACES);
      if (!isHosts(state, region)) return undefined;
      return [region, REGION_PAGES * PAGE_SIZE, Number(CODE_VA), region + ROOT * PAGE_SIZE].map(BigInt);
    },
    registers: registers(PlainCall.CREATE),
    stage: ([region], os) => {
      if (PLACES.some((place) => BigInt(place) === region)) stageImage(os, Number(region));
    },
  },
  {
    by: "os",
    name: "RUN",
    weight: 14,
    args: [id],
    enabled: (scene) => [id.some(scene)],
    registers: registers(PlainCall.RUN),
  },
  {
    by: "os",
    name: "DESTROY",
    weight: 2,
    args: [id],
    enabled: (scene) => [id.some(scene)],
    registers: registers(PlainCall.DESTROY),
  },
  {
    by: "os",
    name: "any call",
    weight: 6,
    args: [small("number"), small("a0"), small("a1"), small("a2"), small("a3")],
    enabled: ({ choices }) => [choices.below(128), ...[0, 1, 2, 3].map(() => choices.below(8))].map(BigInt),
    registers: ([fid, ...args]) => registers(fid ?? 0n)(args),
  },
];

const enclaveCall = (name: string, fid: bigint, release?: string): CallRule<unknown> => ({
  by: "enclave",
  name,
  args:
    release === undefined
      ? []
      : [{ name: "a0", secrecy: { release }, some: ({ choices }) => BigInt(choices.below(8)) }],
  enabled: ({ choices }) => (release === undefined ? [] : [release === "ocall" ? SYS_WRITE : BigInt(choices.below(8))]),
  registers: ([a0]) => [[16, ENCLAVE_EXTENSION], [17, fid], ...(a0 === undefined ? [] : [[10, a0] as const])],
});
const ENCLAVE_CALLS: readonly CallRule<never>[] = [
  enclaveCall("EXIT", 99n, "exit value"),
  enclaveCall("OCALL", 98n, "ocall"),
  enclaveCall("YIELD", 89n),
] as never;

function stageImage(os: OsHands, region: number): void {
  const at = (page: number): Pa => pa(region + page * PAGE_SIZE);
  const table = (page: number, entries: Readonly<Record<number, bigint>>): void => {
    const words = new BigUint64Array(PAGE_SIZE / 8);
    for (const [index, entry] of Object.entries(entries)) words[Number(index)] = entry;
    os.write(at(page), new Uint8Array(words.buffer));
  };
  table(ROOT, { 0: pteOf(at(MIDDLE), PTE_V) });
  table(MIDDLE, { 0: pteOf(at(LAST), PTE_V) });
  table(LAST, { 1: pteOf(at(CODE), LEAF | PTE_X), 2: pteOf(at(DATA), LEAF | PTE_W) });
  os.write(at(CODE), new Uint8Array(PAGE_SIZE).fill(0xc0));
  os.write(at(DATA), new Uint8Array(PAGE_SIZE).fill(0xda));
}
