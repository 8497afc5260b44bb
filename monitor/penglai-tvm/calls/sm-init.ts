/**
 * SM_INIT (100): a0, a1 pt_area; a2, a3 mbitmap; a4 address of an `int` that becomes 1. Penglai reference §2.2.
 *
 * "One-shot. Requires pairwise non-overlap among {SM, pt_area, mbitmap}; both NAPOT-legal." Order as published: the map of
 * owners exists before PMP guards the page-table area, the flag last.
 * Fixed (B7): the three areas are not public afterwards, and the flag's address must be. The map must be large enough
 * for RAM (published: not checked, the monitor writes behind it).
 */

import { isDenial } from "../../kernel/guard.ts";
import { hex } from "../../kernel/page-owner.ts";
import { isNapot } from "../../kernel/pmp.ts";
import { overlaps, pagesOf, type Span } from "../../kernel/span.ts";
import { allegedSpan, hostSpan } from "../alleged.ts";
import { isOn } from "../defects.ts";
import { type Denial, deny } from "../guards.ts";
import { type HostCall, type Outcome, refuseHost, replyToHost } from "../outcome.ts";
import { MBITMAP, PT_AREA } from "../owner.ts";
import { INT_BYTE_LEN } from "../params.ts";
import { pmpPlan } from "../pmp-plan.ts";
import { type Areas, type MonitorState, withOwner } from "../state.ts";

const META_BYTE_LEN = 4;

export function smInit(call: HostCall): Outcome {
  const { state, args } = call;
  if (state.areas !== undefined && !isOn(state.config, "T4"))
    return refuseHost(call, deny("ALREADY_INITIALISED", "SM_INIT was called before"));
  const ptArea = napotSpan(state, "pt_area", args[0]!, args[1]!);
  if (isDenial(ptArea)) return refuseHost(call, ptArea);
  const mbitmap = napotSpan(state, "mbitmap", args[2]!, args[3]!);
  if (isDenial(mbitmap)) return refuseHost(call, mbitmap);
  const denial = checkDisjoint(state, ptArea, mbitmap) ?? checkMapSize(state, mbitmap);
  if (denial) return refuseHost(call, denial);
  const owned = withOwner(withOwner(state, pagesOf(ptArea), PT_AREA), pagesOf(mbitmap), MBITMAP);
  const checkFlag = isOn(state.config, "T6") ? allegedSpan : hostSpan;
  const flag = checkFlag(owned, "the flag", args[4]!, BigInt(INT_BYTE_LEN), INT_BYTE_LEN);
  if (isDenial(flag)) return refuseHost(call, flag);
  const areas: Areas = { ptArea, mbitmap };
  const next: MonitorState = { ...owned, areas };
  return replyToHost(call, 0n, {
    state: next,
    effects: [
      { kind: "setPmp", entries: pmpPlan(next), everyHart: !isOn(state.config, "K5") },
      { kind: "shootDown" },
      { kind: "write32", pa: flag.pa, value: 1 },
    ],
  });
}

function napotSpan(state: MonitorState, what: string, address: bigint, byteLen: bigint): Span | Denial {
  const span = allegedSpan(state, what, address, byteLen, 1);
  if (isDenial(span) || isNapot(span.pa, span.byteLen)) return span;
  return deny("NOT_NAPOT", `${what} is ${hex(address)} + ${hex(byteLen)}`);
}

function checkDisjoint(state: MonitorState, ptArea: Span, mbitmap: Span): Denial | undefined {
  const { monitor } = state.config;
  const mayOverlap = isOn(state.config, "T5");
  if ((mayOverlap || !overlaps(ptArea, mbitmap)) && !overlaps(ptArea, monitor) && !overlaps(mbitmap, monitor))
    return undefined;
  return deny("AREAS_OVERLAP", `pt_area ${hex(ptArea.pa)}, mbitmap ${hex(mbitmap.pa)}, monitor ${hex(monitor.pa)}`);
}

function checkMapSize(state: MonitorState, mbitmap: Span): Denial | undefined {
  const needed = (state.config.ram.to - state.config.ram.from) * META_BYTE_LEN;
  if (mbitmap.byteLen >= needed) return undefined;
  return deny("MBITMAP_TOO_SMALL", `mbitmap has ${hex(mbitmap.byteLen)} bytes, RAM needs ${hex(needed)}`);
}
