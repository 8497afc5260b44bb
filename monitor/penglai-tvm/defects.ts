/**
 * The bug zoo of penglai-tvm: published defects (Penglai reference §10) under their own numbers, and mistakes of ours under
 * T numbers. All are off by default; `isOn` stands at the place that would be wrong, so that a switch changes the real code
 * path. Each has a test that shows the mistake with the switch on and none without (zoo/penglai-tvm/witnesses/).
 *
 * What is not modelled of a published defect says its entry; defects of the PMP variant are that personality's.
 */
import type { Defect, DefectSet } from "../kernel/defect.ts";
import { HART_DEFECTS } from "./defects/harts.ts";
import { OURS } from "./defects/ours.ts";
import { PUBLISHED } from "./defects/published.ts";
import { SERVER_DEFECTS } from "./defects/servers.ts";

export const TVM_DEFECTS = { ...PUBLISHED, ...OURS, ...SERVER_DEFECTS, ...HART_DEFECTS } as const satisfies Record<
  string,
  Defect
>;

/** "B1", "T4", …. */
export type TvmDefect = keyof typeof TVM_DEFECTS;

export const isOn = (config: { readonly defects: DefectSet<TvmDefect> }, id: TvmDefect): boolean =>
  config.defects.has(id);
