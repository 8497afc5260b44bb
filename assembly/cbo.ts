/**
 * Cache-block operations (Zicbom, Zicboz). RISC-V Volume I, 20240411, chapter "CMO". Blocks are 64 bytes; rs1 may point
 * anywhere into one. Memory is always coherent here, so cleaning, flushing and invalidating a block change no value: what
 * is modelled is who may do it to which addresses. Not modelled: that a block leaves the caches of the timed flavour, and
 * the data that an invalidation without write-back would lose, which the document allows to keep.
 */
import { PRIV_M, PRIV_U, READ } from "./access.ts";
import { LOAD_ACCESS, LOAD_PAGE_FAULT, STORE_ACCESS, STORE_PAGE_FAULT } from "./cause.ts";
import { ENVCFG_CBCFE, ENVCFG_CBIE, ENVCFG_CBZE } from "./envcfg.ts";
import { raise } from "./exit.ts";
import { illegal } from "./fetch.ts";
import { isRam } from "./frames.ts";
import {
  CSR_MENVCFG,
  CSR_SENVCFG,
  EXIT_CAUSE,
  EXIT_OUT,
  EXIT_TVAL,
  HART_PRIV,
  HART_X,
  REC_RS1,
  WALK_PA,
} from "./layout.ts";
import { dataPrivilege, permit, storeZeros } from "./mem.ts";
import { leaveStore } from "./record.ts";
import { OUT_NEXT, OUT_TRAP } from "./stop.ts";

const BLOCK: u32 = 64;

/** Below M the field of menvcfg has to be set, in U-mode that of senvcfg too. */
function isEnabled(field: i64): bool {
  const priv = load<u32>(HART_PRIV);
  if (priv == PRIV_M) return true;
  if (!(load<i64>(CSR_MENVCFG) & field)) return false;
  return priv != PRIV_U || (load<i64>(CSR_SENVCFG) & field) != 0;
}

function addressOf(rec: u32): i64 {
  return load<i64>(<usize>load<u16>(rec, REC_RS1), HART_X);
}

/** `xtval` is "the faulting effective address (i.e. the value of rs1)", and not that of the block. */
function told(va: i64): u32 {
  if (load<u32>(EXIT_OUT) == OUT_TRAP) store<i64>(EXIT_TVAL, va);
  return load<u32>(EXIT_OUT);
}

/**
 * "A cache-block management instruction is permitted to access the specified cache block whenever a load instruction or
 * store instruction is permitted [...]". Whoever may store may load, to PMP as to page tables, so it is tried as a load,
 * which neither needs nor sets D: "does not check the dirty bit and neither raises an exception nor sets the bit". Not
 * permitted, it "raises a store page-fault [...] exception if address translation does not permit any access or raises a
 * store access-fault exception otherwise".
 */
function manage(rec: u32, field: i64): u32 {
  if (!isEnabled(field)) return illegal();
  const va = addressOf(rec);
  const block = va & ~(<i64>(BLOCK - 1));
  if (!permit(block, BLOCK, READ, dataPrivilege())) {
    if (load<u32>(EXIT_OUT) != OUT_TRAP) return load<u32>(EXIT_OUT);
    const cause = <u32>load<u64>(EXIT_CAUSE);
    if (cause == LOAD_PAGE_FAULT) store<u64>(EXIT_CAUSE, STORE_PAGE_FAULT);
    if (cause == LOAD_ACCESS) store<u64>(EXIT_CAUSE, STORE_ACCESS);
    return told(va);
  }
  if (isRam(load<i64>(WALK_PA), BLOCK)) return OUT_NEXT;
  raise(STORE_ACCESS, va);
  return OUT_TRAP;
}

/** With CBIE = 1 this is a flush, with 3 an invalidation, which is the same here. */
export function cboInval(rec: u32, _length: u32): u32 {
  return manage(rec, ENVCFG_CBIE);
}

export function cboClean(rec: u32, _length: u32): u32 {
  return manage(rec, ENVCFG_CBCFE);
}

export function cboFlush(rec: u32, _length: u32): u32 {
  return manage(rec, ENVCFG_CBCFE);
}

/** Writes zeros to the block as one store would, except that `xtval` is rs1. */
export function cboZero(rec: u32, length: u32): u32 {
  if (!isEnabled(ENVCFG_CBZE)) return illegal();
  const va = addressOf(rec);
  const out = storeZeros(va & ~(<i64>(BLOCK - 1)), BLOCK);
  return out == OUT_TRAP ? told(va) : leaveStore(out, length);
}
