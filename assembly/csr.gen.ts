/** CSR numbers. Generated from isa/csr.isa by isa/generate.ts: do not edit. */

/** accrued floating-point exceptions */
export const FFLAGS: u32 = 0x1;
/** floating-point rounding mode */
export const FRM: u32 = 0x2;
/** frm and fflags */
export const FCSR: u32 = 0x3;
/** supervisor view of mstatus */
export const SSTATUS: u32 = 0x100;
/** supervisor interrupt enable */
export const SIE: u32 = 0x104;
/** supervisor trap vector */
export const STVEC: u32 = 0x105;
/** counters that U-mode may read */
export const SCOUNTEREN: u32 = 0x106;
/** environment configuration of U-mode */
export const SENVCFG: u32 = 0x10a;
/** scratch register of the supervisor */
export const SSCRATCH: u32 = 0x140;
/** supervisor exception program counter */
export const SEPC: u32 = 0x141;
/** supervisor trap cause */
export const SCAUSE: u32 = 0x142;
/** supervisor trap value */
export const STVAL: u32 = 0x143;
/** supervisor interrupt pending */
export const SIP: u32 = 0x144;
/** timer of the supervisor: pends from this time on */
export const STIMECMP: u32 = 0x14d;
/** address translation mode, ASID and root page number */
export const SATP: u32 = 0x180;
/** machine status */
export const MSTATUS: u32 = 0x300;
/** ISA and extensions */
export const MISA: u32 = 0x301;
/** exceptions delegated to S-mode */
export const MEDELEG: u32 = 0x302;
/** interrupts delegated to S-mode */
export const MIDELEG: u32 = 0x303;
/** machine interrupt enable */
export const MIE: u32 = 0x304;
/** machine trap vector */
export const MTVEC: u32 = 0x305;
/** counters that S-mode may read */
export const MCOUNTEREN: u32 = 0x306;
/** environment configuration of the lower privileges */
export const MENVCFG: u32 = 0x30a;
/** counters that stand still */
export const MCOUNTINHIBIT: u32 = 0x320;
/** event selectors: zero */
export const MHPMEVENT3: u32 = 0x323;
/** event selectors: zero */
export const MHPMEVENT4: u32 = 0x324;
/** event selectors: zero */
export const MHPMEVENT5: u32 = 0x325;
/** event selectors: zero */
export const MHPMEVENT6: u32 = 0x326;
/** event selectors: zero */
export const MHPMEVENT7: u32 = 0x327;
/** event selectors: zero */
export const MHPMEVENT8: u32 = 0x328;
/** event selectors: zero */
export const MHPMEVENT9: u32 = 0x329;
/** event selectors: zero */
export const MHPMEVENT10: u32 = 0x32a;
/** event selectors: zero */
export const MHPMEVENT11: u32 = 0x32b;
/** event selectors: zero */
export const MHPMEVENT12: u32 = 0x32c;
/** event selectors: zero */
export const MHPMEVENT13: u32 = 0x32d;
/** event selectors: zero */
export const MHPMEVENT14: u32 = 0x32e;
/** event selectors: zero */
export const MHPMEVENT15: u32 = 0x32f;
/** event selectors: zero */
export const MHPMEVENT16: u32 = 0x330;
/** event selectors: zero */
export const MHPMEVENT17: u32 = 0x331;
/** event selectors: zero */
export const MHPMEVENT18: u32 = 0x332;
/** event selectors: zero */
export const MHPMEVENT19: u32 = 0x333;
/** event selectors: zero */
export const MHPMEVENT20: u32 = 0x334;
/** event selectors: zero */
export const MHPMEVENT21: u32 = 0x335;
/** event selectors: zero */
export const MHPMEVENT22: u32 = 0x336;
/** event selectors: zero */
export const MHPMEVENT23: u32 = 0x337;
/** event selectors: zero */
export const MHPMEVENT24: u32 = 0x338;
/** event selectors: zero */
export const MHPMEVENT25: u32 = 0x339;
/** event selectors: zero */
export const MHPMEVENT26: u32 = 0x33a;
/** event selectors: zero */
export const MHPMEVENT27: u32 = 0x33b;
/** event selectors: zero */
export const MHPMEVENT28: u32 = 0x33c;
/** event selectors: zero */
export const MHPMEVENT29: u32 = 0x33d;
/** event selectors: zero */
export const MHPMEVENT30: u32 = 0x33e;
/** event selectors: zero */
export const MHPMEVENT31: u32 = 0x33f;
/** scratch register of the machine */
export const MSCRATCH: u32 = 0x340;
/** machine exception program counter */
export const MEPC: u32 = 0x341;
/** machine trap cause */
export const MCAUSE: u32 = 0x342;
/** machine trap value */
export const MTVAL: u32 = 0x343;
/** machine interrupt pending */
export const MIP: u32 = 0x344;
/** configuration of PMP entries 0 to 7 */
export const PMPCFG0: u32 = 0x3a0;
/** configuration of PMP entries 8 to 15 */
export const PMPCFG2: u32 = 0x3a2;
/** address of a PMP entry, in units of 4 bytes */
export const PMPADDR0: u32 = 0x3b0;
/** address of a PMP entry, in units of 4 bytes */
export const PMPADDR1: u32 = 0x3b1;
/** address of a PMP entry, in units of 4 bytes */
export const PMPADDR2: u32 = 0x3b2;
/** address of a PMP entry, in units of 4 bytes */
export const PMPADDR3: u32 = 0x3b3;
/** address of a PMP entry, in units of 4 bytes */
export const PMPADDR4: u32 = 0x3b4;
/** address of a PMP entry, in units of 4 bytes */
export const PMPADDR5: u32 = 0x3b5;
/** address of a PMP entry, in units of 4 bytes */
export const PMPADDR6: u32 = 0x3b6;
/** address of a PMP entry, in units of 4 bytes */
export const PMPADDR7: u32 = 0x3b7;
/** address of a PMP entry, in units of 4 bytes */
export const PMPADDR8: u32 = 0x3b8;
/** address of a PMP entry, in units of 4 bytes */
export const PMPADDR9: u32 = 0x3b9;
/** address of a PMP entry, in units of 4 bytes */
export const PMPADDR10: u32 = 0x3ba;
/** address of a PMP entry, in units of 4 bytes */
export const PMPADDR11: u32 = 0x3bb;
/** address of a PMP entry, in units of 4 bytes */
export const PMPADDR12: u32 = 0x3bc;
/** address of a PMP entry, in units of 4 bytes */
export const PMPADDR13: u32 = 0x3bd;
/** address of a PMP entry, in units of 4 bytes */
export const PMPADDR14: u32 = 0x3be;
/** address of a PMP entry, in units of 4 bytes */
export const PMPADDR15: u32 = 0x3bf;
/** security configuration: how PMP binds M-mode */
export const MSECCFG: u32 = 0x747;
/** debug trigger select: no triggers */
export const TSELECT: u32 = 0x7a0;
/** debug trigger data: no triggers */
export const TDATA1: u32 = 0x7a1;
/** debug trigger data: no triggers */
export const TDATA2: u32 = 0x7a2;
/** debug trigger data: no triggers */
export const TDATA3: u32 = 0x7a3;
/** debug trigger types: 1, there is no trigger */
export const TINFO: u32 = 0x7a4;
/** atoll: Guarded Page Table (0 off, 1 paper: the walker checks, 2 published: it does not; bit 8: enclave world) */
export const GPTMODE: u32 = 0x7c0;
/** atoll: first byte of the Host Page Table Area and of its PGD sub-area */
export const GPTHPT: u32 = 0x7c1;
/** atoll: first byte of the PMD sub-area */
export const GPTPMD: u32 = 0x7c2;
/** atoll: first byte of the PTE sub-area */
export const GPTPTE: u32 = 0x7c3;
/** atoll: end of the Host Page Table Area */
export const GPTEND: u32 = 0x7c4;
/** cycle counter */
export const MCYCLE: u32 = 0xb00;
/** retired instructions */
export const MINSTRET: u32 = 0xb02;
/** event counters: zero */
export const MHPMCOUNTER3: u32 = 0xb03;
/** event counters: zero */
export const MHPMCOUNTER4: u32 = 0xb04;
/** event counters: zero */
export const MHPMCOUNTER5: u32 = 0xb05;
/** event counters: zero */
export const MHPMCOUNTER6: u32 = 0xb06;
/** event counters: zero */
export const MHPMCOUNTER7: u32 = 0xb07;
/** event counters: zero */
export const MHPMCOUNTER8: u32 = 0xb08;
/** event counters: zero */
export const MHPMCOUNTER9: u32 = 0xb09;
/** event counters: zero */
export const MHPMCOUNTER10: u32 = 0xb0a;
/** event counters: zero */
export const MHPMCOUNTER11: u32 = 0xb0b;
/** event counters: zero */
export const MHPMCOUNTER12: u32 = 0xb0c;
/** event counters: zero */
export const MHPMCOUNTER13: u32 = 0xb0d;
/** event counters: zero */
export const MHPMCOUNTER14: u32 = 0xb0e;
/** event counters: zero */
export const MHPMCOUNTER15: u32 = 0xb0f;
/** event counters: zero */
export const MHPMCOUNTER16: u32 = 0xb10;
/** event counters: zero */
export const MHPMCOUNTER17: u32 = 0xb11;
/** event counters: zero */
export const MHPMCOUNTER18: u32 = 0xb12;
/** event counters: zero */
export const MHPMCOUNTER19: u32 = 0xb13;
/** event counters: zero */
export const MHPMCOUNTER20: u32 = 0xb14;
/** event counters: zero */
export const MHPMCOUNTER21: u32 = 0xb15;
/** event counters: zero */
export const MHPMCOUNTER22: u32 = 0xb16;
/** event counters: zero */
export const MHPMCOUNTER23: u32 = 0xb17;
/** event counters: zero */
export const MHPMCOUNTER24: u32 = 0xb18;
/** event counters: zero */
export const MHPMCOUNTER25: u32 = 0xb19;
/** event counters: zero */
export const MHPMCOUNTER26: u32 = 0xb1a;
/** event counters: zero */
export const MHPMCOUNTER27: u32 = 0xb1b;
/** event counters: zero */
export const MHPMCOUNTER28: u32 = 0xb1c;
/** event counters: zero */
export const MHPMCOUNTER29: u32 = 0xb1d;
/** event counters: zero */
export const MHPMCOUNTER30: u32 = 0xb1e;
/** event counters: zero */
export const MHPMCOUNTER31: u32 = 0xb1f;
/** cycle counter, read-only shadow of mcycle */
export const CYCLE: u32 = 0xc00;
/** timer, read-only shadow of mtime */
export const TIME: u32 = 0xc01;
/** retired instructions, read-only shadow of minstret */
export const INSTRET: u32 = 0xc02;
/** event counters: zero */
export const HPMCOUNTER3: u32 = 0xc03;
/** event counters: zero */
export const HPMCOUNTER4: u32 = 0xc04;
/** event counters: zero */
export const HPMCOUNTER5: u32 = 0xc05;
/** event counters: zero */
export const HPMCOUNTER6: u32 = 0xc06;
/** event counters: zero */
export const HPMCOUNTER7: u32 = 0xc07;
/** event counters: zero */
export const HPMCOUNTER8: u32 = 0xc08;
/** event counters: zero */
export const HPMCOUNTER9: u32 = 0xc09;
/** event counters: zero */
export const HPMCOUNTER10: u32 = 0xc0a;
/** event counters: zero */
export const HPMCOUNTER11: u32 = 0xc0b;
/** event counters: zero */
export const HPMCOUNTER12: u32 = 0xc0c;
/** event counters: zero */
export const HPMCOUNTER13: u32 = 0xc0d;
/** event counters: zero */
export const HPMCOUNTER14: u32 = 0xc0e;
/** event counters: zero */
export const HPMCOUNTER15: u32 = 0xc0f;
/** event counters: zero */
export const HPMCOUNTER16: u32 = 0xc10;
/** event counters: zero */
export const HPMCOUNTER17: u32 = 0xc11;
/** event counters: zero */
export const HPMCOUNTER18: u32 = 0xc12;
/** event counters: zero */
export const HPMCOUNTER19: u32 = 0xc13;
/** event counters: zero */
export const HPMCOUNTER20: u32 = 0xc14;
/** event counters: zero */
export const HPMCOUNTER21: u32 = 0xc15;
/** event counters: zero */
export const HPMCOUNTER22: u32 = 0xc16;
/** event counters: zero */
export const HPMCOUNTER23: u32 = 0xc17;
/** event counters: zero */
export const HPMCOUNTER24: u32 = 0xc18;
/** event counters: zero */
export const HPMCOUNTER25: u32 = 0xc19;
/** event counters: zero */
export const HPMCOUNTER26: u32 = 0xc1a;
/** event counters: zero */
export const HPMCOUNTER27: u32 = 0xc1b;
/** event counters: zero */
export const HPMCOUNTER28: u32 = 0xc1c;
/** event counters: zero */
export const HPMCOUNTER29: u32 = 0xc1d;
/** event counters: zero */
export const HPMCOUNTER30: u32 = 0xc1e;
/** event counters: zero */
export const HPMCOUNTER31: u32 = 0xc1f;
/** vendor: 0, not implemented */
export const MVENDORID: u32 = 0xf11;
/** architecture: 0, not implemented */
export const MARCHID: u32 = 0xf12;
/** implementation: 0, not implemented */
export const MIMPID: u32 = 0xf13;
/** number of the hart */
export const MHARTID: u32 = 0xf14;
/** configuration structure: none */
export const MCONFIGPTR: u32 = 0xf15;
