/** Defects of measurement, reports and keys. */

import { decodeReport } from "../../../attest/report.ts";
import { boundMeasurement } from "../../../attest/signed-report.ts";
import { messageDigest } from "../../../attest/sm2.ts";
import { recoverKey } from "../../../attest/sm2-key-recovery.ts";
import { timerNonce } from "../../../attest/sm2-nonce.ts";
import type { Pa } from "../../../core/units.ts";
import type { DefectId } from "../../../monitor/penglai-pmp/defects.ts";
import * as at from "../host.ts";
import { ENCLAVE_FID, FID, type Options, PmpHost } from "../host.ts";
import { ready, type Scenario } from "./scenario.ts";

function report(host: PmpHost, eid: number, nonce = 1n): ReturnType<typeof decodeReport> {
  host.must(FID.ATTEST, eid, at.REPORT, nonce);
  return decodeReport(host.platform.readBytes(at.REPORT, 328));
}

/** What GET_KEY gives an enclave that runs; the salt is filled with `fill`. */
function key(host: PmpHost, fill = 0, byteLen = 32): string {
  host.platform.writeBytes(at.UNTRUSTED, new Uint8Array(16).fill(fill));
  host.enclaveCall(ENCLAVE_FID.GET_KEY, at.UNTRUSTED_VA, 16, at.UNTRUSTED_VA + 64n, byteLen);
  return host.platform
    .readBytes(at.UNTRUSTED, 64 + byteLen)
    .slice(64)
    .toString();
}

/** Whether two enclaves that differ have one measurement. */
const confuses = (
  first: (host: PmpHost, block: at.Block) => Pa,
  second: (host: PmpHost, block: at.Block) => Pa,
): Scenario => {
  const measured = (options: Options, make: typeof first): string => {
    const host = PmpHost.ready(options);
    const block = host.alloc(64 * 1024);
    host.must(FID.CREATE, make(host, block), 0);
    return host.record(1)!.measurement.toString();
  };
  return (options) => measured(options, first) === measured(options, second);
};

const built = (words: Readonly<Record<number, bigint>>) => (host: PmpHost, block: at.Block) => {
  host.build(block, [at.CODE]);
  return host.param(block, { 48: 0, 80: 0, ...words });
};

export const EVIDENCE = {
  // Another monitor on the same device has the same keys.
  B17: (options) => {
    const keys = [options.defects ?? [], [...(options.defects ?? []), "P29" as const]].map((defects) => {
      const host = PmpHost.ready({ ...options, defects });
      host.start();
      return key(host);
    });
    return keys[0] === keys[1];
  },
  B22: ready((host) => {
    const { eid } = host.create();
    const { enclave, sm } = report(host, eid);
    const nonces = Array.from({ length: 4 }, (_, draw) => timerNonce(1000, draw));
    const found = recoverKey(sm.pub, enclave.sig, nonces);
    return found !== null && messageDigest(sm.pub, enclave.hash).length === 32;
  }),
  B23: ready((host) => {
    const { eid } = host.create();
    const before = host.record(eid)!.measurement.toString();
    report(host, eid);
    return host.record(eid)!.measurement.toString() !== before;
  }),
  P18: confuses(built({}), built({ 24: 0x1004n })),
  P19: confuses(built({}), built({ 32: 0x11_0000_0000n })),
  P20: ready((host) => {
    const { eid } = host.create();
    const { enclave } = report(host, eid, 7n);
    return enclave.hash.toString() !== boundMeasurement(host.record(eid)!.measurement, 7n).toString();
  }),
  P21: ready((host) => {
    host.start();
    const first = key(host);
    host.timer();
    host.start([at.CODE, ...at.WINDOWS]);
    return key(host) === first;
  }),
  P22: ready((host) => {
    host.start();
    return key(host, 1) === key(host, 2);
  }),
} satisfies Partial<Record<DefectId, Scenario>>;
