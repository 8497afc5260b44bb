/**
 * The hart as the scripted kernel has it: S-mode instructions that enter the monitor (`ecall`, and the `satp` and
 * `sfence.vma` that `mstatus.TVM` turns into traps), carried out without a kernel binary.
 *
 * A call puts its arguments into the real registers, hands the trap to the monitor and, while the monitor says that an
 * enclave owns the hart, runs the machine and hands on every trap, until the host world is back
 * (`ecall -> monitor -> enclave … -> monitor -> here`). Penglai reference §6.1, §6.10; SBI 1.0 chapter 3.
 *
 * A debugger may want the machine to pause within an enclave; the call then comes back without a result and `goOn`
 * continues it.
 *
 * Invariant: while `stuckIn` is undefined the hart is in the host world. Not modelled: the kernel's own instructions, and
 * interrupts that arrive while the kernel runs.
 */
import { ECALL_FROM_S, ILLEGAL_INSTRUCTION } from "../assembly/cause.ts";
import { MINSTRET, MSTATUS, SATP } from "../assembly/csr.gen.ts";
import { S_MODE } from "../core/platform.ts";
import { A0, A6, A7, MSTATUS_TVM, T0 } from "../core/registers.ts";
import { isPause, type Stop } from "../core/stop.ts";
import { PAGE_SIZE } from "../core/units.ts";
import { HOST_MEMORY_USED_UP } from "../monitor/kernel/host-memory.ts";
import type { World } from "../monitor/monitor.ts";
import { HostCall, type HostCallName, PENGLAI_HOST_EXTENSION, TIME_EXTENSION } from "./penglai-abi.ts";
import type { HostMachine, HostMonitor } from "./ports.ts";

export interface HartOptions {
  /** Instructions that enclaves may retire in all, each of their calls counted as 1,000; unlimited by default. */
  readonly fuel?: number;
}

/** A call that did not come back: an enclave used up the fuel, or the machine pauses in one. */
export type NoResult =
  | { readonly ok: false; readonly outOfFuel: number }
  | { readonly ok: false; readonly pausedIn: number };

/** What an SBI call left in a0 and a1, as signed numbers. */
export type SbiResult = { readonly ok: true; readonly error: bigint; readonly value: bigint } | NoResult;

/** One number: what the monitor's handler returned before it was folded into a0 and a1. */
export type PenglaiResult = { readonly ok: true; readonly value: bigint } | NoResult;

/** The enclave that has the hart. */
export const eidIn = (result: NoResult): number => ("pausedIn" in result ? result.pausedIn : result.outOfFuel);

const ARGUMENT_REGISTERS = 6;

/** `csrrw x0, satp, t0`: 0x180 | t0 | 001 | x0 | SYSTEM. */
const CSRW_SATP_T0 = 0x18029073n;
/** `sfence.vma x0, x0`. */
const SFENCE_VMA = 0x12000073n;

/** Budget of one run of the machine where the fuel has no bound: so large that coming back costs nothing. */
const SLICE = 4_000_000;
/**
 * What a trap that an enclave makes costs of the fuel, about what a monitor in machine code would execute for it. An
 * enclave that only yields costs this simulator 44 µs for two instructions of its own (Node 24): without the charge, fuel
 * for 3 ms would last for 11 seconds. Interrupts are free, so that a program that calls nobody retires just its fuel.
 */
const TRAP_FUEL = 1000;
const INTERRUPT = 1n << 63n;

export class Hart {
  readonly machine: HostMachine;
  readonly monitor: HostMonitor;
  #fuel: number;
  #retired = 0;
  #stuckIn: number | undefined;
  #isPaused = false;
  /** Of the run that pauses, which is charged as if it were one piece. */
  #retiredBeforePause = 0;

  constructor(machine: HostMachine, monitor: HostMonitor, options: HartOptions = {}) {
    this.machine = machine;
    this.monitor = monitor;
    const { fuel = Number.POSITIVE_INFINITY } = options;
    if (!(fuel >= 0 && (Number.isSafeInteger(fuel) || fuel === Number.POSITIVE_INFINITY)))
      throw new RangeError(`fuel ${fuel} is no whole number of instructions`);
    this.#fuel = fuel;
  }

  /** What is left of the fuel, in instructions. */
  get fuel(): number {
    return this.#fuel;
  }

  /** Instructions that enclaves have retired. */
  get retired(): number {
    return this.#retired;
  }

  /**
   * The enclave that had the hart when the fuel ended (or when it waits for what never comes, or the machine pauses); no
   * call goes through then.
   */
  get stuckIn(): number | undefined {
    return this.#stuckIn;
  }

