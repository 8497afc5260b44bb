/**
 * Attacks that change what DRAM holds of a running enclave: a bit, a line of its own elsewhere, an older state of more and
 * more of what protects the line. Penglai reference §1 ("tamper, splicing, replay"), §11 (MMT row).
 *
 * The victim is let run on. Either the engine finds the change at the victim's next touch and the monitor ends it, or the
 * victim goes on with something it did not write.
 */
import { LINE_BYTES, LINES_PER_PAGE, lineOf, PAGE_BYTES, type Pa } from "../../hw-model/units.ts";
import type { AttackReport, DramAttacker, Recording, ReplayScope } from "../dram-attacker.ts";
import { type DramScene, held, momentOf, STATE_BYTE_LEN, setDramScene } from "./dram-scene.ts";
import type { AttackOptions, AttackOutcome } from "./outcome.ts";
import { hexOf } from "./report.ts";

type DramAttack = (options: AttackOptions) => Promise<AttackOutcome>;

/** Inverts a bit of the victim's state. */
export const flipBit: DramAttack = async (options) => {
  const scene = await setDramScene(options);
  return letRunOn(scene, () => scene.system.dramAttacker.flip(scene.stack, 0));
};

/** Copies the line with the victim's previous state, and its MAC, over the one with its current state. */
export const splice: DramAttack = async (options) => {
  const scene = await setDramScene(options);
  const { system, secret, stack } = scene;
  return letRunOn(scene, () => system.dramAttacker.splice(lineOf(secret), lineOf(stack), "data+MAC"));
};

/** Puts back what DRAM held of the victim's state two yields ago. */
export const replay =
  (scope: ReplayScope): DramAttack =>
  async (options) => {
    const scene = await setDramScene(options);
    const { system, victim, stack } = scene;
    const recording = recordPage(system.dramAttacker, stack, scope);
    const old = held(system, stack, STATE_BYTE_LEN);
    victim.runSlice();
    victim.runSlice();
    return letRunOn(scene, () => system.dramAttacker.replay(recording), old);
  };

/** The counters of a page lie in one line: who puts them back has to put back all its lines. */
function recordPage(attacker: DramAttacker, at: Pa, scope: ReplayScope): Recording {
  if (scope === "SubTree" || scope === "everything") return attacker.record(lineOf(at), scope);
  const page = at - (at % PAGE_BYTES);
  const lines = Array.from({ length: LINES_PER_PAGE }, (_, i) => attacker.record(page + i * LINE_BYTES, scope));
  return { scope, linePa: page, contents: lines.flatMap(({ contents }) => contents) };
}

/** @param old a state of the past, to recognise */
function letRunOn(scene: DramScene, attack: () => AttackReport, old?: Uint8Array): AttackOutcome {
  const { system, victim, stack, secret, faults } = scene;
  const written = held(system, stack, STATE_BYTE_LEN);
  const { summary } = attack();
  victim.runSlice();

  const { end } = victim.outcome;
  if (end.kind === "killed" && end.refusal.guard === "INTEGRITY") {
    const { level, reason } = faults[0]!;
    return {
      succeeded: false,
      ...momentOf(scene, "at the enclave's next touch of the page, which ended it"),
      caughtBy: `memory integrity: ${level === "data" ? "MAC of the data" : `hash of the ${level}`}`,
      detail: `${summary}; ${reason}`,
    };
  }
  const taken = held(system, secret, STATE_BYTE_LEN);
  if (end.kind !== "stopped" || hexOf(taken) === hexOf(written)) throw new Error(`${summary}: no effect (${end.kind})`);
  const isOld = old !== undefined && hexOf(taken) === hexOf(old);
  return {
    succeeded: true,
    ...momentOf(scene, "at the enclave's next touch of the page"),
    evidence: `${summary}; the enclave goes on with ${hexOf(taken)}${isOld ? ", its state of two yields ago" : ""}`,
  };
}
