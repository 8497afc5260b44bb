/** Takes evidence from running systems: the material of the examples. */
import type { Evidence } from "../../attest/evidence.ts";
import { otherForm, type SigningForm } from "../../attest/penglai-signing.ts";
import { decodeReport, evidenceOf } from "../../attest/report.ts";
import { UserError } from "../../core/user-error.ts";
import { nonceFrom, policyFor, reportPolicyFor } from "../../host/appraisal.ts";
import type { HostedEnclave } from "../../host/enclave-host.ts";
import { System, type SystemOptions } from "../../host/system.ts";
import { EXIT_REFUSED } from "../failure.ts";
import type { MonitorChoice } from "../machine-options.ts";
import { measureProgram } from "../measure/offline.ts";
import { type Program, readPrebuilt } from "../program.ts";
import type { Material } from "./examples.ts";
import type { SignedMaterial } from "./signed-examples.ts";

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

/** The same under SM2 signatures. */
export async function gatherSigned(
  program: Program,
  { seed, gpt }: MonitorChoice,
  form: SigningForm,
  nonce?: bigint,
): Promise<SignedMaterial> {
  const request = nonce ?? nonceFrom(seed, "attest");
  const measurement = measureProgram(program, "enclave", "atoll").digest;
  const system = await startSystem({ seed, gpt, reportForm: form });
  const enclave = create(system, program);
  const elsewhere = async (options: SystemOptions): Promise<Uint8Array> =>
    reportFrom(create(await startSystem({ seed, gpt, reportForm: form, ...options }), program), request);
  return {
    policy: reportPolicyFor({ seed, gpt, measurement, nonce: request }, form),
    identity: system.monitor.device!.identity,
    seed,
    measurement,
    earlier: reportFrom(enclave, nonceFrom(seed, "an earlier request")),
    genuine: reportFrom(enclave, request),
    otherProgram: reportFrom(create(system, otherThan(program)), request),
    otherDevice: await elsewhere({ seed: seed ^ 1n }),
    weakMonitor: await elsewhere({ without: ["ownership-check"] }),
    debugMonitor: await elsewhere({ debug: true }),
    otherForm: await elsewhere({ reportForm: otherForm(form) }),
    underMac: await elsewhere({ reportForm: "mac" }),
    knownNonce: await elsewhere({ defects: ["B22"] }),
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

function otherThan({ bytes }: Program): Program {
  const fib = readPrebuilt("fib");
  return Buffer.from(bytes).equals(fib.bytes) ? readPrebuilt("hello") : fib;
}
