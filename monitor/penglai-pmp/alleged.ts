/**
 * A range that a caller passes is an allegation until it is checked: the numbers in its registers become a Span here or a
 * Denial. Fixed (B8): every pointer of the host is checked against RAM and against owners, and only public memory is the
 * host's to pass (published: not in a region and not the monitor's, which a device's address satisfies).
 */
import { PAGE_SIZE, type PageNo, pa } from "../../core/units.ts";
import { isDenial } from "../kernel/guard.ts";
import { hex, PUBLIC } from "../kernel/page-owner.ts";
import { type PageRange, pagesOf, type Span } from "../kernel/span.ts";
import { isOn } from "./defects.ts";
import { type Denial, deny } from "./guards.ts";
import { type MonitorState, ownerOf } from "./state.ts";

/**
 * @param what how the caller knows the range: "the region", "report pointer"
 * @param unit address and length must be multiples of it
 * @returns a non-empty range inside RAM
 */
export function allegedSpan(
  state: MonitorState,
  what: string,
  address: bigint,
  byteLen: bigint,
  unit: number,
): Span | Denial {
  const found = `${what} is ${hex(address)} + ${hex(byteLen)}`;
  if (address % BigInt(unit) !== 0n || byteLen % BigInt(unit) !== 0n)
    return deny("MISALIGNED", `${found}, unit ${unit} bytes`);
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
  if (isDenial(span)) return span;
  const { from, to } = pagesOf(span);
  const checked = isOn(state.config, "P5") ? { from, to: (from + 1) as PageNo } : { from, to };
  return checkPublic(state, what, checked) ?? span;
}

/** @param pages in RAM. @returns the denial for the first page that is not the host's */
export function checkPublic(state: MonitorState, what: string, pages: PageRange): Denial | undefined {
  const base = state.config.ram.from;
  const index = state.owners.find(pages.from - base, pages.to - base, (owner) => owner !== PUBLIC);
  if (index === undefined) return undefined;
  const page = (base + index) as PageNo;
  return deny("NOT_PUBLIC", `${what} names memory that is not the host's`, {
    page: { page, owner: ownerOf(state, page) },
  });
}
