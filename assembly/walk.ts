/**
 * Sv39 address translation. RISC-V Volume II, 20211203, sections 4.3.1, 4.3.2 and 4.4. The accessed and dirty bits are
 * set by the walker. Every access to a table passes PMP as an S-mode access and, in paper mode, the Guarded Page Table.
 *
 *     va   38    30 29    21 20    12 11      0        PTE  53        10 9 8 7 6 5 4 3 2 1 0
 *         | VPN[2] | VPN[1] | VPN[0] | offset |            |    PPN     |RSW|D|A|G|U|X|W|R|V|
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
import { halt } from "./exit.ts";
import { entry, isRam, pageOf, readable, writable } from "./frames.ts";
import { isGuarded } from "./hw/gpt.ts";
import { CSR_MSTATUS, CSR_SATP, ENTRY_WATCHED, WALK_PA } from "./layout.ts";
import { MSTATUS_MXR, MSTATUS_SUM } from "./mstatus.ts";
import { pmpAllows } from "./pmp.ts";
import { PTE_A, PTE_D, PTE_R, PTE_RESERVED, PTE_U, PTE_V, PTE_W, PTE_X } from "./pte.ts";
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
  if (priv == PRIV_M || <u64>satp >>> 60 == 0) {
    store<i64>(WALK_PA, va);
    return NO_TRAP;
  }
  // "must have bits 63-39 all equal to bit 38, or else a page-fault exception will occur"
  if ((va << 25) >> 25 != va) return pageFault(kind);
  let table = (satp & 0xfffffffffff) << 12;
  for (let level: i32 = 2; level >= 0; level--) {
    if (!isGuarded(level, table)) return GPT_VIOLATION;
    const at = table + ((<i64>(<u64>va >>> (12 + 9 * level)) & 0x1ff) << 3);
    if (!isRam(at, 8) || !pmpAllows(at, 8, READ, PRIV_S)) return accessFault(kind);
    if (entry(pageOf(at)) & ENTRY_WATCHED) return stopFor(STOP_WATCH, pageOf(at));
    const pte = load<i64>(readable(pageOf(at)) + (<u32>at & 0xfff));
    if (!(pte & PTE_V) || (pte & (PTE_R | PTE_W)) == PTE_W || pte & PTE_RESERVED) return pageFault(kind);
    const ppn = (<u64>pte >>> 10) & 0xfffffffffff;
    if (pte & (PTE_R | PTE_X)) return leaf(va, kind, priv, level, at, pte, ppn);
    if (pte & (PTE_U | PTE_A | PTE_D)) return pageFault(kind);
    table = ppn << 12;
  }
  return pageFault(kind);
}

/** A leaf was found: permissions, alignment of a superpage, accessed and dirty. */
function leaf(va: i64, kind: u32, priv: u32, level: u32, at: i64, pte: i64, ppn: u64): u32 {
  const mstatus = load<i64>(CSR_MSTATUS);
  if (priv == PRIV_U && !(pte & PTE_U)) return pageFault(kind);
  if (priv == PRIV_S && pte & PTE_U && (kind == EXECUTE || !(mstatus & MSTATUS_SUM))) return pageFault(kind);
  const mayRead = pte & PTE_R || (mstatus & MSTATUS_MXR && pte & PTE_X);
  if (kind == READ && !mayRead) return pageFault(kind);
  if (kind == WRITE && !(pte & PTE_W)) return pageFault(kind);
  if (kind == EXECUTE && !(pte & PTE_X)) return pageFault(kind);
  const span = ((<u64>1) << (12 + 9 * level)) - 1;
  if ((ppn << 12) & span & ~0xfff) return pageFault(kind);

  const wanted = pte | PTE_A | (kind == WRITE ? PTE_D : 0);
  if (wanted != pte) {
    if (!pmpAllows(at, 8, WRITE, PRIV_S)) return accessFault(kind);
    const frame = writable(pageOf(at));
    if (!frame) return stopFor(STOP_NO_FRAME, pageOf(at));
    if (isDecoded(frame, <u32>at & 0xfff, 8)) clearRecords(frame);
    store<i64>(frame + (<u32>at & 0xfff), wanted);
  }
  store<i64>(WALK_PA, <i64>((ppn << 12) | (<u64>va & span)));
  return NO_TRAP;
}

function stopFor(stop: u32, page: u32): u32 {
  halt(stop, page);
  return WALK_STOP;
}
