/** onIntegrityFault: "halt": memory that does not verify ends the machine, whoever meets it. */
import { expect, test } from "vitest";
import { INTEGRITY_FAULT } from "../../assembly/cause.ts";
import { type Pa, pa, pageNoOf } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import { MachineHalted } from "../../monitor/kernel/halt.ts";
import * as at from "../../zoo/penglai-tvm/host.ts";
import { ENCLAVE_FID, FID, TestHost } from "../../zoo/penglai-tvm/host.ts";

/** A host whose enclave has the hart. */
function running(onIntegrityFault: "kill" | "halt"): { host: TestHost; eid: number; region: Pa } {
  const host = TestHost.booted({ onIntegrityFault });
  const { eid, region } = host.create();
  host.run(eid);
  return { host, eid, region };
}
const tamper = (host: TestHost, address: number): void => host.platform.tamper(pageNoOf(pa(address)));
const faultOf = (host: TestHost): void => void host.trap(BigInt(INTEGRITY_FAULT), 0x1234n, 0);

const FAULTS: [string, (scene: ReturnType<typeof running>) => void][] = [
  ["an enclave that touches it", ({ host }) => faultOf(host)],
  [
    "the monitor that reads it for the enclave",
    ({ host, region }) => {
      tamper(host, region + 4096);
      host.enclaveCall(ENCLAVE_FID.OCALL, 1, 0, 4096);
    },
  ],
  [
    "the monitor that could do without it",
    ({ host }) => {
      tamper(host, at.RETVAL);
      host.enclaveCall(ENCLAVE_FID.EXIT, 1);
    },
  ],
];

test.each(FAULTS)("halts at %s", (_who, meet) => {
  const scene = running("halt");
  expect(() => meet(scene)).toThrow(MachineHalted);
  expect(() => scene.host.call(FID.PRINT)).toThrow(/the machine has halted/);
});

test.each(FAULTS)("goes on without the enclave after %s, unless it shall halt", (_who, meet) => {
  const scene = running("kill");
  meet(scene);
  expect(scene.host.monitor.state.enclaves.get(scene.eid)).toBeUndefined();
  expect(scene.host.call(FID.PRINT)).toBe(0n);
});

test("a host that touches it halts the machine, too", () => {
  const host = TestHost.booted({ onIntegrityFault: "halt" });
  expect(() => faultOf(host)).toThrow(/memory does not verify: cause 25 at 0x[0-9a-f]+, address 0x1234/);
});

test("a halt is an error for the user, and leaves everything as it was", () => {
  const { host } = running("halt");
  const { state } = host.monitor;
  const before = host.platform.x.slice();
  expect(() => faultOf(host)).toThrow(UserError);
  expect(host.monitor.state).toBe(state);
  expect(host.platform.x).toEqual(before);
  expect(host.monitor.lastDenial?.guard).toBe("INTEGRITY");
});
