/**
 * What is tested. Komodo reference §4.5: C-OS and C-ENC are confidentiality towards the operating system, alone and with
 * an enclave that colludes; KINT is the integrity of a victim enclave; LR local respect; WT is C-OS from reset; INV the
 * personality's invariants.
 */
export const PROPERTIES = ["C-OS", "C-ENC", "KINT", "LR", "WT", "INV"] as const;
export type NiProperty = (typeof PROPERTIES)[number];
