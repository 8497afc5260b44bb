/**
 * SET_PTE (101): a0 flag, a1 destination or batch, a2 value, source or count, a3 size. Penglai reference §2.2.
 *
 *     1 ONE         *a1 = a2                          4 BATCH_ZERO  a2 pairs {address, byte size} at a1: cleared
 *     2 MEMSET      a3 bytes at a1 cleared, a2 = 0    5 BATCH_SET   a2 pairs {address, entry} at a1: written
 *     3 MEMCPY      a3 bytes from a2 to a1
 *
 * Every flag becomes a list of stores; all are checked before the first is carried out (fixed: B2), by the rules of
 * host-pte.ts. Sources are read once, and only from memory that the host can read itself (B5). Entries in the monitor's
 * order: a batch with one bad entry changes nothing.
 */

import { PTE_BYTE_LEN } from "../../../core/sv39.ts";
import { PAGE_SIZE, type Pa, pa } from "../../../core/units.ts";
import type { Effect } from "../../kernel/effects.ts";
import { isDenial } from "../../kernel/guard.ts";
import { hex } from "../../kernel/page-owner.ts";
import { pagesOf, type Span } from "../../kernel/span.ts";
import { allegedSpan, checkPages } from "../alleged.ts";
import { isOn } from "../defects.ts";
import { type Denial, deny } from "../guards.ts";
import { checkHostEntry, mayHostMap } from "../host-pte.ts";
import { type HostCall, type Outcome, refuseHost, replyToHost } from "../outcome.ts";
import type { Areas } from "../state.ts";
import { withTablesWritten } from "../table-reach.ts";

/** Bytes that one call copies or one batch has: 512 tables. */
const MAX_SOURCE_BYTE_LEN = 512 * PAGE_SIZE;
const PAIR_BYTE_LEN = 16n;
const ONE = 1n;

export function setPte(call: HostCall): Outcome {
  const { areas } = call.state;
  if (areas === undefined) return refuseHost(call, deny("NOT_INITIALISED", "there is no pt_area yet"));
  const stored = stores(call, areas);
  if (isDenial(stored)) return refuseHost(call, stored);
  const { effects, denial } = stored;
  const state = withTablesWritten(call.state, effects);
  if (denial) return { ...refuseHost(call, denial), state, effects };
  return replyToHost(call, 0n, { state, effects });
}

interface Stores {
  readonly effects: readonly Effect[];
  /** Only with defect B2: what was refused and is written all the same. */
  readonly denial?: Denial | undefined;
}

function stores(call: HostCall, areas: Areas): Stores | Denial {
  const [flag, a1, a2, a3] = call.args as [bigint, bigint, bigint, bigint];
  switch (flag) {
    case ONE:
      return storeAll(call, areas, [[a1, a2]]);
    case 2n:
      return a2 === 0n ? clearAll(call, areas, [[a1, a3]]) : deny("NONZERO_FILL", `the fill value is ${hex(a2)}`);
    case 3n:
      return copy(call, areas, a1, a2, a3);
    case 4n:
      return forPairs(call, a1, a2, (pairs) => clearAll(call, areas, pairs));
    case 5n:
      return forPairs(call, a1, a2, (pairs) => storeAll(call, areas, pairs));
    default:
      return deny("UNKNOWN_FLAG", `SET_PTE with flag ${flag}`);
  }
}

type Pair = readonly [address: bigint, value: bigint];

function storeAll(call: HostCall, areas: Areas, pairs: readonly Pair[]): Stores | Denial {
  const { config } = call.state;
  const looksAtAll = !isOn(config, "B4") || call.args[0] === ONE;
  const effects: Effect[] = [];
  let refused: Denial | undefined;
  for (const [address, entry] of pairs) {
    const span = destination(call, areas, address, BigInt(PTE_BYTE_LEN));
    if (isDenial(span)) return span;
    const denial = checkHostEntry(call.state, areas, span.pa, entry, looksAtAll);
    if (denial && !isOn(config, "B2")) return denial;
    refused ??= denial;
    effects.push({ kind: "write64", pa: span.pa, value: entry });
  }
  return { effects, denial: refused };
}

/** A batch may name the same bytes again, but not more bytes in all than there are. */
function clearAll(call: HostCall, areas: Areas, pairs: readonly Pair[]): Stores | Denial {
  const effects: Effect[] = [];
  const sum = pairs.reduce((bytes, [, byteLen]) => bytes + byteLen, 0n);
  if (sum > areas.ptArea.byteLen)
    return deny("TOO_LARGE", `${hex(sum)} bytes to clear, pt_area has ${hex(areas.ptArea.byteLen)}`);
  for (const [address, byteLen] of pairs) {
    const span = destination(call, areas, address, byteLen);
    if (isDenial(span)) return span;
    effects.push({ kind: "zero", ...span });
  }
  return { effects };
}

function copy(call: HostCall, areas: Areas, to: bigint, from: bigint, byteLen: bigint): Stores | Denial {
  const span = destination(call, areas, to, byteLen);
  if (isDenial(span)) return span;
  const words = readHostWords(call, from, byteLen);
  if (isDenial(words)) return words;
  const pairs = Array.from(words, (entry, i): Pair => [to + BigInt(i * PTE_BYTE_LEN), entry]);
  return storeAll(call, areas, pairs);
}

/** Whole entries inside pt_area. */
function destination(call: HostCall, areas: Areas, address: bigint, byteLen: bigint): Span | Denial {
  const span = allegedSpan(call.state, "the destination", address, byteLen, PTE_BYTE_LEN);
  if (isDenial(span)) return span;
  return isInside(areas.ptArea, span.pa, span.byteLen) || isOn(call.state.config, "B1")
    ? span
    : deny("OUTSIDE_PT_AREA", `the destination is ${hex(address)} + ${hex(byteLen)}`);
}

const isInside = (area: Span, from: Pa, byteLen: number): boolean =>
  from >= area.pa && pa(from + byteLen) <= area.pa + area.byteLen;

function forPairs(
  call: HostCall,
  address: bigint,
  count: bigint,
  then: (pairs: readonly Pair[]) => Stores | Denial,
): Stores | Denial {
  const words = readHostWords(call, address, count * PAIR_BYTE_LEN);
  if (isDenial(words)) return words;
  return then(Array.from({ length: words.length / 2 }, (_, i): Pair => [words[2 * i]!, words[2 * i + 1]!]));
}

function readHostWords(call: HostCall, address: bigint, byteLen: bigint): BigUint64Array | Denial {
  const span = allegedSpan(call.state, "the source", address, byteLen, PTE_BYTE_LEN);
  if (isDenial(span)) return span;
  if (span.byteLen > MAX_SOURCE_BYTE_LEN)
    return deny("TOO_LARGE", `the source has ${hex(byteLen)} bytes, at most ${hex(MAX_SOURCE_BYTE_LEN)} go at once`);
  const mayRead = isOn(call.state.config, "B5") ? () => true : mayHostMap;
  const denial = checkPages(call.state, "the source", pagesOf(span), mayRead);
  return denial ?? new BigUint64Array(call.memory.readBytes(span.pa, span.byteLen).buffer);
}
