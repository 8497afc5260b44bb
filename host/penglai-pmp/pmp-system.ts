/**
 * A machine under the monitor `penglai-pmp` with kernel, driver and host library, put together.
 *
 * ```ts
 * const system = await PmpSystem.create({ memory: 2 ** 28 });
 * const enclave = system.createEnclave(parseElf(bytes), { onOutput: (text) => process.stdout.write(text) });
 * if (enclave.ok) enclave.value.run();
 * ```
 */
import type { Flavour } from "../../core/core-module.ts";
import type { ElfImage } from "../../core/elf.ts";
import { Machine } from "../../core/machine.ts";
import type { MachineDefectId } from "../../core/machine-defects.ts";
import { PAGE_SIZE } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import type { DefectId } from "../../monitor/penglai-pmp/defects.ts";
import { createPenglaiPmp, type PenglaiPmp, type PenglaiPmpOptions } from "../../monitor/penglai-pmp.ts";
import type { Result } from "../enclave.ts";
import { Harts } from "../harts.ts";
import type { RunOutcome } from "../hosted.ts";
import { schedule } from "../schedule.ts";
import { DEFAULT_UNTRUSTED, MAX_UNTRUSTED } from "./pmp-abi.ts";
import { PmpDriver } from "./pmp-driver.ts";
import { PmpKernel } from "./pmp-kernel.ts";
import { type PmpMeasured, pmpImage } from "./pmp-measurement.ts";
import { type PmpApplication, PmpProgram } from "./pmp-program.ts";

/** What is absent has the default that it names. */
export interface PmpSystemOptions extends Pick<PenglaiPmpOptions, "observe" | "onIntegrityFault"> {
  /** Bytes of RAM, from 16 MiB. Default 1 GiB. */
  readonly memory?: number;
  /** u64. Device keys come from it. Default 0. */
  readonly seed?: bigint;
  readonly flavour?: Flavour;
  /** ISA naming string, with Sv39. Default all extensions that the machine has. */
  readonly isa?: string;
  /** 1 to 8; enclaves run on all of them. Default 1. */
  readonly harts?: number;
  /** Cycles that a hart executes before the next has its turn. */
  readonly quantum?: number;
  /** Instructions that enclaves may retire in all. */
  readonly fuel?: number;
  /** Mistakes that the monitor is to make. */
  readonly defects?: readonly DefectId[];
  /** Mistakes that the machine is to make. */
  readonly machineDefects?: readonly MachineDefectId[];
}

/** How one enclave is started. */
export interface PmpLaunchOptions extends PmpApplication, PmpMeasured {}

export class PmpSystem {
  readonly machine: Machine;
  readonly monitor: PenglaiPmp;
  readonly driver: PmpDriver;

  private constructor(machine: Machine, { seed = 0n, observe, onIntegrityFault, defects, fuel }: PmpSystemOptions) {
    this.machine = machine;
    this.monitor = createPenglaiPmp(machine, {
      seed,
      ...(defects && { defects }),
      ...(observe && { observe }),
      ...(onIntegrityFault && { onIntegrityFault }),
    });
    this.monitor.boot();
    const harts = new Harts(machine, this.monitor, fuel === undefined ? {} : { fuel });
    this.driver = new PmpDriver(new PmpKernel(harts));
  }

  /** Boots machine, monitor and kernel. @throws UserError for options that cannot be had */
  static async create(options: PmpSystemOptions = {}): Promise<PmpSystem> {
    const { memory = 2 ** 30, flavour = "functional", isa, harts = 1, quantum, machineDefects: defects = [] } = options;
    const chosen = { ...(isa !== undefined && { isa }), ...(quantum !== undefined && { quantum }) };
    const machine = { ramSize: memory, flavour, harts, defects, ...chosen };
    return new PmpSystem(await Machine.create({ mode: "monitor", ...machine }), options);
  }

  /** Runs all of them until each has ended or is stopped, a slice each in turn, on all harts. @returns their outcomes */
  runAll(programs: readonly PmpProgram[]): RunOutcome[] {
    const steps = schedule(programs, this.driver.kernel);
    for (let step = steps.next(); !step.done; step = steps.next())
      if (step.value === "paused") throw new Error("the machine paused in an enclave, and nobody looks around here");
    return programs.map(({ outcome }) => outcome);
  }

  /** Loads and measures an enclave. It does not run yet. @throws UserError */
  createEnclave(elf: ElfImage, options: PmpLaunchOptions = {}): Result<PmpProgram> {
    const { untrustedByteLen = DEFAULT_UNTRUSTED } = options;
    const isPossible = untrustedByteLen >= PAGE_SIZE && untrustedByteLen <= MAX_UNTRUSTED;
    if (!isPossible || !Number.isInteger(Math.log2(untrustedByteLen)))
      throw new UserError(
        `untrusted memory of ${untrustedByteLen} bytes is not possible`,
        "choose a power of two between 4 KiB and 16 MiB",
      );
    const created = this.driver.create(pmpImage(elf, options), untrustedByteLen);
    if (!created.ok) return created;
    const exitValueOf = (eid: number) =>
      this.monitor.state.departures.find((departure) => departure.eid === eid)?.exitValue;
    return { ok: true, value: new PmpProgram(this.driver, created.value, { exitValueOf, ...options }) };
  }
}
