/**
 * Who may know what under penglai-tvm. Penglai reference §2.2 (GPT invariants), §6.7 to §6.11; two-trace form after
 * Komodo reference §4.2, §4.3.
 *
 * Private are an enclave's memory behind its tables and its registers while it does not run. Image, measurement, sizes,
 * states and the arguments of ocalls are the driver's business: it built the one and serves the others.
 * Not varied: shadows (templates "hold no secret", §4), page tables of enclaves (a function of public calls), records.
 */
import { PAGE_SIZE, type PageNo, pageNoOf } from "../../core/units.ts";
import { DEFENCE_NAMES, switchOff } from "../../host/defence-names.ts";
import type { MemoryView } from "../../monitor/kernel/draft.ts";
import type { Hart } from "../../monitor/kernel/hart.ts";
import { translate } from "../../monitor/kernel/sv39.ts";
import { TVM_DEFECTS, type TvmDefect } from "../../monitor/penglai-tvm/defects.ts";
import { describeOwner, ofEnclave } from "../../monitor/penglai-tvm/owner.ts";
import {
  type Enclave,
  enclaveById,
  type MonitorState,
  runningOn,
  withEnclave,
  withRunning,
} from "../../monitor/penglai-tvm/state.ts";
import { createPenglaiTvm } from "../../monitor/penglai-tvm.ts";
import type { Observed } from "../observation.ts";
import type { NiModel, SecretPlace } from "../spec/model.ts";
import { PureMachine } from "../spec/pure-machine.ts";
import { remembering } from "../spec/remember.ts";
import { ENCLAVE_CALLS, someAddress } from "./enclave-calls.ts";
import { anyPage, enclavesOf, HOST_CALLS, shadowsOf } from "./host-calls.ts";
import * as place from "./scenery.ts";

const bytesOf = (registers: BigUint64Array): Uint8Array =>
  new Uint8Array(registers.buffer, registers.byteOffset, registers.byteLength);

type Entry = readonly [name: string, value: Observed];

const runsIn = remembering((owners: MonitorState["owners"]) => [...owners.runs()]);
const ownersIn = remembering((owners: MonitorState["owners"]): readonly Entry[] =>
  runsIn(owners).map(({ from, value }) => [`owner of page ${from}`, describeOwner(value)]),
);
const sharesIn = remembering((shares: MonitorState["shares"]): readonly Entry[] =>
  [...shares.runs()].map(({ from, value }) => [`shares of page ${from}`, BigInt(value)]),
);

