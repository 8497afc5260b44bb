/** The host's other calls: boot, page tables, life cycle, memory. */
import { PAGE_SIZE, pa } from "../../../core/units.ts";
import * as at from "../../../zoo/penglai-tvm/host.ts";
import { CODE, FID, type TestHost } from "../../../zoo/penglai-tvm/host.ts";
import {
  AREAS,
  asAnother,
  initialised,
  pointers,
  type Rows,
  ranges,
  regions,
  running,
  waiting,
  yielded,
} from "./row.ts";

const LEAF = at.V | at.R | at.W;
const [ONE, MEMSET, BATCH_SET, BATCH_ZERO] = [1, 2, 5, 4];
const [MMAP, BINDING, SYS_WRITE] = [1, 2004, 3];
const HUGE_ENTRY = at.PMD_BASE + ((at.HUGE_POOL >> 21) & 511) * 8;

const one = (host: TestHost, address: number, entry: bigint): bigint => host.call(FID.SET_PTE, ONE, address, entry);
const smInit = (host: TestHost, change: Readonly<Record<number, number>>): bigint =>
  host.call(FID.SM_INIT, ...AREAS.map((value, index) => change[index] ?? value));
/** PT_AREA_SEPARATION of tables in which one entry was written before the monitor guarded them. */
const audited = (host: TestHost, address: number, entry: bigint): bigint => {
  host.platform.write64(pa(address), entry);
  initialised(host);
  return host.call(FID.PT_AREA_SEPARATION, at.PGD_ORDER, at.PMD_ORDER);
};
/** An answer to an ocall for a page. */
const granted = (host: TestHost, address: number, byteLen: number): bigint =>
  host.call(FID.RESUME, waiting(host, MMAP, 0, PAGE_SIZE), 2, MMAP, address, byteLen);

// The owner of an enclave runs translated: it created the enclave under its satp.
const { HOST_UNTRANSLATED: _, ...grantedRegions } = regions(granted);

const owned = (call: (host: TestHost, eid: number) => unknown): Rows[string] => ({
  NO_SUCH_ENCLAVE: (host) => call(host, 77),
  NOT_OWNER: (host) => {
    const { eid } = host.create();
    return call(asAnother(host), eid);
  },
});

