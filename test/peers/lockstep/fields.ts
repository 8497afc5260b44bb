/** Bits that generator and runtime name. RISC-V Volume II, 20240411, sections 3.1.6 and 10.3.1. */
export const MSTATUS_FS = 0x6000n;
export const MSTATUS_MPP = 0x1800n;
export const MSTATUS_MPRV = 0x2_0000n;
export const MSTATUS_SUM = 0x4_0000n;
export const MSTATUS_MXR = 0x8_0000n;

/** Hardware sets A and D; page-table entries may name a memory type. Section 3.1.18. */
export const MENVCFG_ADUE = 1n << 61n;
export const MENVCFG_PBMTE = 1n << 62n;

export const PTE = { V: 1n, R: 2n, W: 4n, X: 8n, U: 16n, G: 32n, A: 64n, D: 128n } as const;

export const LEVELS = { U: 0n, S: 1n, M: 3n } as const;
export type Level = keyof typeof LEVELS;
