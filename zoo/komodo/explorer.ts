/**
 * Every state that a small machine can reach. Komodo reference §4.11: a few pages, slot 0 of the L1 and of the L2 table,
 * pages of zeros or of ones, secure mappings with and without W; an enclave stays for one deed (write, MapData, UnmapData, InitL2PTable, or none) and leaves
 * by Exit or by an interrupt. The rows of the monitor's own tables are carried out; only the alignment of L1 pages is
 * left out, so that pages can change names.
 */
import { type Pa, type PageNo, pageNoOf } from "../../core/units.ts";
import type { MemoryView } from "../../monitor/kernel/draft.ts";
import { entryHart } from "../../monitor/kernel/hart.ts";
import { type CallRow, type EnclaveCall, firstDenial, type OsCall } from "../../monitor/komodo/call.ts";
import { ENCLAVE_CALLS, OS_CALLS } from "../../monitor/komodo/calls.ts";
import type { DefectId } from "../../monitor/komodo/defects.ts";
import { interrupted } from "../../monitor/komodo/enclave-calls/leaving.ts";
import { KOMODO_INVARIANTS } from "../../monitor/komodo/invariants.ts";
import type { SecurePage } from "../../monitor/komodo/page.ts";
import {
  dispatcherOf,
  initialState,
  type KomodoConfig,
  type KomodoState,
  spaceOf,
} from "../../monitor/komodo/state.ts";

/** A state of the database, and what each page is filled with. */
interface Node {
  readonly state: KomodoState;
  readonly contents: readonly number[];
}

/** Slot 0: R, and R with W. */
const [READ, WRITE] = [1n, 3n];
const ENTRY = 0x1000n;
/** Pages of insecure RAM: 0 stands for zeros, 1 is full of ones. */
const ONES = 1;
const HART = entryHart(0n, 0n, []);

export interface Exploration {
  readonly states: number;
  readonly edges: number;
  readonly depth: number;
  /** "MapSecure VA_FREE", "Enter success". */
  readonly outcomes: ReadonlySet<string>;
  /** The first state that breaks an invariant: which, and the calls that led there. */
  readonly violation: string | undefined;
}

/**
 * @param pages 3 to 6
 * @param key what tells states apart: the same for those that are the same
 * @param defects that are switched on
 */
export function explore(pages: number, key: (node: Node) => string, defects: readonly DefectId[] = []): Exploration {
  const first: Node = { state: initialState(configOf(pages, defects)), contents: new Array<number>(pages).fill(0) };
  const seen = new Map<string, string>([[key(first), ""]]);
  const outcomes = new Set<string>();
  let layer = [first];
  let [edges, depth] = [0, 0];
  while (layer.length > 0) {
    const next: Node[] = [];
    for (const node of layer) {
      const path = seen.get(key(node))!;
      const violation = violationIn(node);
      if (violation !== undefined)
        return { states: seen.size, edges, depth, outcomes, violation: `${violation} after ${path}` };
      for (const edge of edgesFrom(node)) {
        edges++;
        outcomes.add(edge.outcome);
        if (edge.to.state === node.state && edge.to.contents === node.contents) continue;
        const name = key(edge.to);
        if (seen.has(name)) continue;
        seen.set(name, `${path} ${edge.call};`);
        next.push(edge.to);
      }
    }
    if (next.length > 0) depth++;
    layer = next;
  }
  return { states: seen.size, edges, depth, outcomes, violation: undefined };
}

/** All but the one about the machine's tables, which a state here does not have. */
function violationIn({ state }: Node): string | undefined {
  for (const { name, violation } of KOMODO_INVARIANTS) {
    const found = name === "machine-tables" ? undefined : violation(state, NO_MEMORY);
    if (found !== undefined) return `${name}: ${found}`;
  }
  return undefined;
}

interface Edge {
  readonly call: string;
  readonly outcome: string;
  readonly to: Node;
}

function* edgesFrom(node: Node): Generator<Edge> {
  for (const row of OS_CALLS)
    for (const args of argumentsOf(row, node.contents.length)) {
      const call = `${row.name}(${args})`;
      const made = perform(row, osCall(node, args), node);
      if (made.node.state.running === undefined) yield { call, outcome: `${row.name} ${made.result}`, to: made.node };
      else for (const burst of burstsOf(made.node)) yield { ...burst, call: `${call}, ${burst.call}` };
    }
}

/** One deed of the enclave that runs, and how it leaves. */
function* burstsOf(node: Node): Generator<Edge> {
  for (const deed of deedsOf(node)) {
    const exited = perform(exitRow, enclaveCall(deed.to, [0n]), deed.to);
    yield { ...deed, call: `${deed.call}, Exit`, to: exited.node };
    const left = interrupted(enclaveCall(deed.to, []), 7n);
    yield { ...deed, call: `${deed.call}, interrupt`, to: { state: left.state, contents: deed.to.contents } };
  }
}

function* deedsOf(node: Node): Generator<Edge> {
  yield { call: "nothing", outcome: "Enter success", to: node };
  const { space } = enclaveCall(node, []);
  const l1 = node.state.pages.get(space.l1);
  const l2 = l1.type === "l1" ? l1.slots.get(0) : undefined;
  const table = l2 === undefined ? undefined : node.state.pages.get(l2);
  const mapping = table?.type === "l2" ? table.slots.get(0) : undefined;
  if (mapping?.kind === "secure" && mapping.w)
    for (const value of [0, 1])
      yield {
        call: `writes ${value}`,
        outcome: "Enter success",
        to: { ...node, contents: node.contents.with(mapping.page, value) },
      };
  for (const row of ENCLAVE_CALLS.filter(({ name }) => DEEDS.includes(name)))
    for (let page = 0; page < node.contents.length; page++) {
      for (const last of row.name === "EnclaveInitL2PTable" ? [0n] : row.name === "MapData" ? [READ, WRITE] : [WRITE]) {
        const made = perform(row, enclaveCall(node, [BigInt(page), last]), node);
        yield { call: `${row.name}(${page})`, outcome: `${row.name} ${made.result}`, to: made.node };
      }
    }
}

