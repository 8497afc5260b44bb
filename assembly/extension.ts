/**
 * Which extensions this machine has: the word EXTENSIONS, which the host sets at reset and nothing changes. Rows of the
 * instruction tables are gated by the generated decoder; what else depends on an extension asks here.
 */
import { A, D, F, M, ZBA, ZBB, ZBS, ZCA, ZCD } from "./extension.gen.ts";
import { EXTENSIONS } from "./layout.ts";

/** @param bit of extension.gen.ts */
export function hasExtension(bit: u32): bool {
  return ((load<u64>(EXTENSIONS) >>> bit) & 1) != 0;
}

function letter(isThere: bool, bit: u32): i64 {
  return isThere ? (<i64>1) << bit : 0;
}

/**
 * `misa`: MXL = 2 (64 bits) and a bit a letter; read-only, so extensions cannot be switched at run time.
 * C is there with Zca and, where D is, Zcd (Volume I, chapter "Zc", "MISA.C").
 */
export function misa(): i64 {
  const isC = hasExtension(ZCA) && (hasExtension(ZCD) || !hasExtension(D));
  const isB = hasExtension(ZBA) && hasExtension(ZBB) && hasExtension(ZBS);
  return (
    ((<i64>2) << 62) |
    // I, S and U are always there, and "the X bit will be set if there are any non-standard extensions": hw/gpt.ts is one
    0x940100 |
    letter(hasExtension(A), 0) |
    letter(isB, 1) |
    letter(isC, 2) |
    letter(hasExtension(D), 3) |
    letter(hasExtension(F), 5) |
    letter(hasExtension(M), 12)
  );
}

/**
 * Low bits of an instruction's address that are zero: "IALIGN is 32 bits in the base ISA, but some ISA extensions, including
 * the compressed ISA extension, relax IALIGN to 16 bits" (section 1.5).
 */
export function misalignedBits(): i64 {
  return hasExtension(ZCA) ? 1 : 3;
}
