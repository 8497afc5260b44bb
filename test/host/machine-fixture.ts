/** Machine, monitor and host library with a prebuilt guest, as the integration tests want them. */
import { readFileSync } from "node:fs";
import { type ElfImage, parseElf } from "../../core/elf.ts";
import { Machine, type MachineOptions } from "../../core/machine.ts";
import type { Result } from "../../host/enclave.ts";
import { EnclaveHost, type HostOptions } from "../../host/enclave-host.ts";
import { createPenglaiTvm, type PenglaiTvmOptions } from "../../monitor/penglai-tvm.ts";

export const prebuilt = (name: string): ElfImage =>
  parseElf(readFileSync(new URL(`../../guest/prebuilt/${name}.elf`, import.meta.url)), name);

export interface FixtureOptions {
  readonly machine?: Omit<MachineOptions, "mode">;
  readonly monitor?: PenglaiTvmOptions;
  readonly host?: HostOptions;
}

export async function bootHost(options: FixtureOptions = {}) {
  const machine = await Machine.create({ mode: "monitor", ramSize: 128 * 2 ** 20, ...options.machine });
  const monitor = createPenglaiTvm(machine, options.monitor);
  return { machine, monitor, host: new EnclaveHost(machine, monitor, options.host) };
}

/** The value of a result that must be one. */
export function granted<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.refusal.explanation);
  return result.value;
}
