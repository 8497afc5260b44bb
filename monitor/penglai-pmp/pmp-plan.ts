/**
 * The PMP plan of Penglai-PMP, as the state demands it on a hart. Penglai reference §2.3:
 *
 *     PMP0       monitor                no access
 *     PMP1       the kernel's grant     RWX, on the hart that asked, between ALLOC_ENCLAVE_MM and CREATE
 *     PMP2…14    region 0…12            no access; RWX on the hart that an enclave of the region has
 *     PMP15      all addresses          RWX
 *
 * The lowest matching entry decides. As published, an enclave's whole region is open while it runs: that it reaches no other
 * block rests on its page tables, which image.ts checks and which lie in its block, where nobody but the monitor and the
 * enclave writes. No table is mapped for it, and its leaves have U, so no code of the block runs in S-mode (B28).
 * Entries are not locked (L = 0): M-mode itself may access everything.
 */
import { paOfPage } from "../../core/units.ts";
import type { Effect } from "../kernel/effects.ts";
import type { PmpEntry } from "../kernel/pmp.ts";
import type { Span } from "../kernel/span.ts";
import { isOn } from "./defects.ts";
import type { Change } from "./outcome.ts";
import { type Block, pagesOfBlock, regionAt } from "./regions.ts";
import { enclaveById, type MonitorState, runningOn } from "./state.ts";

const MONITOR_ENTRY = 0;
const GRANT_ENTRY = 1;
const FIRST_REGION_ENTRY = 2;
const REST_ENTRY = 15;

/** All 16 entries of a hart. */
export function pmpPlan(state: MonitorState, hartId: number): readonly PmpEntry[] {
  const { config, regions, grants, restIsOpen } = state;
  const plan = new Map<number, PmpEntry>();
  const put = (index: number, access: PmpEntry["access"], span: PmpEntry["span"]): void => {
    plan.set(index, { index, access, span });
  };
  put(MONITOR_ENTRY, "none", config.monitor);
  put(REST_ENTRY, restIsOpen ? "all" : "off", "everything");
  const open = openRegions(state, hartId);
  const firstEntry = isOn(config, "P34") ? FIRST_REGION_ENTRY - 1 : FIRST_REGION_ENTRY;
  for (const [index, region] of regions.entries())
    if (region !== undefined) put(firstEntry + index, open.has(index) ? "all" : "none", spanOf(region));
  const grant = grants[hartId];
  if (grant !== undefined) put(GRANT_ENTRY, "all", spanOf(grant));
  return Array.from({ length: REST_ENTRY + 1 }, (_, index) => plan.get(index) ?? unused(index, config.monitor));
}

/**
 * The effects of a change, and those that make the PMP follow it: entries of regions on all harts ("set_pmp_and_sync"), what
 * depends on who runs and who was granted on this hart alone.
 *
 * A region's entry is broadcast closed. No other hart has it open: a region comes and goes while no enclave is in it.
 */
export function withPmp(before: MonitorState, hartId: number, { state, effects }: Change): readonly Effect[] {
  const isSame =
    state.regions === before.regions &&
    state.grants === before.grants &&
    state.running === before.running &&
    state.restIsOpen === before.restIsOpen;
  if (isSame) return effects;
  // What all harts have depends on regions alone: an entry and an exit took 34 µs with these two plans, 26 µs without (Node 24).
  const isLocal =
    state.regions === before.regions && state.restIsOpen === before.restIsOpen && !isOn(state.config, "P11");
  const everywhere = isLocal ? [] : differences(pmpPlan(before, NOBODY), pmpPlan(state, NOBODY));
  // Others than those that all harts get: the entry of a grant, or of a region that opens or closes here.
  const broadcast = new Set(everywhere.map(({ index }) => index));
  const here = differences(pmpPlan(before, hartId), pmpPlan(state, hartId)).filter(
    ({ index }) => !broadcast.has(index),
  );
  return [
    ...effects,
    ...(everywhere.length === 0
      ? []
      : ([{ kind: "setPmp", entries: everywhere, everyHart: true }, { kind: "shootDown" }] as const)),
    ...(here.length === 0 ? [] : ([{ kind: "setPmp", entries: here }, { kind: "flushTlb" }] as const)),
  ];
}

/** A hart that no kernel and no enclave is on. */
const NOBODY = -1;

const differences = (before: readonly PmpEntry[], after: readonly PmpEntry[]): readonly PmpEntry[] =>
  after.filter((entry, index) => !isEqual(entry, before[index]!));

/** Numbers of the regions that the hart may enter now. */
function openRegions(state: MonitorState, hartId: number): ReadonlySet<number | undefined> {
  const { config, regions, enclaves } = state;
  if (isOn(config, "P12")) return new Set();
  if (isOn(config, "P11")) {
    const paused = [...enclaves.runs()].flatMap(({ value }) => (value && value.status !== "fresh" ? [value] : []));
    return new Set(paused.map(({ block }) => regionAt(regions, block.page)));
  }
  const running = runningOn(state, hartId);
  const enclave = running && enclaveById(state, BigInt(running.eid));
  return new Set(enclave ? [regionAt(regions, enclave.block.page)] : []);
}

function spanOf(block: Block): Span {
  const { from, to } = pagesOfBlock(block);
  return { pa: paOfPage(from), byteLen: paOfPage(to) - paOfPage(from) };
}

const unused = (index: number, span: Span): PmpEntry => ({ index, access: "off", span });

function isEqual(a: PmpEntry, b: PmpEntry): boolean {
  if (a.access !== b.access) return false;
  if (a.access === "off") return true;
  if (a.span === "everything" || b.span === "everything") return a.span === b.span;
  return a.span.pa === b.span.pa && a.span.byteLen === b.span.byteLen;
}
