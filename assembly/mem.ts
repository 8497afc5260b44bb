/**
 * Loads, stores and atomic accesses that the data TLB does not answer: misses, misaligned accesses, devices, watched
 * pages, pages with decoded instructions. The caller has suspended (record.ts), so counts are exact here.
 */
import { PRIV_M, PRIV_S, PRIV_U, READ, WRITE } from "./access.ts";
import { NO_TRAP, STORE_ACCESS, STORE_MISALIGNED } from "./cause.ts";
import { clearRecords, isDecoded, recordsOf } from "./code.ts";
import { busLoad, busStore, tohostStored } from "./dev/bus.ts";
import { halt, raise } from "./exit.ts";
import { TIMED } from "./flavour.ts";
import { entry, flagPage, isRam, pageOf, readable, writable } from "./frames.ts";
import { touchLine } from "./hw/cache.ts";
import {
  CONTEXT_M,
  CONTEXT_S,
  CONTEXT_U,
  CSR_MSTATUS,
  ENTRY_DEVICE,
  ENTRY_FRAME,
  ENTRY_READ_MAPPED,
  ENTRY_SHARED,
  ENTRY_WATCHED,
  EXIT_OUT,
  HART_BUDGET,
  HART_PRIV,
  SCRATCH,
  WALK_PA,
} from "./layout.ts";
import { isPmpUniform, pmpAllows } from "./pmp.ts";
import { OUT_LEAVE, OUT_NEXT, OUT_TRAP, STOP_NO_FRAME, STOP_WATCH } from "./stop.ts";
import { fill } from "./tlb.ts";
import { accessFault, translate, WALK_STOP } from "./walk.ts";

const MSTATUS_MPRV: i64 = 1 << 17;

/** The privilege that loads and stores act with: `MPRV` lends M-mode that of `MPP`. */
export function dataPrivilege(): u32 {
  const priv = load<u32>(HART_PRIV);
  const mstatus = load<i64>(CSR_MSTATUS);
  return priv == PRIV_M && mstatus & MSTATUS_MPRV ? (<u32>mstatus >>> 11) & 3 : priv;
}

export function contextOf(priv: u32): u32 {
  return priv == PRIV_U ? CONTEXT_U : priv == PRIV_S ? CONTEXT_S : CONTEXT_M;
}

/**
 * Translates and checks an access that stays within a page.
 * Returns true with the physical address in WALK_PA, or false with EXIT_OUT set.
 */
export function permit(va: i64, size: u32, kind: u32, priv: u32): bool {
  const cause = translate(va, kind, priv);
  if (cause == WALK_STOP) {
    // the walk has recorded its stop
    return false;
  }
  if (cause != NO_TRAP) {
    raise(cause, va);
    return false;
  }
  if (pmpAllows(load<i64>(WALK_PA), size, kind, priv)) return true;
  raise(accessFault(kind), va);
  return false;
}

/** Host address of RAM at `pa` for reading; fills the TLB for `context`. 0 if the host must look first. */
function ramToRead(pa: i64, va: i64, context: u32): u32 {
  const page = pageOf(pa);
  const flags = entry(page);
  if (flags & ENTRY_WATCHED) return halt(STOP_WATCH, page);
  const frame = readable(page);
  if (isPmpUniform(pa)) {
    if ((!(flags & ENTRY_FRAME) || flags & ENTRY_SHARED) && !flagPage(page, ENTRY_READ_MAPPED, 0))
      return halt(STOP_NO_FRAME, page);
    fill(context, 0, va, frame, pa);
  }
  chargeLine(pa, false);
  return frame + (<u32>pa & 0xfff);
}

/** Host address of RAM at `pa` for writing; fills the TLB unless stores to the page have to be looked at. */
function ramToWrite(pa: i64, va: i64, context: u32): u32 {
  const page = pageOf(pa);
  if (entry(page) & ENTRY_WATCHED) return halt(STOP_WATCH, page);
  const frame = writable(page);
  if (!frame) return halt(STOP_NO_FRAME, page);
  if (!recordsOf(frame) && !(entry(page) & ENTRY_DEVICE) && isPmpUniform(pa)) fill(context, 1, va, frame, pa);
  return frame + (<u32>pa & 0xfff);
}

function isAcross(va: i64, size: u32): bool {
  return (<u32>va & 0xfff) + size > 0x1000;
}

function chargeLine(pa: i64, isWrite: bool): void {
  if (TIMED) store<i64>(HART_BUDGET, load<i64>(HART_BUDGET) - touchLine(pa, isWrite));
}

