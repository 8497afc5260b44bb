/** Evidence under a MAC that must be refused. Each breaks one check and no other: a verifier without that check accepts it. */
import type { Evidence } from "../../attest/evidence.ts";
import { deriveMonitorKeys, simulatedDeviceRoot } from "../../attest/keys.ts";
import type { CheckName, Policy } from "../../attest/verify.ts";
import type { Attack } from "./attack.ts";
import { evidenceWith, filled, issued, monitor, nonce } from "./sample-evidence.ts";

const sample = evidenceWith("hmac-sha256");

export const EVIDENCE_ATTACKS: readonly Attack<CheckName, Evidence, Policy>[] = [
  ["a short measurement", { ...sample, measurement: filled(0xee, 31) }, {}, ["well-formed"]],
  ["an unknown profile", issued({ profile: "atoll-simulated-0" }), {}, ["profile-known"]],
  ["a simulator that denies being one", issued({ simulated: false }), {}, ["marked-simulated"]],
  ["a policy that wants real hardware", sample, { acceptSimulated: false }, ["simulated-accepted"]],
  ["an algorithm that the policy dropped", sample, { algorithms: ["aes-cmac"] }, ["algorithm-allowed"]],
  ["another monitor", issued({ monitor: { ...monitor, measurement: filled(0x12) } }), {}, ["monitor-expected"]],
  ["an old monitor", issued({ monitor: { ...monitor, securityVersion: 4 } }), {}, ["security-version"]],
  ["a debugging monitor", issued({ monitor: { ...monitor, debug: true } }), {}, ["debug-off"]],
  ["another enclave", issued({ measurement: filled(0xed) }), {}, ["measurement-expected"]],
  ["a replay: the nonce of an earlier request", sample, { data: nonce.with(0, 9) }, ["data-fresh"]],
  ["a nonce cut short", issued({ data: nonce.subarray(0, 7) }), {}, ["data-fresh"]],
  ["a forged tag", { ...sample, mac: sample.mac.with(31, sample.mac[31]! ^ 1) }, {}, ["mac-valid"]],
  ["a tag cut short", { ...sample, mac: sample.mac.subarray(0, 16) }, {}, ["mac-valid"]],
  ["another device", sample, { attestKey: (m) => deriveMonitorKeys(simulatedDeviceRoot(2n), m).attest }, ["mac-valid"]],
];
