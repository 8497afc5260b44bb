/**
 * The PMP plan of Penglai-TVM. Reference §2.2:
 *
 *     PMP0  monitor            no access          PMP2  mbitmap         no access
 *     PMP1  pt_area            read only          PMP7  all addresses   RWX
 *
 * The lowest matching entry decides, so PMP7 is what remains. Entries are not locked (L = 0): M-mode itself may write
 * everywhere, as in the published monitor. Off in `pmpOnPageTableArea`: PMP1 stays empty and PMP7 opens pt_area.
 */
import { PAGE_SIZE, type Pa } from "../../core/units.ts";
import type { MonitorState, Span } from "./state.ts";

type PmpAccess = "none" | "read" | "all" | "off";

export interface PmpEntry {
  readonly index: number;
  readonly access: PmpAccess;
  /** Naturally aligned power of two; "everything" for the whole address space. */
  readonly span: Span | "everything";
}

const MONITOR_ENTRY = 0;
const PT_AREA_ENTRY = 1;
const MBITMAP_ENTRY = 2;
const REST_ENTRY = 7;

/** All entries that the monitor uses, as the state demands them. */
export function pmpPlan(state: MonitorState): readonly PmpEntry[] {
  const { areas, config } = state;
  const plan: PmpEntry[] = [
    { index: MONITOR_ENTRY, access: "none", span: config.monitor },
    { index: REST_ENTRY, access: "all", span: "everything" },
  ];
  if (areas === undefined) return plan;
  const guarded = config.defences.pmpOnPageTableArea;
  return [
    ...plan,
    { index: PT_AREA_ENTRY, access: guarded ? "read" : "off", span: areas.ptArea },
    { index: MBITMAP_ENTRY, access: "none", span: areas.mbitmap },
  ];
}

const NAPOT = 0x18;
const PERMISSIONS: Readonly<Record<PmpAccess, number>> = { off: 0, none: NAPOT, read: NAPOT | 1, all: NAPOT | 7 };

/** pmpcfg byte: L | 0 | 0 | A A | X | W | R; A = 3 is NAPOT. */
export const pmpConfig = (entry: PmpEntry): number => PERMISSIONS[entry.access];

/**
 * pmpaddr of a NAPOT range: base / 4 with as many low ones as the size has powers of two above 8 bytes.
 * Example: 0x8000_0000 + 2 MiB is 0x2000_0000 | 0x3_ffff.
 */
export function pmpAddress(entry: PmpEntry): bigint {
  if (entry.span === "everything") return (1n << 54n) - 1n;
  return (BigInt(entry.span.pa) >> 2n) | ((BigInt(entry.span.byteLen) >> 3n) - 1n);
}

/** A range that one NAPOT entry can guard, of at least one page. */
export function isNapot(base: Pa, byteLen: number): boolean {
  return byteLen >= PAGE_SIZE && Number.isInteger(Math.log2(byteLen)) && base % byteLen === 0;
}
