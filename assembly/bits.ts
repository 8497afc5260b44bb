/**
 * Bit manipulation that Wasm has no instruction for. RISC-V Volume I, 20240411, chapters "B" (Zbb, Zbc) and "Cryptography
 * Extensions: Scalar" (Zbkb, Zbkx). The interpreter calls these, translated code will too. Their slow twins, with
 * unbounded integers, are in isa/evaluate.ts.
 */

export function rev8(x: i64): i64 {
  return bswap<i64>(x);
}

/** Swaps neighbouring bits, pairs and nibbles: 0b1101_0000 becomes 1110_0000, 1011_0000, 0000_1011. */
export function brev8(x: i64): i64 {
  let bits = <u64>x;
  bits = ((bits & 0x5555555555555555) << 1) | ((bits >>> 1) & 0x5555555555555555);
  bits = ((bits & 0x3333333333333333) << 2) | ((bits >>> 2) & 0x3333333333333333);
  return <i64>(((bits & 0x0f0f0f0f0f0f0f0f) << 4) | ((bits >>> 4) & 0x0f0f0f0f0f0f0f0f));
}

/**
 * A byte that is not zero becomes all ones. Adding 0x7f carries into bit 7 unless the low seven bits are zero; that bit,
 * or the byte's own, is spread by a multiplication: 0x40 gives 0xbf, 0x80, 0x01 * 0xff.
 */
export function orcb(x: i64): i64 {
  const low = <u64>x & 0x7f7f7f7f7f7f7f7f;
  const any = ((low + 0x7f7f7f7f7f7f7f7f) | <u64>x) & 0x8080808080808080;
  return <i64>((any >>> 7) * 0xff);
}

/** Low half of the product of two polynomials over bits: a shifted x for each one in y, added without carries. */
export function clmul(x: i64, y: i64): i64 {
  let sum: i64 = 0;
  for (let left = y; left != 0; left &= left - 1) sum ^= x << ctz(left);
  return sum;
}

/** High half. A shift by 64 is one by 0 in Wasm, so it is done in two steps. */
export function clmulh(x: i64, y: i64): i64 {
  let sum: u64 = 0;
  for (let left = y; left != 0; left &= left - 1) sum ^= (<u64>x >>> 1) >>> (63 - ctz(left));
  return <i64>sum;
}

/** Bits 126 to 63: the high half moved up by one, with the top bit of the low half below it. */
export function clmulr(x: i64, y: i64): i64 {
  return (clmulh(x, y) << 1) | <i64>(<u64>clmul(x, y) >>> 63);
}

/** Each nibble of y is the number of a nibble of x. */
export function xperm4(x: i64, y: i64): i64 {
  let result: i64 = 0;
  for (let at: i64 = 0; at < 64; at += 4) result |= ((x >>> (((y >>> at) & 0xf) << 2)) & 0xf) << at;
  return result;
}

/** Each byte of y is the number of a byte of x, and gives zero from 8 on. */
export function xperm8(x: i64, y: i64): i64 {
  let result: i64 = 0;
  for (let at: i64 = 0; at < 64; at += 8) {
    const index = (y >>> at) & 0xff;
    if (index < 8) result |= ((x >>> (index << 3)) & 0xff) << at;
  }
  return result;
}
