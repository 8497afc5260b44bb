/**
 * Reservations of LR across harts. RISC-V Volume I, 20240411, section 14.2: "The SC must fail if a store to the reservation
 * set from another hart can be observed to occur between the LR and SC", whatever it stores. The reservation set is the
 * aligned doubleword around HART_RESERVATION.
 *
 * The hart whose turn it is cannot lose its own reservation to a store, so only the blocks of the others are looked at.
 * Invariant: a page that another hart has reserved in is not in the write TLB, so every store to it comes by here. It
 * leaves when its holder's turn ends (harts.ts) and stays out as long as the reservation (mem.ts). A store-conditional
 * that fails breaks nothing: whenever one fails, somebody else's store was done, and LR/SC loops go on for any quantum.
 */
import { HART, HART_RESERVATION, HARTS, HARTS_STRIDE, TURN_HART, TURN_HARTS } from "./layout.ts";

/** Physical address that a hart has reserved, by its block. */
function reserved(block: u32): i64 {
  return load<i64>(block, HART_RESERVATION - HART);
}

/** Has a hart that waits for its turn a reservation in the page of `pa`? */
export function isReservedElsewhere(pa: i64): bool {
  const count = load<u32>(TURN_HARTS);
  const current = load<u32>(TURN_HART);
  for (let index: u32 = 0; index < count; index++) {
    if (index != current && reserved(HARTS + index * HARTS_STRIDE) >>> 12 == pa >>> 12) return true;
  }
  return false;
}

/** The hart whose turn it is stores to `size` bytes at `pa`. */
export function breakReservations(pa: i64, size: u32): void {
  const count = load<u32>(TURN_HARTS);
  const current = load<u32>(TURN_HART);
  for (let index: u32 = 0; index < count; index++) {
    const block = HARTS + index * HARTS_STRIDE;
    const set = reserved(block) & ~7;
    if (index != current && pa < set + 8 && set < pa + <i64>size) store<i64>(block, 0, HART_RESERVATION - HART);
  }
}
