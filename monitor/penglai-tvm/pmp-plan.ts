/**
 * The PMP plan of Penglai-TVM. Reference §2.2:
 *
 *     PMP0  monitor            no access          PMP2  mbitmap         no access
 *     PMP1  pt_area            read only          PMP7  all addresses   RWX
 *
 * The lowest matching entry decides, so PMP7 is what remains. Entries are not locked (L = 0): M-mode itself may write
 * everywhere, as in the published monitor. Off in `pmpOnPageTableArea`: PMP1 stays empty and PMP7 opens pt_area.
 */

import type { PmpEntry } from "../kernel/pmp.ts";
import type { MonitorState } from "./state.ts";

const MONITOR_ENTRY = 0;
const PT_AREA_ENTRY = 1;
const MBITMAP_ENTRY = 2;
const REST_ENTRY = 7;

/** All entries that the monitor uses, as the state demands them. */
export function pmpPlan(state: MonitorState): readonly PmpEntry[] {
  const { areas, config } = state;
  const plan: PmpEntry[] = [
    { index: MONITOR_ENTRY, access: "none", span: config.monitor },
    { index: REST_ENTRY, access: "all", span: "everything" },
  ];
  if (areas === undefined) return plan;
  const guarded = config.defences.pmpOnPageTableArea;
  return [
    ...plan,
    { index: PT_AREA_ENTRY, access: guarded ? "read" : "off", span: areas.ptArea },
    { index: MBITMAP_ENTRY, access: "none", span: areas.mbitmap },
  ];
}
