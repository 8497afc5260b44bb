/**
 * Calls of host and enclaves under penglai-pmp, with arguments that should succeed now, and the memory of a small operating
 * system without page tables, 8 MiB in all. Penglai reference §6.5 to §6.8.
 *
 *     0x8000_0000 monitor 2 MiB    0x8020_0000 parameters, results    0x8021_0000 pages to share, 8 × 2
 *     0x8040_0000 the first region, 2 MiB                             0x8060_0000 places for regions, 8 × 64 KiB
 */
import { PTE_A, PTE_D, PTE_R, PTE_U, PTE_V, PTE_W, PTE_X, pteOf } from "../../core/sv39.ts";
import { PAGE_SIZE, pa, paOfPage } from "../../core/units.ts";
import { PUBLIC } from "../../monitor/kernel/page-owner.ts";
import type { Enclave, EnclaveStatus, MonitorState } from "../../monitor/penglai-pmp/state.ts";
import type { ArgumentRule, CallRule, OsHands, Scene } from "../spec/model.ts";
import { remembering } from "../spec/remember.ts";

type PmpScene = Scene<MonitorState>;
type Rule = CallRule<MonitorState>;
type Argument = ArgumentRule<MonitorState>;

const RAM_BASE = 0x8000_0000;
export const RAM_SIZE = 8 * 2 ** 20;
const PARAM = 0x8020_0000;
const ALLOC_ARG = 0x8020_0100;
const RESULTS = 0x8020_0200;
const REPORT = 0x8020_0400;
const SHARED_PLACES = Array.from({ length: 8 }, (_, i) => 0x8021_0000 + i * 2 * PAGE_SIZE);
export const REGION = 0x8040_0000;
export const REGION_SIZE = 2 * 2 ** 20;
const REGION_PLACES = Array.from({ length: 8 }, (_, i) => 0x8060_0000 + i * 0x1_0000);
const BLOCK_SIZE = 16 * PAGE_SIZE;
const MAX_ENCLAVES = 4;

const CODE_VA = 0x1000n;
export const DATA_VA = 0x2000n;
const UNTRUSTED_VA = 0x10_0000_0000n;
const KBUFFER_VA = 0xffff_ffe0_0000_0000n;

const enclavesIn = remembering((map: MonitorState["enclaves"]) => [...map.runs()].flatMap(({ value }) => value ?? []));
export const enclavesOf = ({ enclaves }: MonitorState): readonly Enclave[] => enclavesIn(enclaves);

const constant = (name: string, value: bigint | number): Argument => ({ name, some: () => BigInt(value) });
const oneOf = (name: string, values: readonly (number | bigint)[]): Argument => ({
  name,
  some: ({ choices }) => BigInt(choices.of(values)),
});
const id: Argument = {
  name: "eid",
  some: ({ state, choices }) => {
    const ids = enclavesOf(state).map(({ eid }) => eid);
    return BigInt(ids.length > 0 ? choices.of(ids) : choices.below(3));
  },
};

/** Any page of RAM, mostly one that somebody uses. */
export function anyPage({ state, choices }: PmpScene): bigint {
  const blocks = enclavesOf(state).map(({ block }) => Number(paOfPage(block.page)));
  const base = choices.of([RAM_BASE, PARAM, REGION, ...SHARED_PLACES, ...REGION_PLACES, ...blocks, ...blocks]);
  return BigInt(base + choices.below(16) * PAGE_SIZE);
}

const registers =
  (fid: number, count = 6) =>
  (args: readonly (bigint | undefined)[]) =>
    [
      [17, 0x100100n],
      [16, BigInt(fid)],
      ...args.slice(0, count).map((value, i) => [10 + i, value ?? 0n] as const),
    ] as const;

/** An enclave in one of these states. */
function on({ state, choices }: PmpScene, statuses: readonly EnclaveStatus[]): bigint | undefined {
  const found = enclavesOf(state).filter(({ status }) => statuses.includes(status));
  return found.length > 0 ? BigInt(choices.of(found).eid) : undefined;
}

const withEid = (
  name: string,
  fid: number,
  statuses: readonly EnclaveStatus[],
  weight: number,
  ...more: readonly number[]
): Rule => ({
  by: "os",
  name,
  weight,
  args: [id, ...more.map((value, i) => oneOf(`argument ${i}`, [value, 2000, 2003, 2, 0]))],
  enabled: (scene) => {
    const eid = on(scene, statuses);
    return eid === undefined ? undefined : [eid, ...more.map(BigInt)];
  },
  registers: registers(fid),
});

