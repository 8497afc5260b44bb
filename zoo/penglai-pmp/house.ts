/** The mistakes of penglai-pmp. */
import { DEFECTS, type DefectId } from "../../monitor/penglai-pmp/defects.ts";
import { PENGLAI_PMP as MODEL } from "../../ni/penglai-pmp/model.ts";
import { lockStep } from "../detectors/lock-step.ts";
import { twoTraces } from "../detectors/two-traces.ts";
import { witnesses } from "../detectors/witnesses.ts";
import type { House } from "../house.ts";
import { describeFailure, runRandomCalls, shrink } from "./lock-step/random-calls.ts";
import { PMP_WITNESSES } from "./witnesses.ts";

export const PENGLAI_PMP: House = {
  name: "penglai-pmp",
  defects: DEFECTS,
  absent: {},
  detectors: [
    witnesses((id, on) => PMP_WITNESSES[id as DefectId]({ defects: on as readonly DefectId[] })),
    lockStep({
      run: 1500,
      budget: 12_000,
      options: (ids) => ({ defects: ids as readonly DefectId[], deepEvery: 8 }),
      calls: runRandomCalls,
      shrink,
      describe: describeFailure,
    }),
    ...twoTraces(MODEL),
  ],
};
