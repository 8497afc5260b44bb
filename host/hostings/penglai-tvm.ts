/** The personality `penglai-tvm` as commands use it: a System, and the appraisal of its reports. */
import { measuredDigest } from "../../attest/measure.ts";
import type { ElfImage } from "../../core/elf.ts";
import { TVM_DEFECTS } from "../../monitor/penglai-tvm/defects.ts";
import { appraiseReport } from "../appraisal.ts";
import { sortDefects } from "../defect-ids.ts";
import type { Result } from "../enclave.ts";
import { enclaveImage, measurableImage } from "../enclave-image.ts";
import type { HostedEnclave } from "../hosted.ts";
import type { Appraisal, HostedSystem, Hosting, HostingOptions, LaunchChoice, Launched } from "../hosting.ts";
import { System, type SystemOptions } from "../system.ts";

/** What the debugger's monitor commands ask besides. */
export interface HostedPenglaiTvm extends HostedSystem {
  readonly system: System;
}

export const penglaiTvmHosting: Hosting = {
  name: "penglai-tvm",
  describe: ({ gpt = "published" }) => `GPT ${gpt}`,
  create: async (options = {}): Promise<HostedPenglaiTvm> => {
    const system = await System.create(systemOptions(options));
    const { machine, monitor } = system;
    const crew = system.host.driver.kernel;
    return {
      machine,
      monitor,
      system,
      crew,
      addServer: (elf, name) => system.host.createServer(elf, { name }),
      launch: (elf, choice) => launch(system, options, elf, choice),
    };
  },
};

function systemOptions({ defects = [], ...options }: HostingOptions): SystemOptions {
  const sorted = sortDefects("penglai-tvm", TVM_DEFECTS, defects, true);
  const { memory, seed, flavour, isa, harts, quantum, fuel, without, gpt, disk, observe } = options;
  const given = Object.entries({ memory, seed, flavour, isa, harts, quantum, fuel, without, gpt, disk, observe });
  const chosen: SystemOptions = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  return { ...chosen, defects: sorted.monitor, machineDefects: sorted.machine, memoryDefects: sorted.memory };
}

function launch(
  { host }: System,
  { seed = 0n, gpt = "published" }: HostingOptions,
  elf: ElfImage,
  { kind, forks = 1, enclaves = 1, ...options }: LaunchChoice,
): Result<Launched> {
  const appraiseWith =
    (attest: (nonce: bigint) => Result<Uint8Array>) =>
    (nonce: bigint): Appraisal => {
      const measurement = measuredDigest(measurableImage(enclaveImage(elf, { kind })));
      const report = attest(nonce);
      if (!report.ok) throw new Error(`the monitor refused a report: ${report.refusal.explanation}`);
      const { passed, failed } = appraiseReport(report.value, { seed, gpt, measurement, nonce });
      const names = (checks: readonly { readonly name: string }[]) => checks.map(({ name }) => name);
      return { measurement, passed: names(passed), failed: names(failed) };
    };
  if (kind === "enclave") {
    const created: HostedEnclave[] = [];
    while (created.length < enclaves) {
      const next = host.createEnclave(elf, options);
      if (!next.ok) return next;
      created.push(next.value);
    }
    const appraise = appraiseWith((nonce) => created[0]!.attest(nonce));
    return { ok: true, value: { appraise, programs: () => created } };
  }
  const created = host.createShadow(elf, options);
  if (!created.ok) return created;
  const shadow = created.value;
  const programs = () => Array.from({ length: forks }, () => shadow.fork(options));
  return { ok: true, value: { appraise: appraiseWith((nonce) => shadow.attest(nonce)), programs } };
}
