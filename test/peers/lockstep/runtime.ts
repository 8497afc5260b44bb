/**
 * What runs around the programs, as assembly text: boot, the handler of M-mode, the trampoline of S-mode. The handler
 * writes down every trap with all registers, and lets the program go on behind the instruction, at an anchor if the fetch
 * itself failed, or in the next iteration if the trap is the ECALL at the code's end.
 *
 * mscratch points to the program's block, always. A trap that is delegated lands in the trampoline, whose ECALL from S
 * hands it to M: so the program's S-mode may have any page tables and registers.
 */
import { assembleProgram } from "../../../core/assembler.ts";
import { INSTRUCTIONS } from "../../../core/isa.gen.ts";
import { RESULT_CSRS, SETUP_CSRS } from "./csrs.ts";
import { MSTATUS_FS } from "./fields.ts";
import { ALIAS, BLOCK, BLOCK_SIZE, blockOf, ITERATION, RAM_BASE, RECORD, SPACE } from "./place.ts";

const REGISTERS = Array.from({ length: 30 }, (_, index) => index + 1);
/** Offset of the trampoline; `mtvec` and `stvec` may be vectored, so their bases are aligned and 64 entries follow. */
const TRAMPOLINE = 0x1000;
const VECTORS = 0x1400;
const ENTRIES = 64;
const SRET = TRAMPOLINE + 4 * ENTRIES;

export const M_VECTOR = BigInt(RAM_BASE + VECTORS);
export const S_VECTOR = BigInt(RAM_BASE + TRAMPOLINE);

const hasDoubles = INSTRUCTIONS.some(({ name }) => name === "fsd");

/** Runs the programs `first` to `last`. */
export function runtime(first: number, last: number): Uint8Array {
  const source = [
    // QEMU's second hart, without which it would break AMOs into two accesses, waits for ever
    "start: csrr t0, mhartid",
    "bnez t0, park_hart",
    `li t6, ${blockOf(first)}`,
    "li t0, 0x02004000",
    "li t1, -1",
    "sd t1, 0(t0)",
    "j program",
    "park_hart: wfi",
    "j park_hart",
    ...setUp(),
    ...handler(),
    ...resumption(),
    ...iteration(),
    ...finish(last),
    ".align 12",
    // --- trampoline, at TRAMPOLINE ---
    ...Array.from({ length: ENTRIES }, () => "ecall"),
    "sret",
    ".align 10",
    ...Array.from({ length: ENTRIES }, () => "j trap"),
  ].join("\n");
  const { bytes } = assembleProgram(source, BigInt(RAM_BASE));
  if (bytes.length !== VECTORS + 4 * ENTRIES) throw new Error(`the runtime has ${bytes.length} bytes`);
  return bytes;
}

const setUp = (): string[] => [
  "program:",
  "csrw mscratch, t6",
  // a program that filled its log may have left its interrupts behind
  "li t0, 0x02000000",
  "sw zero, 0(t0)",
  "li t0, 0x02004000",
  "li t1, -1",
  "sd t1, 0(t0)",
  "csrw pmpcfg0, zero",
  "csrw pmpcfg2, zero",
  ...SETUP_CSRS.flatMap((csr, index) => [`ld t0, ${BLOCK.CSRS + 8 * index}(t6)`, `csrw ${csr}, t0`]),
  ...(hasDoubles
    ? [
        `li t0, ${MSTATUS_FS}`,
        "csrrs zero, mstatus, t0",
        "csrw fcsr, zero",
        ...Array.from({ length: 32 }, (_, index) => `fld f${index}, ${BLOCK.F + 8 * index}(t6)`),
      ]
    : []),
  "sfence.vma zero, zero",
  "fence.i",
  "j next_iteration",
];

