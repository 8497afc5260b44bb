/** The mistakes of penglai-pmp. */
import { DEFECTS, type DefectId } from "../../monitor/penglai-pmp/defects.ts";
import { witnesses } from "../detectors/witnesses.ts";
import type { House } from "../house.ts";
import { PMP_WITNESSES } from "./witnesses.ts";

export const PENGLAI_PMP: House = {
  name: "penglai-pmp",
  defects: DEFECTS,
  absent: {},
  detectors: [witnesses((id, on) => PMP_WITNESSES[id as DefectId]({ defects: on as readonly DefectId[] }))],
};
