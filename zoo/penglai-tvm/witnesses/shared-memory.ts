/** Secure shared memory: T58 to T62. */
import { PAGE_SIZE, type Pa, pa } from "../../../core/units.ts";
import type { TvmDefect } from "../../../monitor/penglai-tvm/defects.ts";
import { ENCLAVE_FID, FID } from "../host.ts";
import { attach, DETACH, destroy, detach, enter, GET, get, goOn, KEY } from "../shm-host.ts";
import { booted, maps, type Scenario } from "./scenario.ts";

export const SHARED_MEMORY = {
  T58: booted((host) => {
    const eid = enter(host);
    host.enclaveCall(ENCLAVE_FID.OCALL, GET, KEY, 2 * PAGE_SIZE);
    const block = host.allocate(3);
    host.platform.write64(pa(block + 2 * PAGE_SIZE), 0x77n);
    host.must(FID.RESUME, eid, 2, GET, block, 3 * PAGE_SIZE);
    const va = host.platform.x[10]!;
    return host.platform.read64(host.access(va + BigInt(PAGE_SIZE), "read") as Pa) === 0x77n;
  }),
  T59: booted((host) => {
    const { block } = get(host, enter(host), KEY, PAGE_SIZE);
    host.enclaveCall(ENCLAVE_FID.EXIT, 0);
    return host.monitor.owner(block) !== "public";
  }),
  T60: booted((host) => {
    const { va } = get(host, enter(host), KEY, PAGE_SIZE);
    host.enclaveCall(ENCLAVE_FID.OCALL, DETACH, KEY);
    return maps(host, va);
  }),
  T61: booted((host) => {
    get(host, enter(host), KEY, PAGE_SIZE);
    destroy(host, KEY);
    enter(host);
    return attach(host, KEY) !== 0n;
  }),
  // The block is the host's again while an enclave writes secrets into it.
  T62: booted((host) => {
    const eid = enter(host);
    const { block } = get(host, eid, KEY, PAGE_SIZE);
    enter(host);
    attach(host, KEY);
    goOn(host, eid);
    if (destroy(host, KEY) === 0n) detach(host, KEY);
    return host.monitor.owner(block) === "public";
  }),
} as const satisfies Partial<Record<TvmDefect, Scenario>>;
