/**
 * A mistake in a table is reported as `file:line:column: what is wrong`. Each case is a small instruction set with one
 * mistake; `^` under a row marks the column.
 */
import { describe, expect, it } from "vitest";
import { parseIsa } from "../../isa/isa.ts";
import { parseTable, TableError } from "../../isa/table-file.ts";

type Name = "extensions" | "formats" | "instructions" | "compressed" | "csrs";

const FORMATS = `
R      funct7 rs2 rs1 funct3 rd opcode   rd, rs1, rs2
I      imm[11:0] rs1 funct3 rd opcode    rd, rs1, imm
B      imm[12|10:5] rs2 rs1 funct3 imm[4:1|11] opcode   rs1, rs2, imm
A      funct5 aq rl rs2 rs1 funct3 rd opcode   rd, rs2, (rs1)
N      funct12 funct5 funct3 funct5b opcode    -
`;
const SOUND: Readonly<Record<Name, string>> = {
  extensions: "I  2p1  -  on  -  I  integers\nC  2p0  0  on  -  I  compressed",
  formats: FORMATS,
  instructions: "extension I\nadd   R  0000000 000 0110011  x + y  2.4\naddi  I  000 0010011  x + i  2.4",
  compressed: "extension C\nc.add  100 1 rd rs2!=0 10  rd, rs2  add rd, rd, rs2",
  csrs: "cycle  0xc00  cycle counter",
};

function parse(tables: Partial<Record<Name, string>>): void {
  const table = (name: Name) => parseTable(`${name}.isa`, tables[name] ?? SOUND[name]);
  parseIsa({
    extensions: table("extensions"),
    formats: table("formats"),
    instructions: table("instructions"),
    compressed: table("compressed"),
    csrs: table("csrs"),
  });
}

/** The last row of the table with a mark below it is the wrong one. */
function check(name: Name, sound: string, marked: string, what: string): void {
  const [row, mark] = marked.split("\n") as [string, string];
  const rows = [...sound.split("\n"), row];
  const place = `${name}.isa:${rows.length}:${mark.indexOf("^") + 1}`;
  let message = "no mistake found";
  try {
    parse({ [name]: rows.join("\n") });
  } catch (error) {
    expect(error).toBeInstanceOf(TableError);
    message = (error as TableError).message;
  }
  expect(message).toBe(`${place}: ${what}`);
}

it("the instruction set that the mistakes are put into is sound", () => {
  expect(() => parse({})).not.toThrow();
});

describe("in an instruction's row", () => {
  it.each([
    ["sub  R  0100000 000 0110011  x - y\n^", "a row has name, format, constants, meaning and section"],
    [
      "sub  R  0100000 000 0110011  x - y  2.4  and more\n                                         ^",
      "more columns than a row has",
    ],
    ["sub  Q  0100000 000 0110011  x - y  2.4\n     ^", "unknown format 'Q'"],
    ["sub  R  010000 000 0110011  x - y  2.4\n        ^", "funct7 takes 7 bits, not '010000'"],
    ["sub  R  0100000 000 011001x  x - y  2.4\n                    ^", "opcode takes 7 bits, not '011001x'"],
    ["sub  R  0100000 000  x - y  2.4\n        ^", "no bits for opcode"],
    ["sub  R  0100000 000 0110011 1  x - y  2.4\n                            ^", "'1' has no field left to fill"],
    ["add  R  0100000 000 0110011  x - y  2.4\n^", "'add' stands twice"],
    ["sub  R  0000000 000 0110011  x - y  2.4\n^", "'sub' and 'add' claim the same word"],
    ["all  I  000 0010011  x - i  2.4\n^", "'all' and 'addi' claim the same word"],
  ])("%s", (marked, what) => check("instructions", SOUND.instructions, marked, what));
});

