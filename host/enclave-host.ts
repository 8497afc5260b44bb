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
import { Driver, type Shadow } from "./driver.ts";
import type { Enclave, EnclaveEnd, EnclaveStatistics, Result } from "./enclave.ts";
import { enclaveImage } from "./enclave-image.ts";
import { type HartOptions, Harts } from "./harts.ts";
import { Kernel } from "./kernel.ts";
import type { HostMachine, HostMonitor } from "./ports.ts";
import { encodeArguments } from "./program-arguments.ts";
import { DEFAULT_SLICE_TICKS, runSlice, runToEnd, type SliceEnd, type SlicePause, sliceInSteps } from "./run-loop.ts";
import { schedule } from "./schedule.ts";

/** How the host shares the hart out. */
export interface HostOptions extends HartOptions {
  /** Ticks of the timebase until the timer takes the hart back from an enclave. */
  readonly sliceTicks?: number;
  /** For READ_SECT and WRITE_SECT; without one they fail. */
  readonly disk?: BlockDevice;
}

/** How one enclave is started. */
export interface LaunchOptions {
  /** The first 16 bytes of it reach the monitor. */
  readonly name?: string;
  /** Program arguments, the first one is `argv[0]`. No host shared memory if there are none. */
  readonly args?: readonly string[];
  /** Stack in bytes, 64 KiB by default. A fork has 64 KiB always: the monitor maps it. */
  readonly stackByteLen?: number;
  /** Pages of page tables beyond the image's: one for each 2 MiB that the enclave maps later. 256 by default, 16 for a fork. */
  readonly slackPages?: number;
  /** Called with the bytes of each SYS_WRITE as they come. */
  readonly onOutput?: (bytes: Uint8Array) => void;
}

/** How far an enclave has come, and what it said. */
export interface RunOutcome {
  readonly end: EnclaveEnd | { readonly kind: "stopped" };
  /** Low eight bits of the exit value, as a shell sees it; undefined unless the enclave exited. */
  readonly exitCode: number | undefined;
  /** Everything it has written, as UTF-8. */
  readonly output: string;
  readonly statistics: Readonly<EnclaveStatistics>;
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

/** An enclave that an application holds. */
export class HostedEnclave {
  /** The driver's record of it. */
  readonly record: Enclave;
  readonly #driver: Driver;
  readonly #output: Output;
  readonly #sliceTicks: number;

  constructor(driver: Driver, record: Enclave, output: Output, sliceTicks: number) {
    this.#driver = driver;
    this.record = record;
    this.#output = output;
    this.#sliceTicks = sliceTicks;
  }

  /** Runs it to its end, or until somebody stopped it. */
  run(): RunOutcome {
    runToEnd(this.#driver, this.record, this.#sliceTicks);
    return this.outcome;
  }

  /** Runs it until the next world exit other than an ocall. */
  runSlice(): SliceEnd {
    return runSlice(this.#driver, this.record, this.#sliceTicks);
  }

  /** The same with a pause after each ocall, of which the machine sees nothing. */
  sliceInSteps(): Generator<SlicePause, SliceEnd> {
    return sliceInSteps(this.#driver, this.record, this.#sliceTicks);
  }

  /** How far it has come. */
  get outcome(): RunOutcome {
    const { end, statistics } = this.record;
    return {
      end: end ?? { kind: "stopped" },
      exitCode: end?.kind === "exited" ? Number(BigInt.asUintN(8, end.value)) : undefined,
      output: this.#output.text,
      statistics: { ...statistics },
    };
  }

  /** The 328-byte report (§6.7); the monitor gives it before the first run and while stopped. */
  attest(nonce: bigint): Result<Uint8Array> {
    return this.#driver.attest(this.record, nonce);
  }

  /** Takes it off the hart until `resume`. */
  stop(): Result<undefined> {
    return this.#driver.stop(this.record);
  }

  resume(): Result<undefined> {
    return this.#driver.resume(this.record);
  }

  destroy(): Result<undefined> {
    return this.#driver.destroy(this.record);
  }
}

/** A measured template. It never runs; its forks do. */
export class HostedShadow {
  readonly record: Enclave;
  readonly #driver: Driver;
  readonly #shadow: Shadow;
  readonly #hosted: (record: Enclave, output: Output) => HostedEnclave;

  constructor(driver: Driver, shadow: Shadow, hosted: (record: Enclave, output: Output) => HostedEnclave) {
    this.#driver = driver;
    this.#shadow = shadow;
    this.record = shadow.enclave;
    this.#hosted = hosted;
  }

  /** A fork; the monitor learns of it when it first runs. @throws UserError if the machine has no memory for it */
  fork(options: Omit<LaunchOptions, "stackByteLen"> = {}): HostedEnclave {
    const output = new Output(options.onOutput);
    return this.#hosted(this.#driver.fork(this.#shadow, driverOptions(options, output)), output);
  }

  attest(nonce: bigint): Result<Uint8Array> {
    return this.#driver.attest(this.record, nonce);
  }

  destroy(): Result<undefined> {
    return this.#driver.destroy(this.record);
  }
}

/** Collects text whose characters may be split between two writes. */
class Output {
  readonly #decoder = new TextDecoder();
  readonly #onOutput: ((bytes: Uint8Array) => void) | undefined;
  text = "";

  constructor(onOutput: ((bytes: Uint8Array) => void) | undefined) {
    this.#onOutput = onOutput;
  }

  append(bytes: Uint8Array): void {
    this.text += this.#decoder.decode(bytes, { stream: true });
    this.#onOutput?.(bytes);
  }
}

function driverOptions({ name, args, slackPages }: LaunchOptions, output: Output) {
  return {
    console: (bytes: Uint8Array) => output.append(bytes),
    ...(name !== undefined && { name }),
    ...(slackPages !== undefined && { slackPages }),
    ...(args !== undefined && args.length > 0 && { shm: encodeArguments(args) }),
  };
}
