/**
 * A trap of the host world that is no call. Penglai reference §2.2 ("TVM emulation"), §6.10.
 *
 * Fixed (B10): what is not the monitor's business goes to the kernel's own handler as if it had been delegated
 * (published: the hart hangs). RISC-V Privileged Architecture 20240411, §3.1.6.1 and §10.1.
 */

import { GPT_VIOLATION, ILLEGAL_INSTRUCTION, INTEGRITY_FAULT, M_TIMER } from "../../assembly/cause.ts";
import { S_MODE } from "../../core/platform.ts";
import { MSTATUS_SIE, MSTATUS_SPIE, MSTATUS_SPP, MTI, STI } from "../../core/registers.ts";
import { rootLevelOf, rootOf } from "../../core/sv39.ts";
import { pa, pageNoOf } from "../../core/units.ts";
import { isDenial } from "../kernel/guard.ts";
import type { Csrs, Hart } from "../kernel/hart.ts";
import { hex } from "../kernel/page-owner.ts";
import { deny, type GuardName } from "./guards.ts";
import type { HostCall, Outcome } from "./outcome.ts";
import { emulate } from "./satp.ts";
import { translate } from "./sv39.ts";

const INTERRUPT = 1n << 63n;

interface HostTrap {
  readonly cause: bigint;
  readonly tval: bigint;
}

export function hostTrap(call: HostCall, trap: HostTrap): Outcome {
  if (trap.cause >= INTERRUPT) return interrupt(call, trap.cause - INTERRUPT);
  if (trap.cause !== BigInt(ILLEGAL_INSTRUCTION)) return toSupervisor(call, trap);
  const emulation = emulate(call.state, call.hart, instructionOf(call, trap));
  if (emulation === undefined) return toSupervisor(call, trap);
  if (isDenial(emulation)) return { ...toSupervisor(call, trap), denial: emulation };
  const { effects, writes } = emulation;
  return { state: call.state, effects, next: { kind: "advance", writes } };
}

/** M's timer becomes S's and is off until the next set_timer. Any other M interrupt is switched off: nobody sends one. */
function interrupt(call: HostCall, number: bigint): Outcome {
  const isTimer = number === BigInt(M_TIMER);
  const pending = { kind: "pending", set: STI, clear: 0n } as const;
  const clear = isTimer ? MTI : 1n << (number % 64n);
  const mie = call.hart.csrs.mie & ~clear;
  return {
    state: call.state,
    effects: isTimer ? [pending] : [],
    next: { kind: "load", hart: { ...call.hart, csrs: { ...call.hart.csrs, mie } } },
  };
}

/** mtval holds the instruction, or 0 from a machine that leaves that to software. */
function instructionOf(call: HostCall, trap: HostTrap): number {
  if (trap.tval !== 0n) return Number(trap.tval & 0xffff_ffffn);
  const { pc } = call.hart;
  // In halves: an instruction may cross a page.
  return (fetchHalf(call, pc) | (fetchHalf(call, BigInt.asUintN(64, pc + 2n)) << 16)) >>> 0;
}

/** 16 bits at an even address of the host's, 0 (no instruction) where nothing is mapped. */
function fetchHalf({ state, memory, hart }: HostCall, address: bigint): number {
  const { satp } = hart.csrs;
  const { ram } = state.config;
  const root = pageNoOf(rootOf(satp));
  const level = rootLevelOf(satp);
  const at = level === undefined ? pa(Number(address)) : translate(memory, state.config, root, address, level)?.pa;
  if (at === undefined || pageNoOf(at) < ram.from || pageNoOf(at) >= ram.to) return 0;
  const inWord = at % 8;
  return Number((memory.read64(pa(at - inWord)) >> BigInt(inWord * 8)) & 0xffffn);
}

function guardOf(cause: bigint): GuardName {
  if (cause === BigInt(GPT_VIOLATION)) return "GPT";
  return cause === BigInt(INTEGRITY_FAULT) ? "INTEGRITY" : "HOST_TRAP";
}

/** Delivers the trap to stvec, as hardware delivers a delegated one. */
function toSupervisor(call: HostCall, trap: HostTrap): Outcome {
  const { hart } = call;
  const { csrs } = hart;
  const sie = (csrs.mstatus & MSTATUS_SIE) !== 0n;
  const kept = csrs.mstatus & ~(MSTATUS_SIE | MSTATUS_SPIE | MSTATUS_SPP);
  const mstatus = kept | (sie ? MSTATUS_SPIE : 0n) | (hart.privilege === S_MODE ? MSTATUS_SPP : 0n);
  const delivered: Csrs = {
    ...csrs,
    mstatus,
    sepc: hart.pc,
    scause: trap.cause,
    stval: trap.tval,
  };
  // stvec: 63..2 base | 1..0 mode. Exceptions go to the base in either mode.
  const handler: Hart = { ...hart, pc: csrs.stvec & ~3n, privilege: S_MODE, csrs: delivered };
  return {
    state: call.state,
    effects: [],
    next: { kind: "load", hart: handler },
    denial: deny(guardOf(trap.cause), `cause ${trap.cause} at ${hex(hart.pc)}, address ${hex(trap.tval)}`),
  };
}
