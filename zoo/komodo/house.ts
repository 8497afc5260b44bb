/** The mistakes of komodo. */
import { ABSENT_KOMODO_DEFECTS, type DefectId, KOMODO_DEFECTS } from "../../monitor/komodo/defects.ts";
import { KOMODO as MODEL } from "../../ni/komodo/model.ts";
import { lockStep } from "../detectors/lock-step.ts";
import { twoTraces } from "../detectors/two-traces.ts";
import { witnesses } from "../detectors/witnesses.ts";
import type { House } from "../house.ts";
import { describeFailure, runRandomCalls, shrink } from "./lock-step/random-calls.ts";
import { KOMODO_WITNESSES } from "./witnesses.ts";

export const KOMODO: House = {
  name: "komodo",
  defects: KOMODO_DEFECTS,
  absent: ABSENT_KOMODO_DEFECTS,
  detectors: [
    lockStep({
      run: 2000,
      budget: 16_000,
      options: (ids, seed) => ({ defects: ids as readonly DefectId[], deepEvery: 8, seed: BigInt(seed) }),
      calls: runRandomCalls,
      shrink,
      describe: describeFailure,
    }),
    witnesses((id, on) => KOMODO_WITNESSES[id as DefectId]?.(on as readonly DefectId[]) ?? false),
    ...twoTraces(MODEL),
  ],
};
