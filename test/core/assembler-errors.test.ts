/** Every mistake says where it is, what is wrong and what would be right. */
import { describe, expect, it } from "vitest";
import { assemble, assembleProgram } from "../../core/assembler.ts";
import { AssemblyError } from "../../core/assembly-error.ts";

function mistake(act: () => unknown): { line: number; column: number; what: string; mend: string } | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (!(error instanceof AssemblyError)) throw error;
    const { line, column, message, mend } = error;
    const place = `line ${line}, column ${column}: `;
    expect(message.startsWith(place)).toBe(true);
    return { line, column, what: message.slice(place.length), mend };
  }
}

describe("a mistake in an instruction", () => {
  it.each([
    ["adi a0, a0, 1", 1, "'adi' is neither an instruction nor a directive", "did you mean 'addi'?"],
    ["frobnicate", 1, "'frobnicate' is neither an instruction nor a directive", "docs/isa.md lists the instructions"],
    [
      "addi.aq a0, a0, 1",
      1,
      "'addi.aq' is neither an instruction nor a directive",
      "docs/isa.md lists the instructions",
    ],
    ["toString", 1, "'toString' is neither an instruction nor a directive", "docs/isa.md lists the instructions"],
    ["addi a0, a0", 1, "addi takes 3 operands, not 2", "write: addi rd, rs1, imm"],
    [
      "  fence rw",
      3,
      "fence takes 2 or 5 operands, not 1",
      "write: fence pred, succ  or  fence fm, pred, succ, rs1, rd",
    ],
    ["addi a0,, 1", 9, "an operand is missing", "write an operand on either side of a comma"],
    [
      "addi a0, q9, 1",
      10,
      "'q9' is not understood as rs1 of addi",
      "rs1 is a register (zero, ra, sp to t6, or x0 to x31)",
    ],
    [
      "addi a0, x32, 1",
      10,
      "'x32' is not understood as rs1 of addi",
      "rs1 is a register (zero, ra, sp to t6, or x0 to x31)",
    ],
    ["addi a0, a0, 2048", 14, "'2048' does not fit imm of addi", "imm is a number from -2048 to 2047"],
    ["addi a0, a0, one", 14, "'one' is not understood as imm of addi", "imm is a number from -2048 to 2047"],
    ["slliw a0, a0, 32", 15, "'32' does not fit shamt of slliw", "shamt is a number from 0 to 31"],
    ["lui a0, 0x100000", 9, "'0x100000' is not understood as imm of lui", "imm is a number from 0x0 to 0xfffff"],
    [
      "beq a0, a1, 3",
      13,
      "'3' does not fit imm of beq",
      "imm is a label or an address -4096 to 4094 bytes away, a multiple of 2",
    ],
    [
      "csrrw a0, mstats, a1",
      11,
      "'mstats' is not understood as csr of csrrw",
      "csr is a CSR's name such as mstatus, or its number from 0x0 to 0xfff",
    ],
    [
      "csrrw a0, 0x1000, a1",
      11,
      "'0x1000' does not fit csr of csrrw",
      "csr is a CSR's name such as mstatus, or its number from 0x0 to 0xfff",
    ],
    [
      "fence wr, rw",
      7,
      "'wr' is not understood as pred of fence",
      "pred is letters of iorw in this order, or unknown for none",
    ],
    ["lw a0, a1", 8, "'a1' has not the form that lw takes", "write: lw rd, imm(rs1)"],
    ["lr.w a0, 4(a1)", 10, "'4(a1)' has not the form that lr.w takes", "write: lr.w rd, (rs1)"],
    ["lw a0, 4( q )", 11, "'q' is not understood as rs1 of lw", "rs1 is a register (zero, ra, sp to t6, or x0 to x31)"],
    ["c.lw t0, 0(a0)", 6, "'t0' does not fit rd of c.lw", "rd is one of s0, s1, a0 to a5"],
    ["c.lw a0, 2(a0)", 10, "'2' does not fit uimm of c.lw", "uimm is a multiple of 4 from 0 to 124"],
    ["c.lwsp a0, 4(a1)", 14, "c.lwsp works with sp, not 'a1'", "write sp"],
    [
      "c.lwsp zero, 4(sp)",
      8,
      "'zero' does not fit rd of c.lwsp",
      "rd is a register (zero, ra, sp to t6, or x0 to x31) other than zero",
    ],
    ["c.slli a0, 0", 12, "'0' does not fit uimm of c.slli", "uimm is a number from 1 to 63"],
    ["c.addi16sp sp, 0", 16, "'0' does not fit imm of c.addi16sp", "imm is a multiple of 16 from -512 to 496, not 0"],
    [
      "c.lui a0, 0x20",
      11,
      "'0x20' does not fit imm of c.lui",
      "imm is a number from 0x1 to 0x1f, or from 0xfffe0 to 0xfffff",
    ],
    ["li a0, 0x123456789", 1, "li stands for 4 instructions here", "use assembleProgram"],
    ["li a0, label", 8, "'label' is no 64-bit number", "write a number such as -1 or 0x80000000; la takes a label"],
    ["ret a0", 1, "ret takes 0 operands, not 1", "write: ret"],
    ["mv a0", 1, "mv takes 2 operands, not 1", "write: mv rd, rs"],
    [
      "csrr a0, nope",
      10,
      "'nope' is not understood as csr of csrrs",
      "csr is a CSR's name such as mstatus, or its number from 0x0 to 0xfff",
    ],
    ["", 1, "one instruction expected", "write: addi a0, a0, 1"],
    ["here: nop", 1, "one instruction expected", "write: addi a0, a0, 1"],
  ])("%s", (text, column, what, mend) => {
    expect(mistake(() => assemble(text))).toEqual({ line: 1, column, what, mend });
  });
});

describe("a mistake in a program", () => {
  it.each([
    ["nop\nnop\n  j nowhere", 3, 5, "'nowhere' is not understood as imm of jal", /^imm is a label or an address/],
    ["a: nop\nb: a: nop", 2, 4, "the label 'a' stands twice", /rename/],
    ["call nowhere", 1, 6, "'nowhere' is neither a label nor an address", /define the label/],
    ["la a0, 0x123456789abc", 1, 8, "'0x123456789abc' is more than 2 GiB away", /li/],
    [".byte 1, 256", 1, 10, "256 does not fit 1 bytes", /at most 0xff/],
    [".half -32769", 1, 7, "-32769 does not fit 2 bytes", /at most 0xffff/],
    [".dword nowhere", 1, 8, "'nowhere' is neither a number nor a label", /label of this source/],
    [".word", 1, 1, ".word takes operands, not 0", /write: \.word number/],
    [".align 1, 2", 1, 1, ".align takes one operand, not 2", /write: \.align power of two/],
    [".align 17", 1, 8, "'17' is not a possible amount", /from 0 to 16/],
    [".zero -1", 1, 7, "'-1' is not a possible amount", /from 0 to/],
    [".asciz text", 1, 8, "'text' is no text", /in quotes/],
    ['.asciz "text', 1, 8, "a quote is not closed", /end the text/],
    ['.asciz "\\q"', 1, 8, "'\\q' is no escape", /\\n/],
    [".aling 2", 1, 1, "'.aling' is neither an instruction nor a directive", /did you mean '\.align'/],
  ])("%s", (source, line, column, what, mend) => {
    expect(mistake(() => assembleProgram(source, 0x8000_0000n))).toEqual({
      line,
      column,
      what,
      mend: expect.stringMatching(mend),
    });
  });
});
