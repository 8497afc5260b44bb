/**
 * The machine's linear memory. Everything that the machine is lies here; the module keeps no other state, so a snapshot
 * is a copy and two machines are compared byte by byte. Polyglot: asc and tsc both compile this file.
 *
 *     0x0000_0000  static data of the compiler
 *     0x0001_0000  HART       registers and CSRs of the hart whose turn it is
 *     0x0001_0800  SHARED     devices and what all harts have in common
 *     0x0001_1000  HARTS      the same as HART for each hart, as it was at the end of its turn
 *     0x0001_8000  EXIT       why the last run ended; scratch records; single-access scratch
 *     0x0001_8200  DEBUG      break- and watchpoints
 *     0x0002_0000  UART       transmit and receive rings
 *     0x0004_0000  EXEC_TLB   page of pc -> records, a table per privilege
 *     0x0008_0000  FILLED     which entries of the data TLB are filled
 *     0x0020_0000  FRAME_*    reference count and records of each frame
 *     0x0040_0000  CACHE      timed flavour: tags of L1D and L2
 *     0x0080_0000  ROOT       page number >> 10 -> node of 1024 frame entries
 *     0x0100_0000  TLB        data TLB: read, write and (timed) physical tables, a set per context
 *     0x0400_0000  RECORDS    predecoded pages
 *     0x0900_0000  FRAMES     frames of 4 KiB up to 1 GiB
 *
 * Host addresses stay below 2^30: the data TLB relies on it (assembly/tlb.ts).
 */

export const HOST_SIZE: u32 = 0x40000000;

// --- state: from here to STATE_END a snapshot copies everything ---
export const HART: u32 = 0x10000;
/** Bytes of a hart's block: HART to SHARED, and each block from HARTS on. */
export const HARTS_STRIDE: u32 = 0x800;
export const MAX_HARTS: u32 = 8;
/** x0 to x31, 8 bytes each; slot 32 takes the results of instructions whose rd is x0. */
export const HART_X: u32 = 0x10000;
export const X_SINK: u32 = 256;
export const HART_PC: u32 = 0x10110;
export const HART_PRIV: u32 = 0x10118;
/** Cycles left in this run; the interpreter keeps it in a local and stores it here when it calls out. */
export const HART_BUDGET: u32 = 0x10120;
/** Cycle count at which HART_BUDGET reaches zero: cycles = HART_DEADLINE - HART_BUDGET. */
export const HART_DEADLINE: u32 = 0x10128;
/** Cycles that were not instructions (misses of the timed flavour): instret = cycles - HART_STALLS. */
export const HART_STALLS: u32 = 0x10130;
/** mcycle and minstret as written by software are offsets to the counts above. */
export const HART_CYCLE_OFFSET: u32 = 0x10138;
export const HART_INSTRET_OFFSET: u32 = 0x10140;
/** Base of the current context's data TLB and execute TLB. */
export const HART_TLB: u32 = 0x10148;
export const HART_EXEC_TLB: u32 = 0x1014c;
/** 1: the guest's own M-mode runs (firmware mode); 0: a trap into M leaves the core (monitor mode). */
export const HART_FIRMWARE: u32 = 0x10154;
/** Physical address of the reserved location of LR, or 0 (where no RAM is). */
export const HART_RESERVATION: u32 = 0x10160;
/** mhartid, and the hart's place among HARTS. */
export const HART_ID: u32 = 0x10170;
/** One of the STATE_*. */
export const HART_STATE: u32 = 0x10174;
export const STATE_RUNNING: u32 = 0;
/** In WFI. */
export const STATE_WAITING: u32 = 1;
/** Until the host starts it: monitor mode, every hart but the first. */
export const STATE_STOPPED: u32 = 2;