  /** An SBI call: a7 = extension, a6 = function, a0… = arguments, the rest of a0 to a5 zero. */
  sbi(extension: bigint, fid: bigint, ...args: readonly bigint[]): SbiResult {
    if (this.#stuckIn !== undefined) return this.#noResult(this.#stuckIn);
    const { x } = this.machine;
    x[A7] = BigInt.asUintN(64, extension);
    x[A6] = BigInt.asUintN(64, fid);
    for (let i = 0; i < ARGUMENT_REGISTERS; i++) x[A0 + i] = BigInt.asUintN(64, args[i] ?? 0n);
    return this.#result(this.#trap(ECALL_FROM_S, 0n));
  }

  /** Continues the Penglai call in which the machine pauses. @throws Error if it does not pause */
  goOn(): PenglaiResult {
    return unfolded(this.goOnSbi());
  }

  /** As `goOn`, for a call that is not Penglai's. */
  goOnSbi(): SbiResult {
    const eid = this.#stuckIn;
    if (eid === undefined || !this.#isPaused) throw new Error("the machine does not pause");
    this.#stuckIn = undefined;
    this.#isPaused = false;
    return this.#result({ kind: "enclave", eid });
  }

  #result(entered: World): SbiResult {
    const world = this.#untilHost(entered);
    if (world.kind === "enclave") {
      this.#stuckIn = world.eid;
      return this.#noResult(world.eid);
    }
    const { x } = this.machine;
    return { ok: true, error: BigInt.asIntN(64, x[A0]!), value: BigInt.asIntN(64, x[A0 + 1]!) };
  }

  #noResult(eid: number): NoResult {
    return this.#isPaused ? { ok: false, pausedIn: eid } : { ok: false, outOfFuel: eid };
  }

  /** A Penglai host call. "val in 0…100 => a0 = 0, a1 = val; else a0 = val" (§6.1), undone. */
  penglai(call: HostCallName, ...args: readonly (bigint | number)[]): PenglaiResult {
    return unfolded(this.sbi(PENGLAI_HOST_EXTENSION, BigInt(HostCall[call]), ...args.map(BigInt)));
  }

  /** @param ticks from now, in the machine's timebase */
  setTimer(ticks: number): SbiResult {
    return this.sbi(TIME_EXTENSION, 0n, this.machine.time + BigInt(ticks));
  }

  /** `csrw satp, value`: a plain write, or a trap into the monitor when `mstatus.TVM` is set. */
  writeSatp(value: bigint): void {
    if (!this.#tvm()) {
      this.machine.writeCsr(SATP, value);
      return;
    }
    this.machine.x[T0] = BigInt.asUintN(64, value);
    this.#trap(ILLEGAL_INSTRUCTION, CSRW_SATP_T0);
  }

  /** `sfence.vma x0, x0`. */
  fence(): void {
    if (this.#tvm()) this.#trap(ILLEGAL_INSTRUCTION, SFENCE_VMA);
    else this.machine.flushTlb();
  }

  #tvm(): boolean {
    return (this.machine.readCsr(MSTATUS) & MSTATUS_TVM) !== 0n;
  }

  #trap(cause: number, tval: bigint): World {
    this.machine.privilege = S_MODE;
    return this.monitor.handleTrap({ cause: BigInt(cause), epc: this.machine.pc, tval });
  }

  #untilHost(entered: World): World {
    let world = entered;
    while (world.kind === "enclave" && this.#fuel > 0) {
      const before = this.machine.readCsr(MINSTRET);
      const stop = this.machine.run(Math.min(this.#fuel, SLICE));
      const piece = Number(this.machine.readCsr(MINSTRET) - before);
      // A run that only traps retires nothing; it is charged one instruction so that fuel always ends.
      const retired = Math.max(isPause(stop) || this.#retiredBeforePause > 0 ? 0 : 1, piece);
      this.#retiredBeforePause = isPause(stop) ? this.#retiredBeforePause + piece : 0;
      this.#retired += retired;
      this.#fuel -= retired;
      if (stop.kind === "trap" && stop.trap.cause < INTERRUPT) this.#fuel = Math.max(0, this.#fuel - TRAP_FUEL);
      this.#isPaused = isPause(stop);
      if (this.#isPaused || stop.kind === "idle") return world;
      world = this.#afterStop(stop, world);
    }
    return world;
  }

  #afterStop(stop: Stop, world: World): World {
    switch (stop.kind) {
      case "trap":
        return this.monitor.handleTrap(stop.trap);
      case "budget":
        return world;
      case "out of memory":
        return this.monitor.handleTrap({
          cause: HOST_MEMORY_USED_UP,
          epc: this.machine.pc,
          tval: BigInt(stop.page) * BigInt(PAGE_SIZE),
        });
      default:
        throw new Error(`the machine stopped in an enclave with "${stop.kind}"`);
    }
  }
}

const unfolded = (result: SbiResult): PenglaiResult =>
  result.ok ? { ok: true, value: result.error === 0n ? result.value : result.error } : result;