describe("in a meaning", () => {
  it.each([
    ["sub  R  0100000 000 0110011  x - i  2.4\n                                 ^", "unknown name 'i'"],
    ["sub  R  0100000 000 0110011  x - z  2.4\n                                 ^", "unknown name 'z'"],
    ["sub  R  0100000 000 0110011  neg(y)  2.4\n                             ^", "unknown function 'neg'"],
    ["sub  R  0100000 000 0110011  mulh(y)  2.4\n                             ^", "mulh takes 2 words, not 1"],
    ["sub  R  0100000 000 0110011  sext32(x, y)  2.4\n                             ^", "sext32 takes 1 words, not 2"],
    ["sub  R  0100000 000 0110011  (x <s y) + 1  2.4\n                             ^", "a word expected, not a truth"],
    [
      "sub  R  0100000 000 0110011  x + (y == 1)  2.4\n                                 ^",
      "a word expected, not a truth",
    ],
    [
      "sub  R  0100000 000 0110011  mulh(x, x == y)  2.4\n                                     ^",
      "a word expected, not a truth",
    ],
    ["sub  R  0100000 000 0110011  x ? 1 : 2  2.4\n                             ^", "a truth expected, not a word"],
    [
      "sub  R  0100000 000 0110011  x == y ? 1 : (x == y)  2.4\n                                          ^",
      "a word expected, not a truth",
    ],
    ["sub  R  0100000 000 0110011  ~(x <u y)  2.4\n                              ^", "a word expected, not a truth"],
    ["sub  R  0100000 000 0110011  x -  2.4\n                                ^", "an expression expected"],
    ["sub  R  0100000 000 0110011  (x - y  2.4\n                                   ^", "')' expected"],
    [
      "sub  R  0100000 000 0110011  x == y ? 1 ; 2  2.4\n                                        ^",
      "not understood from here on",
    ],
    ["sub  R  0100000 000 0110011  x - y)  2.4\n                                  ^", "')' is left over"],
    ["sub  R  0100000 000 0110011  x - y y  2.4\n                                   ^", "'y' is left over"],
    ["sub  R  0100000 000 0110011  x $ y  2.4\n                               ^", "not understood from here on"],
    ["sub  R  0100000 000 0110011  x < y  2.4\n                               ^", "not understood from here on"],
    [
      "sub  R  0100000 000 0110011  x + 0x8000000000000000  2.4\n                                 ^",
      "0x8000000000000000 does not fit a word",
    ],
    ["beq  B  000 1100011  if x + y  2.4\n                        ^", "a truth expected, not a word"],
    ["sub  R  0100000 000 0110011  if x == y  2.4\n                             ^", "'if' needs imm"],
    ["sub  R  0100000 000 0110011  load i32  2.4\n                             ^", "'load' needs imm"],
    [
      "ld   I  011 0000011  load i128  2.4\n                          ^",
      "'load' takes i8, i16, i32, i64, u8, u16, u32, not 'i128'",
    ],
    [
      "ld   I  011 0000011  load  2.4\n                         ^",
      "'load' takes i8, i16, i32, i64, u8, u16, u32, not ''",
    ],
    ["ld   I  011 0000011  load i64 x  2.4\n                              ^", "'x' is left over"],
    ["sc   A  00011 010 0101111  sc u32  2.4\n                              ^", "'sc' takes i32, i64, not 'u32'"],
    [
      "amo  A  00011 010 0101111  amo i8 m + y  2.4\n                               ^",
      "'amo' takes i32, u32, i64, not 'i8'",
    ],
    ["amo  A  00011 010 0101111  amo i32 m + x  2.4\n                                       ^", "unknown name 'x'"],
    [
      "sub  R  0100000 000 0110011  do two things  2.4\n                                ^",
      "the name of a routine expected",
    ],
  ])("%s", (marked, what) => check("instructions", SOUND.instructions, marked, what));
});

describe("in a hint", () => {
  it.each([
    ["nop  R  0000001 000 0110011  hint and  1\n^", "'nop' is a hint of the unknown instruction 'and'"],
    ["nop  R  0000000 000 0110011  hint add  1\n^", "'nop' claims words of 'add' that do something, or others"],
    [
      "nop  N  000000000001 00000 000 00000 0110111  hint add  1\n^",
      "'nop' claims words of 'add' that do something, or others",
    ],
    [
      "nop  N  000000000001 00000 000 00001 0110011  hint add  1\n^",
      "'nop' claims words of 'add' that do something, or others",
    ],
    ["nop  R  0000000 000 0110011  hint  1\n                                 ^", "the name of an instruction expected"],
  ])("%s", (marked, what) => check("instructions", SOUND.instructions, marked, what));

  it("that is one there is no mistake", () => {
    const hint = "nop  N  000000000001 00000 000 00000 0110011  hint add  1";
    expect(() => parse({ instructions: `${SOUND.instructions}\n${hint}` })).not.toThrow();
  });
});

