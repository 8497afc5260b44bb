/** The mistakes of the memory encryption engine. */
import { ABSENT_MMT_DEFECTS, MMT_DEFECTS, type MmtDefectId } from "../../hw-model/mmt-defects.ts";
import type { Defect, Property } from "../../monitor/kernel/defect.ts";
import { witnesses } from "../detectors/witnesses.ts";
import type { House } from "../house.ts";
import { hunt } from "./detector.ts";
import { MEMORY_WITNESSES } from "./witnesses.ts";

/** What a probe reads is P0, patterns of it P1, a fault without an attack LIVE; the rest changes what the CPU reads. */
const READABLE: Readonly<Partial<Record<MmtDefectId, Property>>> = {
  X1: "P1",
  X2: "P1",
  X3: "P1",
  X8: "P1",
  X12: "P1",
  X13: "P0",
  X16: "P0",
  X17: "P1",
  X20: "LIVE",
  X23: "P1",
};
const isOurs = (id: string): boolean => Number.parseInt(id.slice(1), 10) > 12;

const defects = Object.fromEntries(
  Object.entries(MMT_DEFECTS).map(([id, { what }]): [string, Defect] => {
    const source = `${isOurs(id) ? "ours, after " : ""}Komodo reference §4.9`;
    return [id, { what, source, killedBy: [READABLE[id as MmtDefectId] ?? "PHYS-INT"] }];
  }),
);

export const MEMORY: House = {
  name: "memory",
  defects,
  absent: ABSENT_MMT_DEFECTS,
  detectors: [
    witnesses((id, on) => MEMORY_WITNESSES[id as MmtDefectId](on.includes(id))),
    {
      name: "bus adversary",
      unit: "actions",
      budget: 4000,
      hunt: (ids, { seed, budget }) => hunt(ids, budget, seed),
    },
  ],
};
