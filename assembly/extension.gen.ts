/** Bits of the word EXTENSIONS, by the extension that each stands for. Generated from isa/extensions.isa by isa/generate.ts: do not edit. */

/** integer multiplication and division */
export const M: u32 = 0;
/** integer multiplication without division */
export const ZMMUL: u32 = 1;
/** atomic instructions */
export const A: u32 = 2;
/** atomic memory operations */
export const ZAAMO: u32 = 3;
/** load-reserved and store-conditional */
export const ZALRSC: u32 = 4;
/** single-precision floating point */
export const F: u32 = 5;
/** double-precision floating point */
export const D: u32 = 6;
/** half-precision loads, stores, moves, conversions */
export const ZFHMIN: u32 = 7;
/** half-precision floating point */
export const ZFH: u32 = 8;
/** compressed instructions */
export const C: u32 = 9;
/** compressed instructions without floating point */
export const ZCA: u32 = 10;
/** compressed loads and stores of doubles */
export const ZCD: u32 = 11;
/** bit manipulation */
export const B: u32 = 16;
/** address generation */
export const ZBA: u32 = 17;
/** basic bit manipulation */
export const ZBB: u32 = 18;
/** single bits */
export const ZBS: u32 = 19;
/** carry-less multiplication */
export const ZBC: u32 = 20;
/** bit manipulation for cryptography */
export const ZBKB: u32 = 21;
/** carry-less multiplication for cryptography */
export const ZBKC: u32 = 22;
/** permutations for cryptography */
export const ZBKX: u32 = 23;
/** conditional zero */
export const ZICOND: u32 = 24;
/** CSR instructions */
export const ZICSR: u32 = 12;
/** fence.i */
export const ZIFENCEI: u32 = 13;
/** cycle, time and instret */
export const ZICNTR: u32 = 14;
/** event counters, which are zero here */
export const ZIHPM: u32 = 15;
/** pause */
export const ZIHINTPAUSE: u32 = 25;
/** hints about locality */
export const ZIHINTNTL: u32 = 26;
/** may-be-operations */
export const ZIMOP: u32 = 27;
/** compressed may-be-operations */
export const ZCMOP: u32 = 28;
/** more compressed instructions */
export const ZCB: u32 = 29;
/** waiting on a reservation */
export const ZAWRS: u32 = 30;
/** compare-and-swap */
export const ZACAS: u32 = 31;
/** cache-block management */
export const ZICBOM: u32 = 32;
/** cache-block prefetch */
export const ZICBOP: u32 = 33;
/** cache-block zero */
export const ZICBOZ: u32 = 34;
/** 39-bit virtual addresses */
export const SV39: u32 = 40;
/** 48-bit virtual addresses */
export const SV48: u32 = 41;
/** page faults where A or D has to be set */
export const SVADE: u32 = 42;
/** the walker sets A and D */
export const SVADU: u32 = 43;
/** fine-grained invalidation of translations */
export const SVINVAL: u32 = 44;
/** 64 KiB pages by naturally aligned powers of two */
export const SVNAPOT: u32 = 45;
/** memory types in page-table entries */
export const SVPBMT: u32 = 46;
/** timer compare register of S-mode */
export const SSTC: u32 = 47;
/** PMP that binds M-mode */
export const SMEPMP: u32 = 48;
