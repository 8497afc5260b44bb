/**
 * Who may know what under penglai-pmp. Penglai reference §2.3, §6.5 to §6.9; two-trace form after Komodo reference §4.2, §4.3.
 *
 * Private are an enclave's memory and its registers while it does not run; the value of its EXIT, too, of which the host hears
 * nothing (§6.6). Image, measurement, states and ocalls are the driver's business. Attestation is a stand-in: quick, and
 * it gives away just what the real one does.
 */
import { digestOf, SHA256 } from "../../attest/hash.ts";
import { type PageNo, pageNoOf } from "../../core/units.ts";
import type { MemoryView } from "../../monitor/kernel/draft.ts";
import type { Hart } from "../../monitor/kernel/hart.ts";
import { translate } from "../../monitor/kernel/sv39.ts";
import type { Attestation } from "../../monitor/penglai-pmp/attestation.ts";
import { DEFECTS, type DefectId } from "../../monitor/penglai-pmp/defects.ts";
import { describeOwner } from "../../monitor/penglai-pmp/owner.ts";
import { pagesOfBlock } from "../../monitor/penglai-pmp/regions.ts";
import {
  type Enclave,
  enclaveById,
  type MonitorState,
  runningOn,
  withEnclave,
  withRunning,
} from "../../monitor/penglai-pmp/state.ts";
import { createPenglaiPmp } from "../../monitor/penglai-pmp.ts";
import type { Observed } from "../observation.ts";
import type { NiModel, SecretPlace } from "../spec/model.ts";
import { PureMachine } from "../spec/pure-machine.ts";
import { remembering } from "../spec/remember.ts";
import * as calls from "./calls.ts";

type Entry = readonly [name: string, value: Observed];

const bytesOf = (registers: BigUint64Array): Uint8Array =>
  new Uint8Array(registers.buffer, registers.byteOffset, registers.byteLength);
const wordsOf = (...words: readonly bigint[]): Uint8Array => bytesOf(BigUint64Array.from(words));

const ATTESTATION: Attestation = {
  measure: ({ entry, untrustedVa, untrustedSize, kbufferVa, kbufferSize }, leaves) => {
    const parameters = wordsOf(entry, untrustedVa, untrustedSize, kbufferVa, kbufferSize);
    return digestOf(SHA256, parameters, ...[...leaves].flatMap(({ va, pte, bytes }) => [wordsOf(va, pte), bytes]));
  },
  bind: (measurement, nonce) => digestOf(SHA256, measurement, wordsOf(nonce)),
  report: (hash) => {
    const report = new Uint8Array(328);
    report.set(hash, 160);
    return report;
  },
  sealKey: (measurement, salt, byteLen) => digestOf(SHA256, measurement, salt).slice(0, byteLen),
};

const ownersIn = remembering((owners: MonitorState["owners"]): readonly Entry[] =>
  [...owners.runs()].map(({ from, value }) => [`owner of page ${from}`, describeOwner(value)]),
);
const sharesIn = remembering((shares: MonitorState["shares"]): readonly Entry[] =>
  [...shares.runs()].map(({ from, value }) => [`shares of page ${from}`, BigInt(value)]),
);

