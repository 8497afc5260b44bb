/**
 * Entries of physical memory protection as a monitor plans them. RISC-V Privileged Architecture 20240411, §3.7.1.
 *
 * The lowest-numbered entry that matches decides. Entries are not locked (L = 0): M-mode itself may access everything.
 */
import { PAGE_SIZE, type Pa } from "../../core/units.ts";
import type { Span } from "./span.ts";

/** What S- and U-mode may do; `off`: the entry matches nothing. */
type PmpAccess = "none" | "read" | "all" | "off";

export interface PmpEntry {
  /** 0 to 15. */
  readonly index: number;
  readonly access: PmpAccess;
  /** Naturally aligned power of two; "everything" for the whole address space. With `top`, any range of words. */
  readonly span: Span | "everything";
  /** Top of range: the entry below is off and holds where the range begins. */
  readonly top?: true;
}

const TOR = 0x08;
const NAPOT = 0x18;
const PERMISSIONS: Readonly<Record<Exclude<PmpAccess, "off">, number>> = { none: 0, read: 1, all: 7 };

/** pmpcfg byte: L | 0 | 0 | A A | X | W | R; A = 1 is TOR, 3 is NAPOT. */
export const pmpConfig = ({ access, top }: PmpEntry): number =>
  access === "off" ? 0 : PERMISSIONS[access] | (top ? TOR : NAPOT);

/** The entries that registers have: a range by its top takes two. */
export const pmpRegisters = (entry: PmpEntry): readonly PmpEntry[] => {
  const { index, span, top } = entry;
  if (!top || span === "everything") return [entry];
  return [{ index: index - 1, access: "off", span: { pa: span.pa, byteLen: 0 }, top }, entry];
};

/**
 * pmpaddr of a NAPOT range: base / 4 with as many low ones as the size has powers of two above 8 bytes.
 * Example: 0x8000_0000 + 2 MiB is 0x2000_0000 | 0x3_ffff. Of the top of a range: its end / 4.
 */
export function pmpAddress(entry: PmpEntry): bigint {
  if (entry.span === "everything") return (1n << 54n) - 1n;
  if (entry.top) return BigInt(entry.span.pa + entry.span.byteLen) >> 2n;
  return (BigInt(entry.span.pa) >> 2n) | ((BigInt(entry.span.byteLen) >> 3n) - 1n);
}

/** A range that one NAPOT entry can guard, of at least one page. */
export function isNapot(base: Pa, byteLen: number): boolean {
  return byteLen >= PAGE_SIZE && Number.isInteger(Math.log2(byteLen)) && base % byteLen === 0;
}
