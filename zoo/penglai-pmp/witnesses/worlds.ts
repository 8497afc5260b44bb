/** Defects of the life cycle, of the world switch, and of what an enclave may call. */
import { MEDELEG, MIP, SATP } from "../../../assembly/csr.gen.ts";
import { STI } from "../../../core/registers.ts";
import { PAGE_SIZE } from "../../../core/units.ts";
import type { DefectId } from "../../../monitor/penglai-pmp/defects.ts";
import * as at from "../host.ts";
import { ENCLAVE_FID, FID } from "../host.ts";
import { accepts, isBroken, OTHER_PROCESS, ready, type Scenario, SECRET, startWithSecret } from "./scenario.ts";

/** A fault in the enclave that enters the host's handler in the enclave's world. */
const redirects = ready((host) => {
  const satp = host.platform.readCsr(SATP);
  host.start();
  host.fault();
  return host.platform.privilege === 1 && host.platform.readCsr(SATP) !== satp;
});

/** A leaf that S-mode can use and U-mode cannot. */
const acceptsSupervisorLeaves = accepts((host, block) => {
  host.platform.write64(host.leafAt(block, at.DATA.va), at.pte(block.paddr + 15 * PAGE_SIZE, at.RWXU & ~at.U));
});

export const WORLDS = {
  B18: ready((host) => {
    host.start();
    host.platform.f[3] = SECRET;
    host.timer();
    return host.platform.f.includes(SECRET);
  }),
  B19: ready((host) => {
    const { eid } = host.create();
    host.process = OTHER_PROCESS;
    return host.call(FID.ATTEST, eid, at.REPORT, 1) === 0n;
  }),
  B20: ready((host) => {
    const { eid } = host.create();
    host.process = OTHER_PROCESS;
    return host.call(FID.DESTROY, eid) === 0n;
  }),
  // An enclave that takes memory from the host.
  B27: ready((host) => {
    host.start();
    host.ecall(0x100100n, FID.EXTEND, at.MORE, at.MIB);
    return host.monitor.owner(at.MORE) !== "public";
  }),
  // both halves of it
  B28: (options) => redirects(options) && acceptsSupervisorLeaves(options),
  B29: ready((host) => {
    const { eid } = host.create();
    host.onHart(1, () => host.must(FID.RUN, eid));
    host.must(FID.STOP, eid);
    const isBrokenNow = isBroken(host);
    // "EXIT returns to the eapp"
    return host.onHart(1, () => host.enclaveCall(ENCLAVE_FID.EXIT, 0) === -1n) && isBrokenNow;
  }),
  P6: ready((host) => {
    const { eid } = host.create();
    return host.call(FID.DESTROY, (1n << 32n) + BigInt(eid)) === 0n;
  }),
  P13: ready((host) => {
    const delegated = host.platform.readCsr(MEDELEG);
    host.start();
    host.timer();
    return host.platform.readCsr(MEDELEG) !== delegated;
  }),
  P14: ready((host) => {
    startWithSecret(host);
    host.timer();
    return host.platform.x.includes(SECRET);
  }),
  P15: ready((host) => {
    host.platform.x[6] = SECRET;
    host.start();
    return host.platform.x.includes(SECRET);
  }),
  P16: ready((host) => {
    const { eid } = host.start();
    const { pc } = host.platform;
    host.enclaveCall(ENCLAVE_FID.OCALL, 3);
    host.must(FID.RESUME, eid, at.OCALL, 3);
    return host.platform.pc === pc;
  }),
  P17: ready((host) => {
    host.start();
    host.timer();
    return (host.platform.readCsr(MIP) & STI) === 0n;
  }),
  P23: ready((host) => {
    const { eid } = host.start();
    host.timer();
    host.call(FID.RUN, eid);
    return host.world.kind === "enclave";
  }),
  P24: ready((host) => {
    const { eid } = host.start();
    host.timer();
    host.must(FID.STOP, eid);
    host.call(FID.RESUME, eid, at.TIMER);
    return host.world.kind === "enclave";
  }),
  P25: ready((host) => {
    const { eid } = host.create();
    host.process = OTHER_PROCESS;
    host.call(FID.RUN, eid);
    return host.world.kind === "enclave";
  }),
  P31: ready((host) => {
    const code = { ...at.CODE, flags: at.RWXU & ~at.W };
    host.start([code, ...at.IMAGE.slice(1)]);
    return host.enclaveCall(ENCLAVE_FID.GET_KEY, 0, 0, at.CODE.va, 16) === 0n;
  }),
  P32: ready((host) => {
    host.start();
    host.enclaveCall(77);
    return host.world.kind === "host";
  }),
  P33: ready((host) => {
    host.start();
    host.enclaveCall(ENCLAVE_FID.OCALL, 3, SECRET);
    return host.platform.read64(at.ARG0) === SECRET;
  }),
  // The second half of the key lies where the first page's frame ends.
  P36: ready((host) => {
    const [first, second] = [{ va: 0x5000n }, { va: 0x6000n }];
    const { paddr } = host.start([at.CODE, second, first, ...at.WINDOWS]);
    host.enclaveCall(ENCLAVE_FID.GET_KEY, 0, 0, 0x5ff8n, 16);
    const tail = host.access(0x6000n, "read") as typeof paddr;
    return host.platform.read64(tail) === 0n;
  }),
} satisfies Partial<Record<DefectId, Scenario>>;
