/** Takes evidence from running systems: the material of the examples. */
import type { Evidence } from "../../attest/evidence.ts";
import { decodeReport, evidenceOf } from "../../attest/report.ts";
import { UserError } from "../../core/user-error.ts";
import { nonceFrom, policyFor } from "../../host/appraisal.ts";
import type { HostedEnclave } from "../../host/enclave-host.ts";
import { System, type SystemOptions } from "../../host/system.ts";
import { EXIT_REFUSED } from "../failure.ts";
import type { MonitorChoice } from "../machine-options.ts";
import { measureProgram } from "../measure/offline.ts";
import { type Program, readPrebuilt } from "../program.ts";
import type { Material } from "./examples.ts";

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
  };
}

const startSystem = (options: SystemOptions): Promise<System> => System.create({ memory: MEMORY, ...options });

function create({ host }: System, { elf, path }: Program): HostedEnclave {
  const created = host.createEnclave(elf);
  if (created.ok) return created.value;
  const { call, explanation } = created.refusal;
  throw new UserError(`${path}: the monitor refused ${call}: ${explanation}`, "name another program", EXIT_REFUSED);
}

function evidenceFrom(enclave: HostedEnclave, nonce: bigint): Evidence {
  const report = enclave.attest(nonce);
  if (!report.ok) throw new Error(`the monitor refused a report: ${report.refusal.explanation}`);
  return evidenceOf(decodeReport(report.value));
}

function otherThan({ bytes }: Program): Program {
  const fib = readPrebuilt("fib");
  return Buffer.from(bytes).equals(fib.bytes) ? readPrebuilt("hello") : fib;
}
