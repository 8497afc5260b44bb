/**
 * PT_AREA_SEPARATION (83): a0 pgd_order, a1 pmd_order. Penglai reference §2.2.
 *
 *     pmd_base = base + 2^pgd_order · 4096      pte_base = pmd_base + 2^pmd_order · 4096      end = base + size
 *
 * "Audits existing tables, then sets TVM." The audit looks at every entry that stands in pt_area, at the level that its
 * place gives it, leaves included: tables were built before the monitor knew the levels.
 * Fixed: one-shot; an audit that fails changes nothing (published: TVM stays set). In GPT mode `paper` the bounds also go
 * into the walker's registers.
 */

import { isLeaf, isValid } from "../../../core/sv39.ts";
import { PAGE_SIZE, pa, pageNoOf, paOfPage } from "../../../core/units.ts";
import type { Effect } from "../../kernel/effects.ts";
import { entryAddress } from "../../kernel/sv39.ts";
import { isOn } from "../defects.ts";
import { type Denial, deny } from "../guards.ts";
import { checkHostEntry } from "../host-pte.ts";
import { type HostCall, type Outcome, refuseHost, replyToHost } from "../outcome.ts";
import type { Areas, MonitorState } from "../state.ts";

/** 2^40 pages are more than any RAM. */
const MAX_ORDER = 40n;

export function ptAreaSeparation(call: HostCall): Outcome {
  const { state, args } = call;
  const { areas, config } = state;
  const [pgdOrder, pmdOrder] = args as [bigint, bigint];
  if (areas === undefined) return refuseHost(call, deny("NOT_INITIALISED", "there is no pt_area yet"));
  if (areas.separation !== undefined && !isOn(config, "T8"))
    return refuseHost(call, deny("ALREADY_SEPARATED", "the sub-areas are in place"));
  const { ptArea } = areas;
  const subAreaByteLen = (order: bigint): number => 2 ** Number(order > MAX_ORDER ? MAX_ORDER : order) * PAGE_SIZE;
  const pmdBase = pa(ptArea.pa + subAreaByteLen(pgdOrder));
  const pteBase = pa(pmdBase + subAreaByteLen(pmdOrder));
  const end = pa(ptArea.pa + ptArea.byteLen);
  if (pteBase >= end)
    return refuseHost(
      call,
      deny("SUB_AREAS_TOO_LARGE", `orders ${pgdOrder} and ${pmdOrder} in ${ptArea.byteLen} bytes`),
    );
  const separated: Areas = { ...areas, separation: { pmdBase, pteBase } };
  const denial = audit(call, separated);
  if (denial) return refuseHost(call, denial);
  const { walkerCheck, satpTrap } = config.defences;
  const effects: Effect[] = [];
  if (satpTrap) effects.push({ kind: "setTvm", everyHart: !isOn(config, "K3") });
  if (config.gptMode === "paper" && walkerCheck)
    effects.push({ kind: "setGpt", bounds: { hptBase: ptArea.pa, pmdBase, pteBase, end } });
  effects.push({ kind: "shootDown" });
  const next: MonitorState = { ...state, areas: separated };
  return replyToHost(call, 0n, { state: next, effects });
}

function audit({ state, memory }: HostCall, areas: Areas): Denial | undefined {
  const { ptArea } = areas;
  for (const page of memory.backedPages(pageNoOf(ptArea.pa), pageNoOf(pa(ptArea.pa + ptArea.byteLen)))) {
    const entries = new BigUint64Array(memory.readBytes(paOfPage(page), PAGE_SIZE).buffer);
    for (const [index, entry] of entries.entries()) {
      const isLookedAt = isValid(entry) && !(isLeaf(entry) && isOn(state.config, "T7"));
      const denial = isLookedAt ? checkHostEntry(state, areas, entryAddress(page, index), entry) : undefined;
      if (denial) return denial;
    }
  }
  return undefined;
}
