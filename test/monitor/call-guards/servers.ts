/** Servers, calls between enclaves, relay pages: calls of the host and of enclaves. */
import { PAGE_SIZE } from "../../../core/units.ts";
import * as at from "../../../zoo/penglai-tvm/host.ts";
import { CODE, DATA, ENCLAVE_FID, FID, type TestHost } from "../../../zoo/penglai-tvm/host.ts";
import {
  ARG_VA,
  block,
  callServer,
  createNamed,
  createServer,
  nameWords,
  putArgument,
  putName,
  RELAY_BASE,
  relayBlock,
  returnFrom,
  UNDER_ITS_NAME,
} from "../../../zoo/penglai-tvm/parties.ts";
import { asAnother, type Play, pointers, type Rows, ranges, regions, running } from "./row.ts";

const [RETURN_RELAY_PAGE, BINDING] = [7, 2004];
const PAGE = BigInt(PAGE_SIZE);
const ENTRIES = 10n;

const aServer = (call: (host: TestHost, eid: number) => unknown): Rows[string] => ({
  IS_A_SERVER: (host) => call(host, createServer(host, "files")),
});

/** RUN of an enclave with relay pages. */
const run = (host: TestHost, address: number, byteLen: number): bigint =>
  host.call(FID.RUN, createNamed(host, "first"), host.runParam(address, byteLen));
const { HOST_UNTRANSLATED: _, ...relayRegions } = regions(run);

/** RUN of an enclave whose free list is empty. */
function runFull(host: TestHost, address: number, byteLen: number): bigint {
  const relay = address === 0 ? relayBlock(host, 1) : address;
  const { region, freeMem } = host.buildImage([CODE]);
  const words = { ...nameWords("full"), 72: 0, 88: 0 };
  host.must(FID.CREATE_ENCLAVE, host.createParam({ region, size: freeMem - region, freeMem }, words));
  return host.call(FID.RUN, host.eid(), host.runParam(relay, byteLen));
}

/** An enclave with relay pages, on the hart. */
function holder(host: TestHost): number {
  const eid = createNamed(host, "first");
  host.must(FID.RUN, eid, host.runParam(relayBlock(host, 16), 16 * PAGE_SIZE));
  return eid;
}

/** Cuts the enclave's pages in ten: nine entries of a page and the rest. */
function splitInTen(host: TestHost): void {
  for (let i = 1n; i < ENTRIES; i++)
    host.enclaveCall(
      ENCLAVE_FID.SPLIT_MEM_REGION,
      RELAY_BASE + (i - 1n) * PAGE,
      (17n - i) * PAGE,
      RELAY_BASE + i * PAGE,
    );
}

const handOn = (host: TestHost, name: string, va: bigint, size = PAGE): bigint =>
  host.enclaveCall(ENCLAVE_FID.ASYN_CALL, putName(host, name), putArgument(host, { reqVaddr: va, reqSize: size }));

/** The answer to RETURN_RELAY_PAGE of an enclave that held some. */
function answered(host: TestHost, address: number, byteLen: number): bigint {
  const eid = holder(host);
  host.enclaveCall(ENCLAVE_FID.OCALL, RETURN_RELAY_PAGE);
  return host.call(FID.RESUME, eid, 2, RETURN_RELAY_PAGE, address, byteLen);
}

/** An enclave that called a server, which has the hart. */
function inCall(host: TestHost): { readonly eid: number; readonly server: number } {
  const server = createServer(host, "files");
  const eid = running(host);
  callServer(host, server);
  return { eid, server };
}

/** An enclave beside a server of its own, on the hart. */
const beside =
  (call: (host: TestHost, server: number, eid: number) => unknown): Play =>
  (host) => {
    const server = createServer(host, "files");
    return call(host, server, running(host));
  };

const image =
  (words: Readonly<Record<number, number>>): Play =>
  (host) =>
    host.call(FID.CREATE_SERVER, host.createParam(host.buildImage([CODE]), { ...nameWords("files"), ...words }));

