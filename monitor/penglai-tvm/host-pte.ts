/**
 * What may stand in the host's page tables. Penglai reference §2.1 (invariants) and §2.2 (checks of SET_PTE).
 *
 *     ptArea.pa            pmdBase              pteBase                            end
 *     | PGD sub-area       | PMD sub-area       | PTE sub-area                     |
 *       entries point  ->    entries point  ->    leaves of 4 KiB
 *                            or 2 MiB leaves
 *
 * The place of an entry is its level: a table page is never read at another one.
 * Fixed: the destination lies in pt_area (B1); bit 63 exempts nothing (B3); every page of a 2 MiB leaf is looked at,
 * whatever the flag (B4); bounds are half-open (published: inclusive at the top, one page too far), no exemption for PA 0.
 * The host may map pt_area itself (a kernel reads its tables there): PMP1 keeps it read-only.
 */

import { isLeaf, isValid, pageOf } from "../../core/sv39.ts";
import { type Pa, type PageNo, pa, pageNoOf } from "../../core/units.ts";
import { hex, type Owner, PUBLIC } from "../kernel/page-owner.ts";
import { hasReservedBits, MEGAPAGE_PAGES } from "../kernel/sv39.ts";
import { isOn } from "./defects.ts";
import { type Denial, deny } from "./guards.ts";
import { PT_AREA } from "./owner.ts";
import { type Areas, firstPageNot, type MonitorState, ownerOf } from "./state.ts";

/** The level of the table that an address of pt_area belongs to; undefined before PT_AREA_SEPARATION. */
export function levelAt(areas: Areas, address: Pa): 0 | 1 | 2 | undefined {
  const { separation } = areas;
  if (separation === undefined) return undefined;
  if (address < separation.pmdBase) return 2;
  return address < separation.pteBase ? 1 : 0;
}

/**
 * Whether `entry` may stand at `address`, which lies in pt_area.
 * @param looksAtAll false with defect B4: the first page of a leaf is taken for all of them
 */
export function checkHostEntry(
  state: MonitorState,
  areas: Areas,
  address: Pa,
  entry: bigint,
  looksAtAll = true,
): Denial | undefined {
  if (!isValid(entry)) return undefined;
  const found = `entry ${hex(entry)} at ${hex(address)}`;
  if (isOn(state.config, "B3") && entry >> 63n === 1n) return undefined;
  if (hasReservedBits(entry)) return deny("RESERVED_BITS", found);
  const level = levelAt(areas, address);
  if (!isLeaf(entry)) return checkPointer(state, areas, level, pageOf(entry), found);
  if (level === 2) return isOn(state.config, "T10") ? undefined : deny("ROOT_LEAF", found);
  const pageCount = level === 1 ? MEGAPAGE_PAGES : 1;
  if (pageOf(entry) % pageCount !== 0) return deny("MISALIGNED_LEAF", found);
  return checkTarget(state, pageOf(entry), looksAtAll ? pageCount : 1, found);
}

function checkPointer(
  { config }: MonitorState,
  areas: Areas,
  level: 0 | 1 | 2 | undefined,
  table: PageNo,
  found: string,
): Denial | undefined {
  if (level === 0) return deny("LAST_LEVEL_POINTER", found);
  const { ptArea, separation } = areas;
  const end = pa(ptArea.pa + ptArea.byteLen);
  // Before the separation nobody knows the level of this entry; the audit of PT_AREA_SEPARATION settles it.
  const from = level === undefined ? ptArea.pa : level === 2 ? separation!.pmdBase : separation!.pteBase;
  const to = level === 2 ? separation!.pteBase : end;
  if (table >= pageNoOf(from) && table < pageNoOf(to) + (isOn(config, "T9") ? 1 : 0)) return undefined;
  return deny("WRONG_SUB_AREA", `${found} points outside ${hex(from)} to ${hex(to)}`);
}

/** Pages outside RAM are devices: nobody's, and not protected by ownership. */
function checkTarget(state: MonitorState, first: PageNo, pageCount: number, found: string): Denial | undefined {
  if (!state.config.defences.ownershipCheck) return undefined;
  const { ram } = state.config;
  const from = Math.max(first, ram.from) as PageNo;
  const to = Math.min(first + pageCount, ram.to) as PageNo;
  if (from >= to) return undefined;
  const page = firstPageNot(state, { from, to }, mayHostMap);
  return page && deny("MAPS_PROTECTED", found, { page: { page, owner: ownerOf(state, page) } });
}

/** GPT invariant 3: "no valid host PTE maps a secure page or a metadata page". */
export const mayHostMap = (owner: Owner): boolean => owner === PUBLIC || owner === PT_AREA;
