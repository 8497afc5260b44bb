/**
 * How a call of the OS is refused: the error, a value of 0, the same state, no effects. Two defects refuse badly: A16 has
 * already counted the page, A17 lets the contents of a page choose the error.
 */
import { paOfPage } from "../../core/units.ts";
import { KOM_ERROR } from "./abi.ts";
import { type CallRow, type KomodoOutcome, type OsCall, replyToOs } from "./call.ts";
import { isOn } from "./defects.ts";
import type { KomodoDenial } from "./guards.ts";
import { type KomodoState, pageNr, physicalOf, withPage } from "./state.ts";

export function refusal(row: CallRow<OsCall>, call: OsCall, denial: KomodoDenial): KomodoOutcome {
  const change = { state: leftBehind(row, call, denial), effects: [] };
  return { ...replyToOs(call, errorOf(row, call, denial), 0n, change), denial };
}

function leftBehind(row: CallRow<OsCall>, { state, args }: OsCall, { guard }: KomodoDenial): KomodoState {
  if (!isOn(state.config, "A16") || row.name !== "AllocSpare" || guard !== "PAGE_FREE") return state;
  const nr = pageNr(state.config, args[1]!)!;
  const space = state.pages.get(nr);
  return space.type === "addrspace" ? withPage(state, nr, { ...space, refcount: space.refcount + 1 }) : state;
}

function errorOf(row: CallRow<OsCall>, { state, args, memory }: OsCall, { guard, value }: KomodoDenial): bigint {
  if (!isOn(state.config, "A17") || row.name !== "Remove" || guard !== "SPARE_OR_STOPPED") return value;
  const page = physicalOf(state.config, pageNr(state.config, args[0]!)!);
  return memory.read64(paOfPage(page)) === 0n ? value : BigInt(KOM_ERROR.PAGEINUSE);
}
