/** The witness of each mistake of penglai-pmp. A mistake without one does not compile. */
import type { DefectId } from "../../monitor/penglai-pmp/defects.ts";
import { EVIDENCE } from "./witnesses/evidence.ts";
import { MEMORY } from "./witnesses/memory.ts";
import type { Scenario } from "./witnesses/scenario.ts";
import { WORLDS } from "./witnesses/worlds.ts";

export const PMP_WITNESSES: Readonly<Record<DefectId, Scenario>> = { ...MEMORY, ...WORLDS, ...EVIDENCE };
