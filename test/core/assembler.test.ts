import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assemble } from "../../core/assembler.ts";
import { disassemble } from "../../core/disassembler.ts";
import { HINTS, INSTRUCTIONS } from "../../core/isa.gen.ts";
import { HALFWORDS, legalWords } from "./legal-words.ts";

describe("assembling undoes disassembling", () => {
  const roundTrip = (word: number, pc?: bigint): number | undefined => {
    const text = disassemble(word, pc)?.text;
    return text === undefined ? undefined : assemble(text, pc);
  };

  it("for every legal halfword", () => {
    const legal = HALFWORDS.filter((word) => disassemble(word));
    expect(legal.map((word) => roundTrip(word))).toEqual(legal);
    expect(legal.map((word) => roundTrip(word, 0x8000_0000n))).toEqual(legal);
  });

  it.each([...INSTRUCTIONS, ...HINTS].map((row) => [row.name, row] as const))("for %s with any operands", (_, row) => {
    fc.assert(
      fc.property(legalWords(row), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (word, half) => {
        expect(roundTrip(word)).toBe(word);
        expect(roundTrip(word, half * 2n)).toBe(word);
      }),
      { numRuns: 200 },
    );
  });

  it("with as many texts as words", () => {
    const texts = HALFWORDS.map((word) => disassemble(word)?.text).filter((text) => text !== undefined);
    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe("the same word may be written in several ways", () => {
  it.each([
    ["addi a0,a1,10", "addi x10, x11, 0xa"],
    ["addi s0,s0,-1", "  addi\tfp , x8,-0b1  # counts down"],
    ["lw a0,0(a1)", "lw a0, (a1)"],
    ["sd ra,8(sp)", "sd ra, 8 ( x2 )"],
    ["lr.w a0,(a1)", "lr.w a0, 0(a1)"],
    ["csrrw zero,mstatus,a0", "csrrw x0, 0x300, a0"],
    ["jal zero,-4", "j -4"],
    ["jalr zero,0(ra)", "ret"],
    ["jalr zero,0(t0)", "jr t0"],
    ["addi zero,zero,0", "nop"],
    ["addi a0,a1,0", "mv a0, a1"],
    ["beq a0,zero,8", "beqz a0, 8"],
    ["bne a0,zero,8", "bnez a0, 8"],
    ["csrrs a0,cycle,zero", "csrr a0, cycle"],
    ["csrrw zero,satp,a0", "csrw satp, a0"],
    ["lui a0,0x80000", "li a0, -0x80000000"],
  ])("%s is %s", (canonical, other) => {
    expect(assemble(other)).toBe(assemble(canonical));
    expect(disassemble(assemble(other))?.text).toBe(canonical);
  });

  it("a target is a distance without an address and an address with one", () => {
    expect(assemble("beq a0, a1, 0x80000010", 0x8000_0000n)).toBe(assemble("beq a0, a1, 16"));
    expect(assemble("jal ra, 0", 2n ** 64n - 4n)).toBe(assemble("jal ra, 4"));
    expect(assemble("j . - 4", 0x1000n)).toBe(assemble("jal zero, -4"));
  });
});
