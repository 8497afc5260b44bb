/**
 * What the PMP says to an access, with the entry that decides already found. RISC-V Privileged Architecture 20240411, §3.7
 * and chapter "Smepmp": with mseccfg.MML entries without L are those of S- and U-mode, with L M-mode's; encodings that were
 * reserved are regions that both share. A second reading of assembly/pmp.ts, held to it by test/debug/verdict.test.ts.
 */
import { MSECCFG } from "../assembly/csr.gen.ts";
import { M_MODE, type Privilege } from "../core/platform.ts";
import { type DebugHart, FIRST_CSR, readRegister } from "./debug-hart.ts";
import type { Access, PmpEntry } from "./pmp-entries.ts";

const MML = 1n;
const MMWP = 2n;

/** mseccfg, zero on a machine without Smepmp. */
const securityOf = (hart: DebugHart): bigint => readRegister(hart, FIRST_CSR + MSECCFG) ?? 0n;

/** Does mseccfg.MML give entries their other meaning? */
export const isLockedDown = (hart: DebugHart): boolean => (securityOf(hart) & MML) !== 0n;

/** @param entry the one that matches, undefined if none does */
export function isPermitted(
  hart: DebugHart,
  entry: PmpEntry | undefined,
  privilege: Privilege,
  access: Access,
): boolean {
  const isM = privilege === M_MODE;
  if (entry === undefined) {
    if (!isM || (securityOf(hart) & MMWP) !== 0n) return false;
    return access !== "execute" || !isLockedDown(hart);
  }
  if (isLockedDown(hart)) return sharedOrOwn(entry, isM).includes(access);
  return (isM && !entry.isLocked) || entry.permits.includes(access);
}

function sharedOrOwn({ permits, isLocked }: PmpEntry, isM: boolean): readonly Access[] {
  const letters = permits.map(([letter]) => letter).join("");
  const both = `${isLocked ? "L" : ""}${letters}`;
  switch (both) {
    case "w":
      return isM ? ["read", "write"] : ["read"];
    case "we":
      return ["read", "write"];
    case "Lw":
      return ["execute"];
    case "Lwe":
      return isM ? ["read", "execute"] : ["execute"];
    case "Lrwe":
      return ["read"];
    default:
      return isM === isLocked ? permits : [];
  }
}
