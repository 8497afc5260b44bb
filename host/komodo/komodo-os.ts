/**
 * The operating system's access to a Komodo monitor on a machine: calls by `ecall` from S-mode, its timer, and insecure RAM, which
 * lies from the start of RAM to the first page that is not its own.
 *
 *     komodo         a0 = number, a1 to a4 arguments (R0 to R4, Komodo reference §1.6), a7 = 0: no call of SBI
 *     komodo-riscv   a7 = number, a0 to a4 arguments (§3.1)
 */
import type { Machine } from "../../core/machine.ts";
import { S_MODE } from "../../core/platform.ts";
import { PAGE_SIZE, pageNoOf, type Va, va } from "../../core/units.ts";
import { PUBLIC } from "../../monitor/kernel/page-owner.ts";
import type { PersonalMonitor } from "../../monitor/kernel/personal-monitor.ts";
import type { Hart, NoResult, SbiResult } from "../hart.ts";
import { Harts } from "../harts.ts";
import { DEFAULT_SLICE_TICKS } from "../run-loop.ts";
import { type BuildCall, type EntryName, KomodoCall, type KomodoPort, type KomodoResult } from "./komodo-abi.ts";
import { type RiscvBuildCall, RiscvCall } from "./riscv-abi.ts";

export interface KomodoOsOptions {
  /** Instructions that enclaves may retire in all. */
  readonly fuel?: number | undefined;
  /** Ticks of the timebase until the timer takes the hart back. */
  readonly sliceTicks?: number;
}

/** How a call reaches the monitor. */
type Convention<Call extends string> = (hart: Hart, name: Call | EntryName, args: readonly bigint[]) => SbiResult;

const ARM: Convention<BuildCall> = (hart, name, args) => hart.sbi(0n, 0n, BigInt(KomodoCall[name]), ...args);
const RISCV: Convention<RiscvBuildCall> = (hart, name, args) => hart.sbi(BigInt(RiscvCall[name]), 0n, ...args);

/** Boots a monitor `komodo`. */
export const armOs = (
  machine: Machine,
  monitor: PersonalMonitor<unknown>,
  options?: KomodoOsOptions,
): KomodoPort<BuildCall> => new KomodoOs(machine, monitor, ARM, options);

/** Boots a monitor `komodo-riscv`. */
export const riscvOs = (
  machine: Machine,
  monitor: PersonalMonitor<unknown>,
  options?: KomodoOsOptions,
): KomodoPort<RiscvBuildCall> => new KomodoOs(machine, monitor, RISCV, options);

class KomodoOs<Call extends string> implements KomodoPort<Call> {
  readonly insecurePages: number;
  readonly #machine: Machine;
  readonly #monitor: PersonalMonitor<unknown>;
  readonly #hart: Hart;
  readonly #sliceTicks: number;
  #sliceEnd = 0n;

  readonly #convention: Convention<Call>;

  constructor(
    machine: Machine,
    monitor: PersonalMonitor<unknown>,
    convention: Convention<Call>,
    options: KomodoOsOptions = {},
  ) {
    this.#convention = convention;
    this.#machine = machine;
    this.#monitor = monitor;
    monitor.boot();
    const { fuel, sliceTicks = DEFAULT_SLICE_TICKS } = options;
    this.#hart = new Harts(machine, monitor, fuel === undefined ? {} : { fuel }).first;
    this.#sliceTicks = sliceTicks;
    const { first, owners } = monitor.personality.ownership(monitor.state);
    const [run] = owners.runs(0, owners.size);
    if (run === undefined || run.value !== PUBLIC || first !== pageNoOf(machine.ramBase))
      throw new Error(`monitor ${monitor.name} has no insecure RAM at the start of RAM`);
    this.insecurePages = run.to;
  }

  get retired(): number {
    return this.#hart.retired;
  }

  get lastRefusal() {
    return this.#monitor.lastDenial;
  }

  call(name: Call, ...args: readonly number[]): KomodoResult {
    const result = this.#convention(this.#hart, name, args.map(BigInt));
    if (!result.ok) throw new Error(`${name} did not come back`);
    return unsigned(result);
  }

  beginSlice(): void {
    this.#sliceEnd = this.#machine.time + BigInt(this.#sliceTicks);
  }

  enter(name: EntryName, dispatcher: number, ...args: readonly bigint[]): KomodoResult | NoResult {
    this.#hart.setTimer(Math.max(0, Number(this.#sliceEnd - this.#machine.time)));
    return unsigned(this.#convention(this.#hart, name, [BigInt(dispatcher), ...args]));
  }

  goOn(): KomodoResult | NoResult {
    return unsigned(this.#hart.goOnSbi());
  }

  load(page: number, offset: number, byteLen: number): Uint8Array {
    const outcome = this.#machine.loadAs(S_MODE, this.#addressOf(page, offset), byteLen);
    if (!outcome.ok) throw new Error(`the host cannot load from insecure page ${page}: cause ${outcome.cause}`);
    return outcome.bytes;
  }

  store(page: number, offset: number, bytes: Uint8Array): void {
    const outcome = this.#machine.storeAs(S_MODE, this.#addressOf(page, offset), bytes);
    if (!outcome.ok) throw new Error(`the host cannot store to insecure page ${page}: cause ${outcome.cause}`);
  }

  #addressOf(page: number, offset: number): Va {
    return va(BigInt(this.#machine.ramBase + page * PAGE_SIZE + offset));
  }
}

/** The word that an enclave exits with is no signed number. */
const unsigned = <R extends SbiResult>(result: R): R =>
  result.ok ? { ...result, value: BigInt.asUintN(64, result.value) } : result;
