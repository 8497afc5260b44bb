/**
 * A range that a caller passes is an allegation until it is checked: the numbers in its registers become a Span here or a
 * Denial. Penglai reference §11 names what they are tried with: unaligned, out of DRAM, NULL, a private pointer.
 *
 * Fixed (B5, B7, B8): every pointer of the host is checked, and only public memory is the host's to pass.
 */

import { PAGE_SIZE, type PageNo, pa } from "../../core/units.ts";
import { isDenial } from "../kernel/guard.ts";
import { hex, type Owner, PUBLIC } from "../kernel/page-owner.ts";
import { type PageRange, pagesOf, type Span } from "../kernel/span.ts";
import { isOn } from "./defects.ts";
import { type Denial, deny } from "./guards.ts";
import { METADATA } from "./owner.ts";
import { firstPageNot, type MonitorConfig, type MonitorState, ownerOf } from "./state.ts";

/**
 * @param what how the caller knows the range: "pt_area", "report pointer"
 * @param unit address and length must be multiples of it
 * @returns a non-empty range inside RAM
 */
export function allegedSpan(
  state: MonitorState,
  what: string,
  address: bigint,
  allegedByteLen: bigint,
  unit: number,
): Span | Denial {
  const byteLen = isOn(state.config, "T2") ? BigInt.asUintN(32, allegedByteLen) : allegedByteLen;
  const found = `${what} is ${hex(address)} + ${hex(byteLen)}`;
  const isWhole = byteLen % BigInt(unit) === 0n || isOn(state.config, "T3");
  if (address % BigInt(unit) !== 0n || !isWhole) return deny("MISALIGNED", `${found}, unit ${unit} bytes`);
  const ramFrom = BigInt(state.config.ram.from) * BigInt(PAGE_SIZE);
  const ramTo = BigInt(state.config.ram.to) * BigInt(PAGE_SIZE);
  if (byteLen <= 0n || address < ramFrom || address + byteLen > ramTo)
    return deny("OUTSIDE_RAM", `${found}, RAM is ${hex(ramFrom)} to ${hex(ramTo)}`);
  return { pa: pa(Number(address)), byteLen: Number(byteLen) };
}

/** As `allegedSpan`, and every page of it is public: the host could have accessed it itself. */
export function hostSpan(
  state: MonitorState,
  what: string,
  address: bigint,
  byteLen: bigint,
  unit: number,
): Span | Denial {
  const span = allegedSpan(state, what, address, byteLen, unit);
  return isDenial(span)
    ? span
    : (checkPages(state, what, pagesOf(span), (owner) => isPublic(state.config, owner)) ?? span);
}

/** Whether the host may pass a page of this owner to the monitor. */
export const isPublic = (config: MonitorConfig, owner: Owner): boolean =>
  owner === PUBLIC || (isOn(config, "B7") && owner < METADATA);

/** @returns the denial for the first page that `accepts` does not accept */
export function checkPages(
  state: MonitorState,
  what: string,
  pages: PageRange,
  accepts: (owner: Owner) => boolean,
): Denial | undefined {
  const first = { from: pages.from, to: (pages.from + 1) as PageNo };
  const page = firstPageNot(state, isOn(state.config, "T1") ? first : pages, accepts);
  if (page === undefined) return undefined;
  return deny("NOT_PUBLIC", `${what} names memory that is not the host's`, {
    page: { page, owner: ownerOf(state, page) },
  });
}
