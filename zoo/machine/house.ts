/** The machine's mistakes in memory protection and translation. */
import { ABSENT_MACHINE_DEFECTS, MACHINE_DEFECTS, type MachineDefectId } from "../../core/machine-defects.ts";
import type { Defect, Property } from "../../monitor/kernel/defect.ts";
import { witnesses } from "../detectors/witnesses.ts";
import type { House } from "../house.ts";
import { MACHINE_WITNESSES } from "./witnesses.ts";

/** Code that is executed although it is gone is a matter of the reference, everything else one of the access matrix. */
const killerOf = (id: string): Property => (id === "H11" || id === "H12" ? "REF" : "ACC");
const sourceOf = (id: string): string => `${Number(id.slice(1)) > 18 ? "ours, after" : ""} Komodo reference §4.9`;

const defects = Object.fromEntries(
  Object.entries(MACHINE_DEFECTS).map(([id, { what }]): [string, Defect] => [
    id,
    { what, source: sourceOf(id).trim(), killedBy: [killerOf(id)] },
  ]),
);

export const MACHINE: House = {
  name: "machine",
  defects,
  absent: ABSENT_MACHINE_DEFECTS,
  detectors: [witnesses((id, on) => MACHINE_WITNESSES[id as MachineDefectId](on.includes(id)))],
};
