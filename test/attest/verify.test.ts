import { describe, expect, it } from "vitest";
import type { Evidence } from "../../attest/evidence.ts";
import { encodeClaims } from "../../attest/evidence.ts";
import { deriveMonitorKeys, simulatedDeviceRoot } from "../../attest/keys.ts";
import { attest, ENCLAVE_DATA, MAC_ALGORITHMS } from "../../attest/mac.ts";
import { type CheckName, type Policy, verifyEvidence } from "../../attest/verify.ts";
import { EVIDENCE_ATTACKS } from "../../zoo/attestation/evidence-attacks.ts";
import { evidenceWith, filled, issued, measurement, monitor, nonce } from "../../zoo/attestation/sample-evidence.ts";
import { policy } from "../../zoo/attestation/sample-policy.ts";

const ALL: CheckName[] = [
  "well-formed",
  "profile-known",
  "marked-simulated",
  "simulated-accepted",
  "algorithm-allowed",
  "monitor-expected",
  "security-version",
  "debug-off",
  "measurement-expected",
  "data-fresh",
  "mac-valid",
];
const sample = evidenceWith("hmac-sha256");
const failedBy = (evidence: Evidence, p: Policy = policy): CheckName[] =>
  verifyEvidence(evidence, p).failed.map((c) => c.name);

describe("accepts", () => {
  it.each(MAC_ALGORITHMS)("correct evidence with %s, naming every check that passed", (algorithm) => {
    const { failed, passed } = verifyEvidence(evidenceWith(algorithm), policy);
    expect(failed).toEqual([]);
    expect(passed.map((c) => c.name)).toEqual(ALL);
    for (const { explanation } of passed) expect(explanation).toMatch(/^[^\n]{10,}$/);
  });

  const debugging = { ...monitor, debug: true };
  it.each<[string, Evidence, Partial<Policy>]>([
    ["one of several monitors", sample, { monitors: [filled(0), monitor.measurement] }],
    ["a newer monitor", issued({ monitor: { ...monitor, securityVersion: 6 } }), {}],
    ["a debugging monitor where the policy allows it", issued({ monitor: debugging }), { acceptDebug: true }],
    ["one of several enclaves", sample, { measurements: [filled(0), measurement] }],
    ["data of 64 bytes", issued({ data: filled(9, 64) }), { data: filled(9, 64) }],
  ])("%s", (_, evidence, change) => {
    expect(failedBy(evidence, { ...policy, ...change })).toEqual([]);
  });
});

describe("refuses by exactly one check", () => {
  it.each(EVIDENCE_ATTACKS)("%s", (_, evidence, change, [name]) => {
    const { failed, passed } = verifyEvidence(evidence, { ...policy, ...change });
    expect(failed.map((c) => c.name)).toEqual([name]);
    expect(failed[0]!.explanation).toMatch(/^[^\n]{10,}$/);
    expect(passed.map((c) => c.name)).toEqual(name === "well-formed" ? [] : ALL.filter((n) => n !== name));
  });
});

describe("no claim can be changed under the MAC", () => {
  it.each<[string, Partial<Evidence>, CheckName[]]>([
    ["profile", { profile: "atoll-simulated-2" }, ["profile-known", "mac-valid"]],
    ["simulated", { simulated: false }, ["marked-simulated", "mac-valid"]],
    ["algorithm", { algorithm: "aes-cmac" }, ["mac-valid"]],
    ["unknown algorithm", { algorithm: "none" }, ["algorithm-allowed", "mac-valid"]],
    ["monitor", { monitor: { ...monitor, measurement: filled(0x12) } }, ["monitor-expected", "mac-valid"]],
    ["a higher security version", { monitor: { ...monitor, securityVersion: 6 } }, ["mac-valid"]],
    ["debug", { monitor: { ...monitor, debug: true } }, ["debug-off", "mac-valid"]],
    ["measurement", { measurement: filled(0xed) }, ["measurement-expected", "mac-valid"]],
    ["data", { data: nonce.with(0, 9) }, ["data-fresh", "mac-valid"]],
  ])("%s", (_, change, names) => {
    expect(failedBy({ ...sample, ...change })).toEqual(names);
  });

  it("nor can a debugging monitor pass for one that is not: its key is another", () => {
    const { attest: debugKey } = deriveMonitorKeys(simulatedDeviceRoot(1n), { ...monitor, debug: true });
    const data = encodeClaims(sample);
    const claims = { purpose: "atoll simulated evidence 1", algorithm: "hmac-sha256", measurement, data } as const;
    expect(failedBy({ ...sample, mac: attest(debugKey, claims) })).toEqual(["mac-valid"]);
  });

  it("nor can an enclave have the monitor's claims attested as its data", () => {
    const data = encodeClaims(sample);
    const statement = { purpose: ENCLAVE_DATA, algorithm: "hmac-sha256", measurement, data } as const;
    expect(failedBy({ ...sample, mac: attest(policy.attestKey(monitor), statement) })).toEqual(["mac-valid"]);
  });
});

it("names everything that is wrong at once", () => {
  const wrong = { ...sample, profile: "x", simulated: false, data: filled(0, 0), mac: filled(0, 1) };
  expect(failedBy(wrong, { ...policy, acceptSimulated: false })).toEqual([
    "profile-known",
    "marked-simulated",
    "simulated-accepted",
    "data-fresh",
    "mac-valid",
  ]);
});
