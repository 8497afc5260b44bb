/** Every property of a model in a budget that a test can afford, and that a search was worth something. */
import { expect } from "vitest";
import { type Detection, detect, type NiModel, type NiProperty } from "../../../ni/index.ts";

/** Pairs; half a second each on a quiet computer, about. */
const BUDGETS = { "C-OS": 600, "C-ENC": 500, KINT: 500, LR: 1000, WT: 12, INV: 150 } as const satisfies Record<
  NiProperty,
  number
>;
export const ALL = Object.keys(BUDGETS) as NiProperty[];

/** @param kinds of secrets that must have differed often */
export function expectToHold<S>(model: NiModel<S>, property: NiProperty, kinds: readonly string[]): void {
  const detection = detect({ model, property, budget: BUDGETS[property], seed: 2026 });
  expect(detection.report).toBeUndefined();
  const { worth } = detection;
  expect(worth.pairs).toBe(BUDGETS[property]);
  if (property === "LR" || property === "INV") return;
  expect(worth.pairsThatUsedTheSecret).toBeGreaterThan(worth.pairs / 20);
  if (property !== "WT") for (const kind of kinds) expect(worth.varied[kind], kind).toBeGreaterThan(20);
}

/** @returns what was found */
export function expectToFail<S>(model: NiModel<S>, property: NiProperty, defect: string, budget = 4000): Detection {
  const detection = detect({ model, property, budget, seed: 2026, defects: [defect] });
  expect(detection.killed, `${defect} under ${property}`).toBe(true);
  return detection;
}
