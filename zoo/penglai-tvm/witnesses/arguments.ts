/** Arguments, areas, and the entries that the host may write: T1 to T13. */
import { SATP } from "../../../assembly/csr.gen.ts";
import { PAGE_SIZE, pa } from "../../../core/units.ts";
import type { TvmDefect } from "../../../monitor/penglai-tvm/defects.ts";
import * as at from "../host.ts";
import { FID, TestHost } from "../host.ts";
import { booted, LEAF, type Scenario, SECRET, secretPage } from "./scenario.ts";

const AREAS = [at.PT_AREA, at.PT_AREA_SIZE, at.MBITMAP, at.MBITMAP_SIZE] as const;

/** A scenario on a host before SM_INIT. */
const unbooted =
  (play: (host: TestHost) => boolean): Scenario =>
  (options) => {
    const host = new TestHost(options);
    host.buildTables();
    host.platform.writeCsr(SATP, at.satp(at.PT_AREA));
    return play(host);
  };

export const ARGUMENTS = {
  T1: booted((host) => {
    const from = host.allocate(1);
    const { page } = secretPage(host);
    return host.call(FID.MEMORY_EXTEND, from, page + PAGE_SIZE - from) === 0n;
  }),
  T2: booted((host) => host.call(FID.MEMORY_EXTEND, at.POOL, 2n ** 32n + BigInt(PAGE_SIZE)) === 0n),
  T3: booted((host) => host.call(FID.MEMORY_EXTEND, at.POOL, PAGE_SIZE + 1) === 0n),
  T4: booted((host) => host.call(FID.SM_INIT, ...AREAS, at.FLAG) === 0n),
  T5: unbooted((host) => host.call(FID.SM_INIT, at.PT_AREA, at.PT_AREA_SIZE, at.PT_AREA, 64 * 1024, at.FLAG) === 0n),
  T6: unbooted((host) => {
    host.call(FID.SM_INIT, ...AREAS, at.MONITOR);
    return host.platform.read64(at.MONITOR) === 1n;
  }),
  T7: unbooted((host) => {
    host.platform.write64(at.SPARE_PTE, at.pte(at.MONITOR, LEAF));
    host.must(FID.SM_INIT, ...AREAS, at.FLAG);
    return host.call(FID.PT_AREA_SEPARATION, at.PGD_ORDER, at.PMD_ORDER) === 0n;
  }),
  T8: booted((host) => host.call(FID.PT_AREA_SEPARATION, at.PGD_ORDER, at.PMD_ORDER) === 0n),
  T9: booted((host) => host.call(FID.SET_PTE, 1, at.SPARE_ROOT, at.pte(at.PTE_BASE, at.V)) === 0n),
  T10: booted((host) => {
    const { page } = secretPage(host);
    host.call(FID.SET_PTE, 1, at.PT_AREA + 8, at.pte(at.MONITOR, LEAF | 0xc0n));
    const found = host.access(0x4000_0000 + page - at.MONITOR, "read");
    return typeof found === "number" && host.platform.read64(found) === SECRET;
  }),
  T11: booted((host) => {
    const { page } = secretPage(host);
    host.call(FID.MAP_PTE, at.PMD_BASE + ((at.HUGE_POOL >> 21) & 511) * 8, page);
    return host.platform.read64(pa(page)) !== SECRET;
  }),
  T12: booted((host) => {
    host.writeSatp(0n);
    return host.platform.readCsr(SATP) === 0n;
  }),
  T13: booted((host) => {
    host.writeSatp(at.satp(at.PMD_BASE));
    return host.platform.readCsr(SATP) === at.satp(at.PMD_BASE);
  }),
} as const satisfies Partial<Record<TvmDefect, Scenario>>;
