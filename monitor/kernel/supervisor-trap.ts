/**
 * A trap of the host world that the monitor does not handle itself: it goes to the kernel's own handler as if it had been
 * delegated. RISC-V Privileged Architecture 20240411, §3.1.6.1 and §10.1.
 */
import { M_TIMER } from "../../assembly/cause.ts";
import { S_MODE } from "../../core/platform.ts";
import { MSTATUS_SIE, MSTATUS_SPIE, MSTATUS_SPP, MTI, STI } from "../../core/registers.ts";
import type { Csrs, Hart } from "./hart.ts";
import type { Outcome } from "./outcome.ts";

/** Bit 63 of mcause. */
export const INTERRUPT = 1n << 63n;

/** The hart at stvec, as hardware delivers a delegated trap. @param cause as in mcause, no interrupt */
export function deliveredToSupervisor(hart: Hart, cause: bigint, tval: bigint): Hart {
  const { csrs } = hart;
  const sie = (csrs.mstatus & MSTATUS_SIE) !== 0n;
  const kept = csrs.mstatus & ~(MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP);
  const mstatus = kept | (sie ? MSTATUS_SPIE : 0n) | (hart.privilege === S_MODE ? MSTATUS_SPP : 0n);
  const delivered: Csrs = { ...csrs, mstatus, sepc: hart.pc, scause: cause, stval: tval };
  // stvec: 63..2 base | 1..0 mode. Exceptions go to the base in either mode.
  return { ...hart, pc: csrs.stvec & ~3n, privilege: S_MODE, csrs: delivered };
}

/** M's timer becomes S's and is off until the next set_timer. Any other M interrupt is switched off: nobody sends one. */
export function hostInterrupt<S>(state: S, hart: Hart, number: bigint): Outcome<S> {
  const isTimer = number === BigInt(M_TIMER);
  const clear = isTimer ? MTI : 1n << (number % 64n);
  return {
    state,
    effects: isTimer ? [{ kind: "pending", set: STI, clear: 0n }] : [],
    next: { kind: "load", hart: { ...hart, csrs: { ...hart.csrs, mie: hart.csrs.mie & ~clear } } },
  };
}
