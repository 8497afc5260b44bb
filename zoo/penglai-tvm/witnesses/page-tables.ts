/** The host's page tables and the pages behind them: B1 to B10. */
import { ILLEGAL_INSTRUCTION, LOAD_ACCESS } from "../../../assembly/cause.ts";
import { SATP, STVEC } from "../../../assembly/csr.gen.ts";
import { PAGE_SIZE, pa } from "../../../core/units.ts";
import type { TvmDefect } from "../../../monitor/penglai-tvm/defects.ts";
import * as at from "../host.ts";
import { CODE, FID, type TestHost } from "../host.ts";
import { booted, LEAF, type Scenario, SECRET, secretPage } from "./scenario.ts";

const [ONE, MEMCPY, BATCH_SET] = [1, 3, 5];

/** csrw satp, t0 by the enclave that runs. */
function writeSatpInside(host: TestHost, value: bigint): void {
  host.platform.x[5] = value;
  host.trap(BigInt(ILLEGAL_INSTRUCTION), 0x18029073n, 0);
}

export const PAGE_TABLES = {
  B1: booted((host) => {
    const { page } = secretPage(host);
    host.call(FID.SET_PTE, ONE, page, 0x666n << 1n);
    return host.platform.read64(pa(page)) !== SECRET;
  }),
  B2: booted((host) => {
    const { page } = secretPage(host);
    host.call(FID.SET_PTE, ONE, host.entryOf(at.KBUFFER), at.pte(page, LEAF));
    return host.platform.read64(host.entryOf(at.KBUFFER)) === at.pte(page, LEAF);
  }),
  B3: booted((host) => {
    const { page } = secretPage(host);
    return host.call(FID.SET_PTE, ONE, at.SPARE_PTE, at.pte(page, LEAF) | (1n << 63n)) === 0n;
  }),
  B4: booted((host) => {
    host.must(FID.MEMORY_EXTEND, at.HUGE_POOL - PAGE_SIZE, PAGE_SIZE);
    host.platform.write64(at.KERNEL, BigInt(at.SPARE_PMD));
    host.platform.write64(pa(at.KERNEL + 8), at.pte(at.HUGE_POOL - 512 * PAGE_SIZE, LEAF));
    return host.call(FID.SET_PTE, BATCH_SET, at.KERNEL, 1) === 0n;
  }),
  // A secret that is no valid entry goes where the host can read it.
  B5: booted((host) => {
    const { page } = secretPage(host);
    host.call(FID.SET_PTE, MEMCPY, at.SPARE_PTE, page, 8);
    return host.platform.read64(at.SPARE_PTE) === SECRET;
  }),
  B6: booted((host) => {
    if (host.call(FID.MEMORY_EXTEND, at.HUGE_POOL, PAGE_SIZE) !== 0n) return false;
    return typeof host.access(at.HUGE_POOL, "write") === "number";
  }),
  B7: booted((host) => {
    const image = host.buildImage([CODE]);
    host.call(FID.CREATE_ENCLAVE, host.createParam(image, { 0: at.MONITOR + 0x100 }));
    return host.platform.read64(pa(at.MONITOR + 0x100)) !== 0n;
  }),
  B8: booted((host) => {
    const { page } = secretPage(host);
    return host.call(FID.CREATE_ENCLAVE, host.createParam(host.buildImage([CODE]), { 64: page })) === 0n;
  }),
  B9: booted((host) => {
    host.run(host.create().eid);
    writeSatpInside(host, at.satp(at.SPARE_ROOT));
    return host.platform.readCsr(SATP) === at.satp(at.SPARE_ROOT);
  }),
  B10: booted((host) => {
    host.platform.writeCsr(STVEC, 0x8030_0000n);
    host.trap(BigInt(LOAD_ACCESS), 0x1234n, 1, 0x8020_1000n);
    return host.platform.pc === 0x8020_1000n;
  }),
} as const satisfies Partial<Record<TvmDefect, Scenario>>;
