/**
 * Which PMP entry decides about an address. RISC-V Privileged Architecture 20211203, §3.7: "The lowest-numbered PMP entry
 * that matches any byte of an access determines whether that access succeeds or fails."
 */
import { PMPADDR0, PMPCFG0 } from "../../assembly/csr.gen.ts";
import type { Machine } from "../../core/machine.ts";
import type { Pa } from "../../core/units.ts";

const ENTRIES = 16;

export type Access = "read" | "write" | "execute";

export interface PmpMatch {
  readonly index: number;
  /** Bytes [from, to). */
  readonly from: bigint;
  readonly to: bigint;
  readonly permits: readonly Access[];
}

/** @returns the entry that decides, undefined if none matches: S- and U-mode then have no access */
export function matchingEntry(machine: Machine, address: Pa): PmpMatch | undefined {
  let previous = 0n;
  for (let index = 0; index < ENTRIES; index++) {
    // RV64: pmpcfg0 holds the bytes of entries 0 to 7, pmpcfg2 those of 8 to 15
    const config = (machine.readCsr(PMPCFG0 + 2 * Math.floor(index / 8)) >> BigInt(8 * (index % 8))) & 0xffn;
    const value = machine.readCsr(PMPADDR0 + index);
    const range = rangeOf(config, value, previous);
    previous = value;
    if (range !== undefined && BigInt(address) >= range.from && BigInt(address) < range.to)
      return { index, ...range, permits: permitted(config) };
  }
  return undefined;
}

/** pmpcfg: 7 L | 4..3 A | 2 X | 1 W | 0 R; A: 0 OFF, 1 TOR, 2 NA4, 3 NAPOT. Addresses are in units of 4 bytes. */
function rangeOf(config: bigint, value: bigint, previous: bigint): { from: bigint; to: bigint } | undefined {
  switch ((config >> 3n) & 3n) {
    case 1n:
      return { from: previous << 2n, to: value << 2n };
    case 2n:
      return { from: value << 2n, to: (value + 1n) << 2n };
    case 3n: {
      // low ones give the size: …0 is 8 bytes, …01 is 16, …011 is 32
      const ones = value ^ (value + 1n);
      return { from: (value & ~ones) << 2n, to: ((value | ones) + 1n) << 2n };
    }
    default:
      return undefined;
  }
}

function permitted(config: bigint): Access[] {
  const bits: readonly Access[] = ["read", "write", "execute"];
  return bits.filter((_, bit) => ((config >> BigInt(bit)) & 1n) === 1n);
}

export function describePmp(match: PmpMatch | undefined): string {
  if (match === undefined) return "no entry matches: S- and U-mode have no access";
  const { index, from, to, permits } = match;
  return `entry ${index}, 0x${from.toString(16)} to 0x${to.toString(16)}, permits ${permits.join(", ") || "nothing"}`;
}
