/** The mistakes of komodo-riscv. */
import { KOMODO_RISCV_DEFECTS, type RiscvDefectId } from "../../monitor/komodo/riscv/defects.ts";
import { KOMODO_RISCV as MODEL } from "../../ni/komodo/riscv-model.ts";
import { lockStep } from "../detectors/lock-step.ts";
import { twoTraces } from "../detectors/two-traces.ts";
import type { House } from "../house.ts";
import { describeRiscvFailure, runRiscvCalls, shrinkRiscvCalls } from "./riscv/lock-step.ts";

export const KOMODO_RISCV: House = {
  name: "komodo-riscv",
  defects: KOMODO_RISCV_DEFECTS,
  absent: {},
  detectors: [
    lockStep({
      run: 1500,
      budget: 9000,
      options: (ids) => ({ defects: ids as readonly RiscvDefectId[] }),
      calls: runRiscvCalls,
      shrink: shrinkRiscvCalls,
      describe: describeRiscvFailure,
    }),
    ...twoTraces(MODEL),
  ],
};
