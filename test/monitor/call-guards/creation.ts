/** CREATE_ENCLAVE, CREATE_SHADOW and RUN_SHADOW: parameters, region, image, surroundings. */
import { SATP } from "../../../assembly/csr.gen.ts";
import { PAGE_SIZE, pa } from "../../../core/units.ts";
import type { GuardName } from "../../../monitor/penglai-tvm/guards.ts";
import * as at from "../../../zoo/penglai-tvm/host.ts";
import { CODE, FID, type TestHost } from "../../../zoo/penglai-tvm/host.ts";
import { initialised, type Play, pointers, type Rows, regions, useRecords } from "./row.ts";

const USER = at.V | at.U | at.R | 0xc0n;
/** Pages of a region that `buildImage` uses, by number, and the sizes that its tables stand for. */
const [ROOT, MIDDLE, LAST, CODE_PAGE] = [1, 3, 4, 5];

/** The image with one entry of a table replaced. */
const withEntry =
  (fid: number, table: number, index: number, entry: (region: number) => bigint): Play =>
  (host) => {
    const image = host.buildImage([CODE]);
    host.platform.write64(pa(image.region + table * PAGE_SIZE + index * 8), entry(image.region));
    return host.call(fid, host.createParam(image));
  };

const withWords =
  (fid: number, words: Readonly<Record<number, number>>): Play =>
  (host) =>
    host.call(fid, host.createParam(host.buildImage([CODE]), words));

const created = (fid: number, host: TestHost, words: Readonly<Record<number, number>> = {}): bigint =>
  host.call(fid, host.createParam(host.buildImage([CODE]), words));

const image = (fid: number): Partial<Record<GuardName, Play>> => ({
  ...pointers((host, pointer) => host.call(fid, pointer)),
  NO_METADATA: (host) => {
    useRecords(host);
    return created(fid, host);
  },
  REGION_TOO_SMALL: withWords(fid, { 40: PAGE_SIZE }),
  NOT_SEPARATED: (_, fresh) => created(fid, initialised(fresh())),
  ...regions((host, address, byteLen) => created(fid, host, { 32: address, 40: byteLen })),
  FREE_MEMORY_OUTSIDE: withWords(fid, { 56: 0x8010_0000 }),
  TABLE_OUTSIDE_REGION: withEntry(fid, ROOT, 1, () => at.pte(at.KERNEL, at.V)),
  TABLE_REUSED: withEntry(fid, MIDDLE, 1, (region) => at.pte(region + LAST * PAGE_SIZE, at.V)),
  LEAF_OUTSIDE_REGION: withEntry(fid, LAST, 2, () => at.pte(at.KERNEL, USER)),
  LEAF_ALIASED: withEntry(fid, LAST, 2, (region) => at.pte(region + CODE_PAGE * PAGE_SIZE, USER)),
  HUGE_LEAF: withEntry(fid, ROOT, 1, () => at.pte(0x8000_0000, USER)),
  MISALIGNED_LEAF: withEntry(fid, MIDDLE, 1, () => at.pte(at.POOL + PAGE_SIZE, USER)),
  IMAGE_ADDRESS: (host) => host.call(fid, host.createParam(host.buildImage([{ ...CODE, va: 0x10_0000_0000n }]))),
  ENCLAVE_RESERVED_BITS: withEntry(
    fid,
    LAST,
    2,
    (region) => at.pte(region + CODE_PAGE * PAGE_SIZE, USER) | (1n << 60n),
  ),
});

/** RUN_SHADOW with a region. */
const forked = (
  host: TestHost,
  address: number,
  byteLen: number,
  words: Readonly<Record<number, number>> = {},
): bigint => host.call(FID.RUN_SHADOW, host.createShadow().eid, host.forkParam(address, byteLen, words));

const FORK_BYTE_LEN = 40 * PAGE_SIZE;

export const CREATION: Rows = {
  CREATE_ENCLAVE: {
    ...image(FID.CREATE_ENCLAVE),
    ENCLAVE_TYPE: withWords(FID.CREATE_ENCLAVE, { 24: 3 }),
    TOO_LARGE: withWords(FID.CREATE_ENCLAVE, { 72: 2 ** 40 }),
    NO_FREE_PAGES: (host) => {
      const { region, size, freeMem } = host.buildImage([CODE]);
      return host.call(
        FID.CREATE_ENCLAVE,
        host.createParam({ region, size: freeMem - region, freeMem: size && freeMem }),
      );
    },
  },
  CREATE_SHADOW: image(FID.CREATE_SHADOW),
  RUN_SHADOW: {
    NO_SUCH_SHADOW: (host) => host.call(FID.RUN_SHADOW, 77, host.forkParam(at.POOL, FORK_BYTE_LEN)),
    ...pointers((host, pointer) => host.call(FID.RUN_SHADOW, host.createShadow().eid, pointer)),
    NO_METADATA: (host) => {
      const shadow = host.createShadow();
      useRecords(host);
      return host.call(FID.RUN_SHADOW, shadow.eid, host.forkParam(host.allocate(40), FORK_BYTE_LEN));
    },
    REGION_TOO_SMALL: (host) => forked(host, at.HUGE_POOL - PAGE_SIZE, PAGE_SIZE),
    ...regions((host, address, byteLen) => {
      const satp = host.platform.readCsr(SATP);
      host.platform.writeCsr(SATP, at.satp(at.PT_AREA));
      const shadow = host.createShadow();
      host.platform.writeCsr(SATP, satp);
      return host.call(FID.RUN_SHADOW, shadow.eid, host.forkParam(address, byteLen));
    }),
    TOO_LARGE: (host) => forked(host, host.allocate(40), FORK_BYTE_LEN, { 40: 2 ** 40 }),
    NO_FREE_PAGES: (host) => forked(host, host.allocate(4), 4 * PAGE_SIZE),
  },
};