export const CSR_MSTATUS: u32 = 0x10200;
export const CSR_MEDELEG: u32 = 0x10208;
export const CSR_MIDELEG: u32 = 0x10210;
export const CSR_MIE: u32 = 0x10218;
export const CSR_MIP: u32 = 0x10220;
export const CSR_MTVEC: u32 = 0x10228;
export const CSR_MCOUNTEREN: u32 = 0x10230;
export const CSR_MSCRATCH: u32 = 0x10238;
export const CSR_MEPC: u32 = 0x10240;
export const CSR_MCAUSE: u32 = 0x10248;
export const CSR_MTVAL: u32 = 0x10250;
export const CSR_STVEC: u32 = 0x10258;
export const CSR_SCOUNTEREN: u32 = 0x10260;
export const CSR_SSCRATCH: u32 = 0x10268;
export const CSR_SEPC: u32 = 0x10270;
export const CSR_SCAUSE: u32 = 0x10278;
export const CSR_STVAL: u32 = 0x10280;
export const CSR_SATP: u32 = 0x10288;
export const CSR_GPT_MODE: u32 = 0x10290;
export const CSR_GPT_HPT: u32 = 0x10298;
export const CSR_GPT_PMD: u32 = 0x102a0;
export const CSR_GPT_PTE: u32 = 0x102a8;
export const CSR_GPT_END: u32 = 0x102b0;
/** pmpcfg: one byte an entry; pmpaddr: 8 bytes an entry. */
export const PMP_CFG: u32 = 0x10300;
export const PMP_ADDR: u32 = 0x10310;

/** mtimecmp of this hart. */
export const CLINT_TIMECMP: u32 = 0x10390;

/** f0 to f31, 8 bytes each; narrower values are NaN-boxed. */
export const HART_F: u32 = 0x10400;
/** The two fields of fcsr, a byte each: accrued exceptions and dynamic rounding mode. */
export const HART_FFLAGS: u32 = 0x10500;
export const HART_FRM: u32 = 0x10501;

export const CSR_MENVCFG: u32 = 0x10520;
export const CSR_SENVCFG: u32 = 0x10528;
export const CSR_STIMECMP: u32 = 0x10530;
export const CSR_MSECCFG: u32 = 0x10538;
export const CSR_MCOUNTINHIBIT: u32 = 0x10540;

// --- what all harts have in common ---
export const SHARED: u32 = 0x10800;
/** CLINT: mtime = cycles of all harts / (harts * TIME_DIVISOR) + CLINT_TIME_OFFSET. */
export const CLINT_TIME_OFFSET: u32 = 0x10800;
/** Cycles (or retired instructions in the functional flavour) of one hart per tick of mtime. */
export const TIME_DIVISOR: u32 = 10;
/** Registers of the 16550 by their offset, a byte each; behind them the divisor latch and what assembly/dev/uart.ts keeps. */
export const UART_REGS: u32 = 0x10820;
/** Physical addresses of tohost and fromhost, 0 without HTIF. */
export const HTIF_TOHOST: u32 = 0x10830;
export const HTIF_FROMHOST: u32 = 0x10838;
export const RAM_BASE: u32 = 0x10840;
export const RAM_SIZE: u32 = 0x10848;
/** Extensions that the machine has, a bit each (assembly/extension.gen.ts). */
export const EXTENSIONS: u32 = 0x10850;
/** Mistakes that the machine makes, a bit each (assembly/defect.ts). */
export const DEFECTS: u32 = 0x10858;
/** How many harts there are, and which one lies in HART. */
export const TURN_HARTS: u32 = 0x10880;
export const TURN_HART: u32 = 0x10884;
/** Cycles of a turn; a hart's turn ends when its cycles reach TURN_END, which is the same for all harts of a round. */
export const TURN_QUANTUM: u32 = 0x10888;
export const TURN_END: u32 = 0x10890;
/** Cycles of all harts but the one in HART. */
export const TURN_OTHERS: u32 = 0x10898;
/** PLIC: priority of each source, a byte each. */
export const PLIC_PRIORITY: u32 = 0x10900;
/** A bit a source: pending; forwarded and not completed; the level of its line. */
export const PLIC_PENDING: u32 = 0x10960;
export const PLIC_IN_FLIGHT: u32 = 0x10970;
export const PLIC_LEVEL: u32 = 0x10980;
/** What the PLIC tells each hart, as the bits MEIP and SEIP of mip: u16 a hart. */
export const PLIC_OUTPUT: u32 = 0x10990;
/** Priority threshold of each context, a byte each. */
export const PLIC_THRESHOLD: u32 = 0x109a0;
/** Enabled sources: a bit each, PLIC_ENABLE_STRIDE bytes a context. */
export const PLIC_ENABLE: u32 = 0x10a00;
export const PLIC_ENABLE_STRIDE: u32 = 16;
/** What the 16550 sent to itself in loopback mode: up to 16 characters, and how many. */
export const UART_LOOP: u32 = 0x10b00;
export const UART_LOOP_COUNT: u32 = 0x10b10;
export const HARTS: u32 = 0x11000;
export const STATE_END: u32 = 0x15000;

