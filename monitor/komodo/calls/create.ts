/**
 * The calls that make an address space and give it pages: InitAddrspace, InitDispatcher, InitL2PTable, AllocSpare.
 * Komodo reference §1.6.
 */
import { KomodoMeasurement } from "../../../attest/komodo-measurement.ts";
import { Draft } from "../../kernel/draft.ts";
import { L1_ALIGNMENT, OS_CALL } from "../abi.ts";
import { type CallRow, changed, type OsCall, replyToOs } from "../call.ts";
import {
  aboutNamed,
  allocates,
  hasFreeL1Slot,
  inRange,
  isAddrspace,
  isFree,
  isL1Index,
  isNotStopped,
  namedSpace,
} from "../checks.ts";
import { isOn } from "../defects.ts";
import { makeL2, makeRoot } from "../hardware-tables.ts";
import { wordOf } from "../measure.ts";
import type { PageNr, SecurePage } from "../page.ts";
import { emptyL1, emptyL2, type KomodoState, l1Slots, pageNr, spaceOf, withPage } from "../state.ts";

/** The only call that takes two pages at once. */
export const initAddrspace: CallRow<OsCall> = {
  nr: OS_CALL.INIT_ADDRSPACE,
  name: "InitAddrspace",
  args: ["newPage", "newPage"],
  checks: [
    inRange(0, "as"),
    inRange(1, "l1"),
    {
      guard: "PAGES_DIFFER",
      wrong: ({ state, args }) =>
        pageNr(state.config, args[0]!) === pageNr(state.config, args[1]!)
          ? { found: `both are ${args[0]}` }
          : undefined,
    },
    {
      guard: "L1_ALIGNED",
      wrong: ({ state, args }) =>
        args[1]! % BigInt(L1_ALIGNMENT) === 0n ? undefined : aboutNamed(state, args[1]!, `l1 is ${args[1]}`),
    },
    isFree(0, "as"),
    isFree(1, "l1"),
  ],
  effect: (call) => {
    const { config } = call.state;
    const [owner, l1] = call.args.map((register) => pageNr(config, register)!) as [PageNr, PageNr];
    const draft = new Draft(call.memory);
    makeRoot(draft, config, l1);
    const measurement = KomodoMeasurement.EMPTY;
    const state = withPage(call.state, owner, {
      type: "addrspace",
      owner,
      l1,
      refcount: 1,
      state: "init",
      measurement,
    });
    return replyToOs(call, 0n, 0n, changed(withPage(state, l1, emptyL1(owner)), draft));
  },
};

/** Gives the page that argument `index` names to an address space. */
export function allocated(state: KomodoState, nr: PageNr, owner: PageNr, page: SecurePage): KomodoState {
  const space = spaceOf(state, owner);
  return withPage(withPage(state, nr, page), owner, { ...space, refcount: space.refcount + 1 });
}

/** "block [11, entry, 0×14]" is measured. */
export const initDispatcher: CallRow<OsCall> = {
  nr: OS_CALL.INIT_DISPATCHER,
  name: "InitDispatcher",
  args: ["newPage", "addrspace", "entry"],
  checks: [isAddrspace(1), ...allocates(0, 1, "other")],
  effect: (call) => {
    const { config } = call.state;
    const { nr: owner } = namedSpace(call, 1);
    const entry = wordOf(call.args[2]!);
    const state = allocated(call.state, pageNr(config, call.args[0]!)!, owner, {
      type: "dispatcher",
      owner,
      entry,
      entered: false,
      context: undefined,
      verifyWords: new Uint32Array(8),
      verifyMeasurement: new Uint32Array(8),
    });
    const space = spaceOf(state, owner);
    const meta = [OS_CALL.INIT_DISPATCHER, ...(isOn(config, "M3") ? [] : [entry])];
    const measurement = isOn(config, "M4") ? space.measurement.absorb(meta) : space.measurement.extend(meta);
    return replyToOs(call, 0n, 0n, { state: withPage(state, owner, { ...space, measurement }), effects: [] });
  },
};

/** ③ comes before the slot is looked at: a stopped address space need not have its L1 table any more. */
export const initL2PTable: CallRow<OsCall> = {
  nr: OS_CALL.INIT_L2_TABLE,
  name: "InitL2PTable",
  args: ["newPage", "addrspace", "index"],
  checks: [
    isL1Index(2),
    isAddrspace(1),
    isNotStopped(1),
    hasFreeL1Slot((call) => namedSpace(call, 1).space, 2),
    ...allocates(0, 1, "other").filter(({ guard }) => guard !== "NOT_STOPPED"),
  ],
  effect: (call) => {
    const l2 = pageNr(call.state.config, call.args[0]!)!;
    const { nr: owner, space } = namedSpace(call, 1);
    const state = allocated(call.state, l2, owner, emptyL2(owner));
    const draft = new Draft(call.memory);
    const linked = withL2(state, draft, { l1: space.l1, slot: Number(call.args[2]!), l2, owner });
    return replyToOs(call, 0n, 0n, changed(linked, draft));
  },
};

/** Puts an L2 table into an L1 slot, in the database and in the machine's tables. */
export function withL2(
  state: KomodoState,
  draft: Draft,
  { l1, slot, l2, owner }: { readonly l1: PageNr; readonly slot: number; readonly l2: PageNr; readonly owner: PageNr },
): KomodoState {
  makeL2(draft, state.config, l1, slot, l2);
  const slots = l1Slots(state, spaceOf(state, owner)).set(slot, l2);
  return withPage(state, l1, { type: "l1", owner, slots });
}

/** "bytes untouched", "final allowed". */
export const allocSpare: CallRow<OsCall> = {
  nr: OS_CALL.ALLOC_SPARE,
  name: "AllocSpare",
  args: ["newPage", "addrspace"],
  checks: [isAddrspace(1), ...allocates(0, 1, "spare")],
  effect: (call) => {
    const { nr: owner } = namedSpace(call, 1);
    const state = allocated(call.state, pageNr(call.state.config, call.args[0]!)!, owner, { type: "spare", owner });
    return replyToOs(call, 0n, 0n, { state, effects: [] });
  },
};
