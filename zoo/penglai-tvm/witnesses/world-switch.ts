/** What crosses a world switch: B18, T41 to T51. */
import { FCSR, MEDELEG, MIDELEG, MIP, MSTATUS, SCOUNTEREN, SSCRATCH } from "../../../assembly/csr.gen.ts";
import { SSI, STI } from "../../../core/registers.ts";
import type { TvmDefect } from "../../../monitor/penglai-tvm/defects.ts";
import { ENCLAVE_FID, FID, type TestHost } from "../host.ts";
import { booted, inside, type Scenario, SECRET } from "./scenario.ts";

const SUM = 1n << 18n;

/** What the enclave finds in a CSR that the host has set. */
const found = (host: TestHost, csr: number, value: bigint): bigint => {
  host.platform.writeCsr(csr, value);
  inside(host);
  return host.platform.readCsr(csr);
};

export const WORLD_SWITCH = {
  B18: booted((host) => {
    host.platform.writeCsr(SSCRATCH, SECRET);
    inside(host);
    const isScratchThere = host.platform.readCsr(SSCRATCH) === SECRET;
    host.platform.f[9] = SECRET;
    host.platform.writeCsr(FCSR, 0x15n);
    host.enclaveCall(ENCLAVE_FID.YIELD);
    const seen = [isScratchThere, host.platform.f.includes(SECRET), host.platform.readCsr(FCSR) === 0x15n];
    if (new Set(seen).size > 1) throw new Error("each kind of register is a leak of its own");
    return isScratchThere;
  }),
  T41: booted((host) => found(host, MEDELEG, 0xb109n) !== 0n),
  T42: booted((host) => found(host, MIDELEG, 0x222n) !== 0n),
  T43: booted((host) => found(host, SCOUNTEREN, 0n) === 0n),
  T44: booted((host) => {
    const eid = inside(host);
    const { pc } = host.platform;
    host.enclaveCall(ENCLAVE_FID.YIELD);
    host.must(FID.RESUME, eid, 0);
    return host.platform.pc === pc;
  }),
  T45: booted((host) => {
    const { eid } = host.create();
    const { pc } = host.platform;
    host.run(eid);
    host.enclaveCall(ENCLAVE_FID.YIELD);
    return host.platform.pc === pc;
  }),
  T46: booted((host) => {
    inside(host);
    host.timer();
    return (host.platform.readCsr(MIP) & STI) === 0n;
  }),
  T47: booted((host) => {
    inside(host);
    host.enclaveCall(ENCLAVE_FID.YIELD);
    return host.platform.gpt.enclaveMode;
  }),
  T48: booted((host) => {
    inside(host);
    host.platform.x[9] = SECRET;
    host.enclaveCall(ENCLAVE_FID.YIELD);
    return host.platform.x[9] === SECRET;
  }),
  T49: booted((host) => {
    inside(host);
    const flushes = host.platform.journal.length;
    host.enclaveCall(ENCLAVE_FID.YIELD);
    return host.platform.journal.length === flushes;
  }),
  T50: booted((host) => found(host, MIP, SSI) !== 0n),
  T51: booted((host) => (found(host, MSTATUS, SUM) & SUM) !== 0n),
} as const satisfies Partial<Record<TvmDefect, Scenario>>;
