/**
 * Puts a software attack (software-attacker.ts) into the catalogue's form: a system of its own, a stage, and at which call
 * or access it was decided.
 */
import type { CallRecord } from "../../monitor/kernel/personal-monitor.ts";
import type { GptMode } from "../../monitor/penglai-tvm/state.ts";
import { sampleGuest } from "../sample-guests.ts";
import { SOFTWARE_ATTACKS, setStage } from "../software-attacker.ts";
import { System } from "../system.ts";
import type { AttackOptions, AttackOutcome } from "./outcome.ts";

const MEMORY = 64 * 2 ** 20;

export async function attackFromKernel(
  name: keyof typeof SOFTWARE_ATTACKS,
  gpt: GptMode,
  { seed = 0n, without = [] }: AttackOptions,
): Promise<AttackOutcome> {
  const calls: CallRecord[] = [];
  const system = await System.create({
    memory: MEMORY,
    seed,
    without,
    gpt,
    observe: (record) => calls.push(record),
  });
  const stage = setStage(system.host, await sampleGuest("secret"), await sampleGuest("mem"));
  calls.length = 0;
  const report = SOFTWARE_ATTACKS[name](stage);
  const { retired } = system.host.driver.kernel.hart;
  const moment = { retired, when: decidedAt(calls, report.succeeded) };
  return report.succeeded
    ? { succeeded: true, ...moment, evidence: report.evidence }
    : { succeeded: false, ...moment, caughtBy: report.caughtBy, detail: report.detail };
}

/** The call that was refused; where none was, the S-mode access after the last call. */
function decidedAt(calls: readonly CallRecord[], succeeded: boolean): string {
  const refused = calls.findLast(({ denial }) => denial !== undefined);
  if (refused !== undefined && !succeeded) return refused.name ?? "write of satp";
  const last = calls.at(-1);
  return last === undefined ? "S-mode access" : `after ${last.name ?? "write of satp"}`;
}