const handler = (): string[] => [
  "trap:",
  "csrrw t6, mscratch, t6",
  "sd t0, 40(t6)",
  "csrr t0, mstatus",
  `sd t0, ${BLOCK.MSTATUS}(t6)`,
  // see "stale-mprv" in deviations.ts; MPP is M here if MPRV is set
  "li t0, 0x20000",
  "csrrc zero, mstatus, t0",
  "ld t0, 40(t6)",
  ...REGISTERS.map((index) => `sd x${index}, ${8 * index}(t6)`),
  "csrr t0, mscratch",
  `sd t0, ${8 * 31}(t6)`,
  // what the program retired since the last MRET; QEMU counts time there, nobody compares it
  "csrr t0, minstret",
  `ld t1, ${BLOCK.MARK}(t6)`,
  "sub t0, t0, t1",
  `ld t1, ${BLOCK.RETIRED}(t6)`,
  "add t1, t1, t0",
  `sd t1, ${BLOCK.RETIRED}(t6)`,
  "csrw mscratch, t6",
  "csrr s1, mcause",
  "csrr s2, mepc",
  "csrr s3, mtval",
  `ld s4, ${BLOCK.MSTATUS}(t6)`,
  "li s5, 0",
  // the trampoline's ECALL stands for a trap into S
  "li t0, 9",
  "bne s1, t0, log",
  `li t0, ${RAM_BASE + TRAMPOLINE}`,
  "sub t0, s2, t0",
  `li t1, ${4 * ENTRIES}`,
  "bgeu t0, t1, log",
  "csrr s1, scause",
  "csrr s2, sepc",
  "csrr s3, stval",
  "li s5, 1",
  "log:",
  "li s7, 0",
  `ld a0, ${BLOCK.LOG_NEXT}(t6)`,
  `sd s5, ${RECORD.KIND}(a0)`,
  `sd s1, ${RECORD.CAUSE}(a0)`,
  `sd s2, ${RECORD.EPC}(a0)`,
  `sd s3, ${RECORD.TVAL}(a0)`,
  `sd s4, ${RECORD.MSTATUS}(a0)`,
  "csrr t0, mip",
  `sd t0, ${RECORD.MIP}(a0)`,
  `ld t0, ${BLOCK.ITERATION_NOW}(t6)`,
  `sd t0, ${RECORD.ITERATION}(a0)`,
  ...[...REGISTERS, 31].flatMap((index) => [`ld t0, ${8 * index}(t6)`, `sd t0, ${RECORD.X + 8 * index}(a0)`]),
  ...(hasDoubles
    ? [
        `li t0, ${MSTATUS_FS}`,
        "and t0, t0, s4",
        "beqz t0, logged",
        "csrr t0, fcsr",
        `sd t0, ${RECORD.FCSR}(a0)`,
        ...Array.from({ length: 32 }, (_, index) => `fsd f${index}, ${RECORD.F + 8 * index}(a0)`),
      ]
    : []),
  "logged:",
  // s3: what mtval or stval become, see "breakpoint-tval" and "misaligned-nothing" in deviations.ts
  "li t0, 3",
  "bne s1, t0, no_breakpoint",
  "li s3, 0",
  "no_breakpoint:",
  // "svinval-tval"
  "li t0, 2",
  "bne s1, t0, no_illegal",
  "li s3, 0",
  // the fence behind a page-table entry that was changed may have been the illegal instruction
  "sfence.vma zero, zero",
  "no_illegal:",
  "ori t0, s1, 2",
  "li t1, 7",
  "bne t0, t1, no_access_fault",
  "andi s3, s3, -8",
  "no_access_fault:",
  "beqz s5, to_mtval",
  "csrw stval, s3",
  "j normal",
  "to_mtval: csrw mtval, s3",
  "normal:",
  `addi a0, a0, ${RECORD.SIZE}`,
  `sd a0, ${BLOCK.LOG_NEXT}(t6)`,
  `ld t0, ${BLOCK.LOG_END}(t6)`,
  "bgeu a0, t0, finish",
];

