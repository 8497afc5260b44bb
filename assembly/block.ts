/**
 * Where the state of a hart lies: that of the one whose turn it is in HART, that of each other one at its place in HARTS.
 * A field is found at the offset that it has from HART.
 */
import { HART, HARTS, HARTS_STRIDE, TURN_HART } from "./layout.ts";

/** @param index a hart that there is */
export function blockOf(index: u32): u32 {
  return index == load<u32>(TURN_HART) ? HART : HARTS + index * HARTS_STRIDE;
}
