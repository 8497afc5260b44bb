/**
 * A program for S-mode that asks the firmware below it for everything that a kernel asks for, and prints what it is told:
 * RISC-V SBI 1.0, chapters 4 to 10 (BASE, TIME, IPI, RFENCE, HSM, SRST) and the legacy console. Each line of its output
 * is a name and two numbers. It ends by asking for a shutdown.
 */
import { assembleProgram } from "../../core/assembler.ts";

/** Where OpenSBI's generic firmware starts what comes next. */
const PAYLOAD_BASE = 0x8020_0000n;

const BASE = 0x10;
const TIME = 0x5449_4d45;
const IPI = 0x73_5049;
const RFENCE = 0x5246_4e43;
const HSM = 0x48_534d;
const SRST = 0x5352_5354;
const DBCN = 0x4442_434e;
const PLIC = 0xc00_0000;
const UART_IER = 0x1000_0001;
const UART_SOURCE = 10;
const CONTEXT = 1;
const CLAIM = PLIC + 0x20_0000 + 0x1000 * CONTEXT + 4;

/** Everything the payload says, in order. */
const texts: string[] = [];

/** Prints a name, a0 and a1. */
function report(name: string): string {
  texts.push(`${name} `);
  return `mv s2, a0
    mv s3, a1
    la a0, text${texts.length - 1}
    call puts
    mv a0, s2
    call putHex
    mv a0, s3
    call putHex
    li a0, 10
    call putCharacter`;
}

function sbi(name: string, extension: number, call: number, args: readonly (number | bigint)[] = []): string {
  const load = args.map((value, index) => `li a${index}, ${value}`).join("\n");
  return `${load}\n li a7, ${extension}\n li a6, ${call}\n ecall\n ${report(name)}`;
}

const probe = (name: string, extension: number): string => sbi(`probe ${name}`, BASE, 3, [extension]);

/** Lets an interrupt come that \`prepare\` asks for, and prints scause and what \`register\` then holds. */
const interrupt = (name: string, enable: number, prepare: string, register = "zero"): string => `
    li s4, 0
    ${prepare}
    li t0, ${enable}
    csrw sie, t0
    csrrsi zero, sstatus, 2
    wait${texts.length}: beqz s4, wait${texts.length}
    csrrci zero, sstatus, 2
    mv a0, s4
    mv a1, ${register}
    ${report(name)}`;

const setTimerSoon = `csrr a0, time
    addi a0, a0, 1000
    li a7, ${TIME}
    li a6, 0
    ecall`;

const alone = [
  "mv a1, zero",
  report("hart"),
  "lwu a0, 0(s1)\n mv a1, zero",
  report("tree"),
  sbi("specification", BASE, 0),
  sbi("implementation", BASE, 1),
  probe("TIME", TIME),
  probe("IPI", IPI),
  probe("RFENCE", RFENCE),
  probe("HSM", HSM),
  probe("SRST", SRST),
  probe("DBCN", DBCN),
  probe("nothing", 0x0abc_def0),
  sbi("unknown extension", 0x0abc_def0, 0),
  interrupt("timer", 0x20, setTimerSoon),
  // sie lets it wake the hart although sstatus.SIE is off
  `${setTimerSoon}
    li t0, 0x20
    csrw sie, t0
    wfi
    csrr a0, sip
    andi a0, a0, 0x20
    csrw sie, zero
    mv a1, zero`,
  report("wfi"),
  interrupt("software", 2, `li a0, 1\n li a1, 0\n li a7, ${IPI}\n li a6, 0\n ecall`),
  sbi("ipi to a hart that is not there", IPI, 0, [2n, 40]),
  sbi("remote fence.i", RFENCE, 0, [1, 0]),
  sbi("remote sfence.vma", RFENCE, 1, [1, 0, 0, 0x1000]),
  sbi("remote sfence.vma of an asid", RFENCE, 2, [1, 0, 0, 0x1000, 7]),
  sbi("state of hart 0", HSM, 2, [0]),
  sbi("state of hart 99", HSM, 2, [99]),
  sbi("start of hart 0", HSM, 0, [0, PAYLOAD_BASE, 0]),
  interrupt(
    "external",
    0x200,
    `li t0, ${PLIC + 4 * UART_SOURCE}
    li t1, 1
    sw t1, 0(t0)
    li t0, ${PLIC + 0x2000 + 0x80 * CONTEXT}
    li t1, ${1 << UART_SOURCE}
    sw t1, 0(t0)
    li t0, ${CLAIM - 4}
    sw zero, 0(t0)
    li t0, ${UART_IER}
    li t1, 2
    sb t1, 0(t0)`,
    "s8",
  ),
  "li s4, 0\n li t0, 0x80000000\n ld t1, 0(t0)\n mv a0, s4\n mv a1, s5",
  report("load from the firmware"),
  "li s4, 0\n .align 2\n .word 0\n mv a0, s4\n mv a1, s5",
  report("illegal instruction"),
];

