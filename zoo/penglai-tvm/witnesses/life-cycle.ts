/** From creation to the end: B12, B20, B21, T21 to T31. */
import { SATP } from "../../../assembly/csr.gen.ts";
import { PAGE_SIZE, pa } from "../../../core/units.ts";
import type { TvmDefect } from "../../../monitor/penglai-tvm/defects.ts";
import * as at from "../host.ts";
import { ENCLAVE_FID, FID, type TestHost } from "../host.ts";
import { booted, inside, mmap, OTHER_SATP, type Scenario, secretPage } from "./scenario.ts";

const SYS_WRITE = 3;

/** The fork's code is the host's to write. */
const takesCodeOfFork = (host: TestHost): boolean => {
  const shadow = host.createShadow();
  host.fork(shadow.eid);
  host.enclaveCall(ENCLAVE_FID.YIELD);
  host.call(FID.DESTROY_SHADOW, shadow.eid);
  return host.monitor.owner(shadow.region) === "public";
};

export const LIFE_CYCLE = {
  B12: booted((host) => {
    const image = host.buildImage([{ va: 0x1000n, permissions: 2n }]);
    host.call(FID.CREATE_ENCLAVE, host.createParam({ ...image, freeMem: image.region }));
    return host.monitor.owner(pa(image.region)) !== "public";
  }),
  B20: booted((host) => {
    const { eid } = host.create();
    host.platform.writeCsr(SATP, OTHER_SATP);
    return host.call(FID.DESTROY, eid) === 0n;
  }),
  B21: booted(takesCodeOfFork),
  T21: booted((host) => {
    host.must(FID.DESTROY, host.create().eid);
    return host.call(FID.MEMORY_EXTEND, at.KBUFFER, PAGE_SIZE) !== 0n;
  }),
  T22: booted((host) => {
    const { freeRecords } = host.monitor.state;
    host.must(FID.DESTROY, host.create().eid);
    return host.monitor.state.freeRecords < freeRecords;
  }),
  T23: booted((host) => {
    const block = host.allocate(2);
    mmap(host, inside(host), PAGE_SIZE, block);
    host.enclaveCall(ENCLAVE_FID.EXIT, 0);
    return host.monitor.owner(block) !== "public";
  }),
  T24: booted((host) => {
    const shadow = host.createShadow();
    host.fork(shadow.eid);
    host.enclaveCall(ENCLAVE_FID.EXIT, 0);
    return host.call(FID.DESTROY_SHADOW, shadow.eid) !== 0n;
  }),
  T25: booted(takesCodeOfFork),
  T26: booted((host) => {
    const { eid } = host.create();
    host.must(FID.DESTROY, eid);
    return host.create().eid === eid;
  }),
  T27: booted((host) => host.call(FID.ATTEST, secretPage(host).eid, at.REPORT, 1) === 0n),
  T28: booted((host) => {
    const eid = inside(host);
    host.enclaveCall(ENCLAVE_FID.OCALL, SYS_WRITE);
    return host.call(FID.STOP, eid) === 0n;
  }),
  T29: booted((host) => {
    const eid = inside(host);
    host.enclaveCall(ENCLAVE_FID.OCALL, SYS_WRITE);
    host.call(FID.RESUME, eid, 0);
    return host.world.kind === "enclave";
  }),
  T30: booted((host) => {
    host.call(FID.RUN, secretPage(host).eid, host.runParam());
    return host.world.kind === "enclave";
  }),
  T31: booted((host) => {
    const { eid } = host.create();
    host.platform.writeCsr(SATP, OTHER_SATP);
    host.call(FID.RUN, eid, host.runParam());
    return host.world.kind === "enclave";
  }),
} as const satisfies Partial<Record<TvmDefect, Scenario>>;