describe("in a format", () => {
  const used = (row: string) => `${SOUND.instructions}\nnew  M  ${row}`;
  const inFormat = (marked: string, bits: string, what: string) => {
    const [row, mark] = marked.split("\n") as [string, string];
    const formats = `${FORMATS}${row}`;
    const place = `formats.isa:7:${mark.indexOf("^") + 1}`;
    expect(() => parse({ formats, instructions: used(`${bits}  do it  1`) })).toThrow(
      expect.objectContaining({ message: `${place}: ${what}` }),
    );
  };

  it.each([
    ["M  funct7 rs2 rs1 funct3 rd  rd, rs1, rs2\n   ^", "0000001 000", "the fields make 25 bits, not 32"],
    ["M  imm[11:0] rs3 funct3 rd opcode  rd, rs1, imm\n             ^", "001 0000011", "unknown field 'rs3'"],
    ["M  imm[0:11] rs1 funct3 rd opcode  rd, rs1, imm\n   ^", "001 0000011", "'0:11' runs upwards"],
    [
      "M  imm[11:0] +++ funct3 rd opcode  rd, rs1, imm\n             ^",
      "001 0000011",
      "'+++' is neither bits nor a field",
    ],
    ["M  imm[11:6|6:1] rs1 funct3 rd opcode  rd, rs1, imm\n   ^", "001 0000011", "bits 6:1 of imm are placed twice"],
    [
      "M  funct7 rd rs1 funct3 rd opcode  rd, rs1\n                        ^",
      "0000001 001 0000011",
      "bits 4:0 of rd are placed twice",
    ],
    ["M  imm[12:8|6:0] rs1 funct3 rd opcode  rd, rs1, imm\n   ^", "001 0000011", "bit 7 of imm is missing"],
    [
      "M  imm[11:0] rs1 funct3 rd opcode  rd, rs2, imm\n                                       ^",
      "001 0000011",
      "'rs2' is not an operand of this word",
    ],
    [
      "M  imm[11:0] rs1 funct3 rd opcode  rd, rs1\n                                   ^",
      "001 0000011",
      "the assembly form does not name imm",
    ],
    ["M  imm[11:0] rs1 funct3 rd opcode\n^", "001 0000011", "a format has a name, a word and an assembly form"],
    [
      "M  imm[11:0] rs1 funct3 rd opcode  rd, rs1, imm  more\n                                                 ^",
      "001 0000011",
      "more columns than a format has",
    ],
    ["R  imm[11:0] rs1 funct3 rd opcode  rd, rs1, imm\n^", "001 0000011", "'R' stands twice"],
  ])("%s", inFormat);
});

describe("in a compressed row", () => {
  it.each([
    ["c.mv  100 0 rd rs2!=0 10  add rd, x0, rs2\n^", "a row has name, word, assembly form and what it stands for"],
    [
      "c.mv  100 0 rd rs2!=0 10  rd, rs2  add rd, x0, rs2  more\n                                                    ^",
      "more columns than a row has",
    ],
    ["c.mv  100 0 rd rs2!=0 1  rd, rs2  add rd, x0, rs2\n      ^", "the fields make 15 bits, not 16"],
    [
      "c.mv  100 0 rd rs2!=0 10  rd, rs2  move rd, rs2\n                                   ^",
      "unknown instruction 'move'",
    ],
    [
      "c.mv  100 0 rd rs2!=0 10  rd, rs2  add rd, rs2\n                                   ^",
      "add takes 3 operands, not 2",
    ],
    [
      "c.mv  100 0 rd rs2!=0 10  rd, rs2  add rd, x0, rs1\n                                               ^",
      "'rs1' is not an operand of this word",
    ],
    [
      "c.mv  100 0 rd rs2!=0 10  rd, rs2  add rd, 0, rs2\n                                           ^",
      "rs1 takes a register, not '0'",
    ],
    [
      "c.mv  100 0 rd rs2!=0 10  rd, rs2  addi rd, rd, rs2\n                                                ^",
      "imm takes a number, not 'rs2'",
    ],
    [
      "c.mv  100 0 rd rs2!=0 10  rd, rs3  add rd, x0, rs2\n                              ^",
      "'rs3' is not an operand of this word",
    ],
    [
      "c.mv  100 0 rd rs2!=0 10  rd  add rd, x0, rs2\n                          ^",
      "the assembly form does not name rs2",
    ],
    ["c.mv  100 1 rd rs2!=0 10  rd, rs2  add rd, x0, rs2\n^", "'c.mv' and 'c.add' claim the same word"],
    ["c.mv  100 1 rd 00001 10  rd  add rd, x0, rd\n^", "'c.mv' and 'c.add' claim the same word"],
    ["c.add  100 0 rd rs2!=0 10  rd, rs2  add rd, x0, rs2\n^", "'c.add' stands twice"],
  ])("%s", (marked, what) => check("compressed", SOUND.compressed, marked, what));

  it("a forbidden value keeps two rows apart", () => {
    const jalr = "c.jalr  100 1 rd 00000 10  rd  add rd, x0, rd";
    expect(() => parse({ compressed: `${SOUND.compressed}\n${jalr}` })).not.toThrow();
  });
});

