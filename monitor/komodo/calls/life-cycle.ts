/**
 * Remove, Finalise, Stop. Komodo reference §1.6 and §1.8:
 *
 *     InitAddrspace → INIT --Finalise--> FINAL --Stop--> STOPPED --Remove*(all pages)--> Remove(as) → free
 *                       \------------------Stop---------------^
 */
import { OS_CALL } from "../abi.ts";
import { type CallRow, type Check, type OsCall, replyToOs } from "../call.ts";
import { aboutNamed, inRange, isAddrspace, isInit, namedSpace } from "../checks.ts";
import { isOn } from "../defects.ts";
import { FREE } from "../page.ts";
import { type KomodoState, pageAt, pageNr, spaceOf, withPage } from "../state.ts";

/** A page of an address space in `state`; a free page and an address space are let through. */
const ownerIsNot = (guard: "BUILT" | "SPARE_OR_STOPPED", state: "init" | "final"): Check<OsCall> => ({
  guard,
  wrong: (call) => {
    const page = pageAt(call.state, call.args[0]!)!;
    if (page.type === "free" || page.type === "addrspace") return undefined;
    if (spaceOf(call.state, page.owner).state !== state) return undefined;
    if (state === "final" && page.type === "spare") return undefined;
    return aboutNamed(call.state, call.args[0]!, `a ${page.type} page of an address space that is ${state}`);
  },
});

/** "free → 0 (no-op success)"; "No scrub, no page-table fix-up". */
export const remove: CallRow<OsCall> = {
  nr: OS_CALL.REMOVE,
  name: "Remove",
  args: ["anyPage"],
  checks: [
    inRange(0, "page"),
    {
      guard: "UNREFERENCED",
      wrong: ({ state, args }) => {
        const page = pageAt(state, args[0]!)!;
        if (page.type !== "addrspace" || page.refcount === 0) return undefined;
        return aboutNamed(state, args[0]!, `the address space has ${page.refcount} other pages`);
      },
    },
    ownerIsNot("BUILT", "init"),
    ownerIsNot("SPARE_OR_STOPPED", "final"),
  ],
  effect: (call) => {
    const nr = pageNr(call.state.config, call.args[0]!)!;
    const page = call.state.pages.get(nr);
    if (page.type === "free") return replyToOs(call, 0n);
    const freed = withPage(call.state, nr, FREE);
    const state = page.type === "addrspace" ? freed : dereferenced(freed, page.owner);
    return replyToOs(call, 0n, 0n, { state, effects: [] });
  },
};

function dereferenced(state: KomodoState, owner: number): KomodoState {
  const fewer = isOn(state.config, "L4") ? 0 : isOn(state.config, "L5") ? 2 : 1;
  const space = spaceOf(state, owner);
  return withPage(state, owner, { ...space, refcount: space.refcount - fewer });
}

/** "SHA padding applied": nothing is measured from here on. */
export const finalise: CallRow<OsCall> = {
  nr: OS_CALL.FINALISE,
  name: "Finalise",
  args: ["addrspace"],
  checks: [isAddrspace(0), isInit(0)],
  effect: (call) => {
    const { nr, space } = namedSpace(call, 0);
    return replyToOs(call, 0n, 0n, { state: withPage(call.state, nr, { ...space, state: "final" }), effects: [] });
  },
};

/** "state := stopped from any state". */
export const stop: CallRow<OsCall> = {
  nr: OS_CALL.STOP,
  name: "Stop",
  args: ["addrspace"],
  checks: [
    isAddrspace(0),
    {
      guard: "STOP_FROM_FINAL",
      only: "L2",
      wrong: (call) => {
        const { space } = namedSpace(call, 0);
        return space.state === "final" ? undefined : { found: `the address space is ${space.state}` };
      },
    },
  ],
  effect: (call) => {
    const { nr, space } = namedSpace(call, 0);
    return replyToOs(call, 0n, 0n, { state: withPage(call.state, nr, { ...space, state: "stopped" }), effects: [] });
  },
};
