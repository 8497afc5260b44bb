/**
 * The operating system's access to a Komodo monitor on a machine: calls by `ecall` from S-mode with R0 to R4 in a0 to a4, its
 * timer, and insecure RAM, which lies from the start of RAM to the monitor. Komodo reference §1.6; monitor/komodo/abi.ts says
 * how ARM's registers map.
 */
import type { Machine } from "../../core/machine.ts";
import { S_MODE } from "../../core/platform.ts";
import { PAGE_SIZE, pageNoOf, type Va, va } from "../../core/units.ts";
import { PUBLIC } from "../../monitor/kernel/page-owner.ts";
import type { PersonalMonitor } from "../../monitor/kernel/personal-monitor.ts";
import { Hart, type NoResult, type SbiResult } from "../hart.ts";
import { DEFAULT_SLICE_TICKS } from "../run-loop.ts";
import { type EntryName, KomodoCall, type KomodoCallName, type KomodoPort, type KomodoResult } from "./komodo-abi.ts";

export interface KomodoOsOptions {
  /** Instructions that enclaves may retire in all. */
  readonly fuel?: number | undefined;
  /** Ticks of the timebase until the timer takes the hart back. */
  readonly sliceTicks?: number;
}

export class KomodoOs implements KomodoPort {
  readonly insecurePages: number;
  readonly #machine: Machine;
  readonly #monitor: PersonalMonitor<unknown>;
  readonly #hart: Hart;
  readonly #sliceTicks: number;
  #sliceEnd = 0n;

  /** Boots the monitor. */
  constructor(machine: Machine, monitor: PersonalMonitor<unknown>, options: KomodoOsOptions = {}) {
    this.#machine = machine;
    this.#monitor = monitor;
    monitor.boot();
    const { fuel, sliceTicks = DEFAULT_SLICE_TICKS } = options;
    this.#hart = new Hart(machine, monitor, fuel === undefined ? {} : { fuel });
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

  call(name: KomodoCallName, ...args: readonly number[]): KomodoResult {
    const result = this.#ecall(name, args.map(BigInt));
    if (!result.ok) throw new Error(`${name} did not come back`);
    return result;
  }

  beginSlice(): void {
    this.#sliceEnd = this.#machine.time + BigInt(this.#sliceTicks);
  }

  enter(name: EntryName, dispatcher: number, ...args: readonly bigint[]): KomodoResult | NoResult {
    this.#hart.setTimer(Math.max(0, Number(this.#sliceEnd - this.#machine.time)));
    return this.#ecall(name, [BigInt(dispatcher), ...args]);
  }

  goOn(): KomodoResult | NoResult {
    return this.#hart.goOnSbi();
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

  /** a7 and a6, which SBI calls use, are 0. */
  #ecall(name: KomodoCallName, args: readonly bigint[]): SbiResult {
    return this.#hart.sbi(0n, 0n, BigInt(KomodoCall[name]), ...args);
  }

  #addressOf(page: number, offset: number): Va {
    return va(BigInt(this.#machine.ramBase + page * PAGE_SIZE + offset));
  }
}
