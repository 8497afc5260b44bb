/** Several harts: B11, B13, K1 and on. */
import { MSTATUS, PMPCFG0 } from "../../../assembly/csr.gen.ts";
import { PAGE_SIZE } from "../../../core/units.ts";
import * as at from "../host.ts";
import { ENCLAVE_FID, FID, TestHost } from "../host.ts";
import type { Scenario } from "./scenario.ts";

/** A scenario on two harts. */
const together =
  (play: (host: TestHost) => boolean): Scenario =>
  (options) =>
    play(TestHost.booted(options, 2));

/** An enclave that runs on hart 1. */
function runner(host: TestHost): number {
  const { eid } = host.create();
  host.on(1, () => host.run(eid));
  return eid;
}

/** Both harts call RUN, in turn, until one is through. @returns what the monitor violates then */
function raceToRun(host: TestHost): string | undefined {
  const { eid } = host.create();
  const param = host.runParam();
  for (const hart of [0, 1, 0, 1]) host.on(hart, () => host.world.kind === "host" && host.call(FID.RUN, eid, param));
  return host.monitor.violation();
}

export const HARTS = {
  B11: together((host) => {
    host.platform.journal.length = 0;
    host.must(FID.MEMORY_EXTEND, at.POOL, PAGE_SIZE);
    return !host.platform.journal.includes("shootdown");
  }),
  B13: together((host) => {
    host.call(FID.STOP, 99);
    const isKept = host.monitor.violation()?.startsWith("lock") ?? false;
    return host.on(1, () => host.call(FID.PRINT)) === -3n && isKept;
  }),
  K1: together((host) => raceToRun(host)?.startsWith("running") ?? false),
  // The order is there before the enclave's own call: an interrupt that takes its time.
  K2: together((host) => {
    const eid = runner(host);
    const { personality } = host.monitor;
    const state = { ...host.monitor.state };
    const running = state.running.map((each) => each && { ...each, order: "stop" as const });
    const outcome = host.on(1, () => {
      const { x, f, pc } = host.platform;
      x[16] = 0x100101n;
      x[17] = BigInt(ENCLAVE_FID.YIELD);
      const hart = { x: x.slice(), f: f.slice(), pc, privilege: 0 as const, csrs: state.enclaves.get(eid)!.hart.csrs };
      return personality.step({ ...state, running }, { hartId: 1, cause: 8n, tval: 0n, hart }, host.platform);
    });
    return outcome.state.enclaves.get(eid)?.status !== "stopped";
  }),
  K3: together((host) => (host.on(1, () => host.platform.readCsr(MSTATUS)) & (1n << 20n)) === 0n),
  K4: together((host) => {
    host.must(FID.DESTROY, runner(host));
    return host.monitor.violation()?.startsWith("running") ?? false;
  }),
  K5: together((host) => (host.on(1, () => host.platform.readCsr(PMPCFG0)) & 0xff00n) === 0n),
} as const satisfies Record<string, Scenario>;
