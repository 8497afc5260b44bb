/** A call that ends at a guard. */
import { SATP } from "../../../assembly/csr.gen.ts";
import { PAGE_SIZE } from "../../../core/units.ts";
import type { GuardName } from "../../../monitor/penglai-tvm/guards.ts";
import * as at from "../../../zoo/penglai-tvm/host.ts";
import { FID, type TestHost } from "../../../zoo/penglai-tvm/host.ts";

/**
 * Makes the call on a host that is booted, whose latest call is then looked at. `fresh` gives another host instead, one that
 * has not called SM_INIT.
 */
export type Play = (host: TestHost, fresh: () => TestHost) => unknown;

/** By call, as `callName` calls it; by guard, in the order in which the call checks. */
export type Rows = Readonly<Record<string, Partial<Record<GuardName, Play>>>>;

const OTHER_SATP = at.satp(at.SPARE_ROOT);
export const AREAS = [at.PT_AREA, at.PT_AREA_SIZE, at.MBITMAP, at.MBITMAP_SIZE, at.FLAG] as const;

/** Another process of the host's: its tables show nothing, but the monitor does not look at them. */
export function asAnother(host: TestHost): TestHost {
  host.platform.writeCsr(SATP, OTHER_SATP);
  return host;
}

/** What a pointer of the host's to a structure may be that it may not. */
export const pointers = (call: (host: TestHost, pointer: number) => unknown): Partial<Record<GuardName, Play>> => ({
  MISALIGNED: (host) => call(host, at.PARAM + 4),
  OUTSIDE_RAM: (host) => call(host, 0),
  NOT_PUBLIC: (host) => call(host, at.MONITOR),
});

type RangeCall = (host: TestHost, address: number, byteLen: number) => unknown;
type Refusals<Guard extends GuardName> = Readonly<Record<Guard, Play>>;

/** What a range of pages that should become secure may be that it may not. */
export const regions = (call: RangeCall): Refusals<"PAGE_SHARED" | "PARTLY_COVERED" | "HOST_UNTRANSLATED"> => ({
  PAGE_SHARED: (host) => {
    host.create();
    return call(host, at.KBUFFER - PAGE_SIZE, 4 * PAGE_SIZE);
  },
  PARTLY_COVERED: (host) => call(host, at.HUGE_POOL, 4 * PAGE_SIZE),
  HOST_UNTRANSLATED: (host) => {
    host.platform.writeCsr(SATP, 0n);
    return call(host, host.allocate(4), 4 * PAGE_SIZE);
  },
});

/** What an alleged range may be. */
export const ranges = (call: RangeCall): Refusals<"MISALIGNED" | "OUTSIDE_RAM" | "NOT_PUBLIC"> => ({
  MISALIGNED: (host) => call(host, at.POOL + 8, 4 * PAGE_SIZE),
  OUTSIDE_RAM: (host) => call(host, at.RAM_END, 4 * PAGE_SIZE),
  NOT_PUBLIC: (host) => call(host, at.MONITOR, 4 * PAGE_SIZE),
});

/** A host after SM_INIT and before PT_AREA_SEPARATION. */
export function initialised(host: TestHost): TestHost {
  host.buildTables();
  host.platform.writeCsr(SATP, at.satp(at.PT_AREA));
  host.must(FID.SM_INIT, ...AREAS);
  return host;
}

/** Uses up every record that the monitor has. */
export function useRecords(host: TestHost): void {
  const shadow = host.createShadow();
  while (host.monitor.state.freeRecords > 0) {
    host.fork(shadow.eid, 28);
    host.timer();
  }
}

/** An enclave that has the hart. */
export function running(host: TestHost): number {
  const { eid } = host.create();
  host.run(eid);
  return eid;
}

/** An enclave that waits for an ocall. */
export function waiting(host: TestHost, ...ocall: readonly (number | bigint)[]): number {
  const eid = running(host);
  host.enclaveCall(at.ENCLAVE_FID.OCALL, ...ocall);
  return eid;
}

/** An enclave that gave the hart back. */
export function yielded(host: TestHost): number {
  const eid = running(host);
  host.timer();
  return eid;
}
