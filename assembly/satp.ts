/**
 * Modes of `satp`. RISC-V Privileged Architecture 20240411, §10.1.11. Polyglot: asc and tsc both compile this file.
 *
 *     63  60 59    44 43                 0
 *    | MODE |  ASID  | PPN of the root    |
 */
export const SATP_BARE: u32 = 0;
export const SATP_SV39: u32 = 8;
export const SATP_SV48: u32 = 9;
