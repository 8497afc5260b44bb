/** The two-trace properties of a personality, one detector each. ni/spec/detect.ts, Komodo reference §4.5. */
import { detect } from "../../ni/spec/detect.ts";
import type { NiModel } from "../../ni/spec/model.ts";
import { PROPERTIES } from "../../ni/spec/property.ts";
import type { Detector } from "../house.ts";

/** Pairs that a run of the whole matrix gives each. */
const PAIRS = 400;

export const twoTraces = <S>(model: NiModel<S>): readonly Detector[] =>
  PROPERTIES.map((property) => ({
    name: property,
    unit: property === "LR" || property === "INV" ? "steps" : "pairs",
    budget: PAIRS,
    hunt: (defects, { seed, budget }) => {
      const { killed, afterPairs, report = "" } = detect({ model, property, budget, seed, defects });
      return killed ? { after: afterPairs, report } : undefined;
    },
  }));