export const PENGLAI_PMP: NiModel<MonitorState> = {
  name: "penglai-pmp",
  ramSize: calls.RAM_SIZE,
  defects: Object.keys(DEFECTS),
  personality: ({ ramSize }, ids) =>
    createPenglaiPmp(new PureMachine(ramSize), { defects: ids as DefectId[], attestation: ATTESTATION }).personality,
  setup: [{ by: "os", do: "call", name: "MM_INIT", args: [BigInt(calls.REGION), BigInt(calls.REGION_SIZE)] }],
  calls: [...calls.HOST_CALLS, ...calls.ENCLAVE_CALLS],
  result: (x) => x[11]!,
  osAddress: (scene) => calls.anyPage(scene) + BigInt(scene.choices.below(512) * 8),
  enclaveAddress: calls.someAddress,
  observers: (state) => calls.enclavesOf(state).map(({ eid }) => eid),
  running: (state) => runningOn(state, 0)?.eid,
  *pagesOf(state, enclave) {
    const found = enclaveById(state, BigInt(enclave));
    if (found === undefined) return;
    const { from, to } = pagesOfBlock(found.block);
    for (let page = from; page < to; page++) yield page as PageNo;
  },
  observeOs: (state) => [
    ...ownersIn(state.owners),
    ...sharesIn(state.shares),
    ["records", `${state.records} on ${state.slabs.length} slabs, next id ${state.nextEid}`],
    ["grant", `${state.grants[0]?.page}`],
    ...calls.enclavesOf(state).map(({ eid, status }): Entry => [`enclave ${eid}`, status]),
  ],
  observeEnclave: (state, eid) => {
    const enclave = enclaveById(state, BigInt(eid));
    if (enclave === undefined) return [];
    const { status, hart, measurement, untrusted, kbuffer, block } = enclave;
    return [
      ["status", status],
      ["measurement", measurement],
      ["block", `${block.page} ${block.order}`],
      ["shared", `${untrusted.span?.pa} ${kbuffer.span?.pa}`],
      ["context x", bytesOf(hart.x)],
      ["context f", bytesOf(hart.f)],
      ["context pc", hart.pc],
      ["context fcsr", hart.csrs.fcsr],
    ];
  },
  observables: {
    os: {
      owner: "the host gave the regions away itself, and which are closed it finds by trying",
      shares: "the host named what it shares",
      records: "how many there are follows from its calls (CREATE -2)",
      grant: "it asked for it",
      enclave: "RUN, RESUME and STOP tell states apart",
    },
    enclave: {
      own: "its pages, and what stands in them",
      status: "whether it runs",
      measurement: "its keys depend on it",
      block: "where its pages lie",
      shared: "what was mapped for it at the beginning",
      context: "registers it goes on with",
    },
  },
  releases: {
    ocall: "id and size of an ocall are requests to the driver (§6.6)",
    "shared store": "what an enclave writes to untrusted memory or kbuffer, the host reads",
    "leave kind": "RUN and RESUME return why the enclave gave the hart back (§6.9)",
  },
  *secrets(state, memory) {
    for (const enclave of calls.enclavesOf(state)) yield* secretsOf(state, memory, enclave);
    if (runningOn(state, 0) === undefined) return;
    yield {
      kind: "saved registers",
      of: "os",
      what: "of the OS",
      plant: (now, next) => {
        const running = runningOn(now, 0)!;
        return withRunning(now, 0, { ...running, host: withSecrets(running.host, next) });
      },
    };
  },
  mayAffect: (action, observer) => {
    if (observer === "os" || action.do !== "call" || action.by !== "os") return false;
    return /^(RUN|RESUME|STOP|DESTROY)/.test(action.name) && action.args[0] === BigInt(observer);
  },
};

/** Registers, as a place may hold them that is not being executed; pc and CSRs stay. */
function withSecrets(hart: Hart, next: () => bigint): Hart {
  const [x, f] = [hart.x.slice(), hart.f.slice()];
  for (let i = 1; i < 32; i++) x[i] = next();
  for (let i = 0; i < 32; i++) f[i] = next();
  return { ...hart, x, f, csrs: { ...hart.csrs, fcsr: next() & 0xffn } };
}

function* secretsOf(state: MonitorState, memory: MemoryView, enclave: Enclave): Generator<SecretPlace<MonitorState>> {
  const { eid, block, status } = enclave;
  const data = translate(memory, state.config.ram, block.page, calls.DATA_VA);
  if (data !== undefined) yield { kind: "data page", of: eid, page: pageNoOf(data.pa) };
  if (status === "fresh" || status === "running") return;
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
