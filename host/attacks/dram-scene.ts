/**
 * The scene of an attack on DRAM: the sample `secret` in the middle of its run, and where its state lies.
 *
 * Between two yields the sample holds its state in a line of its stack, and takes it back from there when it continues:
 * a change of that line is a change of what it goes on with. The attacker knows where it lies because he has the program
 * and can watch a copy of it at home, which is what `rehearse` does.
 *
 * What the CPU holds is read by `held`, past every check and without touching DRAM: it judges, no attacker uses it.
 */
import { PAGE_SIZE, type Pa, pa, pageNoOf, va } from "../../core/units.ts";
import type { PageFault } from "../../hw-model/dram.ts";
import { STACK_TOP } from "../enclave-image.ts";
import type { HostedEnclave } from "../hosted.ts";
import { sampleGuest } from "../sample-guests.ts";
import { System } from "../system.ts";
import type { AttackOptions, Moment } from "./outcome.ts";

export const STATE_BYTE_LEN = 32;
/** More than any attack waits for. */
const YIELDS = "1000";
const MEMORY = 64 * 2 ** 20;
/**
 * Whoever replays a whole SubTree looks at its RT leaf line, and that seals every secure page of the 16 MiB behind it. So
 * the victim is small and lies behind another line than the monitor and the host's page tables.
 */
const SLACK_PAGES = 8;
const RT_LEAF_LINE_COVERS = 2 ** 24;
const FILLER_PAGES = 64;

export interface DramScene {
  readonly system: System;
  /** Has yielded at least once and is still alive. */
  readonly victim: HostedEnclave;
  /** Where it keeps its state over a yield: `STATE_BYTE_LEN` bytes. */
  readonly stack: Pa;
  /** Where it puts what it took back: the symbol `secret`. */
  readonly secret: Pa;
  /** What the engine found wrong, first things first. */
  readonly faults: readonly PageFault[];
}

export async function setDramScene({ seed = 0n, without = [] }: AttackOptions): Promise<DramScene> {
  const system = await System.create({ memory: MEMORY, seed, without });
  const faults: PageFault[] = [];
  system.machine.onRefill((page) => {
    const refill = system.dram.refill(page);
    if (!refill.ok) faults.push(refill.fault);
    return refill.ok;
  });
  useUpFirstMemory(system);
  const elf = await sampleGuest("secret");
  const created = system.host.createEnclave(elf, { args: [YIELDS], slackPages: SLACK_PAGES });
  if (!created.ok) throw new Error(`the monitor refused the sample: ${created.refusal.explanation}`);
  const victim = created.value;
  const secret = frameOf(victim, elf.symbols.get("secret")!);
  return { system, victim, secret, stack: rehearse(system, victim, secret), faults };
}

/** Uses up the memory behind the monitor's RT leaf line. */
function useUpFirstMemory({ machine, host }: System): void {
  const end = machine.ramBase + RT_LEAF_LINE_COVERS;
  while (host.driver.kernel.pages(FILLER_PAGES) < end);
}

/** Runs the victim for two slices: what it kept on its stack after the first is its secret after the second. */
function rehearse(system: System, victim: HostedEnclave, secret: Pa): Pa {
  victim.runSlice();
  const stackPages = [...victim.record.frames].filter(([at]) => at < STACK_TOP && at >= STACK_TOP - 0x10000n);
  const before = stackPages.map(([, at]) => ({ at, bytes: held(system, at, PAGE_SIZE) }));
  victim.runSlice();
  const state = held(system, secret, STATE_BYTE_LEN);
  for (const { at, bytes } of before) {
    const offset = positionOf(state, bytes);
    if (offset !== -1) return pa(at + offset);
  }
  throw new Error("the sample does not keep its state on its stack");
}

/** What the CPU holds there now. */
export function held({ machine }: System, at: Pa, byteLen: number): Uint8Array {
  const offset = at % PAGE_SIZE;
  return machine.memory.peek(pageNoOf(at)).slice(offset, offset + byteLen);
}

/** Where `part` begins in `bytes`, or -1. */
export function positionOf(part: Uint8Array, bytes: Uint8Array): number {
  for (let at = 0; at + part.length <= bytes.length; at++)
    if (part.every((byte, i) => byte === bytes[at + i])) return at;
  return -1;
}

export const momentOf = ({ system }: DramScene, when: string): Moment => ({
  when,
  retired: system.host.driver.kernel.hart.retired,
});

function frameOf({ record }: HostedEnclave, address: bigint): Pa {
  const offset = Number(address % BigInt(PAGE_SIZE));
  return pa(record.frames.get(va(address - BigInt(offset)))! + offset);
}
