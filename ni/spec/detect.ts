/**
 * One question in one call: does this personality, with these defects, break this property within this many pairs? The bug zoo's
 * detectors, the command and the library ask it the same way.
 *
 * ```ts
 * const { killed, report } = detect({ model: PENGLAI_TVM, property: "C-OS", budget: 2000, seed: 1, defects: ["wipe-on-free"] });
 * ```
 */
import { DEFAULT_RAM_BASE } from "../../core/units.ts";
import { UserError } from "../../core/user-error.ts";
import type { NiModel } from "./model.ts";
import type { NiProperty } from "./property.ts";
import { reportOf } from "./report.ts";
import { Search, type SpecSearch, type Worth } from "./search.ts";
import { type ShrunkFinding, shrinkFinding } from "./shrink.ts";
import { MachineStage, pureStage, type Stage } from "./stage.ts";
import type { Subject } from "./world.ts";

export interface DetectOptions<S> {
  readonly model: NiModel<S>;
  readonly property: NiProperty;
  /** Pairs; for LR and INV steps. */
  readonly budget: number;
  readonly seed: number;
  /** Ids of the bug zoo, or names of defences that are off. Default none. */
  readonly defects?: readonly string[];
}

export interface Detection {
  /** The property was broken. */
  readonly killed: boolean;
  /** Pairs until then, or all of them. */
  readonly afterPairs: number;
  /** Wall clock of the search, without shortening. */
  readonly ms: number;
  readonly worth: Worth;
  readonly finding?: ShrunkFinding;
  /** For people, if it was broken. */
  readonly report?: string;
}

/** @throws UserError for a defect that the personality does not have */
export function subjectOf<S>(model: NiModel<S>, defects: readonly string[] = []): Subject<S> {
  const known = model.defects;
  const unknown = known && defects.find((id) => !known.includes(id));
  if (unknown !== undefined)
    throw new UserError(`${model.name} has no defect and no defence "${unknown}"`, `name one of: ${known!.join(", ")}`);
  const facts = { ramBase: DEFAULT_RAM_BASE, ramSize: model.ramSize };
  return { model, personality: model.personality(facts, defects) };
}

/** @throws UserError for a defect that the personality does not have */
export function detect<S>({ model, property, budget, seed, defects = [] }: DetectOptions<S>): Detection {
  return detectOn(pureStage(subjectOf(model, defects)), { property, budget, seed });
}

/** The same on the real machine, of C-OS, C-ENC, KINT and WT. */
export async function detectOnMachine<S>({ model, defects = [], ...search }: DetectOptions<S>): Promise<Detection> {
  return detectOn(await MachineStage.create(subjectOf(model, defects)), search);
}

function detectOn<S>(stage: Stage<S>, { property, budget, seed }: SpecSearch): Detection {
  const began = performance.now();
  const search = new Search(stage, { property, budget, seed });
  const found = search.run();
  const ms = performance.now() - began;
  const { worth } = search;
  if (found === undefined) return { killed: false, afterPairs: worth.pairs, ms, worth };
  const finding = shrinkFinding(stage, found);
  return { killed: true, afterPairs: worth.pairs, ms, worth, finding, report: reportOf(finding) };
}
