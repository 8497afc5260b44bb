/**
 * MAP_PTE (81): a0 address of a PMD entry that is a 2 MiB leaf, a1 a table page: the leaf becomes 512 leaves of 4 KiB.
 * Penglai reference §2.2.
 *
 * Fixed (published: no checks): the entry is a valid leaf of the PMD sub-area, the table lies in the PTE sub-area. What the
 * leaf mapped was the host's to map, hence so are its parts.
 */

import { ENTRIES, isLeaf, isValid, PTE_BYTE_LEN, pageOf } from "../../../core/sv39.ts";
import { PAGE_SIZE, type PageNo, pageNoOf } from "../../../core/units.ts";
import { Draft } from "../../kernel/draft.ts";
import { isDenial } from "../../kernel/guard.ts";
import { hex } from "../../kernel/page-owner.ts";
import type { Span } from "../../kernel/span.ts";
import { entryAddress, pointer, withPage } from "../../kernel/sv39.ts";
import { allegedSpan } from "../alleged.ts";
import { isOn } from "../defects.ts";
import { deny } from "../guards.ts";
import { levelAt } from "../host-pte.ts";
import { changed, type HostCall, type Outcome, refuseHost, replyToHost } from "../outcome.ts";
import type { Areas } from "../state.ts";
import { withTablesWritten } from "../table-reach.ts";

export function mapPte(call: HostCall): Outcome {
  const { state, memory, args } = call;
  const { areas } = state;
  if (areas?.separation === undefined) return refuseHost(call, deny("NOT_SEPARATED", "no sub-areas yet"));
  const at = allegedSpan(state, "the PMD entry", args[0]!, BigInt(PTE_BYTE_LEN), PTE_BYTE_LEN);
  if (isDenial(at)) return refuseHost(call, at);
  const table = allegedSpan(state, "the table page", args[1]!, BigInt(PAGE_SIZE), PAGE_SIZE);
  if (isDenial(table)) return refuseHost(call, table);
  const isInPlace = isAtLevel(areas, at, 1) && isAtLevel(areas, table, 0);
  if (!isInPlace && !isOn(state.config, "T11"))
    return refuseHost(call, deny("OUTSIDE_PT_AREA", `entry at ${hex(at.pa)}, table at ${hex(table.pa)}`));
  const huge = memory.read64(at.pa);
  if (!isValid(huge) || !isLeaf(huge)) return refuseHost(call, deny("NOT_A_HUGE_LEAF", `it is ${hex(huge)}`));
  const draft = new Draft(memory);
  for (let index = 0; index < ENTRIES; index++) {
    const page = (pageOf(huge) + index) as PageNo;
    draft.write64(entryAddress(pageNoOf(table.pa), index), withPage(huge, page));
  }
  // The pointer last: the table is whole before a walker can reach it.
  draft.write64(at.pa, pointer(pageNoOf(table.pa)));
  draft.add({ kind: "shootDown" });
  return replyToHost(call, 0n, changed(withTablesWritten(state, draft.effects), draft));
}

const isAtLevel = (areas: Areas, span: Span, level: 0 | 1): boolean =>
  span.pa >= areas.ptArea.pa && span.pa < areas.ptArea.pa + areas.ptArea.byteLen && levelAt(areas, span.pa) === level;
