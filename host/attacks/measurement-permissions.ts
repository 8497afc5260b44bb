/**
 * The host loads the right bytes with other permissions: the program's text becomes writable. A verifier that knows what
 * the program measures has it attested. Penglai reference §7, §10 (B16: the published monitor measures a byte of the
 * entry that holds no permission).
 */
import { decodeReport, evidenceOf } from "../../attest/report.ts";
import { type Verdict, verifyEvidence } from "../../attest/verify.ts";
import type { EnclaveImage } from "../enclave-image.ts";
import { enclaveImage, measurableImage, READ_EXECUTE, READ_WRITE_EXECUTE } from "../enclave-image.ts";
import { sampleGuest } from "../sample-guests.ts";
import { System } from "../system.ts";
import type { AttackOptions, AttackOutcome } from "./outcome.ts";

const MEMORY = 64 * 2 ** 20;
const NONCE = 0x0123_4567_89ab_cdefn;

export async function makeTextWritable({ seed = 0n, without = [] }: AttackOptions): Promise<AttackOutcome> {
  const system = await System.create({ memory: MEMORY, seed, without });
  const honest = enclaveImage(await sampleGuest("hello"));
  const { driver } = system.host;
  const created = driver.create(withWritableText(honest));
  const moment = { retired: driver.kernel.hart.retired };
  if (!created.ok) {
    const { guard, explanation } = created.refusal;
    return { succeeded: false, ...moment, when: "CREATE_ENCLAVE", caughtBy: `monitor: ${guard}`, detail: explanation };
  }
  const report = driver.attest(created.value, NONCE);
  if (!report.ok) throw new Error(report.refusal.explanation);
  const { failed } = appraise(system, honest, report.value);
  const when = "verification of the report, before the first instruction";
  const [first] = failed;
  if (first === undefined)
    return { succeeded: true, ...moment, when, evidence: "the verifier accepts a program whose text is writable" };
  return { succeeded: false, ...moment, when, caughtBy: `verifier: ${first.name}`, detail: first.explanation };
}

function withWritableText(image: EnclaveImage): EnclaveImage {
  const pages = image.pages.map((page) => ({
    ...page,
    flags: page.flags === READ_EXECUTE ? READ_WRITE_EXECUTE : page.flags,
  }));
  return { ...image, pages };
}

/** A relying party that trusts this device and this monitor, and wants the program as it was built. */
function appraise({ monitor }: System, wanted: EnclaveImage, report: Uint8Array): Verdict {
  const device = monitor.device!;
  const { entry, leaves } = measurableImage(wanted);
  return verifyEvidence(evidenceOf(decodeReport(report)), {
    acceptSimulated: true,
    algorithms: ["hmac-sha256"],
    monitors: [device.identity.measurement],
    minSecurityVersion: device.identity.securityVersion,
    acceptDebug: false,
    measurements: [device.measure(entry, leaves)],
    data: new Uint8Array(BigUint64Array.of(NONCE).buffer),
    attestKey: () => device.keys.attest,
  });
}
