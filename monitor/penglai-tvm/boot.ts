/** From reset to the host world: PMP0 and PMP7. Penglai reference §2.2. */
import { bootHost } from "../kernel/host-boot.ts";
import type { Boot } from "../kernel/personality.ts";
import { pmpPlan } from "./pmp-plan.ts";
import type { MonitorState } from "./state.ts";

export const boot = (state: MonitorState): Boot => bootHost(pmpPlan(state));
