/** Takes evidence from running systems: the material of the examples. */
import type { Evidence } from "../../attest/evidence.ts";
import { otherForm } from "../../attest/penglai-signing.ts";
import { decodeReport, evidenceOf } from "../../attest/report.ts";
import { UserError } from "../../core/user-error.ts";
import { nonceFrom, policyFor, reportPolicyFor } from "../../host/appraisal.ts";
import type { HostedEnclave } from "../../host/hosted.ts";
import { System, type SystemOptions } from "../../host/system.ts";
import { EXIT_REFUSED } from "../failure.ts";
import type { MonitorChoice } from "../machine-options.ts";
import { measureProgram } from "../measure/offline.ts";
import { type Program, readPrebuilt } from "../program.ts";
import type { Material } from "./examples.ts";
import type { SignedMaterial } from "./signed-examples.ts";
import type { Change, SignedSource } from "./signed-source.ts";

/** Enough for one or two enclaves. */
const MEMORY = 64 * 2 ** 20;

/** @param nonce of the request; from the seed if undefined */
export async function gather(program: Program, { seed, gpt }: MonitorChoice, nonce?: bigint): Promise<Material> {
  const request = nonce ?? nonceFrom(seed, "attest");
  const measurement = measureProgram(program, "enclave", "atoll").digest;
  const system = await startSystem({ seed, gpt });
  const enclave = create(system, program);
  const elsewhere = async (options: SystemOptions): Promise<Evidence> =>
    evidenceFrom(create(await startSystem({ seed, gpt, ...options }), program), request);
  return {
    policy: policyFor({ seed, gpt, measurement, nonce: request }),
    earlier: evidenceFrom(enclave, nonceFrom(seed, "an earlier request")),
    genuine: evidenceFrom(enclave, request),
    otherProgram: evidenceFrom(create(system, otherThan(program)), request),
    otherDevice: await elsewhere({ seed: seed ^ 1n }),
    weakMonitor: await elsewhere({ without: ["ownership-check"] }),
    debugMonitor: await elsewhere({ debug: true }),
  };
}

/** The same under SM2 signatures. @param other a program that is not the expected one */
export async function gatherSigned(
  program: Program,
  other: Program,
  source: SignedSource,
  seed: bigint,
  nonce: bigint = nonceFrom(seed, "attest"),
): Promise<SignedMaterial> {
  const { form, identity } = source;
  const measurement = source.measure(program);
  const report = (change?: Change): Promise<Uint8Array> => source.report(program, nonce, change);
  return {
    policy: reportPolicyFor({ seed, identity, measurement, nonce }, form),
    identity,
    seed,
    measurement,
    nonces: source.nonces,
    earlier: await source.report(program, nonceFrom(seed, "an earlier request")),
    genuine: await report(),
    otherProgram: await source.report(other, nonce),
    otherDevice: await report({ seed: seed ^ 1n }),
    weakMonitor: await report({ isWeakened: true }),
    debugMonitor: await report({ isDebugging: true }),
    otherForm: await report({ form: otherForm(form) }),
    underMac: await report({ form: "mac" }),
    knownNonce: await report({ hasKnownNonce: true }),
  };
}

const startSystem = (options: SystemOptions): Promise<System> => System.create({ memory: MEMORY, ...options });

function create({ host }: System, { elf, path }: Program): HostedEnclave {
  const created = host.createEnclave(elf);
  if (created.ok) return created.value;
  const { call, explanation } = created.refusal;
  throw new UserError(`${path}: the monitor refused ${call}: ${explanation}`, "name another program", EXIT_REFUSED);
}

function reportFrom(enclave: HostedEnclave, nonce: bigint): Uint8Array {
  const report = enclave.attest(nonce);
  if (!report.ok) throw new Error(`the monitor refused a report: ${report.refusal.explanation}`);
  return report.value;
}

const evidenceFrom = (enclave: HostedEnclave, nonce: bigint): Evidence =>
  evidenceOf(decodeReport(reportFrom(enclave, nonce)));

/** @returns the first of the prebuilt programs, or the second where the first is the program itself */
export function otherThan({ bytes }: Program, first = "fib", second = "hello"): Program {
  const other = readPrebuilt(first);
  return Buffer.from(bytes).equals(other.bytes) ? readPrebuilt(second) : other;
}
