/**
 * Evidence that is accepted and evidence that is refused, each refused one made from the accepted one by changing one
 * thing: what an attacker sends, where it comes from, or what the relying party asks for.
 *
 * Each example says beforehand which checks it must fail, so the table is a test of the verifier: a check that is
 * missing, or one too many, is a failure of the command.
 */
import type { Verdict } from "../../attest/appraise.ts";
import { EVIDENCE_PROFILE, type Evidence } from "../../attest/evidence.ts";
import { type CheckName, type Policy, verifyEvidence } from "../../attest/verify.ts";

/** Evidence from real runs, and the policy of the party that asked for `genuine`. */
export interface Material {
  readonly policy: Policy;
  readonly genuine: Evidence;
  /** Of the same enclave, for an earlier request. */
  readonly earlier: Evidence;
  /** Of another program on the same device, for this request. */
  readonly otherProgram: Evidence;
  /** Of the same program on a device with another root key. */
  readonly otherDevice: Evidence;
  /** Of the same program under a monitor without its ownership check. */
  readonly weakMonitor: Evidence;
  /** Of the same program under the trusted monitor in its debugging form. */
  readonly debugMonitor: Evidence;
}

export interface Example {
  readonly name: string;
  readonly evidence: Evidence;
  readonly policy: Policy;
  /** The checks that must fail, and no others. */
  readonly fails: readonly CheckName[];
}

export interface JudgedExample {
  readonly example: string;
  readonly verdict: "accepted" | "refused";
  readonly failed: Verdict<string>["failed"];
  /** The verdict is the one that was foretold. */
  readonly isAsForetold: boolean;
}

export function examples(material: Material): Example[] {
  const { policy, genuine } = material;
  const sent = (name: string, evidence: Evidence, ...fails: CheckName[]): Example => ({
    name,
    evidence,
    policy,
    fails,
  });
  const changed = (name: string, change: Partial<Evidence>, ...fails: CheckName[]): Example =>
    sent(name, { ...genuine, ...change }, ...fails);
  const asked = (name: string, change: Partial<Policy>, ...fails: CheckName[]): Example => ({
    name,
    evidence: genuine,
    policy: { ...policy, ...change },
    fails,
  });
  const { monitor } = genuine;
  return [
    sent("the enclave's own, for this request", genuine),
    sent("replay: evidence of an earlier request", material.earlier, "data-fresh"),
    sent("another program on this device", material.otherProgram, "measurement-expected"),
    sent("this program on another device", material.otherDevice, "mac-valid"),
    sent("this program under a weakened monitor", material.weakMonitor, "monitor-expected"),
    sent("this program under a debugging monitor", material.debugMonitor, "debug-off"),
    sent("debug not admitted", debugHidden(material), "mac-valid"),
    changed("nonce rewritten to this request's", { ...material.earlier, data: genuine.data }, "mac-valid"),
    changed(
      "one bit of the measurement",
      { measurement: flipped(genuine.measurement) },
      "measurement-expected",
      "mac-valid",
    ),
    changed("one bit of the MAC", { mac: flipped(genuine.mac) }, "mac-valid"),
    changed("MAC cut to 16 bytes", { mac: genuine.mac.slice(0, 16) }, "mac-valid"),
    changed("no MAC at all", { mac: new Uint8Array(0) }, "well-formed"),
    changed("algorithm renamed", { algorithm: "aes-cmac" }, "mac-valid"),
    changed("an algorithm nobody knows", { algorithm: "none" }, "algorithm-allowed", "mac-valid"),
    changed("debug claimed", { monitor: { ...monitor, debug: true } }, "debug-off", "mac-valid"),
    changed(
      "an older monitor claimed",
      { monitor: { ...monitor, securityVersion: 0 } },
      "security-version",
      "mac-valid",
    ),
    changed("real hardware claimed", { simulated: false }, "marked-simulated", "mac-valid"),
    changed("another profile claimed", { profile: `${EVIDENCE_PROFILE}0` }, "profile-known", "mac-valid"),
    asked("a party that trusts no simulation", { acceptSimulated: false }, "simulated-accepted"),
    asked("a party that asked with another nonce", { data: flipped(policy.data) }, "data-fresh"),
  ];
}

export const judge = ({ name, evidence, policy, fails }: Example): JudgedExample =>
  judged(name, verifyEvidence(evidence, policy), fails);

/** @param fails the checks that must fail, and no others */
export const judged = (example: string, { failed }: Verdict<string>, fails: readonly string[]): JudgedExample => ({
  example,
  verdict: failed.length === 0 ? "accepted" : "refused",
  failed,
  isAsForetold: failed.map((check) => check.name).join() === fails.join(),
});

/** The debugging monitor's evidence without the word debug. */
const debugHidden = ({ debugMonitor }: Material): Evidence => ({
  ...debugMonitor,
  monitor: { ...debugMonitor.monitor, debug: false },
});

/** The bytes with one bit inverted. */
export function flipped(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[0] = (copy[0] as number) ^ 1;
  return copy;
}