/** Waits until the doubleword at a label is no longer 0, and leaves it in a0. */
const awaitWord = (label: string): string => `la t0, ${label}
    await${label}: ld a0, 0(t0)
    beqz a0, await${label}
    mv a1, zero`;

/** Hart 1 is started, fenced, interrupted, and stops itself. */
const withAnother = [
  `la s9, another\n li a0, 1\n mv a1, s9\n li a2, 0x1234\n li a7, ${HSM}\n li a6, 0\n ecall\n ${report("start of hart 1")}`,
  awaitWord("opaque"),
  report("what hart 1 was told"),
  sbi("state of hart 1", HSM, 2, [1]),
  sbi("second start of hart 1", HSM, 0, [1, PAYLOAD_BASE, 0]),
  sbi("remote fence.i of both", RFENCE, 0, [3, 0]),
  sbi("remote sfence.vma of hart 1", RFENCE, 1, [1, 1, 0, 0x1000]),
  sbi("ipi to hart 1", IPI, 0, [1, 1]),
  awaitWord("cause"),
  report("what hart 1 met"),
  `running: li a0, 1\n li a7, ${HSM}\n li a6, 2\n ecall\n li t0, 1\n bne a1, t0, running`,
  report("state of hart 1 in the end"),
];

const ending = [
  sbi("reset of no kind", SRST, 0, [9, 0]),
  `li a0, 0\n li a1, 0\n li a7, ${SRST}\n li a6, 0\n ecall\n stay: j stay`,
];

const sourceOf = (body: readonly string[]): string => `
    li sp, ${PAYLOAD_BASE + 0x10_0000n}
    mv s1, a1
    la t0, handler
    csrw stvec, t0
    ${body.join("\n")}
    putCharacter: li a7, 1
    li a6, 0
    ecall
    ret
    puts: mv t3, a0
    mv t2, ra
    next: lbu a0, 0(t3)
    beqz a0, said
    call putCharacter
    addi t3, t3, 1
    j next
    said: jr t2
    putHex: mv t3, a0
    mv t2, ra
    li a0, 32
    call putCharacter
    li t4, 60
    digit: srl t5, t3, t4
    andi t5, t5, 15
    addi a0, t5, 48
    li t6, 58
    blt a0, t6, isDecimal
    addi a0, a0, 39
    isDecimal: call putCharacter
    addi t4, t4, -4
    bge t4, zero, digit
    jr t2
    .align 2
    handler: csrr s4, scause
    csrr s5, stval
    bge s4, zero, exception
    csrw sie, zero
    csrrci zero, sip, 2
    andi s7, s4, 255
    li s6, 9
    bne s7, s6, handled
    li s6, ${CLAIM}
    lw s8, 0(s6)
    li s7, ${UART_IER}
    sb zero, 0(s7)
    sw s8, 0(s6)
    handled: sret
    exception: csrr s6, sepc
    addi s6, s6, 4
    csrw sepc, s6
    sret
    another: la t0, handler
    csrw stvec, t0
    li s4, 0
    la t0, opaque
    sd a1, 0(t0)
    li t0, 2
    csrw sie, t0
    csrrsi zero, sstatus, 2
    untold: beqz s4, untold
    la t0, cause
    sd s4, 0(t0)
    li a7, ${HSM}
    li a6, 1
    ecall
    .align 3
    opaque: .dword 0
    cause: .dword 0
    ${texts.map((text, index) => `text${index}: .asciz "${text}"`).join("\n")}`;

/** The payload's bytes, for PAYLOAD_BASE. @param harts 1, or 2 to have a second one started */
export const sbiPayload = (harts: 1 | 2): Uint8Array =>
  assembleProgram(sourceOf([...alone, ...(harts === 2 ? withAnother : []), ...ending]), PAYLOAD_BASE).bytes;
