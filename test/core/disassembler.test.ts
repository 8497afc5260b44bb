import { describe, expect, it } from "vitest";
import { assemble } from "../../core/assembler.ts";
import { decode } from "../../core/decoder.ts";
import { disassemble } from "../../core/disassembler.ts";

describe("a word becomes the text of GNU binutils", () => {
  it.each([
    [0x00a58513, "addi a0,a1,10"],
    [0xff843503, "ld a0,-8(s0)"],
    [0xfe113c23, "sd ra,-8(sp)"],
    [0xfffff537, "lui a0,0xfffff"],
    [0x41f5551b, "sraiw a0,a0,0x1f"],
    [0xffc08067, "jalr zero,-4(ra)"],
    [0x30529073, "csrrw zero,mtvec,t0"],
    [0x30515073, "csrrwi zero,mtvec,2"],
    [0x5c0290f3, "csrrw ra,0x5c0,t0"],
    [0x160525af, "lr.w.aqrl a1,(a0)"],
    [0x04b5262f, "amoadd.w.aq a2,a1,(a0)"],
    [0x02b5362f, "amoadd.d.rl a2,a1,(a0)"],
    [0x12b50073, "sfence.vma a0,a1"],
    [0x00000073, "ecall"],
    [0xc0001073, "unimp"],
    [0x4082, "c.lwsp ra,0(sp)"],
    [0x6105, "c.addi16sp sp,32"],
    [0x0020, "c.addi4spn s0,sp,8"],
    [0x757d, "c.lui a0,0xfffff"],
    [0x0001, "c.addi zero,0"],
    [0x0302, "c.slli64 t1"],
    [0x9002, "c.ebreak"],
  ])("0x%x", (word, text) => {
    expect(disassemble(word)?.text).toBe(text);
  });

  it("of which the name leaves out the suffix, and the length is that of the word", () => {
    expect(disassemble(0x04b5262f)).toMatchObject({ name: "amoadd.w", byteLen: 4 });
    expect(disassemble(0xffff_4082)).toMatchObject({ name: "c.lwsp", byteLen: 2 });
  });
});

describe("a fence", () => {
  it.each([
    [0x0ff0000f, "fence iorw,iorw"],
    [0x0130000f, "fence w,rw"],
    [0x0000000f, "fence unknown,unknown"],
    [0x8330000f, "fence.tso"],
    [0x1ff0000f, "fence 1,iorw,iorw,zero,zero"],
    [0x0ff5058f, "fence 0,iorw,iorw,a0,a1"],
    [0x0000100f, "fence.i"],
    [0xfff5158f, "fence.i a1,a0,-1"],
  ])("names its reserved fields when they are not zero: 0x%x", (word, text) => {
    expect(disassemble(word)?.text).toBe(text);
    expect(assemble(text)).toBe(word);
  });
});

describe("a transfer's target", () => {
  it.each([
    [0xffdff06f, "jal zero,0x7ffffffc", "jal zero,-4"],
    [0xfe0508e3, "beq a0,zero,0x7ffffff0", "beq a0,zero,-16"],
    [0xa001, "c.j 0x80000000", "c.j 0"],
    [0xfc75, "c.bnez s0,0x7ffffffc", "c.bnez s0,-4"],
  ])("is an address if the instruction's is known: 0x%x", (word, absolute, relative) => {
    expect(disassemble(word, 0x8000_0000n)?.text).toBe(absolute);
    expect(disassemble(word)?.text).toBe(relative);
  });

  it("wraps around at either end of the address space", () => {
    expect(disassemble(0xffdff06f, 0n)?.text).toBe("jal zero,0xfffffffffffffffc");
    expect(disassemble(0x0080006f, 2n ** 64n - 4n)?.text).toBe("jal zero,0x4");
  });
});

describe("an illegal word has no text", () => {
  it.each([0x0000, 0xffff_ffff, 0x6101, 0x6002, 0x9c00, 0x4002, 0x0000_0003 | (7 << 12)])("0x%x", (word) => {
    expect(disassemble(word)).toBeUndefined();
  });
});

describe("decode, for the tracer", () => {
  it("gives the operands of the word and of the instruction that is executed", () => {
    const decoded = decode(0x4085);
    expect(decoded).toMatchObject({
      byteLen: 2,
      written: { name: "c.li" },
      fields: { rd: 1, imm: 1 },
      row: { name: "addi" },
      operands: { rd: 1, rs1: 0, imm: 1 },
    });
    expect(decode(0xff843503)).toMatchObject({
      row: { name: "ld", kind: "load", memory: "i64" },
      operands: { rd: 10, rs1: 8, imm: -8 },
    });
  });
});