const resumption = (): string[] => [
  "blt s1, zero, interrupt",
  // s6: the instruction's offset in the code
  `ld t0, ${BLOCK.CODE}(t6)`,
  "sub s6, s2, t0",
  `li t1, ${SPACE.CODE_SIZE}`,
  "bltu s6, t1, in_code",
  `li t2, ${ALIAS}`,
  "sub s6, s6, t2",
  "bgeu s6, t1, wild",
  "in_code:",
  `ld t0, ${BLOCK.CODE_END}(t6)`,
  "beq s6, t0, next_iteration",
  // a fetch that failed fails again behind the instruction
  "li t0, 1",
  "beq s1, t0, wild",
  "li t0, 12",
  "beq s1, t0, wild",
  "add t0, t6, s6",
  `li t1, ${BLOCK.SHADOW}`,
  "add t0, t0, t1",
  "lhu t1, 0(t0)",
  "andi t1, t1, 3",
  "addi s2, s2, 2",
  "li t0, 3",
  "bne t1, t0, resume",
  "addi s2, s2, 2",
  "resume:",
  "beqz s5, to_mepc",
  "csrw sepc, s2",
  "csrr t0, mstatus",
  "srli t1, t0, 22",
  "andi t1, t1, 1",
  "bnez t1, without_sret",
  `li t0, ${RAM_BASE + SRET}`,
  "csrw mepc, t0",
  "li s7, 1",
  "j restore",
  // with TSR the trampoline may not SRET: M goes to SPP itself
  "without_sret:",
  "srli t1, t0, 8",
  "andi t1, t1, 1",
  "slli t1, t1, 11",
  "li t2, 0x1800",
  "csrrc zero, mstatus, t2",
  "csrrs zero, mstatus, t1",
  "to_mepc:",
  "csrw mepc, s2",
  "restore:",
  "csrr t0, minstret",
  // the trampoline's SRET is none of the program's
  "add t0, t0, s7",
  `sd t0, ${BLOCK.MARK}(t6)`,
  ...REGISTERS.map((index) => `ld x${index}, ${8 * index}(t6)`),
  `ld t6, ${8 * 31}(t6)`,
  "mret",
  "wild:",
  `ld t0, ${BLOCK.ANCHOR_NEXT}(t6)`,
  "ld s2, 0(t0)",
  "addi t0, t0, 8",
  `ld t1, ${BLOCK.ANCHORS_END}(t6)`,
  "bltu t0, t1, keep_anchor",
  `li t0, ${BLOCK.ANCHORS}`,
  "add t0, t0, t6",
  "keep_anchor:",
  `sd t0, ${BLOCK.ANCHOR_NEXT}(t6)`,
  `ld t0, ${BLOCK.ITERATION_NOW}(t6)`,
  `ld t1, ${ITERATION.DELTA}(t0)`,
  "add s2, s2, t1",
  `ld t1, ${ITERATION.MSTATUS}(t0)`,
  // MPP and MPRV
  "li t2, 0x21800",
  "csrrc zero, mstatus, t2",
  "li t2, 0x1800",
  "and t1, t1, t2",
  "csrrs zero, mstatus, t1",
  "j to_mepc",
  "interrupt:",
  "andi t0, s1, 63",
  "li t1, 1",
  "sll t1, t1, t0",
  "csrrc zero, mip, t1",
  "li t2, 3",
  "bne t0, t2, not_software",
  "li t1, 0x02000000",
  "sw zero, 0(t1)",
  "not_software:",
  "li t2, 7",
  "bne t0, t2, resume",
  "li t1, 0x02004000",
  "li t2, -1",
  "sd t2, 0(t1)",
  "j resume",
];

const iteration = (): string[] => [
  "next_iteration:",
  `ld t0, ${BLOCK.ITERATION_NEXT}(t6)`,
  `ld t1, ${BLOCK.ITERATIONS_END}(t6)`,
  "bgeu t0, t1, finish",
  `sd t0, ${BLOCK.ITERATION_NOW}(t6)`,
  `addi t1, t0, ${ITERATION.SIZE}`,
  `sd t1, ${BLOCK.ITERATION_NEXT}(t6)`,
  ...(
    [
      [2, ITERATION.SP],
      [3, ITERATION.GP],
      [8, ITERATION.S0],
      [9, ITERATION.S1],
    ] as const
  ).flatMap(([index, at]) => [`ld t1, ${at}(t0)`, `sd t1, ${8 * index}(t6)`]),
  `ld t1, ${ITERATION.MSTATUS}(t0)`,
  "csrw mstatus, t1",
  `ld t1, ${ITERATION.PC}(t0)`,
  "csrw mepc, t1",
  "li s7, 0",
  "j restore",
];

const finish = (last: number): string[] => [
  "finish:",
  `li t1, ${BLOCK.RESULTS}`,
  "add t1, t1, t6",
  ...RESULT_CSRS.flatMap((csr, index) => [
    // without FS there is no fcsr to read
    ...(csr === "fcsr" ? [`li t0, ${MSTATUS_FS}`, "csrrs zero, mstatus, t0"] : []),
    `csrr t0, ${csr}`,
    `sd t0, ${8 * index}(t1)`,
  ]),
  `li t0, ${BLOCK_SIZE}`,
  "add t6, t6, t0",
  `li t0, ${blockOf(last + 1)}`,
  "bltu t6, t0, program",
  "li t0, 0x100000",
  "li t1, 0x5555",
  "sw t1, 0(t0)",
  "j .",
];