describe("in a heading", () => {
  const HEADING = "a heading is 'extension NAME' or 'extension NAME with OTHER'";
  it.each([
    ["extension I|Q\n            ^", "unknown extension 'Q'"],
    ["extension\n^", HEADING],
    ["extension I C\n^", HEADING],
    ["extension I  C\n^", HEADING],
    ["extension I with\n^", HEADING],
    ["extension I with C C\n^", HEADING],
    ["extension I with Q\n                 ^", "unknown extension 'Q'"],
  ])("%s", (marked, what) => check("instructions", SOUND.instructions, marked, what));

  it("or without one", () => {
    const row = "add   R  0000000 000 0110011  x + y  2.4";
    const what = "instructions.isa:1:1: no heading 'extension NAME' stands above this row";
    expect(() => parse({ instructions: row })).toThrow(expect.objectContaining({ message: what }));
  });
});

describe("in an extension's row", () => {
  it.each([
    ["M  2p0  1  on  -  I\n^", "an extension has name, version, bit, machine, implies, where and what"],
    ["M  2p0  1  on  -  I  what  more\n                           ^", "more columns than an extension has"],
    ["m  2p0  1  on  -  I  what\n^", "'m' is no name of an extension"],
    ["M  2.0  1  on  -  I  what\n   ^", "'2.0' is no version such as 2p1"],
    ["M  2p0  64  on  -  I  what\n        ^", "a bit is 0 to 63 or -, not '64'"],
    ["M  2p0  x  on  -  I  what\n        ^", "a bit is 0 to 63 or -, not 'x'"],
    ["M  2p0  1  off  -  I  what\n           ^", "'off' is not one of on, option, none"],
    ["M  2p0  0  on  -  I  what\n^", "'M' and 'C' share a name or a bit"],
    ["C  2p0  1  on  -  I  what\n^", "'C' and 'C' share a name or a bit"],
    ["M  2p0  1  on  Zmmul  I  what\n               ^", "unknown extension 'Zmmul'"],
    ["M  2p0  1  on  C+Q:I  I  what\n               ^", "unknown extension 'Q'"],
  ])("%s", (marked, what) => check("extensions", SOUND.extensions, marked, what));
});

describe("in a CSR's row", () => {
  const number = "a CSR has a name, a number 0x000 to 0xfff and a description";
  it.each([
    ["time  0xc0  timer\n      ^", number],
    ["time  3073  timer\n      ^", number],
    ["time  0x1c01  timer\n      ^", number],
    ["time\n^", number],
    ["time  0xc01\n      ^", number],
    ["time  0xc01  timer  more\n                    ^", "more columns than a CSR has"],
    ["cycle  0xc01  again\n^", "'cycle' and 'cycle' share a name or a number"],
    ["time  0xc00  timer\n^", "'time' and 'cycle' share a name or a number"],
    ["time3-31  0xbf0  timers\n^", "'time19' and 'cycle' share a name or a number"],
    ["time31-3  0xc03  timers\n^", "'time31-3' runs downwards or beyond 0xfff"],
    ["time3-31  0xff0  timers\n^", "'time3-31' runs downwards or beyond 0xfff"],
  ])("%s", (marked, what) => check("csrs", SOUND.csrs, marked, what));
});
