/**
 * A probe on the bus that only listens (or a cold boot): is the enclave's secret among what the chips hold of its pages?
 * Penglai reference §1 ("cold boot, snooping").
 */
import { pa } from "../../core/units.ts";
import { hex, PAGE_BYTES } from "../../hw-model/units.ts";
import { held, momentOf, positionOf, STATE_BYTE_LEN, setDramScene } from "./dram-scene.ts";
import type { AttackOptions, AttackOutcome } from "./outcome.ts";
import { hexOf } from "./report.ts";

/** Reads all pages of the victim off the bus and looks for its secret. */
export async function snoop(options: AttackOptions): Promise<AttackOutcome> {
  const scene = await setDramScene(options);
  const { system, victim, secret } = scene;
  const moment = momentOf(scene, "between two slices of the enclave");
  const wanted = held(system, secret, STATE_BYTE_LEN);
  for (const frame of victim.record.frames.values()) {
    const offset = positionOf(wanted, system.dramAttacker.snoop(frame, PAGE_BYTES));
    if (offset === -1) continue;
    return { succeeded: true, ...moment, evidence: `DRAM holds ${hexOf(wanted)} at ${hex(pa(frame + offset))}` };
  }
  const shown = hexOf(system.dramAttacker.snoop(secret, STATE_BYTE_LEN));
  const detail = `the bus shows ${shown} at ${hex(secret)}, where the secret lies, and it nowhere else`;
  return { succeeded: false, ...moment, caughtBy: "memory encryption", detail };
}
