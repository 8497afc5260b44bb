/** Calls of enclaves. An ocall's own guards are those of OCALL: the number says which. */
import { PAGE_SIZE } from "../../../core/units.ts";
import { CODE, DATA, ENCLAVE_FID, type TestHost } from "../../../zoo/penglai-tvm/host.ts";
import { attach, detach, enter, get, KEY } from "../../../zoo/penglai-tvm/shm-host.ts";
import { type Play, type Rows, running } from "./row.ts";

const [MMAP, UNMAP, GETRANDOM, SHM_GET, BINDING, UNBINDING] = [1, 2, 8, 9, 2004, 2005];

const inside =
  (fid: number, ...args: readonly (number | bigint)[]): Play =>
  (host) => {
    running(host);
    return host.enclaveCall(fid, ...args);
  };

const ocall = (...args: readonly (number | bigint)[]): Play => inside(ENCLAVE_FID.OCALL, ...args);

/** An enclave that shares memory with 63 others. */
function shareWithMany(host: TestHost): void {
  get(host, enter(host), KEY, PAGE_SIZE);
  host.timer();
  const shadow = host.createShadow();
  for (let i = 1; i < 64; i++) {
    host.fork(shadow.eid);
    attach(host, KEY);
    host.timer();
  }
  host.fork(shadow.eid);
}

export const ENCLAVE_CALLS: Rows = {
  OCALL: {
    UNKNOWN_OCALL: ocall(77),
    BAD_SIZE: ocall(MMAP, 0, 1),
    NO_ADDRESS_SPACE: ocall(MMAP, 0x1000, PAGE_SIZE),
    NO_SUCH_BLOCK: ocall(UNMAP, DATA.va, PAGE_SIZE),
    BAD_BUFFER: ocall(GETRANDOM, CODE.va, 8),
    LOCK_CAPACITY: ocall(BINDING, CODE.va, 2 * PAGE_SIZE),
    NOT_BOUND: ocall(UNBINDING, CODE.va, 64),
    SHM_KEY_TAKEN: (host) => {
      get(host, enter(host), KEY, PAGE_SIZE);
      return host.enclaveCall(ENCLAVE_FID.OCALL, SHM_GET, KEY, PAGE_SIZE);
    },
    NOT_ATTACHED: (host) => {
      running(host);
      return detach(host, KEY);
    },
    NO_SUCH_SHM: (host) => {
      running(host);
      host.enclaveCall(ENCLAVE_FID.OCALL, SHM_GET, KEY, PAGE_SIZE);
      running(host);
      return host.enclaveCall(ENCLAVE_FID.OCALL, 11, KEY);
    },
  },
  GET_REPORT: {
    NO_SUCH_NAME: inside(ENCLAVE_FID.GET_REPORT, DATA.va, DATA.va, 0),
    BAD_BUFFER: inside(ENCLAVE_FID.GET_REPORT, 0, CODE.va, 0),
  },
  GET_KEY: {
    KEY_TYPE: inside(ENCLAVE_FID.GET_KEY, 3, DATA.va, 32),
    BAD_SIZE: inside(ENCLAVE_FID.GET_KEY, 0, DATA.va, 0),
    BAD_BUFFER: inside(ENCLAVE_FID.GET_KEY, 0, CODE.va, 32),
  },
  SHM_ATTACH: {
    NO_SUCH_SHM: inside(ENCLAVE_FID.SHM_ATTACH, KEY),
    SHM_FULL: (host) => {
      shareWithMany(host);
      return attach(host, KEY);
    },
    // A region without a page that is free for the table.
    NO_ADDRESS_SPACE: (host) => {
      get(host, enter(host), KEY, PAGE_SIZE);
      host.timer();
      const { region, freeMem } = host.buildImage([CODE]);
      const tables = 6 * PAGE_SIZE;
      host.must(99, host.createParam({ region, size: freeMem + tables - region, freeMem }));
      host.run(host.eid());
      while (host.enclaveCall(ENCLAVE_FID.OCALL, MMAP, 0, PAGE_SIZE) !== 0n && host.world.kind === "host") {
        host.must(95, host.eid(), 2, MMAP, host.allocate(2), 2 * PAGE_SIZE);
        if (freePages(host) < 1) break;
      }
      return attach(host, KEY);
    },
  },
  SHM_STAT: {
    NO_SUCH_SHM: inside(ENCLAVE_FID.SHM_STAT, KEY, DATA.va),
    BAD_BUFFER: (host) => {
      get(host, enter(host), KEY, PAGE_SIZE);
      return host.enclaveCall(ENCLAVE_FID.SHM_STAT, KEY, CODE.va);
    },
  },
  "enclave function 77": { UNKNOWN_ENCLAVE_FUNCTION: inside(77) },
};

const freePages = (host: TestHost): number => {
  const { free } = host.monitor.state.enclaves.get(host.eid())!;
  return free.to - free.from;
};
