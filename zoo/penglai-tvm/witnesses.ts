/** The witness of each mistake of penglai-tvm. A mistake without one does not compile. */
import type { TvmDefect } from "../../monitor/penglai-tvm/defects.ts";
import { ARGUMENTS } from "./witnesses/arguments.ts";
import { HARTS } from "./witnesses/harts.ts";
import { LIFE_CYCLE } from "./witnesses/life-cycle.ts";
import { MEASUREMENT } from "./witnesses/measurement.ts";
import { MEMORY } from "./witnesses/memory.ts";
import { PAGE_TABLES } from "./witnesses/page-tables.ts";
import type { Scenario } from "./witnesses/scenario.ts";
import { SERVERS } from "./witnesses/servers.ts";
import { SHARED_MEMORY } from "./witnesses/shared-memory.ts";
import { WORLD_SWITCH } from "./witnesses/world-switch.ts";

export const TVM_WITNESSES: Readonly<Record<TvmDefect, Scenario>> = {
  ...ARGUMENTS,
  ...PAGE_TABLES,
  ...MEMORY,
  ...LIFE_CYCLE,
  ...MEASUREMENT,
  ...SHARED_MEMORY,
  ...WORLD_SWITCH,
  ...SERVERS,
  ...HARTS,
};