// --- allocation state of the frame pool ---
/** Head of the list of free frames (0: none) and the first frame that was never used. */
export const POOL_FREE: u32 = 0x17000;
export const POOL_NEXT: u32 = 0x17004;
export const POOL_END: u32 = 0x17008;
export const POOL_USED: u32 = 0x1700c;
/** Records: next unused slot. */
export const RECORDS_NEXT: u32 = 0x17010;
/** Which contexts' tables are initialised, a bit each. */
export const TLB_READY: u32 = 0x17014;
/** Harts for which M-mode has flushed and that have not executed since, a bit each. */
export const TLB_DUE: u32 = 0x17018;

// --- exit record ---
export const EXIT_CAUSE: u32 = 0x18000;
export const EXIT_TVAL: u32 = 0x18008;
export const EXIT_EPC: u32 = 0x18010;
/** Page number, or device-specific value. */
export const EXIT_VALUE: u32 = 0x18018;
/** What the slow path of a memory access wants: OUT_TRAP or OUT_STOP, and which stop. */
export const EXIT_OUT: u32 = 0x18020;
export const EXIT_STOP: u32 = 0x18024;
/** Value of the last CSR read. */
export const CSR_VALUE: u32 = 0x18030;
/** Physical address of the last translation. */
export const WALK_PA: u32 = 0x18038;
/** 16 bytes for a value that is not in a frame: device registers, accesses across pages. */
export const SCRATCH: u32 = 0x18040;
/** Word of the instruction in SCRATCH_RECORD, for tracers. */
export const SCRATCH_WORD: u32 = 0x18050;
/** What the last single step raised, also where fflags held it before, as a byte: for tracers. */
export const STEP_FLAGS: u32 = 0x18054;
/** mtime that a waiting machine does not skip beyond, 0 for none: the host's and not the machine's. */
export const TIME_LIMIT: u32 = 0x18058;
/** A record that only leads to pc, and one for an instruction outside the predecoded pages, with the same behind it. */
export const ENTRY_RECORD: u32 = 0x18080;
export const SCRATCH_RECORD: u32 = 0x180c0;
/** How many floating-point operations the host's arithmetic did not serve (assembly/fpu/fast-*.ts). */
export const FPU_SLOW: u32 = 0x18100;

// --- debugger: break- and watchpoints, see assembly/debug.ts; the host's and not the machine's ---
/** Which are looked at now, DEBUG_BREAKS or DEBUG_WATCHES or both, and how many there are of each. */
export const DEBUG_ARMED: u32 = 0x18200;
export const DEBUG_BREAKS: u32 = 1;
export const DEBUG_WATCHES: u32 = 2;
export const BREAK_COUNT: u32 = 0x18204;
export const WATCH_COUNT: u32 = 0x18208;
/** Where the last watchpoint was hit: the first watched byte of the access, and which watchpoint. */
export const WATCH_HIT: u32 = 0x18210;
export const WATCH_HIT_INDEX: u32 = 0x18218;
/** A bit for each halfword of a page where some breakpoint lies, whatever its page. */
export const BREAK_OFFSETS: u32 = 0x18300;
export const BREAK_OFFSETS_BYTES: u32 = 256;
/** Virtual addresses, 8 bytes each. */
export const BREAKS: u32 = 0x18400;
export const MAX_BREAKS: u32 = 512;
/** Watchpoints: u64 first byte, u64 last byte, u32 which accesses (WATCH_READ, WATCH_WRITE), u32 unused. */
export const WATCHES: u32 = 0x19400;
export const MAX_WATCHES: u32 = 64;
export const WATCH_STRIDE: u32 = 24;
export const WATCH_READ: u32 = 1;
export const WATCH_WRITE: u32 = 2;

// --- UART rings: u32 head (written), u32 tail (read), bytes ---
export const UART_TX: u32 = 0x20000;
export const UART_RX: u32 = 0x30000;
export const UART_RING: u32 = 0x8000;

// --- execute TLB: per privilege 512 entries of { i64 page address of pc, u32 records, u32 unused } ---
export const EXEC_TLB: u32 = 0x40000;
export const EXEC_TLB_ENTRIES: u32 = 512;
export const EXEC_TLB_STRIDE: u32 = 0x2000;

