/** A device, a monitor, an enclave, and the party that asked: material for attacks on signed reports. */
import { simulatedEndorsement, simulatedKeyPage, simulatedManufacturer } from "../../attest/device-chain.ts";
import type { MonitorIdentity } from "../../attest/keys.ts";
import type { SigningForm } from "../../attest/penglai-signing.ts";
import { boundMeasurement, signedReport } from "../../attest/signed-report.ts";
import type { ReportPolicy } from "../../attest/verify-report.ts";

export const SEED = 7n;
export const NONCE = 12345n;
export const monitor: MonitorIdentity = {
  measurement: new Uint8Array(32).fill(0x11),
  debug: false,
  securityVersion: 4,
};
export const measurement: Uint8Array = new Uint8Array(32).fill(0xec);

export const policyOf = (form: SigningForm): ReportPolicy => ({
  acceptSimulated: true,
  form,
  manufacturer: simulatedManufacturer().public,
  endorsements: [simulatedEndorsement(SEED)],
  monitors: [monitor, { ...monitor, securityVersion: 3 }],
  minSecurityVersion: 4,
  acceptDebug: false,
  enclaves: [(nonce) => boundMeasurement(measurement, nonce)],
  nonce: NONCE,
});

/** What the monitor of that device writes; every part can be another one. */
export function reportWith({
  form = "tvm" as SigningForm,
  seed = SEED,
  identity = monitor,
  enclave = measurement,
  nonce = NONCE,
}: {
  form?: SigningForm;
  seed?: bigint;
  identity?: MonitorIdentity;
  enclave?: Uint8Array;
  nonce?: bigint;
} = {}): Uint8Array {
  return signedReport(simulatedKeyPage(seed, identity, form), form, boundMeasurement(enclave, nonce), nonce);
}
