/**
 * Calls of the host under penglai-tvm, with arguments that should succeed now. Penglai reference §6.2, §6.7.
 * Structures in memory are arguments here, too, so that one field can be out of place.
 */
import { isLeaf, pteOf } from "../../core/sv39.ts";
import { PAGE_SIZE, pa, pageNoOf } from "../../core/units.ts";
import { PUBLIC } from "../../monitor/kernel/page-owner.ts";
import { ownerIn } from "../../monitor/kernel/personality.ts";
import type { Enclave, EnclaveStatus, MonitorState, Shadow } from "../../monitor/penglai-tvm/state.ts";
import type { ArgumentRule, CallRule, OsHands, Scene } from "../spec/model.ts";
import { remembering } from "../spec/remember.ts";
import * as place from "./scenery.ts";

export type TvmScene = Scene<MonitorState>;
type Rule = CallRule<MonitorState>;
type Argument = ArgumentRule<MonitorState>;

const EXTENSION = 0x100100n;
const MAX_ENCLAVES = 4;

const enclavesIn = remembering((map: MonitorState["enclaves"]) => [...map.runs()].flatMap(({ value }) => value ?? []));
const shadowsIn = remembering((map: MonitorState["shadows"]) => [...map.runs()].flatMap(({ value }) => value ?? []));
export const enclavesOf = ({ enclaves }: MonitorState): readonly Enclave[] => enclavesIn(enclaves);
export const shadowsOf = ({ shadows }: MonitorState): readonly Shadow[] => shadowsIn(shadows);

const isHosts = ({ state }: TvmScene, at: number, pages: number): boolean => {
  for (let i = 0; i < pages; i++) {
    const page = pageNoOf(pa(at + i * PAGE_SIZE));
    const ownership = { first: state.config.ram.from, owners: state.owners };
    if (ownerIn(ownership, page) !== PUBLIC || state.shares.get(page - state.config.ram.from) > 0) return false;
  }
  return true;
};

/** A place whose pages are all the host's. */
function free(scene: TvmScene, places: readonly number[], pages: number): bigint | undefined {
  const first = scene.choices.below(places.length);
  for (let i = 0; i < places.length; i++) {
    const at = places[(first + i) % places.length]!;
    if (isHosts(scene, at, pages)) return BigInt(at);
  }
  return undefined;
}

const constant = (name: string, value: bigint | number): Argument => ({ name, some: () => BigInt(value) });
const oneOf = (name: string, places: readonly number[]): Argument => ({
  name,
  some: ({ choices }) => BigInt(choices.of(places)),
});
/** Of an enclave or shadow that is there, mostly. */
const id: Argument = {
  name: "eid",
  some: ({ state, choices }) => {
    const ids = [...enclavesOf(state), ...shadowsOf(state)].map(({ eid }) => eid);
    return BigInt(ids.length > 0 ? choices.of(ids) : choices.below(3));
  },
};

const registers =
  (fid: number, ...fixed: readonly bigint[]) =>
  (args: readonly (bigint | undefined)[]) =>
    [
      [17, EXTENSION],
      [16, BigInt(fid)],
      ...[...fixed, ...args].slice(0, 6).map((value, i) => [10 + i, value ?? 0n] as const),
    ] as const;

/** A call that is not enabled unless somebody is in one of these states. */
const on = (scene: TvmScene, statuses: readonly EnclaveStatus[]): bigint | undefined => {
  const found = enclavesOf(scene.state).filter(({ status }) => statuses.includes(status));
  return found.length > 0 ? BigInt(scene.choices.of(found).eid) : undefined;
};

const withEid = (name: string, fid: number, statuses: readonly EnclaveStatus[], weight: number): Rule => ({
  by: "os",
  name,
  weight,
  args: [id],
  enabled: (scene) => {
    const eid = on(scene, statuses);
    return eid === undefined ? undefined : [eid];
  },
  registers: registers(fid),
});

// --- create, fork ---

const [EID, OCALL_ID, ARG0, ARG1, RETVAL] = [0, 8, 16, 24, 32].map((offset) => place.RESULTS + offset);

