/**
 * Loads, stores and atomic accesses that the data TLB does not answer: misses, misaligned accesses, devices, watched
 * pages, pages with decoded instructions. The caller has suspended (record.ts), so counts are exact here.
 */
import { PRIV_M, PRIV_S, PRIV_U, READ, WRITE } from "./access.ts";
import { NO_TRAP, STORE_ACCESS, STORE_MISALIGNED } from "./cause.ts";
import { clearRecords, isDecoded, recordsOf } from "./code.ts";
import { isWatchedPage, meetsWatchpoint } from "./debug.ts";
import { STALE_CODE } from "./defect.ts";
import { isDefective } from "./defective.ts";
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
  WATCH_READ,
  WATCH_WRITE,
} from "./layout.ts";
import { MSTATUS_MPRV } from "./mstatus.ts";
import { isPmpUniform, pmpAllows } from "./pmp.ts";
import { breakReservations, isReservedElsewhere } from "./reservation.ts";
import { OUT_LEAVE, OUT_NEXT, OUT_TRAP, STOP_NO_FRAME, STOP_WATCH, STOP_WATCHPOINT } from "./stop.ts";
import { fill } from "./tlb.ts";
import { accessFault, translate, WALK_STOP } from "./walk.ts";

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
  // without a frame for the flag's node the page is read all the same, and looked at again the next time
  const mayMove = !(flags & ENTRY_FRAME) || (flags & ENTRY_SHARED) != 0;
  if (isPmpUniform(pa) && !isWatchedPage(va) && (!mayMove || flagPage(page, ENTRY_READ_MAPPED, 0)))
    fill(context, 0, va, frame, pa);
  return frame + (<u32>pa & 0xfff);
}

/** Host address of RAM at `pa` for writing; fills the TLB unless stores to the page have to be looked at. */
function ramToWrite(pa: i64, va: i64, context: u32): u32 {
  const page = pageOf(pa);
  if (entry(page) & ENTRY_WATCHED) return halt(STOP_WATCH, page);
  const frame = writable(page);
  if (!frame) return halt(STOP_NO_FRAME, page);
  const isLookedAt = recordsOf(frame) || entry(page) & ENTRY_DEVICE || isReservedElsewhere(pa) || isWatchedPage(va);
  if (!isLookedAt && isPmpUniform(pa)) fill(context, 1, va, frame, pa);
  return frame + (<u32>pa & 0xfff);
}

/**
 * May the access be made, as far as a debugger is concerned? Asked once it is certain that it does not trap; after a halt
 * `run` makes it all the same, with watchpoints switched off.
 */
function watched(va: i64, size: u32, kinds: u32): bool {
  if (!meetsWatchpoint(va, size, kinds)) return false;
  halt(STOP_WATCHPOINT, 0);
  return true;
}

function isAcross(va: i64, size: u32): bool {
  return (<u32>va & 0xfff) + size > 0x1000;
}

function chargeLine(pa: i64, isWrite: bool): void {
  if (TIMED) store<i64>(HART_BUDGET, load<i64>(HART_BUDGET) - touchLine(pa, isWrite));
}

/** Host address of `size` bytes that read like those at `va`; 0 for a trap or a stop, see EXIT_OUT. */
export function loadMiss(va: i64, size: u32): u32 {
  const priv = dataPrivilege();
  if (isAcross(va, size)) return loadAcross(va, size, priv);
  if (!permit(va, size, READ, priv) || watched(va, size, WATCH_READ)) return 0;
  const pa = load<i64>(WALK_PA);
  if (isRam(pa, size)) {
    const host = ramToRead(pa, va, contextOf(priv));
    if (host) chargeLine(pa, false);
    return host;
  }
  if (<u32>va & (size - 1) || !busLoad(pa, size)) return raise(accessFault(READ), va);
  return SCRATCH;
}

/** How many bytes of an access over the end of a page lie before it. */
function bytesBefore(va: i64): u32 {
  return 0x1000 - (<u32>va & 0xfff);
}

/** A load over the end of a page: two accesses to RAM, each checked, whose bytes meet in SCRATCH. */
function loadAcross(va: i64, size: u32, priv: u32): u32 {
  const before = bytesBefore(va);
  const low = loadPart(va, before, priv);
  if (!low) return 0;
  const lowPa = load<i64>(WALK_PA);
  const high = loadPart(va + before, size - before, priv);
  if (!high) return 0;
  chargeLine(lowPa, false);
  chargeLine(load<i64>(WALK_PA), false);
  memory.copy(SCRATCH, low, before);
  memory.copy(SCRATCH + before, high, size - before);
  return SCRATCH;
}

/** Host address of the part in one page. A device does not answer: it would have to be asked byte by byte. */
function loadPart(va: i64, size: u32, priv: u32): u32 {
  if (!permit(va, size, READ, priv) || watched(va, size, WATCH_READ)) return 0;
  const pa = load<i64>(WALK_PA);
  return isRam(pa, size) ? ramToRead(pa, va, contextOf(priv)) : raise(accessFault(READ), va);
}

