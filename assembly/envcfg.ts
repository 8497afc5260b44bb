/**
 * Fields of `menvcfg` and `senvcfg`: what the next lower privilege may use. RISC-V Privileged Architecture 20240411,
 * §3.1.18 and §10.1.10. Polyglot: asc and tsc both compile this file.
 *
 *     63   62    61             7    6     5    4    0
 *    |STCE|PBMTE|ADUE|  zero  |CBZE|CBCFE| CBIE |zero|FIOM|      menvcfg; senvcfg has the low byte only
 *
 * FIOM (fences that order device I/O order memory too) changes nothing here: every access is in order.
 */
export const ENVCFG_FIOM: i64 = 1;
/** What `cbo.inval` does: 0 illegal instruction, 1 a flush, 3 an invalidation; 2 is reserved. */
export const ENVCFG_CBIE: i64 = 3 << 4;
/** `cbo.clean` and `cbo.flush` are legal. */
export const ENVCFG_CBCFE: i64 = 1 << 6;
/** `cbo.zero` is legal. */
export const ENVCFG_CBZE: i64 = 1 << 7;
/** The walker sets A and D (Svadu); else an access that needs them set is a page fault (Svade). */
export const ENVCFG_ADUE: i64 = 0x2000000000000000;
/** Page-table entries have memory types (Svpbmt). */
export const ENVCFG_PBMTE: i64 = 0x4000000000000000;
/** S-mode has `stimecmp` (Sstc). */
export const ENVCFG_STCE: i64 = 0x8000000000000000;
