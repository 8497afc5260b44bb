/**
 * Entries of the Physical Memory Protection as a reader sees them. RISC-V Privileged Architecture 20240411, §3.7: "The
 * lowest-numbered PMP entry that matches any byte of an access determines whether that access succeeds or fails."
 */
import { PMPADDR0, PMPCFG0 } from "../assembly/csr.gen.ts";
import type { Platform } from "../core/platform.ts";
import type { Pa } from "../core/units.ts";

const ENTRIES = 16;

export type Access = "read" | "write" | "execute";

export interface PmpEntry {
  readonly index: number;
  readonly mode: "off" | "TOR" | "NA4" | "NAPOT";
  /** Bytes [from, to); none for an entry that is off. */
  readonly from: bigint;
  readonly to: bigint;
  readonly permits: readonly Access[];
  /** It holds for M-mode, too, and does not change before a reset. */
  readonly isLocked: boolean;
}

type Csrs = Pick<Platform, "readCsr">;

const MODES = ["off", "TOR", "NA4", "NAPOT"] as const;

/** All of them, those that are off included. */
export function pmpEntries(hart: Csrs): PmpEntry[] {
  let previous = 0n;
  return Array.from({ length: ENTRIES }, (_, index) => {
    // RV64: pmpcfg0 holds the bytes of entries 0 to 7, pmpcfg2 those of 8 to 15
    const config = (hart.readCsr(PMPCFG0 + 2 * Math.floor(index / 8)) >> BigInt(8 * (index % 8))) & 0xffn;
    const value = hart.readCsr(PMPADDR0 + index);
    const mode = MODES[Number((config >> 3n) & 3n)]!;
    const entry = {
      index,
      mode,
      ...rangeOf(mode, value, previous),
      permits: permitted(config),
      isLocked: config >= 0x80n,
    };
    previous = value;
    return entry;
  });
}

/** @returns the entry that decides, undefined if none matches: S- and U-mode then have no access */
export const matchingEntry = (hart: Csrs, address: Pa): PmpEntry | undefined =>
  pmpEntries(hart).find(({ from, to }) => BigInt(address) >= from && BigInt(address) < to);

/** pmpcfg: 7 L | 4..3 A | 2 X | 1 W | 0 R; A: 0 OFF, 1 TOR, 2 NA4, 3 NAPOT. Addresses are in units of 4 bytes. */
function rangeOf(mode: PmpEntry["mode"], value: bigint, previous: bigint): { from: bigint; to: bigint } {
  switch (mode) {
    case "off":
      return { from: 0n, to: 0n };
    case "TOR":
      return { from: previous << 2n, to: value << 2n };
    case "NA4":
      return { from: value << 2n, to: (value + 1n) << 2n };
    case "NAPOT": {
      // low ones give the size: …0 is 8 bytes, …01 is 16, …011 is 32
      const ones = value ^ (value + 1n);
      return { from: (value & ~ones) << 2n, to: ((value | ones) + 1n) << 2n };
    }
  }
}

function permitted(config: bigint): Access[] {
  const bits: readonly Access[] = ["read", "write", "execute"];
  return bits.filter((_, bit) => ((config >> BigInt(bit)) & 1n) === 1n);
}

export function describePmp(match: PmpEntry | undefined): string {
  if (match === undefined) return "no entry matches: S- and U-mode have no access";
  const { index, from, to, permits } = match;
  return `entry ${index}, 0x${from.toString(16)} to 0x${to.toString(16)}, permits ${permits.join(", ") || "nothing"}`;
}
