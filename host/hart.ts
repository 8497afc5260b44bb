/**
 * One hart as the scripted kernel has it: S-mode instructions that enter the monitor (`ecall`, and the `satp` and
 * `sfence.vma` that `mstatus.TVM` turns into traps), carried out without a kernel binary.
 *
 * A call puts its arguments into the real registers and hands the trap to the monitor. If an enclave has the hart then, the
 * machine runs until it is back (`ecall -> monitor -> enclave … -> monitor -> here`); where there are several harts, the call
 * comes back without a result and `goOn` has it later. So it does where a debugger wants the machine to pause within an
 * enclave. Penglai reference §6.1, §6.10; SBI 1.0 chapter 3.
 *
 * Not modelled: the kernel's own instructions, and interrupts that arrive while the kernel runs.
 */
import { ECALL_FROM_S, ILLEGAL_INSTRUCTION } from "../assembly/cause.ts";
import { MSTATUS, SATP } from "../assembly/csr.gen.ts";
import { A0, A6, A7, MSTATUS_TVM, T0 } from "../core/registers.ts";
import type { Harts } from "./harts.ts";
import { HostCall, type HostCallName, PENGLAI_HOST_EXTENSION, TIME_EXTENSION } from "./penglai-abi.ts";
import type { HostMachine, HostMonitor } from "./ports.ts";

/** A call that is not back: an enclave used up the fuel, the machine pauses in one, or it runs beside others. */
export type NoResult =
  | { readonly ok: false; readonly outOfFuel: number }
  | { readonly ok: false; readonly pausedIn: number }
  | { readonly ok: false; readonly runsIn: number };

/** What an SBI call left in a0 and a1, as signed numbers. */
export type SbiResult = { readonly ok: true; readonly error: bigint; readonly value: bigint } | NoResult;

/** One number: what the monitor's handler returned before it was folded into a0 and a1. */
export type PenglaiResult = { readonly ok: true; readonly value: bigint } | NoResult;

/** The enclave that has the hart. */
export function eidIn(result: NoResult): number {
  if ("pausedIn" in result) return result.pausedIn;
  return "runsIn" in result ? result.runsIn : result.outOfFuel;
}

const ARGUMENT_REGISTERS = 6;

/** `csrrw x0, satp, t0`: 0x180 | t0 | 001 | x0 | SYSTEM. */
const CSRW_SATP_T0 = 0x18029073n;
/** `sfence.vma x0, x0`. */
const SFENCE_VMA = 0x12000073n;

export class Hart {
  readonly harts: Harts;
  /** mhartid. */
  readonly index: number;
  /** The enclave that has the hart, as the kernel knows; `harts` keeps it. */
  enclave: number | undefined;
  /** Instructions that enclaves have retired here; `harts` counts them. */
  retired = 0;

  constructor(harts: Harts, index: number) {
    this.harts = harts;
    this.index = index;
  }

  get machine(): HostMachine {
    return this.harts.machine;
  }

  get monitor(): HostMonitor {
    return this.harts.monitor;
  }

  /** What is left of the fuel of all harts, in instructions. */
  get fuel(): number {
    return this.harts.fuel;
  }

  /**
   * The enclave that has the hart while a call is not back: its fuel has ended, it waits for what never comes, the machine
   * pauses, or it runs. No call goes through then.
   */
  get stuckIn(): number | undefined {
    return this.enclave;
  }

  /** Does something as this hart: the machine's registers, CSRs and views of memory are its own. */
  select<T>(body: () => T): T {
    return this.machine.harts[this.index]!.select(body);
  }

  /** An SBI call: a7 = extension, a6 = function, a0… = arguments, the rest of a0 to a5 zero. */
  sbi(extension: bigint, fid: bigint, ...args: readonly bigint[]): SbiResult {
    if (this.enclave !== undefined) return this.#noResult(this.enclave);
    this.select(() => {
      const { x } = this.machine;
      x[A7] = BigInt.asUintN(64, extension);
      x[A6] = BigInt.asUintN(64, fid);
      for (let i = 0; i < ARGUMENT_REGISTERS; i++) x[A0 + i] = BigInt.asUintN(64, args[i] ?? 0n);
      this.harts.trap(this, ECALL_FROM_S, 0n);
    });
    return this.#result();
  }

  /** Continues the Penglai call that is not back, or has its result. @throws Error if there is none to continue */
  goOn(): PenglaiResult {
    return unfolded(this.goOnSbi());
  }

  /** As `goOn`, for a call that is not Penglai's. */
  goOnSbi(): SbiResult {
    if (!this.harts.areSeveral && !(this.enclave !== undefined && this.harts.isPaused))
      throw new Error("the machine does not pause");
    return this.#result();
  }

  /** One hart runs its enclave here and now; several run together, when `harts` does. */
  #result(): SbiResult {
    if (this.enclave !== undefined && !this.harts.areSeveral) this.harts.run();
    if (this.enclave !== undefined) return this.#noResult(this.enclave);
    return this.select(() => {
      const { x } = this.machine;
      return { ok: true, error: BigInt.asIntN(64, x[A0]!), value: BigInt.asIntN(64, x[A0 + 1]!) };
    });
  }

  #noResult(eid: number): NoResult {
    if (this.harts.areSeveral && !this.harts.isStuck) return { ok: false, runsIn: eid };
    return this.harts.isPaused ? { ok: false, pausedIn: eid } : { ok: false, outOfFuel: eid };
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
    this.select(() => {
      if (!this.#tvm()) {
        this.machine.writeCsr(SATP, value);
        return;
      }
      this.machine.x[T0] = BigInt.asUintN(64, value);
      this.harts.trap(this, ILLEGAL_INSTRUCTION, CSRW_SATP_T0);
    });
  }

  /** `sfence.vma x0, x0`. */
  fence(): void {
    this.select(() => {
      if (this.#tvm()) this.harts.trap(this, ILLEGAL_INSTRUCTION, SFENCE_VMA);
      else this.machine.flushTlb();
    });
  }

  #tvm(): boolean {
    return (this.machine.readCsr(MSTATUS) & MSTATUS_TVM) !== 0n;
  }
}

const unfolded = (result: SbiResult): PenglaiResult =>
  result.ok ? { ok: true, value: result.error === 0n ? result.value : result.error } : result;
