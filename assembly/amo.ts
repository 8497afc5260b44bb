/**
 * Load-reserved and store-conditional (RISC-V Volume I, 20240411, section 14.2), compare-and-swap (chapter "Zacas") and
 * waiting on a reservation (chapter "Zawrs"). The reservation is the physical address of the location: not the host's,
 * which changes when a shared page is copied between the two. A trap, a store-conditional and a world switch clear it, and
 * what other harts store there (reservation.ts).
 */
import { PRIV_M, READ } from "./access.ts";
import { LOAD_ACCESS, LOAD_MISALIGNED } from "./cause.ts";
import { pending } from "./csr.ts";
import { raise } from "./exit.ts";
import { illegal } from "./fetch.ts";
import { isRam } from "./frames.ts";
import {
  CSR_MIE,
  CSR_MSTATUS,
  EXIT_OUT,
  HART_PRIV,
  HART_RESERVATION,
  HART_X,
  REC_RD,
  REC_RS1,
  REC_RS2,
  WALK_PA,
  X_SINK,
} from "./layout.ts";
import { dataPrivilege, loadMiss, permit, updateMiss } from "./mem.ts";
import { MSTATUS_TW } from "./mstatus.ts";
import { breakReservations } from "./reservation.ts";
import { OUT_NEXT } from "./stop.ts";

/** Host address of the reserved location, or 0 for a trap or a stop. */
export function reserve(va: i64, size: u32): u32 {
  store<i64>(HART_RESERVATION, 0);
  if (<u32>va & (size - 1)) return raise(LOAD_MISALIGNED, va);
  if (!permit(va, size, READ, dataPrivilege())) return 0;
  if (!isRam(load<i64>(WALK_PA), size)) return raise(LOAD_ACCESS, va);
  const host = loadMiss(va, size);
  if (host) store<i64>(HART_RESERVATION, load<i64>(WALK_PA));
  return host;
}

/** Returns 0 if the store was done, 1 if the reservation is gone, OUT_TRAP or OUT_STOP. */
export function storeConditional(va: i64, size: u32, value: i64): u32 {
  const host = updateMiss(va, size);
  if (!host) return load<u32>(EXIT_OUT);
  const holds = load<i64>(HART_RESERVATION) == load<i64>(WALK_PA);
  store<i64>(HART_RESERVATION, 0);
  if (!holds) return 1;
  breakReservations(load<i64>(WALK_PA), size);
  if (size == 4) store<u32>(host, <u32>value);
  else store<i64>(host, value);
  return 0;
}

function register(rec: u32, field: u32): i64 {
  return load<i64>(<usize>load<u16>(rec + field), HART_X);
}

/** The operand in rd; x0 reads as zero, though its results go to the sink. */
function expected(rec: u32): i64 {
  return load<u16>(rec, REC_RD) == <u16>X_SINK ? 0 : register(rec, REC_RD);
}

/** Zacas: rd becomes the word at rs1; if it was what rd held, memory becomes rs2. A failed one asks for a store, too. */
export function amocasW(rec: u32, _length: u32): u32 {
  const host = updateMiss(register(rec, REC_RS1), 4);
  if (!host) return load<u32>(EXIT_OUT);
  const old = load<i32>(host);
  if (old == <i32>expected(rec)) {
    breakReservations(load<i64>(WALK_PA), 4);
    store<i32>(host, <i32>register(rec, REC_RS2));
  }
  store<i64>(<usize>load<u16>(rec, REC_RD), <i64>old, HART_X);
  return OUT_NEXT;
}

export function amocasD(rec: u32, _length: u32): u32 {
  const host = updateMiss(register(rec, REC_RS1), 8);
  if (!host) return load<u32>(EXIT_OUT);
  const old = load<i64>(host);
  if (old == expected(rec)) {
    breakReservations(load<i64>(WALK_PA), 8);
    store<i64>(host, register(rec, REC_RS2));
  }
  store<i64>(<usize>load<u16>(rec, REC_RD), old, HART_X);
  return OUT_NEXT;
}

/**
 * 16 bytes and register pairs, the low half in the even register. "When the first register of a source register
 * pair is x0, then both halves of the pair read as zero"; of a destination pair, "the entire register result is discarded".
 */
export function amocasQ(rec: u32, _length: u32): u32 {
  const host = updateMiss(register(rec, REC_RS1), 16);
  if (!host) return load<u32>(EXIT_OUT);
  const rd = <usize>load<u16>(rec, REC_RD);
  const rs2 = <usize>load<u16>(rec, REC_RS2);
  const isKept = rd != X_SINK;
  const low = load<i64>(host);
  const high = load<i64>(host, 8);
  const isEqual = low == expected(rec) && high == (isKept ? load<i64>(rd + 8, HART_X) : 0);
  if (isEqual) {
    breakReservations(load<i64>(WALK_PA), 16);
    store<i64>(host, load<i64>(rs2, HART_X));
    store<i64>(host, rs2 ? load<i64>(rs2 + 8, HART_X) : 0, 8);
  }
  if (isKept) {
    store<i64>(rd, low, HART_X);
    store<i64>(rd + 8, high, HART_X);
  }
  return OUT_NEXT;
}

/**
 * Zawrs: waits for a store to the reservation set, but may stop waiting for any reason: here at once, as no other hart has
 * its turn before this one's ends. wrs.nto would wait for good, which `mstatus.TW` forbids below M: if "it does not
 * complete within an implementation-specific bounded time limit", here none, it is an illegal instruction.
 */
export function wrsNto(_rec: u32, _length: u32): u32 {
  const mayWait = load<u32>(HART_PRIV) == PRIV_M || !(load<i64>(CSR_MSTATUS) & MSTATUS_TW);
  const isOver = !load<i64>(HART_RESERVATION) || (pending() & load<i64>(CSR_MIE)) != 0;
  return mayWait || isOver ? OUT_NEXT : illegal();
}

/** Waits no longer than a short time, so TW does not concern it. */
export function wrsSto(_rec: u32, _length: u32): u32 {
  return OUT_NEXT;
}