const region = (name: string, fid: number): Rule => ({
  by: "os",
  name,
  weight: 2,
  args: [oneOf("paddr", [...REGION_PLACES, REGION, RAM_BASE]), oneOf("size", [0x1_0000, PAGE_SIZE, REGION_SIZE])],
  enabled: ({ state, choices }) => {
    const first = state.config.ram.from;
    const isFree = (at: number): boolean => state.owners.get(at / PAGE_SIZE - first) === PUBLIC;
    const places = [REGION, ...REGION_PLACES].filter(isFree);
    if (places.length === 0) return undefined;
    const place = choices.of(places);
    return [BigInt(place), BigInt(place === REGION ? REGION_SIZE : 0x1_0000)];
  },
  registers: registers(fid),
});

const words = (values: readonly (number | bigint)[]): Uint8Array =>
  new Uint8Array(new BigUint64Array(values.map((value) => BigInt.asUintN(64, BigInt(value)))).buffer);

const LEAF = PTE_V | PTE_R | PTE_W | PTE_U | PTE_A | PTE_D;

/** Tables and code of an image in the granted block, and enclave_sbi_param. */
function stageImage([, , block, size, entry, shared]: readonly bigint[], os: OsHands): void {
  // An argument that is out of place need not be a page.
  const pageAt = (at: bigint): number => Number(at - (at % BigInt(PAGE_SIZE)));
  const [base, window] = [pageAt(block!), pageAt(shared!)];
  const page = (index: number) => pa(base + index * PAGE_SIZE);
  const put = (table: number, index: number, value: bigint): void => {
    os.write(pa(page(table) + index * 8), words([value]));
  };
  for (const [index, table] of [
    [0, 1],
    [64, 5],
    [384, 7],
  ] as const) {
    put(0, index, pteOf(page(table), PTE_V));
    put(table, 0, pteOf(page(table + 1), PTE_V));
  }
  put(2, 1, pteOf(page(3), LEAF | PTE_X));
  put(2, 2, pteOf(page(4), LEAF));
  put(6, 0, pteOf(pa(window), LEAF));
  put(8, 0, pteOf(pa(window + PAGE_SIZE), LEAF));
  const param = [RESULTS, block!, size!, entry!, UNTRUSTED_VA, shared!, PAGE_SIZE, 0, KBUFFER_VA, window + PAGE_SIZE];
  os.write(pa(PARAM), words([...param, PAGE_SIZE, RESULTS + 8, RESULTS + 16, 0, 0]));
}

const grantOf = ({ grants }: MonitorState) => grants[0];

export const HOST_CALLS: readonly Rule[] = [
  region("MM_INIT", 100),
  region("MEMORY_EXTEND", 92),
  {
    by: "os",
    name: "ALLOC_ENCLAVE_MM",
    weight: 8,
    args: [constant("mm_alloc_arg", ALLOC_ARG), oneOf("size", [BLOCK_SIZE, PAGE_SIZE, 0, 1n << 40n])],
    enabled: ({ state }) =>
      grantOf(state) === undefined && enclavesOf(state).length < MAX_ENCLAVES
        ? [BigInt(ALLOC_ARG), BigInt(BLOCK_SIZE)]
        : undefined,
    registers: registers(93, 1),
    stage: ([at, size], os) => os.write(pa(Number(at)), words([size!])),
  },
  {
    by: "os",
    name: "CREATE_ENCLAVE",
    weight: 20,
    args: [
      constant("param", PARAM),
      oneOf("retry", [0, 1]),
      oneOf("block", [REGION, ...REGION_PLACES]),
      oneOf("size", [BLOCK_SIZE, PAGE_SIZE]),
      constant("entry", CODE_VA),
      oneOf("shared pages", [...SHARED_PLACES, REGION]),
    ],
    enabled: ({ state, choices }) => {
      const grant = grantOf(state);
      if (grant === undefined) return undefined;
      const block = [BigInt(paOfPage(grant.page)), BigInt(2 ** grant.order * PAGE_SIZE)];
      return [BigInt(PARAM), 0n, ...block, CODE_VA, BigInt(choices.of(SHARED_PLACES))];
    },
    registers: registers(99, 2),
    stage: stageImage,
  },
  {
    by: "os",
    name: "ATTEST",
    weight: 2,
    args: [id, oneOf("report", [REPORT, REGION]), oneOf("nonce", [1, 2])],
    enabled: (scene) => {
      const eid = on(scene, ["fresh", "runnable", "stopped", "destroyed"]);
      return eid === undefined ? undefined : [eid, BigInt(REPORT), 1n];
    },
    registers: registers(98),
  },
  withEid("RUN", 97, ["fresh"], 10),
  withEid("STOP", 96, ["runnable"], 2),
  withEid("RESUME", 95, ["runnable"], 14, 2000),
  withEid("RESUME from stop", 95, ["stopped"], 4, 2003),
  withEid("RESUME a destroyed one", 95, ["destroyed"], 4, 2000),
  withEid("DESTROY", 94, ["fresh", "runnable", "stopped"], 2),
  {
    by: "os",
    name: "MEMORY_RECLAIM",
    weight: 1,
    args: [oneOf("size_ptr", [RESULTS + 24, REGION])],
    enabled: () => [BigInt(RESULTS + 24)],
    registers: registers(91),
  },
  {
    by: "os",
    name: "FREE_ENCLAVE_MEM",
    weight: 2,
    args: [oneOf("size_ptr", [RESULTS + 24, REGION]), oneOf("flag", [2, 3, 1])],
    enabled: ({ choices }) => [BigInt(RESULTS + 24), choices.of([2n, 3n])],
    registers: registers(90),
  },
  {
    by: "os",
    name: "any function",
    weight: 1,
    args: [
      { name: "function", some: ({ choices }) => BigInt(80 + choices.below(25)) },
      { name: "a0", some: anyPage },
    ],
    enabled: (scene) => [BigInt(80 + scene.choices.below(25)), anyPage(scene)],
    registers: ([fid, a0]) => [
      [17, 0x100100n],
      [16, fid ?? 0n],
      [10, a0 ?? 0n],
      [11, 0n],
    ],
  },
];