/** create_param, 136 B (§6.7). */
const createParam = (
  name: bigint,
  region: bigint,
  size: bigint,
  entry: bigint,
  freeMem: bigint,
  kbuffer: bigint,
  shm: bigint,
) =>
  place.words([
    EID!,
    name,
    0,
    0,
    region,
    size,
    entry,
    freeMem,
    kbuffer,
    PAGE_SIZE,
    shm,
    PAGE_SIZE,
    OCALL_ID!,
    ARG0!,
    ARG1!,
    0,
    RETVAL!,
  ]);

const create = (name: string, fid: number, weight: number): Rule => ({
  by: "os",
  name,
  weight,
  args: [
    oneOf("region", place.REGION_PLACES),
    constant("size", place.REGION_PAGES * PAGE_SIZE),
    constant("entry", place.CODE_VA),
    constant("free_mem", place.REGION_PLACES[0]! + place.FREE_PAGE * PAGE_SIZE),
    oneOf("kbuffer", place.KBUFFER_PLACES),
    oneOf("shm", place.SHARED_PLACES),
    oneOf("name", place.NAMES),
  ],
  enabled: (scene) => {
    const { state, choices } = scene;
    if (enclavesOf(state).length + shadowsOf(state).length >= MAX_ENCLAVES) return undefined;
    const region = free(scene, place.REGION_PLACES, place.REGION_PAGES);
    if (region === undefined || state.freeRecords === 0) return undefined;
    const freeMem = region + BigInt(place.FREE_PAGE * PAGE_SIZE);
    const size = BigInt(place.REGION_PAGES * PAGE_SIZE);
    const [kbuffer, shm] = [choices.of(place.KBUFFER_PLACES), choices.of(place.SHARED_PLACES)].map(BigInt);
    return [region, size, place.CODE_VA, freeMem, kbuffer!, shm!, BigInt(choices.of(place.NAMES))];
  },
  registers: () => registers(fid)([BigInt(place.PARAM)]),
  stage: (args, os) => {
    const [region, size, entry, freeMem, kbuffer, shm, called] = args as [
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
      bigint,
    ];
    if (isPlace(region)) place.stageImage(os, Number(region));
    os.write(place.PARAM, createParam(called, region, size, entry, freeMem, kbuffer, shm));
  },
});

const isPlace = (region: bigint): boolean =>
  region % BigInt(PAGE_SIZE) === 0n &&
  region >= BigInt(place.RAM_BASE) &&
  region < BigInt(place.RAM_BASE + place.RAM_SIZE - place.REGION_PAGES * PAGE_SIZE);

const fork: Rule = {
  by: "os",
  name: "RUN_SHADOW",
  args: [
    id,
    oneOf("region", place.FORK_PLACES),
    constant("size", place.FORK_PAGES * PAGE_SIZE),
    oneOf("kbuffer", place.KBUFFER_PLACES),
    oneOf("shm", place.SHARED_PLACES),
  ],
  enabled: (scene) => {
    const { state, choices } = scene;
    const shadows = shadowsOf(state);
    const region = free(scene, place.FORK_PLACES, place.FORK_PAGES);
    if (shadows.length === 0 || region === undefined || enclavesOf(state).length >= MAX_ENCLAVES) return undefined;
    const [kbuffer, shm] = [choices.of(place.KBUFFER_PLACES), choices.of(place.SHARED_PLACES)].map(BigInt);
    return [BigInt(choices.of(shadows).eid), region, BigInt(place.FORK_PAGES * PAGE_SIZE), kbuffer!, shm!];
  },
  registers: ([eid]) => registers(87)([eid, BigInt(place.PARAM)]),
  stage: ([, region, size, kbuffer, shm], os) => {
    // shadow_run_param, 136 B (§6.7)
    const head = [0, region!, size!, EID!, kbuffer!, PAGE_SIZE, shm!, PAGE_SIZE, 0, 0];
    os.write(place.PARAM, place.words([...head, OCALL_ID!, ARG0!, ARG1!, 0, RETVAL!, 0, 0]));
  },
};

// --- run, resume ---

const noRelayPages = (os: OsHands): void => os.write(place.RUN_PARAM, new Uint8Array(16));