const DEEDS = ["MapData", "UnmapData", "EnclaveInitL2PTable"];
const exitRow = ENCLAVE_CALLS.find(({ name }) => name === "Exit")!;

/** Arguments worth trying: every page, slot 0, contents of zeros and of ones. */
function argumentsOf({ name, args }: CallRow<OsCall>, pages: number): bigint[][] {
  const all = Array.from({ length: pages }, (_, nr) => BigInt(nr));
  const values = args.map((kind) => {
    if (kind === "index") return [0n];
    if (kind === "mapping") return name === "MapSecure" ? [READ, WRITE] : [WRITE];
    if (kind === "source") return [0n, BigInt(ONES)];
    if (kind === "insecure") return [BigInt(ONES)];
    if (kind === "entry") return [ENTRY];
    return kind === "word" ? [0n] : all;
  });
  return values.reduce<bigint[][]>(
    (made, choices) => made.flatMap((some) => choices.map((one) => [...some, one])),
    [[]],
  );
}

function osCall({ state }: Node, args: readonly bigint[]): OsCall {
  return { state, memory: NO_MEMORY, hartId: 0, hart: HART, args: [...args, 0n, 0n, 0n, 0n] };
}

function enclaveCall(node: Node, args: readonly bigint[]): EnclaveCall {
  const nr = node.state.running!.dispatcher;
  const dispatcher = dispatcherOf(node.state, nr);
  return { ...osCall(node, args), nr, dispatcher, space: spaceOf(node.state, dispatcher.owner) };
}

function perform<Call extends OsCall>(
  row: CallRow<Call>,
  call: Call,
  node: Node,
): { readonly node: Node; readonly result: string } {
  const checks = row.checks.filter(({ guard }) => guard !== "L1_ALIGNED");
  const denial = firstDenial({ ...row, checks }, call);
  if (denial !== undefined) return { node, result: denial.guard };
  const { state, effects } = row.effect(call);
  const { secure } = state.config;
  let { contents } = node;
  for (const effect of effects) {
    if (effect.kind === "copyPage") contents = contents.with(effect.destination - secure.from, 1);
    if (effect.kind !== "zero") continue;
    const page = pageNoOf(effect.pa) - secure.from;
    if (page >= 0 && page < contents.length && contents[page] !== 0) contents = contents.with(page, 0);
  }
  return { node: state === node.state && contents === node.contents ? node : { state, contents }, result: "success" };
}

function configOf(pages: number, defects: readonly DefectId[]): KomodoConfig {
  const range = (from: number, count: number) => ({ from: from as PageNo, to: (from + count) as PageNo });
  return {
    ram: range(0x80000, 256),
    isolated: range(0x80040, 64),
    tables: range(0x80040, 32),
    opened: range(0x80060, 16),
    secure: range(0x80060, pages),
    attestKey: new Uint32Array(8),
    random: () => 0,
    macForm: "komodo",
    defects: new Set(defects),
  };
}

const BLANK = new Uint8Array(4096);
const NO_MEMORY: MemoryView = {
  read64: () => 0n,
  readBytes: (_: Pa, byteLen: number) => BLANK.subarray(0, byteLen).slice(),
  verify: () => true,
  backedPages: () => [],
};

/** Pages by their numbers. Of a page that is not data it does not matter what it is filled with. */
export function exactKey({ state, contents }: Node): string {
  return contents.map((content, nr) => describe(state, nr, content, (page) => page)).join("|");
}

/** The least of the keys under all renamings of pages: states that differ by names only are one. */
export function renamedKey(permutations: readonly (readonly number[])[]): (node: Node) => string {
  return ({ state, contents }) => {
    let least: string | undefined;
    for (const names of permutations) {
      const parts = new Array<string>(contents.length);
      for (let nr = 0; nr < contents.length; nr++)
        parts[names[nr]!] = describe(state, nr, contents[nr]!, (page) => names[page]!);
      const key = parts.join("|");
      if (least === undefined || key < least) least = key;
    }
    return least!;
  };
}

export function permutationsOf(count: number): number[][] {
  if (count === 0) return [[]];
  return permutationsOf(count - 1).flatMap((rest) =>
    rest.concat(count - 1).map((_, at) => rest.toSpliced(at, 0, count - 1)),
  );
}

function describe(state: KomodoState, nr: number, content: number, name: (page: number) => number): string {
  const page: SecurePage = state.pages.get(nr);
  switch (page.type) {
    case "free":
      return "-";
    case "addrspace":
      return `A${name(page.l1)}${page.refcount}${page.state[0]}`;
    case "dispatcher":
      return `T${name(page.owner)}${page.entered ? "e" : ""}`;
    case "l1": {
      const l2 = page.slots.get(0);
      return `1${name(page.owner)}${l2 === undefined ? "" : name(l2)}`;
    }
    case "l2": {
      const mapping = page.slots.get(0);
      const target =
        mapping === undefined ? "" : mapping.kind === "secure" ? `s${name(mapping.page)}${mapping.w ? "w" : ""}` : "i";
      return `2${name(page.owner)}${target}`;
    }
    case "data":
      return `D${name(page.owner)}${content}`;
    case "spare":
      return `S${name(page.owner)}`;
  }
}
