/** Images, what is measured of them, and reports: B16, B22, T40, T52 to T57. */
import { decodeReport, REPORT_BYTES } from "../../../attest/report.ts";
import { recoverKey } from "../../../attest/sm2-key-recovery.ts";
import { CONSTANT_NONCE } from "../../../attest/sm2-nonce.ts";
import { PAGE_SIZE, type Pa, pa } from "../../../core/units.ts";
import type { TvmDefect } from "../../../monitor/penglai-tvm/defects.ts";
import type { PenglaiTvmOptions } from "../../../monitor/penglai-tvm.ts";
import * as at from "../host.ts";
import { CODE, DATA, ENCLAVE_FID, FID, TestHost } from "../host.ts";
import { ARG_VA, createServer, putName } from "../parties.ts";
import { booted, inside, maps, type Scenario } from "./scenario.ts";

const AD = 0xc0n;
const USER_PAGE = at.V | at.U | AD | at.R | at.W;
/** Pages of a region that `buildImage` uses, by number. */
const [MIDDLE_TABLE, LAST_TABLE, CODE_PAGE] = [3, 4, 5];

/** The measurement of the sample image, changed before it is created. */
function measurementOf(
  options: PenglaiTvmOptions,
  { words = {}, pages = [CODE, DATA], kbuffer = 0n }: Partial<Parameters<typeof created>[1]> = {},
): string {
  return created(TestHost.booted(options), { words, pages, kbuffer });
}

function created(
  host: TestHost,
  change: { words: Readonly<Record<number, number>>; pages: readonly at.ImagePage[]; kbuffer: bigint },
): string {
  host.platform.write64(at.KBUFFER, change.kbuffer);
  host.must(FID.CREATE_ENCLAVE, host.createParam(host.buildImage(change.pages), change.words));
  return host.monitor.state.enclaves.get(host.eid())!.measurement.toString();
}

/** Whether an image is accepted in which one entry of a table was replaced. */
const accepts = (table: number, index: number, entry: (region: number, freeMem: number) => bigint): Scenario =>
  booted((host) => {
    const { region, size, freeMem } = host.buildImage([CODE, DATA]);
    host.platform.write64(pa(region + table * PAGE_SIZE + index * 8), entry(region, freeMem));
    return host.call(FID.CREATE_ENCLAVE, host.createParam({ region, size, freeMem })) === 0n;
  });

const report = (host: TestHost, eid: number, nonce: bigint): string => {
  host.must(FID.ATTEST, eid, at.REPORT, nonce);
  return host.platform.readBytes(at.REPORT, 256).toString();
};

const reportBytes = (host: TestHost, eid: number, nonce: bigint): Uint8Array => {
  host.must(FID.ATTEST, eid, at.REPORT, nonce);
  return host.platform.readBytes(at.REPORT, REPORT_BYTES);
};

export const MEASUREMENT = {
  B16: (options) => {
    const isSameForAll =
      measurementOf(options) === measurementOf(options, { pages: [{ ...CODE, permissions: at.R }, DATA] });
    const isTheHosts = measurementOf(options) !== measurementOf(options, { kbuffer: 1n });
    if (isSameForAll !== isTheHosts) throw new Error("both are one mistake");
    return isTheHosts;
  },
  B22: (options) => {
    const host = TestHost.booted({ ...options, reportForm: "tvm" });
    const { sm, enclave } = decodeReport(reportBytes(host, host.create().eid, 5n));
    return recoverKey(sm.pub, enclave.sig, [CONSTANT_NONCE]) !== null;
  },
  B23: booted((host) => {
    createServer(host, "files");
    inside(host);
    const reports = [1, 2].map(() => {
      host.enclaveCall(ENCLAVE_FID.GET_REPORT, putName(host, "files"), ARG_VA, 5);
      return host.platform.readBytes(host.access(ARG_VA, "read") as Pa, 192).toString();
    });
    return reports[0] !== reports[1];
  }),
  T40: booted((host) => {
    const { eid } = host.create();
    return report(host, eid, 5n) === report(host, eid, 2n ** 32n + 5n);
  }),
  T52: (options) => measurementOf(options) === measurementOf(options, { words: { 48: 0x1004 } }),
  T53: (options) => measurementOf(options) === measurementOf(options, { pages: [CODE, { ...DATA, fill: 1 }] }),
  T54: accepts(LAST_TABLE, 2, (region) => at.pte(region + CODE_PAGE * PAGE_SIZE, USER_PAGE)),
  T55: booted((host) => {
    const { region, size, freeMem } = host.buildImage([CODE]);
    for (const index of [5, 6])
      host.platform.write64(pa(region + MIDDLE_TABLE * PAGE_SIZE + index * 8), at.pte(freeMem, at.V));
    const image = { region, size, freeMem: freeMem + PAGE_SIZE };
    return host.call(FID.CREATE_ENCLAVE, host.createParam(image)) === 0n;
  }),
  // The page becomes a page table as soon as one is needed.
  T56: accepts(LAST_TABLE, 2, (_, freeMem) => at.pte(freeMem, USER_PAGE)),
  T57: booted((host) => {
    inside(host);
    return maps(host, 0xffff_ffe0_0000_0000n, "execute");
  }),
} as const satisfies Partial<Record<TvmDefect, Scenario>>;
