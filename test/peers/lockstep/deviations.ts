/**
 * Where QEMU 7.2 and the manual part, or the manual leaves a choice: one entry each, with the sentence that decides. An
 * entry either keeps the generator away (as narrowly as it can) or blinds the comparison. "I" and "II" are the volumes of
 * the RISC-V manual, 20240411.
 */

export interface Deviation {
  readonly name: string;
  /** What QEMU 7.2 does. */
  readonly peer: string;
  /** The manual's sentence, with document and section. */
  readonly rule: string;
  /** How the programs stay away, or what is not compared. */
  readonly avoidance: string;
}

export const DEVIATIONS: readonly Deviation[] = [
  {
    name: "amo-in-two",
    peer: "with one hart an AMO is a load and a store: its faults are those of a load (4, 5, 13)",
    rule: 'II 3.1.15: "store, store-conditional, and AMO instructions generate store/AMO exceptions"',
    avoidance: "QEMU gets a second hart, which waits; then AMOs on RAM are one access",
  },
  {
    name: "amo-nothing",
    peer: "an AMO where nothing is, or on a page that PMP covers in part, faults as a load (5)",
    rule: "II 3.1.15, as above",
    avoidance: "s0 and s1, the bases of AMOs, lie in RAM; no AMO in programs whose PMP entries cover parts of pages",
  },
  {
    name: "amo-misaligned-order",
    peer: "a misaligned AMO is checked after translation",
    rule: 'II 3.1.15: "address-misaligned exceptions may have either higher or lower priority than load/store/AMO page-fault"',
    avoidance: "AMOs are aligned; LR is misaligned, too",
  },
  {
    name: "amocas-zero",
    peer: "QEMU 10: AMOCAS into x0 leaves what it loaded where the block behind it reads zero",
    rule: 'I 2.1: "Register x0 is hardwired with all bits equal to 0"',
    avoidance: "AMOCAS does not write x0",
  },
  {
    name: "cbo-tval",
    peer: "QEMU 10: a cache-block instruction that faults reports the address of its block",
    rule: 'I, chapter "CMO": xtval is "the faulting effective address (i.e. the value of rs1)"',
    avoidance: "cache-block instructions get the address of a block",
  },
  {
    name: "sc-without-access",
    peer: "SC without its reservation makes no access, so it does not fault",
    rule: 'I 14.2: "For the purposes of memory protection, a failed SC.W may be treated like a store"; the choice is free',
    avoidance: "SC follows an LR of the same address that did not trap",
  },
  {
    name: "breakpoint-tval",
    peer: "EBREAK leaves 0 in mtval",
    rule: 'II 3.1.16: "mtval is either set to zero or written with exception-specific information"',
    avoidance: "tval of cause 3 is not compared, the handler clears it",
  },
  {
    name: "svinval-tval",
    peer: "SINVAL.VMA that is illegal leaves 0 in mtval, other illegal instructions their bits",
    rule: 'II 3.1.16: mtval "can optionally also be used to return the faulting instruction bits"',
    avoidance: "tval 0 of an illegal SINVAL.VMA counts as equal, the handler clears it",
  },
  {
    name: "svinval-fences",
    peer: "SFENCE.W.INVAL and SFENCE.INVAL.IR are legal in U-mode",
    rule: 'II 13: "Attempting to execute SFENCE.W.INVAL or SFENCE.INVAL.IR in U-mode raises an illegal-instruction exception"',
    avoidance: "the two rows are left out",
  },
  {
    name: "misaligned-nothing",
    peer: "a misaligned access where nothing is reports its doubleword's address",
    rule: "II 3.1.16: mtval holds the address of the portion that faulted",
    avoidance: "the low three bits of tval of causes 5 and 7 are not compared, the handler clears them",
  },
  {
    name: "pmp-misaligned-across",
    peer: "an access over the end of a page is one access for PMP; here each page's part is checked",
    rule: 'II 3.7.1: "misaligned loads, stores [...] may also be decomposed into multiple accesses"; the choice is free',
    avoidance: "programs with PMP entries access whole doublewords",
  },
  {
    name: "pmp-misaligned-part",
    peer: "a misaligned access is checked at its first and last byte, so one with an entry inside it succeeds; here an access within a page is one, and fails",
    rule: 'II 3.7.1: "misaligned loads, stores [...] may also be decomposed into multiple accesses"; the choice is free',
    avoidance: "programs with PMP entries access whole doublewords",
  },
  {
    name: "stale-mprv",
    peer: "with MPRV set, a change of MPP by MRET or a trap does not flush QEMU's TLB: M-mode uses the old MPP; and pages that M-mode fetched from stay open to its data accesses",
    rule: 'II 3.1.6.3: "load and store memory addresses are translated and protected [...] as though the current privilege mode were set to MPP"',
    avoidance: "MPRV is cleared by the handler, before each MRET and SRET, and before stores to code",
  },
  {
    name: "sret-mprv",
    peer: "SRET leaves MPRV as it is",
    rule: 'II 3.1.6.3: "An MRET or SRET instruction that changes the privilege mode to a mode less privileged than M also sets MPRV=0"',
    avoidance: "as stale-mprv",
  },
  {
    name: "interrupt-priority",
    peer: "without Smaia the lowest interrupt number comes first",
    rule: 'II 3.1.9: "MEI, MSI, MTI, SEI, SSI, STI"',
    avoidance: "QEMU gets Smaia and Ssaia; their CSRs are not touched",
  },
  {
    name: "mpp-reserved",
    peer: "MPP takes the reserved value 2",
    rule: "II 3.1.6.1: MPP is WARL and holds implemented modes only",
    avoidance: "MPP is set to 3 or cleared, both bits at once",
  },
  {
    name: "counteren-width",
    peer: "mcounteren and scounteren hold 64 bits",
    rule: 'II 3.1.11: "The counter-enable mcounteren register is a 32-bit register"',
    avoidance: "bits 63 to 32 are not written",
  },
  {
    name: "medeleg-bits",
    peer: "medeleg takes bits of exceptions that there are not, and of ECALL from M (10, 11, 20 to 23)",
    rule: 'II 3.1.8: "medeleg[11] is read-only zero"; others are WARL',
    avoidance: "only bits of exceptions that occur are written; bit 9 is 0 because the handlers need ECALL from S",
  },
  {
    name: "interrupt-bits",
    peer: "mideleg and mie take bits 2, 6, 10, 12 and 13 of extensions that are off",
    rule: "II 3.1.8, 3.1.9: WARL",
    avoidance: "only bits of the six standard interrupts are written",
  },
  {
    name: "tvec-reserved",
    peer: "a write of mtvec or stvec with the reserved modes 2 and 3 is ignored",
    rule: "II 3.1.7: WARL, the choice is free",
    avoidance: "bit 1 is not written",
  },
  {
    name: "epc-bit-0",
    peer: "mepc and sepc keep bit 0",
    rule: 'II 3.1.14: "The low bit of mepc (mepc[0]) is always zero"',
    avoidance: "bit 0 is not written",
  },
  {
    name: "cbie-reserved",
    peer: "menvcfg and senvcfg keep the reserved CBIE=2, and FIOM to CBZE without Zicbom and Zicboz",
    rule: "I 19, Control and Status Register State: CBIE is WARL, 2 is reserved",
    avoidance: "only FIOM is written",
  },
  {
    name: "adue",
    peer: "there is no Svadu: the walker always sets A and D, menvcfg.ADUE is 0",
    rule: 'II 3.1.18: "When ADUE=0, the implementation behaves as though Svade were implemented"',
    avoidance: "ADUE stays 1 on ours; menvcfg is written, but not read",
  },
  {
    name: "pbmte",
    peer: "there is no menvcfg.PBMTE: with Svpbmt entries always name their memory type; the reserved type 3 passes",
    rule: 'II 3.1.18: "When PBMTE=0, the implementation behaves as though Svpbmt were not implemented"',
    avoidance: "PBMTE stays 1 on ours; leaves name the types 0 to 2",
  },
  {
    name: "napot-reserved",
    peer: "a leaf with a reserved NAPOT encoding gets its A and D before it faults",
    rule: 'II 5 (Svnapot): reserved encodings "must raise" a page fault; A is set by accesses that are permitted',
    avoidance: "NAPOT leaves have the one encoding that there is, 64 KiB",
  },
  {
    name: "reserved-pte-bits",
    peer: "with Svpbmt or Svnapot bits 60 to 54 of a page-table entry are ignored",
    rule: 'II 10.4.1: "If any of these bits are set, a page-fault exception is raised"',
    avoidance: "entries set bits 63 to 61 only",
  },
  {
    name: "walk-nothing",
    peer: "a page table where nothing is gives a page fault",
    rule: 'II 10.3.2: "If accessing pte violates a PMA or PMP check, raise an access-fault exception"',
    avoidance: "tables lie in RAM",
  },
  {
    name: "walk-ad-pmp",
    peer: "setting A and D is not checked by PMP",
    rule: "II 3.7.2: implicit writes of the walker are S-mode stores",
    avoidance: "PMP entries that cover page tables allow writes if they allow reads",
  },
  {
    name: "pmp-reserved",
    peer: "pmpcfg takes W without R",
    rule: 'II 3.7.1: "the combinations with R=0 and W=1 are reserved"; WARL',
    avoidance: "it is not written",
  },
  {
    name: "fs-flags",
    peer: "an instruction that raises flags and writes an integer register leaves mstatus.FS as it is",
    rule: "II 3.1.6.6: FS becomes Dirty when the floating-point state, fcsr included, is modified",
    avoidance: "FS is Initial or Clean only before instructions that do not do both",
  },
  {
    name: "misa-b",
    peer: "misa does not show B, nor X",
    rule: 'I B: Zba, Zbb and Zbs together are B; II 3.1.1: "The X bit will be set if there are any non-standard extensions"',
    avoidance: "misa is not compared",
  },
  {
    name: "ctzw",
    peer: "CTZW of a register whose low word is zero counts on in the high word",
    rule: "I Zbb: CTZW of a zero word is 32",
    avoidance: "the low word of CTZW's operand is not zero",
  },
  {
    name: "code-unfenced",
    peer: "a store into the block that runs is seen only after FENCE.I",
    rule: "I 6: FENCE.I orders stores to instruction memory; without it the choice is free",
    avoidance: "FENCE.I follows each such store",
  },
  {
    name: "time",
    peer: "time, cycle and instret are the host's time",
    rule: "I 8.1: implementation-defined",
    avoidance: "they are read into x0",
  },
  {
    name: "wfi",
    peer: "WFI waits for interrupts that a program alone cannot have",
    rule: "II 3.3.3",
    avoidance: "no WFI",
  },
];

/** Bits of a CSR that programs write; what is not listed is written whole. */
export const WRITTEN_BITS: Readonly<Record<string, bigint>> = {
  mcounteren: 0xffff_ffffn,
  scounteren: 0xffff_ffffn,
  medeleg: 0xb1ffn,
  mideleg: 0x222n,
  menvcfg: 1n,
  senvcfg: 1n,
  mepc: ~1n,
  sepc: ~1n,
  mtvec: ~2n,
  stvec: ~2n,
};

/** Rows that programs leave out altogether. */
export const WRONG_AT_PEER: readonly string[] = ["sfence.w.inval", "sfence.inval.ir"];
