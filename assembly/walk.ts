/**
 * Sv39 and Sv48 address translation with Svnapot, Svpbmt, Svade and Svadu. RISC-V Privileged Architecture 20240411,
 * §10.3.1, §10.3.2, §10.4 to §10.5, chapters 11, 12 and 14. Every access to a table passes PMP as an S-mode access and,
 * in paper mode, the Guarded Page Table. Memory types of Svpbmt are checked and change nothing: all accesses are in order.
 *
 *     va   47    39 38    30 29    21 20    12 11      0        PTE  63 62 61 60 54 53     10 9 8 7 6 5 4 3 2 1 0
 *         | VPN[3] | VPN[2] | VPN[1] | VPN[0] | offset |            |N |PBMT| zero |  PPN   |RSW|D|A|G|U|X|W|R|V|
 */
import { EXECUTE, PRIV_M, PRIV_S, PRIV_U, READ, WRITE } from "./access.ts";
import {
  FETCH_ACCESS,
  FETCH_PAGE_FAULT,
  GPT_VIOLATION,
  LOAD_ACCESS,
  LOAD_PAGE_FAULT,
  NO_TRAP,
  STORE_ACCESS,
  STORE_PAGE_FAULT,
} from "./cause.ts";
import { clearRecords, isDecoded } from "./code.ts";
import { SUM_IGNORED, U_IGNORED, WALK_WITHOUT_PMP, WRITE_BY_R } from "./defect.ts";
import { isDefective } from "./defective.ts";
import { ENVCFG_ADUE, ENVCFG_PBMTE } from "./envcfg.ts";
import { halt } from "./exit.ts";
import { SVNAPOT } from "./extension.gen.ts";
import { hasExtension } from "./extension.ts";
import { entry, isRam, pageOf, readable, writable } from "./frames.ts";
import { isGuarded } from "./hw/gpt.ts";
import { CSR_MENVCFG, CSR_MSTATUS, CSR_SATP, ENTRY_WATCHED, WALK_PA } from "./layout.ts";
import { MSTATUS_MXR, MSTATUS_SUM } from "./mstatus.ts";
import { pmpAllows } from "./pmp.ts";
import { PTE_A, PTE_D, PTE_N, PTE_PBMT, PTE_R, PTE_RESERVED, PTE_U, PTE_V, PTE_W, PTE_X } from "./pte.ts";
import { breakReservations } from "./reservation.ts";
import { SATP_BARE, SATP_SV48 } from "./satp.ts";
import { STOP_NO_FRAME, STOP_WATCH } from "./stop.ts";

/** The walk cannot go on before the host has done something: EXIT_STOP says what. */
export const WALK_STOP: u32 = 0xfffffffe;

export function accessFault(kind: u32): u32 {
  return kind == READ ? LOAD_ACCESS : kind == WRITE ? STORE_ACCESS : FETCH_ACCESS;
}

function pageFault(kind: u32): u32 {
  return kind == READ ? LOAD_PAGE_FAULT : kind == WRITE ? STORE_PAGE_FAULT : FETCH_PAGE_FAULT;
}

/**
 * Translates `va` for an access of `kind` by `priv`.
 * Returns NO_TRAP with the physical address in WALK_PA, a cause, or WALK_STOP.
 */
export function translate(va: i64, kind: u32, priv: u32): u32 {
  const satp = load<i64>(CSR_SATP);
  const mode = <u32>(<u64>satp >>> 60);
  if (priv == PRIV_M || mode == SATP_BARE) {
    store<i64>(WALK_PA, va);
    return NO_TRAP;
  }
  const root: i32 = mode == SATP_SV48 ? 3 : 2;
  // "must have bits 63-39 [Sv48: 63-48] all equal to bit 38 [47], or else a page-fault exception will occur"
  const unused: i64 = 64 - (12 + 9 * (root + 1));
  if ((va << unused) >> unused != va) return pageFault(kind);
  const reserved = reservedBits();
  let table = (satp & 0xfffffffffff) << 12;
  for (let level = root; level >= 0; level--) {
    if (!isGuarded(level, table)) return GPT_VIOLATION;
    const at = table + ((<i64>(<u64>va >>> (12 + 9 * level)) & 0x1ff) << 3);
    if (!isRam(at, 8) || !mayWalk(at)) return accessFault(kind);
    if (entry(pageOf(at)) & ENTRY_WATCHED) return stopFor(STOP_WATCH, pageOf(at));
    const pte = load<i64>(readable(pageOf(at)) + (<u32>at & 0xfff));
    if (!(pte & PTE_V) || (pte & (PTE_R | PTE_W)) == PTE_W || pte & reserved) return pageFault(kind);
    if (pte & (PTE_R | PTE_X)) return leaf(va, kind, priv, level, at, pte);
    // "for non-leaf PTEs, the D, A, and U bits are reserved", and so are N and PBMT
    if (pte & (PTE_U | PTE_A | PTE_D | PTE_N | PTE_PBMT)) return pageFault(kind);
    table = ppnOf(pte) << 12;
  }
  return pageFault(kind);
}