// --- data TLB: see assembly/tlb.ts ---
export const TLB: u32 = 0x1000000;
export const TLB_INDEX_MASK: u32 = 0x3ffff8;
export const TLB_TABLE: u32 = 0x400000;
/** Offset of the write table from the read table, and (timed flavour) of a table's physical deltas from the table. */
export const TLB_WRITE: u32 = 0x400000;
export const TLB_PHYSICAL: u32 = 0x800000;
export const TLB_STRIDE: u32 = 0x1000000;
/** Contexts: U-mode and S-mode accesses under satp, M-mode accesses. */
export const CONTEXT_U: u32 = 0;
export const CONTEXT_S: u32 = 1;
export const CONTEXT_M: u32 = 2;
export const CONTEXTS: u32 = 3;
/** Any of these bits in virtual address + entry says miss. */
export const TLB_MISS: i64 = -0x40000000;
/** Lists of filled entries: u32 count, then u32 host addresses of entries; one list a table. */
export const FILLED: u32 = 0x80000;
export const FILLED_STRIDE: u32 = 0x10004;
export const FILLED_MAX: u32 = 0x4000;

// --- frames ---
export const FRAME_REFS: u32 = 0x200000;
/** Record slot + 1 of a frame with predecoded instructions, u16 each. */
export const FRAME_CODE: u32 = 0x300000;
export const FRAME_SIZE: u32 = 4096;
export const FRAMES: u32 = 0x9000000;
/** The first frame reads as zeros and is never written. */
export const ZERO_FRAME: u32 = 0x9000000;

// --- page-frame table: frame entries are a host address with flags in the low 12 bits ---
export const ROOT: u32 = 0x800000;
export const ROOT_ENTRIES: u32 = 0x200000;
export const ENTRY_FRAME: u32 = 0xfffff000;
/** The frame is shared: copy it before the first write. */
export const ENTRY_SHARED: u32 = 1;
/** Some read entry of the data TLB may lead to this frame (or to the zero frame in its stead). */
export const ENTRY_READ_MAPPED: u32 = 2;
/** The next access of the CPU has to be announced: Stop WATCH. */
export const ENTRY_WATCHED: u32 = 4;
/** Stores are looked at one by one: the page holds tohost. */
export const ENTRY_DEVICE: u32 = 8;

// --- caches of the timed flavour: lines of a set, most recently used first, 8 bytes each ---
export const CACHE: u32 = 0x400000;
export const CACHE_L1: u32 = 0x400000;
export const CACHE_L1_SETS: u32 = 64;
export const CACHE_L1_WAYS: u32 = 4;
export const CACHE_L2: u32 = 0x401000;
export const CACHE_L2_SETS: u32 = 512;
export const CACHE_L2_WAYS: u32 = 8;
/** Cycles of an access that the L2 answers, and of one that goes to memory; an L1D hit costs the instruction's own. */
export const CACHE_COST_L2: u32 = 0x40a000;
export const CACHE_COST_MEMORY: u32 = 0x40a008;
/** Counts since reset: L1D misses, L2 misses. */
export const CACHE_L1_MISSES: u32 = 0x40a010;
export const CACHE_L2_MISSES: u32 = 0x40a018;
export const CACHE_END: u32 = 0x40a020;

// --- predecoded pages ---
export const RECORDS: u32 = 0x4000000;
export const RECORD_SLOTS: u32 = 2048;
/** 2048 records of 16 bytes, and one that leads to the next page. */
export const RECORDS_STRIDE: u32 = 0x8010;
/** Frame that a slot belongs to, u32 each. */
export const RECORD_FRAMES: u32 = 0x1a000;

/**
 * A record: one instruction at its halfword, decoded.
 *
 *     0       2       4        6        8        12        14
 *     u16 op  u16 rd  u16 rs1  u16 rs2  i32 imm  u16 left  u16 length
 *
 * Registers are byte offsets to HART_X, those of f0 to f31 too. `imm` is the immediate, in a transfer within the page the
 * distance in bytes of records; with a rounding mode it is u16 rs3, u16 rm. `left` counts the instructions from here to the end of the block. `length` is 2 or 4 bytes; only forms that
 * serve both lengths look at it.
 */
export const REC_RD: u32 = 2;
export const REC_RS1: u32 = 4;
export const REC_RS2: u32 = 6;
export const REC_IMM: u32 = 8;
export const REC_RS3: u32 = 8;
export const REC_RM: u32 = 10;
export const REC_LEFT: u32 = 12;
export const REC_LENGTH: u32 = 14;
export const RECORD: u32 = 16;
