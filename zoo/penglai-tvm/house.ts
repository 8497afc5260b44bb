/** The mistakes of penglai-tvm. */
import { TVM_DEFECTS, type TvmDefect } from "../../monitor/penglai-tvm/defects.ts";
import { PENGLAI_TVM as MODEL } from "../../ni/penglai-tvm/model.ts";
import { lockStep } from "../detectors/lock-step.ts";
import { twoTraces } from "../detectors/two-traces.ts";
import { witnesses } from "../detectors/witnesses.ts";
import type { House } from "../house.ts";
import { describeFailure, runRandomCalls, shrink } from "./lock-step/random-calls.ts";
import { TVM_WITNESSES } from "./witnesses.ts";

export const PENGLAI_TVM: House = {
  name: "penglai-tvm",
  defects: TVM_DEFECTS,
  absent: {},
  detectors: [
    witnesses((id, on) => TVM_WITNESSES[id as TvmDefect]({ defects: on as readonly TvmDefect[] })),
    lockStep({
      run: 400,
      budget: 3200,
      options: (ids) => ({ defects: ids as readonly TvmDefect[], deepEvery: 20 }),
      calls: runRandomCalls,
      shrink,
      describe: describeFailure,
    }),
    ...twoTraces(MODEL),
  ],
};
