/**
 * MapData, UnmapData, InitL2PTable: an enclave turns the spare pages that the OS gave it into data and tables, and data
 * back into spare pages. Komodo reference §1.7, §1.8 ("SGXv2-style dynamic memory").
 *
 * "Page-table writes on behalf of a running enclave are followed by a flush before returning" (§1.8).
 */
import type { PageNo } from "../../../core/units.ts";
import { Draft } from "../../kernel/draft.ts";
import { hex } from "../../kernel/page-owner.ts";
import { ENCLAVE_CALL } from "../abi.ts";
import { type CallRow, type Check, changed, type EnclaveCall, replyToEnclave } from "../call.ts";
import { withL2 } from "../calls/create.ts";
import { secureMapping, withMappingAt } from "../calls/map.ts";
import { aboutNamed, hasFreeL1Slot, isL1Index, mappingAt, mapsAt, slotAt } from "../checks.ts";
import { isOn } from "../defects.ts";
import { clearLeaf } from "../hardware-tables.ts";
import type { SecurePage } from "../page.ts";
import { emptyL2, l2Slots, pageAt, pageNr, physicalOf, withPage } from "../state.ts";

/** The argument names a page of the caller's address space that `is` accepts. */
const isOwn = (
  guard: "OWN_SPARE" | "OWN_DATA",
  is: (page: SecurePage, call: EnclaveCall) => boolean,
): Check<EnclaveCall> => ({
  guard,
  wrong: (call) => {
    const page = pageAt(call.state, call.args[0]!);
    if (page !== undefined && is(page, call)) return undefined;
    const what = page === undefined ? "no page" : `a ${page.type} page`;
    return aboutNamed(
      call.state,
      call.args[0]!,
      `${hex(call.args[0]!)} is ${what}, the caller is ${call.dispatcher.owner}`,
    );
  },
});

const isOwnSpare = isOwn("OWN_SPARE", (page, { state, dispatcher }) => {
  const isSpare = page.type === "spare" || (page.type === "data" && isOn(state.config, "A12"));
  return isSpare && (page.owner === dispatcher.owner || isOn(state.config, "D4"));
});

const spaceOfCaller = ({ space }: EnclaveCall) => space;

/** "pg := zero-filled Data; L2 slot := Secure(pg,w,x)". */
export const mapData: CallRow<EnclaveCall> = {
  nr: ENCLAVE_CALL.MAP_DATA,
  name: "MapData",
  args: ["newPage", "mapping"],
  checks: [isOwnSpare, ...mapsAt(spaceOfCaller, 1)],
  effect: (call) => {
    const { config } = call.state;
    const word = call.args[1]!;
    const nr = pageNr(config, call.args[0]!)!;
    const page = physicalOf(config, nr);
    const draft = new Draft(call.memory);
    if (!isOn(config, "D1")) draft.zeroPages({ from: page, to: (page + 1) as PageNo });
    const given = withPage(call.state, nr, { type: "data", owner: call.dispatcher.owner });
    const at = slotAt(given, call.space, word)!;
    const state = withMappingAt(given, draft, at, secureMapping(nr, word), word);
    draft.add({ kind: "flushTlb" });
    return replyToEnclave(call, [0], changed(state, draft));
  },
};

/** The permission bits of the mapping word do not matter; the page is not scrubbed. */
export const unmapData: CallRow<EnclaveCall> = {
  nr: ENCLAVE_CALL.UNMAP_DATA,
  name: "UnmapData",
  args: ["anyPage", "mapping"],
  checks: [
    isOwn("OWN_DATA", (page, { dispatcher }) => page.type === "data" && page.owner === dispatcher.owner),
    {
      guard: "MAPPED_THERE",
      wrong: ({ state, space, args }) => {
        const mapping = mappingAt(state, space, args[1]!);
        if (mapping?.kind === "secure" && mapping.page === pageNr(state.config, args[0]!)) return undefined;
        const found = `at ${hex(args[1]!)} there is ${mapping === undefined ? "nothing" : `${mapping.kind} page ${mapping.page}`}`;
        return aboutNamed(state, args[0]!, found);
      },
    },
  ],
  effect: (call) => {
    const { config } = call.state;
    const nr = pageNr(config, call.args[0]!)!;
    const { owner } = call.dispatcher;
    const at = slotAt(call.state, call.space, call.args[1]!)!;
    const draft = new Draft(call.memory);
    if (!isOn(config, "D2")) clearLeaf(draft, config, at);
    if (!isOn(config, "D3")) draft.add({ kind: "flushTlb" });
    const slots = l2Slots(call.state, at.l2).set(at.index, undefined);
    const unmapped = withPage(call.state, at.l2, { type: "l2", owner, slots });
    return replyToEnclave(call, [0], changed(withPage(unmapped, nr, { type: "spare", owner }), draft));
  },
};

/** The index before the page, and both before the slot: another order than the OS's call has. */
export const enclaveInitL2PTable: CallRow<EnclaveCall> = {
  nr: ENCLAVE_CALL.INIT_L2_TABLE,
  name: "EnclaveInitL2PTable",
  args: ["newPage", "index"],
  checks: [isL1Index(1), isOwnSpare, hasFreeL1Slot(spaceOfCaller, 1)],
  effect: (call) => {
    const l2 = pageNr(call.state.config, call.args[0]!)!;
    const { owner } = call.dispatcher;
    const draft = new Draft(call.memory);
    const given = withPage(call.state, l2, emptyL2(owner));
    const state = withL2(given, draft, { l1: call.space.l1, slot: Number(call.args[1]!), l2, owner });
    draft.add({ kind: "flushTlb" });
    return replyToEnclave(call, [0], changed(state, draft));
  },
};
