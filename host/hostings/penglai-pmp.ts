/** The personality `penglai-pmp` as commands use it: a PmpSystem, and the appraisal of its signed reports. */
import { verifyReport } from "../../attest/verify-report.ts";
import type { ElfImage } from "../../core/elf.ts";
import { UserError } from "../../core/user-error.ts";
import { DEFECTS } from "../../monitor/penglai-pmp/defects.ts";
import { trustedPmpIdentity } from "../../monitor/penglai-pmp.ts";
import { reportPolicyFor } from "../appraisal.ts";
import { sortDefects } from "../defect-ids.ts";
import type { Result } from "../enclave.ts";
import type { Appraisal, HostedSystem, Hosting, HostingOptions, LaunchChoice, Launched } from "../hosting.ts";
import { measurePmp } from "../penglai-pmp/pmp-measurement.ts";
import type { PmpProgram } from "../penglai-pmp/pmp-program.ts";
import { PmpSystem } from "../penglai-pmp/pmp-system.ts";

export const penglaiPmpHosting: Hosting = {
  name: "penglai-pmp",
  describe: () => "13 regions",
  create: async (options = {}): Promise<HostedSystem> => {
    const system = await PmpSystem.create(systemOptions(options));
    const { machine, monitor } = system;
    const crew = system.driver.kernel;
    return { machine, monitor, crew, launch: (elf, choice) => launch(system, options, elf, choice) };
  },
};

function systemOptions({ without = [], defects = [], gpt, ...options }: HostingOptions) {
  if (without.length > 0)
    throw new UserError(`penglai-pmp has no defence "${without[0]}"`, "its bug zoo has what can go wrong");
  if (gpt === "paper") throw new UserError("penglai-pmp has no Guarded Page Table", "leave --gpt out");
  const { memory, seed, flavour, isa, harts, quantum, fuel, observe } = options;
  const given = Object.entries({ memory, seed, flavour, isa, harts, quantum, fuel, observe });
  const chosen = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  const sorted = sortDefects("penglai-pmp", DEFECTS, defects);
  return { ...chosen, defects: sorted.monitor, machineDefects: sorted.machine };
}

function launch(
  system: PmpSystem,
  { seed = 0n }: HostingOptions,
  elf: ElfImage,
  { kind, enclaves = 1, args = [], onOutput, stackByteLen }: LaunchChoice,
): Result<Launched> {
  if (kind === "shadow") throw new UserError("penglai-pmp has no shadow enclaves", "leave --shadow and --forks out");
  if (args.length > 0)
    throw new UserError("an enclave of penglai-pmp takes no arguments", "leave out what stands behind --");
  const options = { ...(onOutput && { onOutput }), ...(stackByteLen !== undefined && { stackByteLen }) };
  const created: PmpProgram[] = [];
  while (created.length < enclaves) {
    const next = system.createEnclave(elf, options);
    if (!next.ok) return next;
    created.push(next.value);
  }
  const appraise = (nonce: bigint) => appraiseReport(created[0]!, measurePmp(elf, options), seed, nonce);
  return { ok: true, value: { appraise, programs: () => created } };
}

/** The relying party at the same desk: it knows the device's seed and the monitor that is to be trusted. */
function appraiseReport(program: PmpProgram, measurement: Uint8Array, seed: bigint, nonce: bigint): Appraisal {
  const report = program.attest(nonce);
  if (!report.ok) throw new Error(`the monitor refused a report: ${report.refusal.explanation}`);
  const expectation = { seed, identity: trustedPmpIdentity(), measurement, nonce };
  const { passed, failed } = verifyReport(report.value, reportPolicyFor(expectation, "pmp"));
  const names = (checks: readonly { readonly name: string }[]) => checks.map(({ name }) => name);
  return { measurement, passed: names(passed), failed: names(failed) };
}
