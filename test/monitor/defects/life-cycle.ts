/** From creation to the end: B12, B20, B21. */
import { SATP } from "../../../assembly/csr.gen.ts";
import { pa } from "../../../core/units.ts";
import type { TvmDefect } from "../../../monitor/penglai-tvm/defects.ts";
import { ENCLAVE_FID, FID } from "../host.ts";
import { booted, OTHER_SATP, type Scenario } from "./scenario.ts";

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
  // The fork's code is the host's to write.
  B21: booted((host) => {
    const shadow = host.createShadow();
    host.fork(shadow.eid);
    host.enclaveCall(ENCLAVE_FID.YIELD);
    host.call(FID.DESTROY_SHADOW, shadow.eid);
    return host.monitor.owner(shadow.region) === "public";
  }),
} as const satisfies Partial<Record<TvmDefect, Scenario>>;
