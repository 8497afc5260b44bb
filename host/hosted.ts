/**
 * What an application holds of an enclave, a server or a shadow: to run it, have it attested, stop and destroy it, and what
 * it has said. Penglai reference §1 ("host app + SDK host lib").
 */
import type { Driver, Shadow } from "./driver.ts";
import type { Enclave, EnclaveEnd, EnclaveStatistics, RelaySource, Result } from "./enclave.ts";
import { driverOptions, type LaunchOptions, Output } from "./launch.ts";
import { runSlice, runToEnd, type SliceEnd, type SlicePause, sliceInSteps } from "./run-loop.ts";

/** How far an enclave has come, and what it said. */
export interface RunOutcome {
  readonly end: EnclaveEnd | { readonly kind: "stopped" };
  /** Low eight bits of the exit value, as a shell sees it; undefined unless the enclave exited. */
  readonly exitCode: number | undefined;
  /** Everything it has written, as UTF-8. */
  readonly output: string;
  readonly statistics: Readonly<EnclaveStatistics>;
  /** What it last gave back of relay pages. */
  readonly relay?: Uint8Array;
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

  /**
   * Relay pages for its first run: memory with these contents, or what other enclaves handed on under its name.
   * @throws UserError if it has run already, or the machine has no memory for them
   */
  passRelay(source: RelaySource): void {
    this.#driver.relays.pass(this.record, source);
  }

  /** Runs it to its end, or until somebody stopped it. @param options.relay as `passRelay` */
  run({ relay }: { readonly relay?: RelaySource } = {}): RunOutcome {
    if (relay !== undefined) this.passRelay(relay);
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
      ...(this.#output.relay && { relay: this.#output.relay }),
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

/** A server that enclaves call by its name. */
export class HostedServer {
  readonly record: Enclave;
  readonly #driver: Driver;

  constructor(driver: Driver, record: Enclave) {
    this.#driver = driver;
    this.record = record;
  }

  /** False once it was destroyed, or ended in the middle of a call. */
  get isAlive(): boolean {
    return this.record.state !== "ended";
  }

  /** Refused while it is in a call. */
  destroy(): Result<undefined> {
    return this.#driver.destroy(this.record);
  }
}
