/**
 * Where things lie in the memory of a lock-step image. Both machines get the same image and hand it back; what a program
 * does and what the handlers log about it lies in two blocks of its own, which are compared byte by byte.
 *
 *     0x8000_0000  runtime: boot, M-mode handler, trampoline of S-mode          (system region, 16 MiB)
 *     0x8001_0000  block of program 0: registers, set-up, results, log
 *     0x8002_0000  block of program 1 ...
 *     0x8100_0000  space of program 0: code, page tables, data                  (what the program may touch)
 *     0x8101_0000  space of program 1 ...
 */
export const RAM_BASE = 0x8000_0000;
export const RAM_SIZE = 0x0400_0000;
export const BLOCK_SIZE = 0x1_0000;
const FIRST_BLOCK = RAM_BASE + BLOCK_SIZE;
const FIRST_SPACE = 0x8100_0000;
export const SPACE_SIZE = 0x1_0000;
/** How many programs an image holds: the blocks end where the spaces begin. */
export const MAX_PROGRAMS = (FIRST_SPACE - FIRST_BLOCK) / BLOCK_SIZE;
/** Programs in an image of a campaign. */
export const PROGRAMS = 100;
/** Nothing answers here on either machine. */
export const HOLE = 0x0030_0000n;
/** From the address of the code as M and S see it to the one at which U sees it under translation. */
export const ALIAS = 0x4000_0000n;

export const blockOf = (index: number): number => FIRST_BLOCK + index * BLOCK_SIZE;
export const spaceOf = (index: number): number => FIRST_SPACE + index * SPACE_SIZE;

/** Offsets in a block. */
export const BLOCK = {
  /** x1 to x31 while a handler runs; before the first iteration, what they begin with. */
  X: 0x0,
  LOG_NEXT: 0x200,
  LOG_END: 0x208,
  ITERATION_NEXT: 0x210,
  ITERATION_NOW: 0x218,
  ITERATIONS_END: 0x220,
  ANCHOR_NEXT: 0x228,
  ANCHORS_END: 0x230,
  CODE: 0x238,
  /** Offset in the code of the ECALL that ends an iteration. */
  CODE_END: 0x240,
  /** mstatus as the handler found it. */
  MSTATUS: 0x248,
  /** minstret at the last MRET, and what the program retired, with a constant number for each trap. */
  MARK: 0x250,
  RETIRED: 0x258,
  CSRS: 0x400,
  F: 0x600,
  ITERATIONS: 0x700,
  ANCHORS: 0xb00,
  RESULTS: 0xd00,
  /** The code as it was generated, from which a handler takes the length of an instruction to skip. */
  SHADOW: 0x1000,
  LOG: 0x3000,
} as const;

/** Offsets in an iteration's record. */
export const ITERATION = { PC: 0, MSTATUS: 8, SP: 16, GP: 24, S0: 32, S1: 40, DELTA: 48, SIZE: 64 } as const;
export const MAX_ITERATIONS = (BLOCK.ANCHORS - BLOCK.ITERATIONS) / ITERATION.SIZE;
export const MAX_ANCHORS = (BLOCK.RESULTS - BLOCK.ANCHORS) / 8;

/** Offsets in a record of the log. */
export const RECORD = {
  KIND: 0,
  CAUSE: 8,
  EPC: 16,
  TVAL: 24,
  MSTATUS: 32,
  MIP: 40,
  ITERATION: 48,
  FCSR: 56,
  X: 64,
  F: 64 + 32 * 8,
  SIZE: 64 + 64 * 8,
} as const;
export const MAX_RECORDS = Math.floor((BLOCK_SIZE - BLOCK.LOG) / RECORD.SIZE);

/** Pages of a space. */
export const PAGE = 0x1000;
export const SPACE = {
  CODE: 0,
  CODE_SIZE: 2 * PAGE,
  /** Root of Sv39, and what Sv48 has above it. */
  ROOT: 2 * PAGE,
  ROOT48: 8 * PAGE,
  /** Tables of the identity map, which S uses, and of its alias for U. */
  S_L1: 3 * PAGE,
  S_L0: 4 * PAGE,
  U_L1: 5 * PAGE,
  U_L0: 6 * PAGE,
  /** Superpages of 2 MiB. */
  WINDOW_L1: 7 * PAGE,
  DATA: 9 * PAGE,
} as const;
/** Where superpages of 1 GiB and of 2 MiB show RAM again. */
export const GIGAPAGE = 0x1_0000_0000n;
export const WINDOW = 0x1_4000_0000n;
/** Entries of the root from here on are anything. */
export const WILD_VA = 0x1_8000_0000n;