const run: Rule = {
  ...withEid("RUN", 97, ["fresh"], 8),
  registers: ([eid]) => registers(97)([eid, BigInt(place.RUN_PARAM)]),
  stage: (_, os) => noRelayPages(os),
};

const resume: Rule = {
  by: "os",
  name: "RESUME",
  weight: 14,
  args: [id, constant("from", 0), constant("ocall", 3), oneOf("block", place.GRANT_PLACES), constant("size", 0)],
  enabled: (scene) => {
    const { state, choices } = scene;
    const paused = enclavesOf(state).filter(({ status }) => ["runnable", "stopped", "ocalling"].includes(status));
    if (paused.length === 0) return undefined;
    const { eid, status, pending } = choices.of(paused);
    if (status !== "ocalling") return [BigInt(eid), status === "stopped" ? 1n : 0n, 0n, 0n, 0n];
    const block = pending!.grant === "none" ? 0n : (free(scene, place.GRANT_PLACES, place.GRANT_PAGES) ?? 0n);
    const size = block === 0n ? 0n : BigInt(place.GRANT_PAGES * PAGE_SIZE);
    return [BigInt(eid), 2n, BigInt(pending!.id), block, size];
  },
  registers: registers(95),
};

// --- page tables and memory ---

/** A window is pointed at a page: the host's own when it should succeed. */
const setPte: Rule = {
  by: "os",
  name: "SET_PTE",
  args: [
    { name: "flag", some: ({ choices }) => BigInt(1 + choices.below(5)) },
    { name: "entry", some: ({ choices }) => BigInt(place.windowEntry(choices.below(4))) },
    { name: "value", some: (scene) => pteOf(pa(Number(anyPage(scene))), place.LEAF) },
    constant("size", 8),
  ],
  enabled: (scene) => {
    const { choices } = scene;
    const entry = BigInt(place.windowEntry(choices.below(4)));
    return choices.of([
      // refused unless the page is the host's: the attack that SET_PTE is there to stop
      () => [1n, entry, pteOf(pa(Number(anyPage(scene))), place.LEAF), 0n],
      () => [1n, entry, pteOf(choices.of(place.KBUFFER_PLACES), place.LEAF), 0n],
      () => [1n, entry, 0n, 0n],
      () => [2n, entry, 0n, 8n],
      () => [5n, BigInt(place.PAIRS), 1n, 0n],
    ])();
  },
  registers: registers(101),
  stage: (_, os) => os.write(place.PAIRS, place.words([place.windowEntry(0), pteOf(place.REPORT, place.LEAF)])),
};

/** Pages of everybody's: what a hostile system tries to map. */
export const anyPage = ({ choices, state }: TvmScene): bigint => {
  const secret = enclavesOf(state).flatMap(({ region, mmaps, heap }) => [
    region,
    ...[...mmaps, ...heap].map(({ block }) => block),
  ]);
  const pick = choices.below(4);
  if (secret.length > 0 && pick < 2) {
    const { from, to } = choices.of(secret);
    return BigInt((from + choices.below(to - from)) * PAGE_SIZE);
  }
  if (pick === 2) return BigInt(choices.of([place.MBITMAP, place.PT_AREA, place.RAM_BASE, place.SPARE_TABLE]));
  return BigInt(choices.of([...place.KBUFFER_PLACES, ...place.SHARED_PLACES, ...place.REGION_PLACES]));
};