export const PENGLAI_TVM: NiModel<MonitorState> = {
  name: "penglai-tvm",
  ramSize: place.RAM_SIZE,
  defects: [...DEFENCE_NAMES, ...Object.keys(TVM_DEFECTS)],
  personality: ({ ramSize }, ids) => {
    const without = ids.filter((id) => DEFENCE_NAMES.includes(id));
    const defects = ids.filter((id) => !without.includes(id)) as TvmDefect[];
    return createPenglaiTvm(new PureMachine(ramSize), { defences: switchOff(without).monitor, defects }).personality;
  },
  stageSetup: place.buildHostTables,
  setup: [
    {
      by: "os",
      do: "call",
      name: "SM_INIT",
      args: [place.PT_AREA, place.PT_AREA_SIZE, place.MBITMAP, place.MBITMAP_SIZE, place.RESULTS + 64].map(BigInt),
    },
    { by: "os", do: "call", name: "PT_AREA_SEPARATION", args: [place.PGD_ORDER, place.PMD_ORDER].map(BigInt) },
  ],
  calls: [...HOST_CALLS, ...ENCLAVE_CALLS],
  result: (x) => (x[10] === 0n ? x[11]! : x[10]!),
  windows: place.WINDOWS,
  osAddress: (scene) => {
    const { choices } = scene;
    return choices.below(3) === 0
      ? choices.of(place.WINDOWS) + BigInt(choices.below(512) * 8)
      : anyPage(scene) + BigInt(choices.below(512) * 8);
  },
  enclaveAddress: someAddress,
  observers: (state) => enclavesOf(state).map(({ eid }) => eid),
  running: (state) => runningOn(state, 0)?.eid,
  *pagesOf(state, enclave) {
    for (const { from, to, value } of runsIn(state.owners))
      if (value === ofEnclave(enclave))
        for (let page = from; page < to; page++) yield (state.config.ram.from + page) as PageNo;
  },
  observeOs: (state) => [
    ...ownersIn(state.owners),
    ...sharesIn(state.shares),
    ["records", `${state.freeRecords} free, next id ${state.nextEid}`],
    ...enclavesOf(state).map(({ eid, status, pending, shadow }): Entry => {
      return [`enclave ${eid}`, `${status} ${pending?.id ?? ""} of ${shadow}`];
    }),
    ...shadowsOf(state).map(({ eid, liveForks, forks }): Entry => {
      return [`shadow ${eid}`, `${liveForks} of ${forks} forks live`];
    }),
  ],
  observeEnclave: (state, eid) => {
    const enclave = enclaveById(state, BigInt(eid));
    if (enclave === undefined) return [];
    const { status, locks, hart, measurement, kbuffer, shm } = enclave;
    return [
      ["status", status],
      ["measurement", measurement],
      ["address space", layoutText(enclave)],
      ["shared", `${kbuffer?.pa} ${shm?.pa}`],
      ["locks", `${locks.length}`],
      ...contextOf(hart),
    ];
  },
  observables: {
    os: {
      owner: "the host gave every page away itself and gets it back by its own calls",
      shares: "the host named what it shares",
      records: "how many records there are follows from its calls (CREATE -2)",
      enclave: "RUN, RESUME and STOP tell states apart; the driver serves each ocall by its number",
      shadow: "DESTROY_SHADOW tells whether forks live; the host made them",
    },
    enclave: {
      own: "its pages, and what stands in them",
      status: "whether it runs",
      measurement: "GET_REPORT tells it",
      address: "blocks and heap that it asked for",
      shared: "what was mapped for it at the beginning",
      locks: "lines that it bound",
      context: "registers it goes on with",
    },
  },
  releases: {
    "exit value": "EXIT hands a0 to the driver in *retval (§6.3)",
    ocall: "ids and arguments of ocalls are requests to the driver, which serves them (§6.4)",
    "shared store": "what an enclave writes to kbuffer or shared memory, the host reads",
    "leave kind": "RUN and RESUME return why the enclave gave the hart back (§6.2)",
  },
  *secrets(state, memory) {
    for (const enclave of enclavesOf(state)) yield* secretsOf(state, memory, enclave);
    const running = runningOn(state, 0);
    if (running === undefined) return;
    yield {
      kind: "saved registers",
      of: "os",
      what: "of the OS",
      plant: (now, next) =>
        withRunning(now, 0, { ...runningOn(now, 0)!, host: withSecrets(runningOn(now, 0)!.host, next) }),
    };
  },
  mayAffect: (action, observer, state) => {
    if (observer === "os") return false;
    // Enclaves that call each other end, wait and go on together (§6.9), and a call reaches a server that waits for one.
    const held = enclaveById(state, BigInt(observer));
    const isInCall = held?.caller !== undefined || held?.calling !== undefined;
    if (isInCall || (action.do === "call" && action.name === "CALL_ENCLAVE")) return true;
    if (action.do !== "call" || action.by !== "os") return false;
    // RUN, RESUME, STOP and DESTROY are how the host drives an enclave (§6.9).
    return DRIVES.includes(action.name) && action.args[0] === BigInt(observer);
  },
};

const DRIVES = ["RUN", "RESUME", "STOP", "DESTROY", "DESTROY_SERVER"];

const contextOf = ({ x, f, pc, csrs }: Hart): readonly Entry[] => [
  ["context x", bytesOf(x)],
  ["context f", bytesOf(f)],
  ["context pc", pc],
  ["context fcsr", csrs.fcsr],
];

const layoutText = ({ heapTop, heap, mmaps, free }: Enclave): string =>
  [
    heapTop,
    free.from,
    free.to,
    ...[...heap, ...mmaps].map(({ va, byteLen, block }) => `${va}+${byteLen}@${block.from}`),
  ].join(" ");

/** Registers, as a place may hold them that is not being executed; pc and CSRs stay. */
function withSecrets(hart: Hart, next: () => bigint): Hart {
  const [x, f] = [hart.x.slice(), hart.f.slice()];
  for (let i = 1; i < 32; i++) x[i] = next();
  for (let i = 0; i < 32; i++) f[i] = next();
  return { ...hart, x, f, csrs: { ...hart.csrs, fcsr: next() & 0xffn } };
}

function* secretsOf(state: MonitorState, memory: MemoryView, enclave: Enclave): Generator<SecretPlace<MonitorState>> {
  const { eid, root, free, mmaps, heap, status } = enclave;
  const data = translate(memory, state.config.ram, root, place.DATA_VA);
  if (data !== undefined) yield { kind: "data page", of: eid, page: pageNoOf(data.pa) };
  for (const { block, byteLen } of [...mmaps, ...heap])
    for (let i = 0; i < byteLen / PAGE_SIZE; i++)
      yield { kind: "block page", of: eid, page: (block.from + 1 + i) as PageNo };
  if (free.from < free.to) yield { kind: "unused page", of: eid, page: (free.to - 1) as PageNo };
  // An idle server's registers are those of its entry (§6.8).
  const isIdle = enclave.server !== undefined && enclave.caller === undefined;
  if (status === "fresh" || status === "running" || isIdle) return;
  yield {
    kind: "saved registers",
    of: eid,
    what: `of enclave ${eid}`,
    plant: (now, next) => {
      const held = enclaveById(now, BigInt(eid))!;
      return withEnclave(now, { ...held, hart: withSecrets(held.hart, next) });
    },
  };
}
