/**
 * Right shifts that remember whether they lost anything: a one among the bits shifted out sets bit 0 of the result (the
 * sticky bit). A sum, a difference and a rounding of such a number come out as those of the exact one as long as at
 * least two bits more than the result needs stand above bit 0, and the other operand is even: then the exact value lies
 * strictly between the two even neighbours of the odd one that stands for it.
 *
 * Example: 0b10100 shifted by 3 is 0b10 and a half lost, so 0b11.
 */

/** @param by 0 on, may exceed the width */
export function shiftRightSticky(x: u64, by: i32): u64 {
  if (by == 0) return x;
  if (by > 63) return x != 0 ? 1 : 0;
  return (x >> by) | (x << (64 - by) != 0 ? 1 : 0);
}

/** High half of 128 bits, shifted. */
export function shiftedHigh(high: u64, by: i32): u64 {
  return by > 63 ? 0 : high >> by;
}

/** Low half of 128 bits, shifted, with the sticky bit. */
export function shiftedLowSticky(high: u64, low: u64, by: i32): u64 {
  if (by == 0) return low;
  if (by > 63) return shiftRightSticky(high, by - 64) | (low != 0 ? 1 : 0);
  return (high << (64 - by)) | shiftRightSticky(low, by);
}
