/** Ranges of physical memory, in bytes and in pages. */
import { PAGE_SIZE, type Pa, type PageNo, pageNoOf } from "../../core/units.ts";

/** Bytes [pa, pa + byteLen). */
export interface Span {
  readonly pa: Pa;
  readonly byteLen: number;
}

/** Pages [from, to). */
export interface PageRange {
  readonly from: PageNo;
  readonly to: PageNo;
}

/** The pages that a span touches. */
export const pagesOf = (span: Span): PageRange => ({
  from: pageNoOf(span.pa),
  to: Math.ceil((span.pa + span.byteLen) / PAGE_SIZE) as PageNo,
});

export const overlaps = (a: Span, b: Span): boolean => a.pa < b.pa + b.byteLen && b.pa < a.pa + a.byteLen;
