/** penglai-tvm as a specification: nobody learns or influences what the policy does not allow, and the test would notice. */
import { describe, expect, it } from "vitest";
import { DEFAULT_RAM_BASE } from "../../../core/units.ts";
import { PENGLAI_TVM } from "../../../ni/penglai-tvm/model.ts";
import { type NiProperty, Search } from "../../../ni/spec/search.ts";

const facts = { ramBase: DEFAULT_RAM_BASE, ramSize: PENGLAI_TVM.ramSize };
const search = (property: NiProperty, budget: number, defects: readonly string[] = []) =>
  new Search(
    { model: PENGLAI_TVM, personality: PENGLAI_TVM.personality(facts, defects) },
    { property, budget, seed: 2026 },
  );

describe("penglai-tvm", () => {
  it.each([
    ["C-OS", 600],
    ["C-ENC", 400],
    ["KINT", 400],
    ["LR", 600],
    ["WT", 15],
    ["INV", 200],
  ] as const)("%s holds in %d pairs", (property, budget) => {
    const tried = search(property, budget);
    expect(tried.run()).toBeUndefined();
    if (property === "LR" || property === "INV") return;
    const { worth } = tried;
    expect(worth.pairsThatUsedTheSecret).toBeGreaterThan(budget / 8);
    for (const kind of ["data page", "saved registers", "registers"]) {
      if (property !== "WT") expect(worth.varied[kind], kind).toBeGreaterThan(20);
    }
  });

  it.each([
    ["C-OS", "clear-registers-on-switch", /^register /],
    ["C-OS", "wipe-on-free", /^(memory|loaded)/],
    ["C-OS", "ownership-check", /^(window|loaded)/],
  ] as const)("%s fails without %s", (property, defence, observable) => {
    expect(search(property, 4000, [defence]).run()?.difference.observable).toMatch(observable);
  });
});
