/**
 * The SDK's host library: what an application on the untrusted side calls to start enclaves, talk to them and have them
 * attested. It boots a kernel on the machine and drives the enclave driver (Penglai reference §1, "Stack").
 *
 * A refusal of the monitor is a value (`Result`) that carries the monitor's explanation. A mistake of the user's (an ELF
 * that cannot be an enclave, no memory left) is a `UserError`.
 *
 *     const host = new EnclaveHost(machine, monitor);
 *     const created = host.createEnclave(parseElf(bytes), { args: ["30"] });
 *     if (created.ok) console.log(created.value.run().output);
 */
import { checkCount } from "../core/argument.ts";
import type { ElfImage } from "../core/elf.ts";
import type { BlockDevice } from "./block-device.ts";
import { Driver } from "./driver.ts";
import type { Enclave, Result } from "./enclave.ts";
import { enclaveImage } from "./enclave-image.ts";
import { type HartOptions, Harts } from "./harts.ts";
import { HostedEnclave, HostedServer, HostedShadow, type RunOutcome } from "./hosted.ts";
import { Kernel } from "./kernel.ts";
import { driverOptions, type LaunchOptions, Output } from "./launch.ts";
import type { HostMachine, HostMonitor } from "./ports.ts";
import { DEFAULT_SLICE_TICKS } from "./run-loop.ts";
import { schedule } from "./schedule.ts";

/** How the host shares the hart out. */
export interface HostOptions extends HartOptions {
  /** Ticks of the timebase until the timer takes the hart back from an enclave. */
  readonly sliceTicks?: number;
  /** For READ_SECT and WRITE_SECT; without one they fail. */
  readonly disk?: BlockDevice;
}

/** Kernel, driver and host library in one: starts enclaves and shadows on a machine under a monitor. */
export class EnclaveHost {
  readonly driver: Driver;
  readonly #sliceTicks: number;

  /** Boots the monitor and the kernel. @throws UserError if the machine's RAM is unsuitable or the monitor refuses */
  constructor(machine: HostMachine, monitor: HostMonitor, options: HostOptions = {}) {
    this.driver = new Driver(new Kernel(new Harts(machine, monitor, options)), options.disk);
    const { sliceTicks = DEFAULT_SLICE_TICKS } = options;
    checkCount("sliceTicks", sliceTicks);
    // The timer would be over before the first instruction, for ever.
    if (sliceTicks === 0) throw new RangeError("sliceTicks 0 leaves an enclave no time");
    this.#sliceTicks = sliceTicks;
  }

  /** Loads and measures an enclave. It does not run yet. @throws UserError */
  createEnclave(elf: ElfImage, options: LaunchOptions = {}): Result<HostedEnclave> {
    const { stackByteLen } = options;
    const image = enclaveImage(elf, stackByteLen === undefined ? {} : { stackByteLen });
    const output = new Output(options.onOutput);
    const created = this.driver.create(image, driverOptions(options, output));
    return created.ok ? { ok: true, value: this.#hosted(created.value, output) } : created;
  }

  /** Loads and measures a template that forks start from. @throws UserError */
  createShadow(elf: ElfImage, options: Pick<LaunchOptions, "name"> = {}): Result<HostedShadow> {
    const created = this.driver.createShadow(enclaveImage(elf, { kind: "shadow" }), options);
    return created.ok
      ? { ok: true, value: new HostedShadow(this.driver, created.value, (...args) => this.#hosted(...args)) }
      : created;
  }

  /** Loads and measures a server: it runs when enclaves call it, in their time, and prints where they print. @throws UserError */
  createServer(elf: ElfImage, options: LaunchOptions & { readonly name: string }): Result<HostedServer> {
    const { stackByteLen, name } = options;
    const image = enclaveImage(elf, stackByteLen === undefined ? {} : { stackByteLen });
    const created = this.driver.createServer(image, { ...driverOptions(options, new Output(undefined)), name });
    return created.ok ? { ok: true, value: new HostedServer(this.driver, created.value) } : created;
  }

  /**
   * Runs all of them concurrently, a timer slice each in turn on every hart. @returns their outcomes, in the same order
   * @throws Error if the machine pauses for a debugger: `schedule` lets the caller attend to it
   */
  runAll(enclaves: readonly HostedEnclave[]): RunOutcome[] {
    for (const step of schedule(enclaves, this.driver.kernel))
      if (step === "paused") throw new Error("the machine paused in an enclave, and nobody looks around here");
    return enclaves.map((enclave) => enclave.outcome);
  }

  #hosted(record: Enclave, output: Output): HostedEnclave {
    return new HostedEnclave(this.driver, record, output, this.#sliceTicks);
  }
}
