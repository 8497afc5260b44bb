/**
 * The M extension's operations that Wasm has no instruction for, or only one that traps. RISC-V Volume I, 20240411,
 * chapter 13; division by zero and overflow as in the table of section 13.2. The interpreter calls these, translated code
 * will too.
 */

/** High 64 bits of the unsigned product, from four products of 32-bit halves. */
export function mulhu(x: i64, y: i64): i64 {
  const xLow = <u64>x & 0xffffffff;
  const xHigh = <u64>x >>> 32;
  const yLow = <u64>y & 0xffffffff;
  const yHigh = <u64>y >>> 32;
  const cross = xHigh * yLow + ((xLow * yLow) >>> 32);
  const middle = xLow * yHigh + (cross & 0xffffffff);
  return <i64>(xHigh * yHigh + (cross >>> 32) + (middle >>> 32));
}

/** A negative x counts 2^64 too much in the unsigned product, which adds y to its high half. */
export function mulhsu(x: i64, y: i64): i64 {
  return mulhu(x, y) - (x < 0 ? y : 0);
}

export function mulh(x: i64, y: i64): i64 {
  return mulhsu(x, y) - (y < 0 ? x : 0);
}

export function divs(x: i64, y: i64): i64 {
  if (y == 0) return -1;
  if (y == -1) return -x;
  return x / y;
}

export function divu(x: i64, y: i64): i64 {
  return y == 0 ? -1 : <i64>(<u64>x / <u64>y);
}

export function rems(x: i64, y: i64): i64 {
  if (y == 0) return x;
  return y == -1 ? 0 : x % y;
}

export function remu(x: i64, y: i64): i64 {
  return y == 0 ? x : <i64>(<u64>x % <u64>y);
}