export const HOST_CALLS: Rows = {
  SET_PTE: {
    NOT_INITIALISED: (_, fresh) => one(fresh(), at.SPARE_PTE, 0n),
    UNKNOWN_FLAG: (host) => host.call(FID.SET_PTE, 9, at.SPARE_PTE, 0),
    NONZERO_FILL: (host) => host.call(FID.SET_PTE, MEMSET, at.SPARE_PTE, 1, 8),
    MISALIGNED: (host) => one(host, at.SPARE_PTE + 1, 0n),
    OUTSIDE_RAM: (host) => one(host, 0, 0n),
    OUTSIDE_PT_AREA: (host) => one(host, at.POOL, 0n),
    RESERVED_BITS: (host) => one(host, at.SPARE_PTE, at.pte(at.POOL, LEAF) | (1n << 63n)),
    WRONG_SUB_AREA: (host) => one(host, at.SPARE_PMD, at.pte(at.POOL, at.V)),
    ROOT_LEAF: (host) => one(host, at.SPARE_ROOT, at.pte(0xc000_0000, LEAF)),
    LAST_LEVEL_POINTER: (host) => one(host, at.SPARE_PTE, at.pte(at.SPARE_PTE, at.V)),
    MISALIGNED_LEAF: (host) => one(host, at.SPARE_PMD, at.pte(at.HUGE_POOL + PAGE_SIZE, LEAF)),
    MAPS_PROTECTED: (host) => one(host, at.SPARE_PTE, at.pte(at.MONITOR, LEAF)),
    NOT_PUBLIC: (host) => host.call(FID.SET_PTE, BATCH_SET, at.MONITOR, 1),
    TOO_LARGE: (host) => host.call(FID.SET_PTE, BATCH_ZERO, at.KERNEL, 200_000),
  },
  SM_INIT: {
    ALREADY_INITIALISED: (host) => smInit(host, {}),
    OUTSIDE_RAM: (_, fresh) => smInit(fresh(), { 0: 0 }),
    NOT_NAPOT: (_, fresh) => smInit(fresh(), { 1: 3 * PAGE_SIZE }),
    AREAS_OVERLAP: (_, fresh) => smInit(fresh(), { 2: at.PT_AREA }),
    MBITMAP_TOO_SMALL: (_, fresh) => smInit(fresh(), { 3: PAGE_SIZE }),
    MISALIGNED: (_, fresh) => smInit(fresh(), { 4: at.FLAG + 1 }),
    NOT_PUBLIC: (_, fresh) => smInit(fresh(), { 4: at.MONITOR }),
  },
  PT_AREA_SEPARATION: {
    NOT_INITIALISED: (_, fresh) => fresh().call(FID.PT_AREA_SEPARATION, 2, 3),
    ALREADY_SEPARATED: (host) => host.call(FID.PT_AREA_SEPARATION, 2, 3),
    SUB_AREAS_TOO_LARGE: (_, fresh) => initialised(fresh()).call(FID.PT_AREA_SEPARATION, 8, 1),
    RESERVED_BITS: (_, fresh) => audited(fresh(), at.SPARE_PTE, at.pte(at.POOL, LEAF) | (1n << 54n)),
    WRONG_SUB_AREA: (_, fresh) => audited(fresh(), at.SPARE_ROOT, at.pte(at.SPARE_PTE, at.V)),
    ROOT_LEAF: (_, fresh) => audited(fresh(), at.SPARE_ROOT, at.pte(0xc000_0000, LEAF)),
    LAST_LEVEL_POINTER: (_, fresh) => audited(fresh(), at.SPARE_PTE, at.pte(at.SPARE_PTE, at.V)),
    MISALIGNED_LEAF: (_, fresh) => audited(fresh(), at.SPARE_PMD, at.pte(at.HUGE_POOL + PAGE_SIZE, LEAF)),
    MAPS_PROTECTED: (_, fresh) => audited(fresh(), at.SPARE_PTE, at.pte(at.MONITOR, LEAF)),
  },
  MAP_PTE: {
    NOT_SEPARATED: (_, fresh) => fresh().call(FID.MAP_PTE, HUGE_ENTRY, at.SPARE_PTE),
    MISALIGNED: (host) => host.call(FID.MAP_PTE, HUGE_ENTRY + 4, at.SPARE_PTE),
    OUTSIDE_RAM: (host) => host.call(FID.MAP_PTE, 0, at.SPARE_PTE),
    OUTSIDE_PT_AREA: (host) => host.call(FID.MAP_PTE, at.POOL, at.SPARE_PTE),
    NOT_A_HUGE_LEAF: (host) => host.call(FID.MAP_PTE, at.SPARE_PMD, at.SPARE_PTE),
  },
  MEMORY_EXTEND: {
    ...ranges((host, address, byteLen) => host.call(FID.MEMORY_EXTEND, address, byteLen)),
    ...regions((host, address, byteLen) => host.call(FID.MEMORY_EXTEND, address, byteLen)),
    NOT_SEPARATED: (_, fresh) => initialised(fresh()).call(FID.MEMORY_EXTEND, at.POOL, PAGE_SIZE),
  },
  SCHRODINGER_INIT: {
    NOT_SEPARATED: (_, fresh) => fresh().call(FID.SCHRODINGER_INIT, at.POOL, PAGE_SIZE),
    MISALIGNED: (host) => host.call(FID.SCHRODINGER_INIT, at.POOL + 1, PAGE_SIZE),
    OUTSIDE_RAM: (host) => host.call(FID.SCHRODINGER_INIT, 0, PAGE_SIZE),
    NOT_PUBLIC: (host) => host.call(FID.SCHRODINGER_INIT, at.MONITOR, PAGE_SIZE),
    PARTLY_COVERED: (host) => host.call(FID.SCHRODINGER_INIT, at.HUGE_POOL, PAGE_SIZE),
  },
  ATTEST: {
    ...owned((host, eid) => host.call(FID.ATTEST, eid, at.REPORT, 0)),
    WRONG_STATE: (host) => host.call(FID.ATTEST, yielded(host), at.REPORT, 0),
    ...pointers((host, pointer) => host.call(FID.ATTEST, host.create().eid, pointer, 0)),
  },
  ATTEST_SHADOW: {
    NO_SUCH_SHADOW: (host) => host.call(FID.ATTEST_SHADOW, 77, at.REPORT, 0),
    ...pointers((host, pointer) => host.call(FID.ATTEST_SHADOW, host.createShadow().eid, pointer, 0)),
  },
  RUN: {
    ...owned((host, eid) => host.call(FID.RUN, eid, host.runParam())),
    WRONG_STATE: (host) => host.call(FID.RUN, yielded(host), host.runParam()),
    ...pointers((host, pointer) => host.call(FID.RUN, host.create().eid, pointer)),
  },
  STOP: {
    ...owned((host, eid) => host.call(FID.STOP, eid)),
    WRONG_STATE: (host) => host.call(FID.STOP, host.create().eid),
  },
  RESUME: {
    UNKNOWN_FUNCTION: (host) => host.call(FID.RESUME, yielded(host), 3),
    ...owned((host, eid) => host.call(FID.RESUME, eid, 0)),
    WRONG_STATE: (host) => host.call(FID.RESUME, host.create().eid, 0),
    WRONG_OCALL: (host) => host.call(FID.RESUME, waiting(host, SYS_WRITE), 2, MMAP),
    ...ranges(granted),
    ...grantedRegions,
    GRANT_TOO_SMALL: (host) => granted(host, host.allocate(1), PAGE_SIZE),
    RELOCK_REFUSED: (host) => {
      const eid = running(host);
      host.enclaveCall(at.ENCLAVE_FID.OCALL, BINDING, CODE.va, 64);
      host.timer();
      host.platform.lockCapacity = 0;
      return host.call(FID.RESUME, eid, 0);
    },
  },
  DESTROY: {
    ...owned((host, eid) => host.call(FID.DESTROY, eid)),
  },
  DESTROY_SHADOW: {
    NO_SUCH_SHADOW: (host) => host.call(FID.DESTROY_SHADOW, 77),
    NOT_OWNER: (host) => {
      const { eid } = host.createShadow();
      return asAnother(host).call(FID.DESTROY_SHADOW, eid);
    },
    FORKS_ALIVE: (host) => {
      const { eid } = host.createShadow();
      host.fork(eid);
      host.timer();
      return host.call(FID.DESTROY_SHADOW, eid);
    },
  },
  "host function 82": { UNKNOWN_FUNCTION: (host) => host.call(82) },
};
