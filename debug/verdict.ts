/**
 * What an access would meet, read off the tables and registers without making it: which check refuses it, and why.
 * RISC-V Privileged Architecture 20240411, §10.3.2 (steps of a translation), §3.1.6.3 (SUM, MXR), §3.7 (PMP); Penglai
 * reference §2.2 (Guarded Page Table). Accessed and dirty bits are the walker's own business and refuse nothing.
 */
import { MSTATUS } from "../assembly/csr.gen.ts";
import * as mstatus from "../assembly/mstatus.ts";
import type { Machine } from "../core/machine.ts";
import { M_MODE, type Privilege, S_MODE, U_MODE } from "../core/platform.ts";
import { PTE_R, PTE_U, PTE_W, PTE_X } from "../core/sv39.ts";
import type { Pa } from "../core/units.ts";
import type { DebugHart } from "./debug-hart.ts";
import type { Translation } from "./guest-memory.ts";
import { address } from "./hex.ts";
import type { Entry } from "./page-walk.ts";
import { type Access, describePmp, matchingEntry } from "./pmp-entries.ts";
import { isLockedDown, isPermitted } from "./pmp-permission.ts";

const SUM = BigInt(mstatus.MSTATUS_SUM);
const MXR = BigInt(mstatus.MSTATUS_MXR);

/** @returns why the access is refused, undefined if it succeeds */
export function refusalOf(
  { machine, hart }: { readonly machine: Machine; readonly hart: DebugHart },
  place: Translation,
  privilege: Privilege,
  access: Access,
): string | undefined {
  if (privilege !== M_MODE) {
    const stray = place.entries.find((entry) => !isGuarded(machine, entry));
    if (stray !== undefined)
      return `GPT violation: the table at ${address(stray.at)} lies outside the area of its level`;
    // "implicit accesses to page tables" are those of S-mode
    const table = place.entries.find(({ at }) => pmpRefusal(hart, at, S_MODE, "read") !== undefined);
    if (table !== undefined) return `access fault: PMP refuses the walker the table at ${address(table.at)}`;
    if (!place.ok) return `page fault: ${place.why}`;
    const leaf = place.entries.at(-1);
    const bits = leaf && entryRefusal(leaf.pte, hart.readCsr(MSTATUS), privilege, access);
    if (bits !== undefined) return `page fault: ${bits}`;
  }
  return place.ok ? pmpRefusal(hart, place.pa, privilege, access) : "access fault: nothing is at the address";
}

/** hw/gpt.ts, read off the registers: the sub-areas follow each other, PGD, PMD, PTE. */
function isGuarded({ gpt }: Machine, { level, at }: Entry): boolean {
  if (gpt.mode !== "paper" || gpt.enclaveMode) return true;
  const bounds = [gpt.end, gpt.pteBase, gpt.pmdBase, gpt.hptBase];
  return at >= bounds[level + 1]! && at < bounds[level]!;
}

function entryRefusal(pte: bigint, status: bigint, privilege: Privilege, access: Access): string | undefined {
  const has = (bit: bigint): boolean => (pte & bit) !== 0n;
  if (has(PTE_W) && !has(PTE_R)) return "W without R is reserved";
  if (privilege === U_MODE && !has(PTE_U)) return "the entry is not for U-mode";
  if (privilege === S_MODE && has(PTE_U)) {
    if (access === "execute") return "S-mode never executes pages of U-mode";
    if ((status & SUM) === 0n) return "the page is of U-mode, and mstatus.SUM is clear";
  }
  const mayRead = has(PTE_R) || (has(PTE_X) && (status & MXR) !== 0n);
  const isPermitted = access === "read" ? mayRead : has(access === "write" ? PTE_W : PTE_X);
  return isPermitted ? undefined : `the entry does not permit to ${access}`;
}

function pmpRefusal(hart: DebugHart, target: Pa, privilege: Privilege, access: Access): string | undefined {
  const match = matchingEntry(hart, target);
  if (isPermitted(hart, match, privilege, access)) return undefined;
  if (match === undefined) return "access fault: PMP: no entry matches";
  return `access fault: PMP: ${describePmp(match)}${isLockedDown(hart) ? ", read with mseccfg.MML" : ""}`;
}