/** Host address of `size` bytes that read like those at `va`; 0 for a trap or a stop, see EXIT_OUT. */
export function loadMiss(va: i64, size: u32): u32 {
  return loadAs(va, size, dataPrivilege());
}

function loadAs(va: i64, size: u32, priv: u32): u32 {
  if (isAcross(va, size)) return loadAcross(va, size, priv);
  if (!permit(va, size, READ, priv)) return 0;
  const pa = load<i64>(WALK_PA);
  if (isRam(pa, size)) return ramToRead(pa, va, contextOf(priv));
  if (<u32>va & (size - 1) || !busLoad(pa, size)) return raise(accessFault(READ), va);
  return SCRATCH;
}

/** A load over the end of a page: byte by byte, each checked, into SCRATCH. */
function loadAcross(va: i64, size: u32, priv: u32): u32 {
  for (let index: u32 = 0; index < size; index++) {
    const host = loadAs(va + <i64>index, 1, priv);
    if (!host) return 0;
    store<u8>(SCRATCH + 8 + index, load<u8>(host));
  }
  return SCRATCH + 8;
}

/** Stores the low `size` bytes of `value`. Returns OUT_NEXT, OUT_LEAVE (done, look around), OUT_TRAP or OUT_STOP. */
export function storeMiss(va: i64, size: u32, value: i64): u32 {
  const priv = dataPrivilege();
  if (isAcross(va, size)) return storeAcross(va, size, value, priv);
  if (!permit(va, size, WRITE, priv)) return load<u32>(EXIT_OUT);
  const pa = load<i64>(WALK_PA);
  if (isRam(pa, size)) {
    const host = ramToWrite(pa, va, contextOf(priv));
    if (!host) return load<u32>(EXIT_OUT);
    chargeLine(pa, true);
    return storeRam(host, pa, size, value);
  }
  if (<u32>va & (size - 1)) {
    raise(STORE_ACCESS, va);
    return OUT_TRAP;
  }
  const out = busStore(pa, size, value);
  if (out == OUT_TRAP) raise(STORE_ACCESS, va);
  return out;
}

/** Both pages are checked and made writable before the first byte changes, so that a trap leaves memory as it was. */
function storeAcross(va: i64, size: u32, value: i64, priv: u32): u32 {
  for (let index: u32 = 0; index < size; index++) {
    if (!permit(va + <i64>index, 1, WRITE, priv)) return load<u32>(EXIT_OUT);
    const pa = load<i64>(WALK_PA);
    if (!isRam(pa, 1)) {
      raise(STORE_ACCESS, va + <i64>index);
      return OUT_TRAP;
    }
    if (!ramToWrite(pa, va + <i64>index, contextOf(priv))) return load<u32>(EXIT_OUT);
  }
  let out = OUT_NEXT;
  for (let index: u32 = 0; index < size; index++) {
    if (storeMiss(va + <i64>index, 1, value >>> (8 * index)) == OUT_LEAVE) out = OUT_LEAVE;
  }
  return out;
}

/** Writes into a frame; instructions that were decoded there are forgotten, a store to tohost is announced. */
function storeRam(host: u32, pa: i64, size: u32, value: i64): u32 {
  if (size == 1) store<u8>(host, <u8>value);
  else if (size == 2) store<u16>(host, <u16>value);
  else if (size == 4) store<u32>(host, <u32>value);
  else store<i64>(host, value);
  const frame = host & ENTRY_FRAME;
  if (isDecoded(frame, host & 0xfff, size)) clearRecords(frame);
  return entry(pageOf(pa)) & ENTRY_DEVICE && tohostStored(pa, size) ? OUT_LEAVE : OUT_NEXT;
}

/** Host address for a read-modify-write of `size` bytes; 0 for a trap or a stop. Ends with the TLB filled if it may be. */
export function amoMiss(va: i64, size: u32): u32 {
  if (<u32>va & (size - 1)) return raise(STORE_MISALIGNED, va);
  const priv = dataPrivilege();
  if (!permit(va, size, WRITE, priv)) return 0;
  const pa = load<i64>(WALK_PA);
  if (!isRam(pa, size)) return raise(STORE_ACCESS, va);
  const host = ramToWrite(pa, va, contextOf(priv));
  if (!host) return 0;
  chargeLine(pa, true);
  if (isDecoded(host & ENTRY_FRAME, host & 0xfff, size)) clearRecords(host & ENTRY_FRAME);
  return host;
}
