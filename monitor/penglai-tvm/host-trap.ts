/**
 * A trap of the host world that is no call. Penglai reference §2.2 ("TVM emulation"), §6.10.
 *
 * Fixed (B10): what is not the monitor's business goes to the kernel's own handler as if it had been delegated
 * (published: the hart hangs).
 */

import { GPT_VIOLATION, ILLEGAL_INSTRUCTION, INTEGRITY_FAULT } from "../../assembly/cause.ts";
import { rootLevelOf, rootOf } from "../../core/sv39.ts";
import { pa, pageNoOf } from "../../core/units.ts";
import { isDenial } from "../kernel/guard.ts";
import { hex } from "../kernel/page-owner.ts";
import { deliveredToSupervisor, hostInterrupt, INTERRUPT } from "../kernel/supervisor-trap.ts";
import { translate } from "../kernel/sv39.ts";
import { isOn } from "./defects.ts";
import { type Denial, deny, type GuardName } from "./guards.ts";
import type { HostCall, Outcome } from "./outcome.ts";
import { emulate } from "./satp.ts";

interface HostTrap {
  readonly cause: bigint;
  readonly tval: bigint;
}

export function hostTrap(call: HostCall, trap: HostTrap): Outcome {
  if (trap.cause >= INTERRUPT) return hostInterrupt(call.state, call.hart, trap.cause - INTERRUPT);
  const emulation = emulated(call, trap);
  if (emulation === undefined) return toSupervisor(call, trap);
  return isDenial(emulation) ? { ...toSupervisor(call, trap), denial: emulation } : emulation;
}

/** What the instruction does that trapped, if only TVM made it illegal. */
export function emulated(call: HostCall, trap: HostTrap): Outcome | Denial | undefined {
  if (trap.cause !== BigInt(ILLEGAL_INSTRUCTION)) return undefined;
  const emulation = emulate(call.state, call.hart, instructionOf(call, trap));
  if (emulation === undefined || isDenial(emulation)) return emulation;
  const { effects, writes } = emulation;
  return { state: call.state, effects, next: { kind: "advance", writes } };
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
  const at = level === undefined ? pa(Number(address)) : translate(memory, state.config.ram, root, address, level)?.pa;
  if (at === undefined || pageNoOf(at) < ram.from || pageNoOf(at) >= ram.to) return 0;
  const inWord = at % 8;
  return Number((memory.read64(pa(at - inWord)) >> BigInt(inWord * 8)) & 0xffffn);
}

function guardOf(cause: bigint): GuardName {
  if (cause === BigInt(GPT_VIOLATION)) return "GPT";
  return cause === BigInt(INTEGRITY_FAULT) ? "INTEGRITY" : "HOST_TRAP";
}

function toSupervisor(call: HostCall, trap: HostTrap): Outcome {
  const { hart } = call;
  const handler = deliveredToSupervisor(hart, trap.cause, trap.tval);
  return {
    state: call.state,
    effects: [],
    next: { kind: "load", hart: isOn(call.state.config, "B10") ? hart : handler },
    denial: deny(guardOf(trap.cause), `cause ${trap.cause} at ${hex(hart.pc)}, address ${hex(trap.tval)}`),
  };
}