/** Addresses of the enclave's: image, windows, and one that is not mapped. */
export const someAddress = ({ choices }: PmpScene): bigint =>
  choices.of([DATA_VA, DATA_VA, CODE_VA, UNTRUSTED_VA, KBUFFER_VA, 0x7000n]) + BigInt(choices.below(512) * 8);

const enclaveRegisters =
  (fid: number, ...fixed: readonly bigint[]) =>
  (args: readonly (bigint | undefined)[]) => [
    [17, 0x100101n] as const,
    [16, BigInt(fid)] as const,
    ...[...fixed, ...args].flatMap((value, i) => (value === undefined ? [] : [[10 + i, value] as const])),
  ];

const chosen = (name: string, values: readonly bigint[]): Argument => ({
  name,
  secrecy: "chosen",
  some: ({ choices }) => choices.of(values),
});
const hidden = (name: string): Argument => ({
  name,
  secrecy: "private",
  some: ({ choices }) => BigInt(choices.below(9)),
});

export const ENCLAVE_CALLS: readonly Rule[] = [
  // "The value is only logged, host sees 0" (§6.6).
  {
    by: "enclave",
    name: "EXIT",
    weight: 2,
    args: [hidden("value")],
    enabled: () => [0n],
    registers: enclaveRegisters(99),
  },
  {
    by: "enclave",
    name: "SYS_WRITE",
    weight: 6,
    args: [hidden("a1"), hidden("a2")],
    enabled: () => [0n, 0n],
    registers: enclaveRegisters(98, 3n),
  },
  {
    by: "enclave",
    name: "USER_DEFINED",
    weight: 6,
    args: [{ name: "size", secrecy: { release: "ocall" }, some: ({ choices }) => BigInt(choices.below(9)) }],
    enabled: ({ choices }) => [BigInt(choices.below(4096))],
    registers: enclaveRegisters(98, 9n),
  },
  // The key goes to the enclave's own page: what it then does with it is its own business.
  {
    by: "enclave",
    name: "GET_KEY",
    weight: 4,
    args: [
      chosen("salt", [DATA_VA, CODE_VA, UNTRUSTED_VA, 0x7000n]),
      chosen("salt length", [0n, 16n, 33n]),
      chosen("key", [DATA_VA + 64n, DATA_VA + 4088n, 0x7000n]),
      chosen("key length", [16n, 32n, 33n]),
    ],
    enabled: () => [DATA_VA, 16n, DATA_VA + 64n, 32n],
    registers: enclaveRegisters(88),
  },
  {
    by: "enclave",
    name: "any function",
    weight: 2,
    args: [chosen("function", [80n, 89n, 97n, 100n]), hidden("a0")],
    enabled: () => [97n, 0n],
    registers: ([fid, a0]) => enclaveRegisters(Number(fid ?? 0n))([a0]),
  },
];