/** Stores the low `size` bytes of `value`. Returns OUT_NEXT, OUT_LEAVE (done, look around), OUT_TRAP or OUT_STOP. */
export function storeMiss(va: i64, size: u32, value: i64): u32 {
  const priv = dataPrivilege();
  if (isAcross(va, size)) return storeAcross(va, size, value, priv);
  if (!permit(va, size, WRITE, priv) || watched(va, size, WATCH_WRITE)) return load<u32>(EXIT_OUT);
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

/**
 * A store over the end of a page. Both parts are translated and made writable before the first byte changes, so that a
 * trap leaves memory as it was; and translated once, as the first part may be the page-table entry of the second.
 */
function storeAcross(va: i64, size: u32, value: i64, priv: u32): u32 {
  const before = bytesBefore(va);
  const low = storePart(va, before, priv);
  if (!low) return load<u32>(EXIT_OUT);
  const lowPa = load<i64>(WALK_PA);
  const high = storePart(va + before, size - before, priv);
  if (!high) return load<u32>(EXIT_OUT);
  const highPa = load<i64>(WALK_PA);
  chargeLine(lowPa, true);
  chargeLine(highPa, true);
  const lowOut = storeBytes(low, lowPa, before, value);
  const highOut = storeBytes(high, highPa, size - before, value >>> (8 * before));
  return max(lowOut, highOut);
}

/** Host address of the part in one page, made writable; WALK_PA says where it lies. */
function storePart(va: i64, size: u32, priv: u32): u32 {
  if (!permit(va, size, WRITE, priv) || watched(va, size, WATCH_WRITE)) return 0;
  const pa = load<i64>(WALK_PA);
  return isRam(pa, size) ? ramToWrite(pa, va, contextOf(priv)) : raise(STORE_ACCESS, va);
}

function storeBytes(host: u32, pa: i64, size: u32, value: i64): u32 {
  for (let index: u32 = 0; index < size; index++) store<u8>(host + index, <u8>(value >>> (8 * index)));
  return stored(host, pa, size);
}

function storeRam(host: u32, pa: i64, size: u32, value: i64): u32 {
  if (size == 1) store<u8>(host, <u8>value);
  else if (size == 2) store<u16>(host, <u16>value);
  else if (size == 4) store<u32>(host, <u32>value);
  else store<i64>(host, value);
  return stored(host, pa, size);
}

/** Zeros `size` bytes that lie in one page, translated once: they may hold the page-table entry that leads there. */
export function storeZeros(va: i64, size: u32): u32 {
  const priv = dataPrivilege();
  if (!permit(va, size, WRITE, priv) || watched(va, size, WATCH_WRITE)) return load<u32>(EXIT_OUT);
  const pa = load<i64>(WALK_PA);
  if (!isRam(pa, size)) {
    raise(STORE_ACCESS, va);
    return OUT_TRAP;
  }
  const host = ramToWrite(pa, va, contextOf(priv));
  if (!host) return load<u32>(EXIT_OUT);
  chargeLine(pa, true);
  memory.fill(host, 0, size);
  return stored(host, pa, size);
}

/** Bytes of a frame have changed: what was decoded or reserved there is forgotten, a store to tohost is announced. */
function stored(host: u32, pa: i64, size: u32): u32 {
  breakReservations(pa, size);
  const frame = host & ENTRY_FRAME;
  if (isDecoded(frame, host & 0xfff, size) && !isDefective(STALE_CODE)) clearRecords(frame);
  return entry(pageOf(pa)) & ENTRY_DEVICE && tohostStored(pa, size) ? OUT_LEAVE : OUT_NEXT;
}

/** Host address for an AMO of `size` bytes, which stores there; 0 for a trap or a stop. */
export function amoMiss(va: i64, size: u32): u32 {
  const host = updateMiss(va, size);
  if (host) breakReservations(load<i64>(WALK_PA), size);
  return host;
}

/** Host address for a read-modify-write that may not come to its store, with the physical one in WALK_PA; 0 as `amoMiss`. */
export function updateMiss(va: i64, size: u32): u32 {
  if (<u32>va & (size - 1)) return raise(STORE_MISALIGNED, va);
  const priv = dataPrivilege();
  if (!permit(va, size, WRITE, priv) || watched(va, size, WATCH_READ | WATCH_WRITE)) return 0;
  const pa = load<i64>(WALK_PA);
  if (!isRam(pa, size)) return raise(STORE_ACCESS, va);
  const host = ramToWrite(pa, va, contextOf(priv));
  if (!host) return 0;
  chargeLine(pa, true);
  if (isDecoded(host & ENTRY_FRAME, host & 0xfff, size) && !isDefective(STALE_CODE)) clearRecords(host & ENTRY_FRAME);
  return host;
}
