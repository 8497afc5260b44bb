/**
 * Defects that show with a second hart: published ones (Penglai reference §10), and mistakes that the code invites, under K
 * numbers.
 */
import type { Defect, Property } from "../../kernel/defect.ts";

const published = (id: string, what: string, ...killedBy: readonly Property[]): Defect => ({
  what,
  source: `Penglai reference §10 ${id}`,
  killedBy,
});
const ours = (after: string, what: string, ...killedBy: readonly Property[]): Defect => ({
  what,
  source: `ours, after ${after}`,
  killedBy,
});

export const HART_DEFECTS = {
  B11: published("B11", "other harts keep translations of memory that becomes secure", "KINT"),
  // A lock that is released twice shows only where two harts are in the monitor at once.
  B13: published("B13", "a refused STOP, CREATE or SCHRODINGER_INIT keeps the lock", "INV", "LIVE"),
  K1: ours("Komodo reference §4.9 L13", "RUN and RESUME look at a record, let go of the lock and act later", "INV"),
  K2: ours("Penglai reference §10 B29", "an ecall overtakes the STOP or DESTROY of another hart", "REF"),
  K3: ours("Penglai reference §2.2", "mstatus.TVM is set on the calling hart only", "ACC"),
  K4: ours("Penglai reference §6.9", "DESTROY frees an enclave while another hart runs it", "INV"),
  K5: ours("Penglai reference §10 B19", "PMP guards pt_area and mbitmap on the calling hart only", "ACC"),
} as const satisfies Record<string, Defect>;
