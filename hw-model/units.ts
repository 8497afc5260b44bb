/**
 * Units of the reference models.
 *
 * Plain aliases, not brands: this layer imports nothing from the rest of atoll, and the branded `Pa` and `PageNo` of
 * `core/units.ts` are assignable to these without a conversion. A physical address has at most 56 bits by the
 * privileged specification and at most 48 here, so it is exact as a JavaScript number; bit operators would cut it to 32,
 * hence the divisions.
 */

/** Guest physical address in bytes. */
export type Pa = number;
/** Guest physical page number: `Pa / PAGE_BYTES`. */
export type PageNo = number;

export const LINE_BYTES = 64;
export const PAGE_BYTES = 4096;
export const LINES_PER_PAGE = PAGE_BYTES / LINE_BYTES;

export const pageNoOf = (pa: Pa): PageNo => Math.floor(pa / PAGE_BYTES);
export const paOfPage = (page: PageNo): Pa => page * PAGE_BYTES;
/** First byte of the line that holds `pa`. */
export const lineOf = (pa: Pa): Pa => pa - (pa % LINE_BYTES);
export const hex = (pa: Pa): string => `0x${pa.toString(16)}`;