export const SERVERS: Rows = {
  CREATE_SERVER: {
    ...pointers((host, pointer) => host.call(FID.CREATE_SERVER, pointer)),
    SERVER_NAME_TAKEN: (host) => {
      createServer(host, "files");
      return image({})(host, () => host);
    },
    FREE_MEMORY_OUTSIDE: image({ 56: at.KERNEL }),
  },
  DESTROY_SERVER: {
    NO_SUCH_SERVER: (host) => host.call(FID.DESTROY_SERVER, 77),
    NOT_OWNER: (host) => {
      const server = createServer(host, "files");
      return asAnother(host).call(FID.DESTROY_SERVER, server);
    },
    SERVER_IN_CALL: (host) => {
      const { server } = inCall(host);
      host.timer();
      return host.call(FID.DESTROY_SERVER, server);
    },
  },
  RUN: {
    ...aServer((host, eid) => host.call(FID.RUN, eid, host.runParam())),
    ...ranges(run),
    ...relayRegions,
    NAME_AMBIGUOUS: (host) => {
      createNamed(host, "first");
      return run(host, relayBlock(host, 1), PAGE_SIZE);
    },
    NO_RELAY_PAGE: (host) => run(host, UNDER_ITS_NAME, 0),
    NO_FREE_PAGES: (host) => runFull(host, 0, PAGE_SIZE),
  },
  RUN_SHADOW: {
    NAME_AMBIGUOUS: (host) => {
      const shadow = host.createShadow();
      createNamed(host, "map");
      const words = { 64: UNDER_ITS_NAME, ...nameWords("map", 120) };
      return host.call(FID.RUN_SHADOW, shadow.eid, host.forkParam(host.allocate(40), 40 * PAGE_SIZE, words));
    },
    NO_RELAY_PAGE: (host) => {
      const shadow = host.createShadow();
      const words = { 64: UNDER_ITS_NAME, ...nameWords("map", 120) };
      return host.call(FID.RUN_SHADOW, shadow.eid, host.forkParam(host.allocate(40), 40 * PAGE_SIZE, words));
    },
  },
  STOP: aServer((host, eid) => host.call(FID.STOP, eid)),
  RESUME: {
    ...aServer((host, eid) => host.call(FID.RESUME, eid, 0)),
    NO_RELAY_PAGE: (host) => answered(host, UNDER_ITS_NAME, 0),
    NAME_AMBIGUOUS: (host) => {
      const eid = holder(host);
      host.enclaveCall(ENCLAVE_FID.OCALL, RETURN_RELAY_PAGE);
      createNamed(host, "first");
      return host.call(FID.RESUME, eid, 2, RETURN_RELAY_PAGE, UNDER_ITS_NAME, 0);
    },
  },
  DESTROY: aServer((host, eid) => host.call(FID.DESTROY, eid)),
  ATTEST: aServer((host, eid) => host.call(FID.ATTEST, eid, at.REPORT, 1)),
  EXIT: {
    SERVER_EXIT: (host) => {
      inCall(host);
      return host.enclaveCall(ENCLAVE_FID.EXIT, 0);
    },
  },
  ACQUIRE_SERVER: {
    BAD_BUFFER: beside((host) => host.enclaveCall(ENCLAVE_FID.ACQUIRE_SERVER, 0)),
    UNKNOWN_SERVER: beside((host) => host.enclaveCall(ENCLAVE_FID.ACQUIRE_SERVER, putName(host, "nobody"))),
  },
  CALL_ENCLAVE: {
    UNKNOWN_SERVER: beside((host, _, eid) => callServer(host, eid)),
    SERVER_BUSY: (host) => callServer(host, inCall(host).server),
    BAD_BUFFER: beside((host, server) => host.enclaveCall(ENCLAVE_FID.CALL_ENCLAVE, server, CODE.va)),
    NO_SUCH_BLOCK: beside((host, server) => callServer(host, server, { reqVaddr: DATA.va, reqSize: PAGE })),
    NOT_HELD: beside((host, server) => callServer(host, server, { reqVaddr: RELAY_BASE, reqSize: PAGE })),
    ARGUMENT_PASSED: beside((host, server, eid) => {
      const { va } = block(host, eid, PAGE_SIZE);
      const arg = putArgument(host, { reqVaddr: va, reqSize: PAGE }, va);
      return host.enclaveCall(ENCLAVE_FID.CALL_ENCLAVE, server, arg);
    }),
    NO_ADDRESS_SPACE: (host) => {
      const { region, freeMem } = host.buildImage([CODE, DATA]);
      const words = { ...nameWords("full"), 80: 0, 88: 0 };
      host.must(FID.CREATE_SERVER, host.createParam({ region, size: freeMem - region, freeMem }, words));
      const full = host.eid();
      running(host);
      return callServer(host, full);
    },
    RELOCK_REFUSED: (host) => {
      const { server } = inCall(host);
      host.enclaveCall(ENCLAVE_FID.OCALL, BINDING, DATA.va, 64);
      returnFrom(host);
      host.platform.lockCapacity = 0;
      return callServer(host, server);
    },
  },
  ENCLAVE_RETURN: {
    NOT_CALLED: beside((host) => host.enclaveCall(ENCLAVE_FID.ENCLAVE_RETURN, ARG_VA)),
    BAD_BUFFER: (host) => {
      inCall(host);
      return host.enclaveCall(ENCLAVE_FID.ENCLAVE_RETURN, 0);
    },
    RELOCK_REFUSED: beside((host, server) => {
      host.enclaveCall(ENCLAVE_FID.OCALL, BINDING, DATA.va, 64);
      callServer(host, server);
      host.platform.lockCapacity = 0;
      return host.enclaveCall(ENCLAVE_FID.ENCLAVE_RETURN, putArgument(host, {}));
    }),
  },
  GET_CALLER_ID: { NOT_CALLED: beside((host) => host.enclaveCall(ENCLAVE_FID.GET_CALLER_ID)) },
  ASYN_CALL: {
    NO_NAME: (host) => {
      holder(host);
      return handOn(host, "", RELAY_BASE, 16n * PAGE);
    },
    BAD_BUFFER: beside((host) => host.enclaveCall(ENCLAVE_FID.ASYN_CALL, 0, ARG_VA)),
    NOT_HELD: beside((host) => handOn(host, "second", DATA.va)),
    RELAY_LIMIT: (host) => {
      holder(host);
      splitInTen(host);
      for (let i = 0n; i < ENTRIES - 1n; i++) handOn(host, "second", RELAY_BASE + i * PAGE);
      host.enclaveCall(ENCLAVE_FID.SPLIT_MEM_REGION, RELAY_BASE + 9n * PAGE, 7n * PAGE, RELAY_BASE + 10n * PAGE);
      handOn(host, "second", RELAY_BASE + 9n * PAGE);
      return handOn(host, "second", RELAY_BASE + 10n * PAGE, 6n * PAGE);
    },
  },
  SPLIT_MEM_REGION: {
    NOT_HELD: beside((host) => host.enclaveCall(ENCLAVE_FID.SPLIT_MEM_REGION, DATA.va, PAGE, DATA.va)),
    SPLIT_POINT: (host) => {
      holder(host);
      return host.enclaveCall(ENCLAVE_FID.SPLIT_MEM_REGION, RELAY_BASE, 16n * PAGE, RELAY_BASE);
    },
    RELAY_LIMIT: (host) => {
      holder(host);
      splitInTen(host);
      const last = RELAY_BASE + 9n * PAGE;
      return host.enclaveCall(ENCLAVE_FID.SPLIT_MEM_REGION, last, 7n * PAGE, last + PAGE);
    },
  },
  GET_REPORT: {
    NO_SUCH_NAME: beside((host) => host.enclaveCall(ENCLAVE_FID.GET_REPORT, putName(host, "nobody"), ARG_VA, 0)),
  },
};
