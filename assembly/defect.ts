/**
 * Mistakes that processors really made, or nearly, as bits of the word DEFECTS: the machine's part of the bug zoo. All are
 * zero unless the host asks at reset, and nothing changes them; each is looked at where the machine would be wrong, on
 * slow paths only. Komodo reference §4.9, class H; core/machine-defects.ts says what each is. Polyglot.
 */
export const TOR_OF_ZERO: u32 = 1;
export const PMP_GOES_ON: u32 = 2;
export const PMP_PARTIAL: u32 = 3;
export const LOCK_IGNORED: u32 = 4;
export const WALK_WITHOUT_PMP: u32 = 5;
export const STALE_PMP: u32 = 6;
export const PMP_BY_PAGE: u32 = 7;
export const PMP_DEFAULT_ALLOW: u32 = 8;
export const STALE_SATP: u32 = 9;
export const FETCH_BY_R: u32 = 10;
export const STALE_CODE: u32 = 11;
export const STALE_CODE_OF_HOST: u32 = 12;
export const SUM_IGNORED: u32 = 13;
export const U_IGNORED: u32 = 14;
export const WRITE_BY_R: u32 = 15;
