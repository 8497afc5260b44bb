/**
 * Guarded Page Table: where a host page-table page may lie, and what a host PTE may map.
 *
 * Stands in the page-table walker, before the walker trusts a table page that it is about to read.
 * Source: Penglai reference §2.1 (paper) and §2.2 (published software).
 * Invariant 1: every host page-table page lies in the Host Page Table Area. Invariant 2: only the monitor writes that
 * area (PMP's task). Invariant 3: no valid host PTE maps a secure page or a metadata page (the monitor's task).
 * Ownership is therefore never checked per access and not at a TLB fill either.
 * Not modelled: the registers `reg_hptarea_start`, `reg_hptarea_size` and `reg_ms`, whose CSR numbers were never
 * published (the machine chooses them). No sub-area of a fourth level was ever described, so the root of an Sv48 tree
 * (level 3) is never in place: were PGD pages good for it, a leaf of 1 GiB in one would be read as one of 512 GiB.
 */
import { hex, PAGE_BYTES, type Pa, type PageNo } from "./units.ts";

/** `base` is inside, `base + byteLen` is outside. */
export interface SubArea {
  readonly base: Pa;
  readonly byteLen: number;
}

/**
 * ```
 * base        + 2^pgdOrder pages   + 2^pmdOrder pages                 base + byteLen
 * |    PGD    |        PMD         |               PTE               |
 * ```
 */
export interface HptArea {
  readonly pgd: SubArea;
  readonly pmd: SubArea;
  readonly pte: SubArea;
}

/**
 * - `off`: nothing guards the table pages.
 * - `published`: what the public software does: PMP, `mstatus.TVM` and the monitor guard; the walker checks nothing.
 * - `paper`: the walker checks.
 */
export type GptMode = "off" | "published" | "paper";

/** Level of a table page: 2 is the root of Sv39, 3 that of Sv48. */
export type TableLevel = 3 | 2 | 1 | 0;

export interface GptSetting {
  readonly mode: GptMode;
  readonly area: HptArea;
  /** `reg_ms`: the hart runs an enclave, whose tables lie in secure memory and were written by the monitor. */
  readonly enclaveMode: boolean;
}

type GptRule =
  | "mode-off"
  | "mode-published"
  | "enclave-mode"
  | "in-sub-area"
  | "wrong-sub-area"
  | "outside-area"
  | "no-sub-area";

export interface GptVerdict {
  readonly ok: boolean;
  readonly rule: GptRule;
  /** The bounds that this level had to satisfy. */
  readonly bounds: SubArea;
  /** One sentence for a person. */
  readonly why: string;
}

const SUB_AREA_OF_LEVEL = { 2: "pgd", 1: "pmd", 0: "pte" } as const;

const NOWHERE: SubArea = { base: 0, byteLen: 0 };

const inside = (area: SubArea, pa: Pa): boolean => pa >= area.base && pa < area.base + area.byteLen;

/**
 * Divides the Host Page Table Area as `PT_AREA_SEPARATION` does.
 * @param base bytes; @param byteLen a power of two of at least 4096, `base` a multiple of it (NAPOT)
 * @param pgdOrder,pmdOrder log2 of the number of pages in the first two sub-areas; the rest is the PTE sub-area
 * @throws RangeError if the area is not NAPOT or leaves no PTE page
 * @spec Penglai reference §2.2
 */
export function divideHptArea(base: Pa, byteLen: number, pgdOrder: number, pmdOrder: number): HptArea {
  if (byteLen < PAGE_BYTES || !Number.isInteger(Math.log2(byteLen)) || base % byteLen !== 0) {
    throw new RangeError(`HPT Area ${hex(base)} + ${hex(byteLen)} is not naturally aligned to a power of two >= 4096`);
  }
  const pgdLen = 2 ** pgdOrder * PAGE_BYTES;
  const pmdLen = 2 ** pmdOrder * PAGE_BYTES;
  const pteLen = byteLen - pgdLen - pmdLen;
  if (pteLen < PAGE_BYTES) {
    throw new RangeError(
      `orders ${pgdOrder} and ${pmdOrder} leave no PTE page in an HPT Area of ${hex(byteLen)} bytes`,
    );
  }
  return {
    pgd: { base, byteLen: pgdLen },
    pmd: { base: base + pgdLen, byteLen: pmdLen },
    pte: { base: base + pgdLen + pmdLen, byteLen: pteLen },
  };
}

/**
 * May the walker use `tablePa` as a table page of `level`? No effect; the caller raises the exception to M-mode.
 * @param tablePa first byte of the page-table page about to be read
 * @spec Penglai reference §2.1: "the hardware only checks that the page-table page being walked is inside the HPT Area
 * when the hart is not in enclave mode"; the area is divided "so that a page-table page cannot be reinterpreted at
 * another level"
 */
export function checkTablePage(setting: GptSetting, level: TableLevel, tablePa: Pa): GptVerdict {
  const name = level === 3 ? undefined : SUB_AREA_OF_LEVEL[level];
  const bounds = name === undefined ? NOWHERE : setting.area[name];
  const verdict = (ok: boolean, rule: GptRule, why: string): GptVerdict => ({ ok, rule, bounds, why });

  if (setting.mode === "off") return verdict(true, "mode-off", "the Guarded Page Table is off");
  if (setting.mode === "published") {
    return verdict(true, "mode-published", "the walker checks nothing; PMP, TVM and the monitor guard the tables");
  }
  if (setting.enclaveMode) return verdict(true, "enclave-mode", "an enclave's tables lie in secure memory");
  if (name === undefined) return verdict(false, "no-sub-area", "the HPT Area has no place for tables of level 3");
  if (inside(bounds, tablePa)) return verdict(true, "in-sub-area", `level ${level} table in the ${name} sub-area`);

  const allowed = `the ${name} sub-area [${hex(bounds.base)}, ${hex(bounds.base + bounds.byteLen)})`;
  const actual = Object.values(SUB_AREA_OF_LEVEL).find((other) => inside(setting.area[other], tablePa));
  return actual === undefined
    ? verdict(
        false,
        "outside-area",
        `${hex(tablePa)} is outside the HPT Area; a level ${level} table must be in ${allowed}`,
      )
    : verdict(
        false,
        "wrong-sub-area",
        `${hex(tablePa)} is in the ${actual} sub-area; a level ${level} table must be in ${allowed}`,
      );
}

/**
 * What the ownership bitmap says of a page, and what M-mode keeps for itself.
 * @spec Penglai reference §2.1: "Ownership bitmap, 4 KB granule, states: non-secure / secure / SubTree node"
 */
export type PageState = "non-secure" | "secure" | "subtree-node" | "metadata";

export type LeafVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly page: PageNo; readonly state: PageState; readonly why: string };

/**
 * Invariant 3: may a valid host leaf PTE map these pages? A huge leaf is refused if any page of it is.
 * @param stateOf the ownership bitmap
 * @param firstPage first page of the leaf; @param pageCount 1, 512 or 262144
 * @returns the first page that forbids it
 * @spec Penglai reference §2.1, Invariant 3
 */
export function checkHostLeaf(stateOf: (page: PageNo) => PageState, firstPage: PageNo, pageCount: number): LeafVerdict {
  for (let page = firstPage; page < firstPage + pageCount; page++) {
    const state = stateOf(page);
    if (state !== "non-secure") {
      return {
        ok: false,
        page,
        state,
        why: `page ${hex(page * PAGE_BYTES)} is ${state}; a host PTE maps non-secure pages only`,
      };
    }
  }
  return { ok: true };
}
