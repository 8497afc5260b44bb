/** Enter and Resume. Komodo reference §1.6, §1.8. */
import { hex } from "../../kernel/page-owner.ts";
import { OS_CALL, R0 } from "../abi.ts";
import type { CallRow, Check, OsCall } from "../call.ts";
import { about, aboutNamed } from "../checks.ts";
import { isOn } from "../defects.ts";
import type { Dispatcher } from "../page.ts";
import { dispatcherOf, pageAt, pageNr, spaceOf } from "../state.ts";
import { enterThread, freshRegisters, type Registers } from "../world-switch.ts";

const isDispatcher: Check<OsCall> = {
  guard: "IS_DISPATCHER",
  wrong: ({ state, args }) => {
    const page = pageAt(state, args[0]!);
    if (page?.type === "dispatcher") return undefined;
    return aboutNamed(state, args[0]!, `${hex(args[0]!)} is ${page === undefined ? "no page" : `a ${page.type} page`}`);
  },
};

const named = ({ state, args }: OsCall): Dispatcher => dispatcherOf(state, pageNr(state.config, args[0]!)!);

/** L9: INIT will do. L7: STOPPED will. */
const isOwnerFinal = (resumes: boolean): Check<OsCall> => ({
  guard: "OWNER_FINAL",
  wrong: (call) => {
    const { owner } = named(call);
    const { state } = spaceOf(call.state, owner);
    const { config } = call.state;
    const passes = (state === "init" && isOn(config, "L9")) || (state === "stopped" && isOn(config, "L7"));
    if (state === "final" || (passes && !resumes)) return undefined;
    return about(call.state, owner, `address space ${owner} is ${state}`);
  },
});

/** "R0–R2 := args, all other user registers zero, PC := entry". */
export const enter: CallRow<OsCall> = {
  nr: OS_CALL.ENTER,
  name: "Enter",
  args: ["dispatcher", "word", "word", "word"],
  checks: [
    isDispatcher,
    isOwnerFinal(false),
    {
      guard: "NOT_ENTERED",
      wrong: (call) =>
        named(call).entered ? aboutNamed(call.state, call.args[0]!, "the thread was interrupted") : undefined,
    },
  ],
  effect: (call) => {
    const dispatcher = named(call);
    const { context, entry } = dispatcher;
    const args = call.args.slice(1, 4);
    const stale = isOn(call.state.config, "C1") ? context : undefined;
    const x = stale?.x.slice() ?? freshRegisters(call);
    for (const [i, arg] of args.entries()) x[R0 + i] = arg;
    return enterThread(call, pageNr(call.state.config, call.args[0]!)!, {
      x,
      f: new BigUint64Array(32),
      pc: BigInt(entry),
      fcsr: 0n,
    });
  },
};

/** "full saved context". */
export const resume: CallRow<OsCall> = {
  nr: OS_CALL.RESUME,
  name: "Resume",
  args: ["dispatcher"],
  checks: [
    isDispatcher,
    isOwnerFinal(true),
    {
      guard: "ENTERED",
      wrong: (call) =>
        named(call).entered ? undefined : aboutNamed(call.state, call.args[0]!, "the thread was not interrupted"),
    },
  ],
  effect: (call) => enterThread(call, pageNr(call.state.config, call.args[0]!)!, saved(named(call))),
};

/** C2, L11: a thread that counts as interrupted may have saved nothing; its words are zeros. */
function saved({ context }: Dispatcher): Registers {
  if (context === undefined) return { x: new BigUint64Array(32), f: new BigUint64Array(32), pc: 0n, fcsr: 0n };
  return { ...context, fcsr: context.csrs.fcsr };
}