function mayWalk(at: i64): bool {
  return pmpAllows(at, 8, READ, PRIV_S) || isDefective(WALK_WITHOUT_PMP);
}

/** Bits that no valid entry may have: "When PBMTE=0, the implementation behaves as though Svpbmt were not implemented". */
function reservedBits(): i64 {
  const type = load<i64>(CSR_MENVCFG) & ENVCFG_PBMTE ? 0 : PTE_PBMT;
  return PTE_RESERVED | type | (hasExtension(SVNAPOT) ? 0 : PTE_N);
}

function ppnOf(pte: i64): i64 {
  return (pte >>> 10) & 0xfffffffffff;
}

/** A leaf was found: permissions, its form, accessed and dirty. */
function leaf(va: i64, kind: u32, priv: u32, level: i32, at: i64, pte: i64): u32 {
  if (!isPermitted(kind, priv, pte)) return pageFault(kind);
  if ((pte & PTE_PBMT) == PTE_PBMT) return pageFault(kind);
  // the page of va within the span of the leaf, which takes the place of the low bits of the PPN
  let pages: i64 = (1 << (9 * level)) - 1;
  let ppn = ppnOf(pte);
  if (pte & PTE_N) {
    // ppn[0] = x xxxx 1000 at level 0, "64 KiB contiguous region", is the only encoding that is not reserved
    if (level != 0 || (ppn & 0xf) != 8) return pageFault(kind);
    pages = 0xf;
    ppn &= ~pages;
  }
  // "If i>0 and pte.ppn[i-1:0] ≠ 0, this is a misaligned superpage"
  if (ppn & pages) return pageFault(kind);

  const wanted = pte | PTE_A | (kind == WRITE ? PTE_D : 0);
  if (wanted != pte) {
    // Svade: "a page-fault exception is raised" where A or D would have to be set
    if (!(load<i64>(CSR_MENVCFG) & ENVCFG_ADUE)) return pageFault(kind);
    if (!pmpAllows(at, 8, WRITE, PRIV_S)) return accessFault(kind);
    const frame = writable(pageOf(at));
    if (!frame) return stopFor(STOP_NO_FRAME, pageOf(at));
    if (isDecoded(frame, <u32>at & 0xfff, 8)) clearRecords(frame);
    breakReservations(at, 8);
    store<i64>(frame + (<u32>at & 0xfff), wanted);
  }
  store<i64>(WALK_PA, ((ppn | ((va >>> 12) & pages)) << 12) | (va & 0xfff));
  return NO_TRAP;
}

function mayUseUserPages(mstatus: i64): bool {
  return (mstatus & MSTATUS_SUM) != 0 || isDefective(SUM_IGNORED);
}

/** U, SUM, MXR, R, W and X. */
function isPermitted(kind: u32, priv: u32, pte: i64): bool {
  const mstatus = load<i64>(CSR_MSTATUS);
  if (priv == PRIV_U && !(pte & PTE_U) && !isDefective(U_IGNORED)) return false;
  if (priv == PRIV_S && pte & PTE_U && (kind == EXECUTE || !mayUseUserPages(mstatus))) return false;
  if (kind == WRITE) return (pte & (isDefective(WRITE_BY_R) ? PTE_R : PTE_W)) != 0;
  if (kind == EXECUTE) return (pte & PTE_X) != 0;
  return (pte & PTE_R) != 0 || ((mstatus & MSTATUS_MXR) != 0 && (pte & PTE_X) != 0);
}

function stopFor(stop: u32, page: u32): u32 {
  halt(stop, page);
  return WALK_STOP;
}