export const HOST_CALLS: readonly Rule[] = [
  create("CREATE_ENCLAVE", 99, 6),
  create("CREATE_SHADOW", 86, 2),
  create("CREATE_SERVER", 90, 3),
  {
    ...withEid("DESTROY_SERVER", 89, ["runnable"], 1),
    enabled: ({ state, choices }) => {
      const idle = enclavesOf(state).filter(({ server, caller }) => server !== undefined && caller === undefined);
      return idle.length > 0 ? [BigInt(choices.of(idle).eid)] : undefined;
    },
  },
  {
    by: "os",
    name: "SCHRODINGER_INIT",
    weight: 1,
    args: [oneOf("range", place.GRANT_PLACES), constant("size", PAGE_SIZE)],
    enabled: (scene) => {
      const at = free(scene, place.GRANT_PLACES, 1);
      return at === undefined ? undefined : [at, BigInt(PAGE_SIZE)];
    },
    registers: registers(85),
  },
  fork,
  run,
  resume,
  withEid("STOP", 96, ["runnable"], 3),
  withEid("DESTROY", 94, ["fresh", "runnable", "stopped", "ocalling"], 2),
  {
    ...withEid("ATTEST", 98, ["fresh", "stopped"], 2),
    args: [id, constant("report", place.REPORT), { name: "nonce", some: ({ choices }) => BigInt(choices.below(4)) }],
    enabled: (scene) => {
      const eid = on(scene, ["fresh", "stopped"]);
      return eid === undefined ? undefined : [eid, BigInt(place.REPORT), 7n];
    },
  },
  {
    by: "os",
    name: "ATTEST_SHADOW",
    weight: 1,
    args: [id, constant("report", place.REPORT), constant("nonce", 3)],
    enabled: ({ state, choices }) => {
      const shadows = shadowsOf(state);
      return shadows.length > 0 ? [BigInt(choices.of(shadows).eid), BigInt(place.REPORT), 3n] : undefined;
    },
    registers: registers(80),
  },
  {
    by: "os",
    name: "DESTROY_SHADOW",
    weight: 1,
    args: [id],
    enabled: ({ state, choices }) => {
      const shadows = shadowsOf(state).filter(({ liveForks }) => liveForks === 0);
      return shadows.length > 0 ? [BigInt(choices.of(shadows).eid)] : undefined;
    },
    registers: registers(79),
  },
  {
    by: "os",
    name: "MEMORY_EXTEND",
    weight: 1,
    args: [oneOf("memory", place.EXTENSION_PLACES), constant("size", PAGE_SIZE)],
    enabled: (scene) => {
      const at = free(scene, place.EXTENSION_PLACES, 1);
      return at === undefined ? undefined : [at, BigInt(PAGE_SIZE)];
    },
    registers: registers(92),
  },
  setPte,
  {
    by: "os",
    name: "MAP_PTE",
    weight: 1,
    args: [
      { name: "entry", some: ({ choices }) => BigInt(place.entryOf(choices.of(place.REGION_PLACES))) },
      constant("table", place.SPARE_TABLE),
    ],
    enabled: ({ machine }) =>
      isLeaf(machine.read64(place.HUGE_ENTRY)) ? [BigInt(place.HUGE_ENTRY), BigInt(place.SPARE_TABLE)] : undefined,
    registers: registers(81),
  },
  {
    by: "os",
    name: "SM_INIT",
    weight: 1,
    args: [
      constant("pt_area", place.PT_AREA),
      constant("pt_area size", place.PT_AREA_SIZE),
      constant("mbitmap", place.MBITMAP),
      constant("mbitmap size", place.MBITMAP_SIZE),
      constant("flag", place.RESULTS + 64),
    ],
    enabled: ({ state }) =>
      state.areas === undefined
        ? [place.PT_AREA, place.PT_AREA_SIZE, place.MBITMAP, place.MBITMAP_SIZE, place.RESULTS + 64].map(BigInt)
        : undefined,
    registers: registers(100),
  },
  {
    by: "os",
    name: "PT_AREA_SEPARATION",
    weight: 1,
    args: [constant("PGD order", place.PGD_ORDER), constant("PMD order", place.PMD_ORDER)],
    enabled: ({ state }) =>
      state.areas?.separation === undefined ? [BigInt(place.PGD_ORDER), BigInt(place.PMD_ORDER)] : undefined,
    registers: registers(83),
  },
  { by: "os", name: "PRINT", weight: 1, args: [], enabled: () => [], registers: registers(84) },
  {
    by: "os",
    name: "any function",
    weight: 1,
    args: [{ name: "number", some: ({ choices }) => BigInt(choices.of([77, 78, 82, 85, 88, 91, 93, 102, 255])) }],
    enabled: () => undefined,
    registers: ([fid]) => registers(Number(BigInt.asUintN(32, fid ?? 0n)))([]),
  },
];
