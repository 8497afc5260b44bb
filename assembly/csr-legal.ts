/**
 * What a CSR takes of a value that is written to it (WARL), where extensions have a say, and what a reset leaves. RISC-V
 * Privileged Architecture 20240411, §3.1.18, §10.1.10 and §10.1.11. Field by field: docs/csr.md.
 */
import {
  ENVCFG_ADUE,
  ENVCFG_CBCFE,
  ENVCFG_CBIE,
  ENVCFG_CBZE,
  ENVCFG_FIOM,
  ENVCFG_PBMTE,
  ENVCFG_STCE,
} from "./envcfg.ts";
import { SSTC, SV39, SV48, SVADE, SVADU, SVPBMT, ZICBOM, ZICBOZ } from "./extension.gen.ts";
import { hasExtension } from "./extension.ts";
import { CSR_MENVCFG, CSR_STIMECMP } from "./layout.ts";
import { SATP_BARE, SATP_SV39, SATP_SV48 } from "./satp.ts";

function only(extension: u32, bits: i64): i64 {
  return hasExtension(extension) ? bits : 0;
}

export function legalSenvcfg(value: i64, old: i64): i64 {
  const blocks = only(ZICBOM, ENVCFG_CBIE | ENVCFG_CBCFE) | only(ZICBOZ, ENVCFG_CBZE);
  const legal = value & (ENVCFG_FIOM | blocks);
  // CBIE = 2 is reserved: it leaves what was there
  return (legal & ENVCFG_CBIE) == 0x20 ? (legal & ~ENVCFG_CBIE) | (old & ENVCFG_CBIE) : legal;
}

/** "If Svpbmt is not implemented, PBMTE is read-only zero", and so on for each field of an extension. */
export function legalMenvcfg(value: i64, old: i64): i64 {
  const upper = only(SVADU, ENVCFG_ADUE) | only(SVPBMT, ENVCFG_PBMTE) | only(SSTC, ENVCFG_STCE);
  return legalSenvcfg(value, old) | (value & upper);
}

/** Does satp take this MODE? */
export function isModeThere(mode: u32): bool {
  if (mode == SATP_SV39) return hasExtension(SV39);
  return mode == SATP_BARE || (mode == SATP_SV48 && hasExtension(SV48));
}

/**
 * What a reset leaves in CSRs but zero. ADUE: software that never heard of it, and our own monitor, find A and D set by the
 * walker; with Svade beside Svadu it is for software to ask for that. stimecmp: never.
 */
export function resetCsrs(): void {
  store<i64>(CSR_STIMECMP, -1);
  store<i64>(CSR_MENVCFG, hasExtension(SVADE) ? 0 : only(SVADU, ENVCFG_ADUE));
}
