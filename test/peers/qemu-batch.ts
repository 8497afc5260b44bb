/**
 * Many random programs in one bare-metal ELF. Each ends by writing its registers, CSRs, checksums of its buffer and of
 * its trap log, and the first traps as lines of sixteen hexadecimal digits to the UART; the last one ends the machine.
 */
import { assembleProgram } from "../../core/assembler.ts";
import { Random } from "../assembly/random.ts";
import { identityRoot, randomProgram } from "../assembly/random-program.ts";
import { buildElf } from "../core/elf-builder.ts";

const BASE = 0x8000_0000n;
const BUFFER = 0x8700_0000n;
const LOG = 0x8701_0000n;
const LOG_END = LOG + 0x1000n;
const DUMP = 0x8702_0000n;
/** Sum of what the programs retired, by minstret: for atoll alone, it is not printed. */
export const RETIRED = 0x8703_0000;
/** QEMU's `virt` has nothing here either. */
const HOLE = 0x0030_0000n;

const REGISTERS = Array.from({ length: 32 }, (_, index) => `x${index}`);
const CSRS = ["mscratch", "sscratch", "mepc", "sepc", "mcause", "scause", "mtval", "stval", "medeleg", "mie"];
const FIRST_TRAPS = 8;
/** What the lines of one program are, in order. */
export const LINES: readonly string[] = [
  ...REGISTERS,
  ...CSRS,
  "buffer checksum",
  "trap log checksum",
  ...Array.from({ length: FIRST_TRAPS }, (_, index) =>
    ["cause", "epc", "tval"].map((field) => `trap ${index} ${field}`),
  ).flat(),
];

export interface Batch {
  readonly elf: Uint8Array;
  /** The whole text, to look up what a program did. */
  readonly source: string;
}

export function batchOf(seeds: readonly number[]): Batch {
  const programs = seeds.map((seed, index) => {
    const name = `p${index}`;
    const random = new Random(~seed);
    const privilege = random.pick(["M", "S", "U"] as const);
    const isMapped = privilege !== "M" && random.chance(2);
    const next = index + 1 < seeds.length ? `p${index + 1}_entry` : "finish";
    const program = randomProgram({
      name,
      seed,
      length: random.between(40, 160),
      loops: random.between(4, 16),
      buffer: BUFFER,
      log: LOG,
      logEnd: LOG_END,
      privilege,
      ...(isMapped && { root: `root_${privilege}` }),
      modifiesItself: "fenced",
      hole: HOLE,
    });
    return `${name}_entry:
      li a0, ${seed}
      call fill
      ${countRetired("sub")}
      # bodies begin at any halfword
      ${random.chance(2) ? ".half 1" : ""}
      ${program}
${name}_done:
      csrw mie, zero
      ${dumpRegisters()}
      ${countRetired("add")}
      la ra, ${next}
      j report`;
  });
  const roots = [identityRoot("root_S", "S"), identityRoot("root_U", "U")];
  const source = [RUNTIME, ...programs, ...roots].join("\n");
  const { bytes } = assembleProgram(source, BASE);
  return { elf: buildElf({ segments: [{ flags: 7, vaddr: BASE, bytes }] }), source };
}

const countRetired = (how: "add" | "sub"): string => `
      csrr t1, minstret
      li t2, ${RETIRED}
      ld t3, 0(t2)
      ${how} t3, t3, t1
      sd t3, 0(t2)`;

const dumpRegisters = (): string =>
  [
    `li t5, ${DUMP}`,
    ...REGISTERS.map((register, index) => `sd ${register}, ${8 * index}(t5)`),
    ...CSRS.flatMap((csr, index) => [`csrr t6, ${csr}`, `sd t6, ${8 * (REGISTERS.length + index)}(t5)`]),
  ].join("\n");

const CHECKSUMS = 8 * (REGISTERS.length + CSRS.length);
const RUNTIME = `
      j p0_entry
# writes a pattern that depends on a0 into the buffer, and zeros into the log
fill: li a1, ${BUFFER}
      li a2, ${BUFFER + 0x2000n}
      li a3, 6364136223846793005
fill_next:
      mul a0, a0, a3
      addi a0, a0, 1013
      sd a0, 0(a1)
      addi a1, a1, 8
      bne a1, a2, fill_next
      li a1, ${LOG}
      li a2, ${LOG_END + 24n}
clear_next:
      sd zero, 0(a1)
      addi a1, a1, 8
      bne a1, a2, clear_next
      ret
# a0 becomes the checksum of [a1, a2)
checksum:
      li a0, 14695981039346656037
      li a3, 1099511628211
checksum_next:
      ld a4, 0(a1)
      xor a0, a0, a4
      mul a0, a0, a3
      addi a1, a1, 8
      bne a1, a2, checksum_next
      ret
# completes the dump and prints it; returns to ra
report:
      mv s2, ra
      li s3, ${DUMP}
      li a1, ${BUFFER}
      li a2, ${BUFFER + 0x2000n}
      call checksum
      sd a0, ${CHECKSUMS}(s3)
      li a1, ${LOG}
      li a2, ${LOG_END + 24n}
      call checksum
      sd a0, ${CHECKSUMS + 8}(s3)
      li a1, ${LOG}
      addi a2, s3, ${CHECKSUMS + 16}
      li a3, ${3 * FIRST_TRAPS}
copy_next:
      ld a4, 0(a1)
      sd a4, 0(a2)
      addi a1, a1, 8
      addi a2, a2, 8
      addi a3, a3, -1
      bnez a3, copy_next
      li s4, ${LINES.length}
line: ld a0, 0(s3)
      li a1, 60
digit:
      srl a2, a0, a1
      andi a2, a2, 15
      addi a3, a2, -10
      srli a3, a3, 63
      xori a3, a3, 1
      # 39 from the digit behind 9 to the letter a
      slli a4, a3, 5
      slli a5, a3, 3
      add a4, a4, a5
      sub a4, a4, a3
      add a2, a2, a4
      addi a2, a2, 48
      call put
      addi a1, a1, -4
      bge a1, zero, digit
      li a2, 10
      call put
      addi s3, s3, 8
      addi s4, s4, -1
      bnez s4, line
      jr s2
# a2 to the UART, once it can take a character
put:  li a4, 0x10000000
wait: lbu a5, 5(a4)
      andi a5, a5, 0x20
      beqz a5, wait
      sb a2, 0(a4)
      ret
finish:
      li a0, 0x100000
      li a1, 0x5555
      sw a1, 0(a0)
      j .
      .align 3
`;
