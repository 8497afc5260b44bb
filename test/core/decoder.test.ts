/**
 * Two decoders, one table: the generated AssemblyScript one fills a record, the slow one here goes through the rows.
 * They have to agree on every halfword and on random words.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  EXTENSIONS,
  HART_F,
  HART_X,
  REC_IMM,
  REC_LENGTH,
  REC_RD,
  REC_RS1,
  REC_RS2,
  RECORD,
  SCRATCH_RECORD,
  STATE_END,
  X_SINK,
} from "../../assembly/layout.ts";
import * as op from "../../assembly/op.gen.ts";
import { type CoreExports, instantiateCore } from "../../core/core-module.ts";
import { decode } from "../../core/decoder.ts";
import { COMPRESSED, EXTENSIONS as EXTENSIONS_KNOWN, INSTRUCTIONS } from "../../core/isa.gen.ts";
import type { CompressedRow, EncodingRow, InstructionRow } from "../../core/isa-row.ts";
import { DEFAULT_ISA } from "../../core/isa-string.ts";
import { readField } from "../../core/operand-fields.ts";
import { HALFWORDS, wordOf } from "./legal-words.ts";

interface Record {
  readonly op: string;
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  readonly imm: number;
  readonly byteLen: number;
}

const opNames = new Map(Object.entries(op).map(([name, id]) => [id, name]));
let core: CoreExports;
let view: DataView;

beforeAll(async () => {
  const instance = await instantiateCore("functional");
  core = instance.exports;
  view = new DataView(instance.memory.buffer);
  setExtensions(DEFAULT_ISA.word);
});

const setExtensions = (word: bigint): void => view.setBigUint64(EXTENSIONS, word, true);

function fastDecode(word: number): Record {
  if ((word & 3) === 3) core.decode32(SCRATCH_RECORD, word);
  else core.decode16(SCRATCH_RECORD, word);
  const at = (offset: number) => view.getUint16(SCRATCH_RECORD + offset, true);
  return {
    op: opNames.get(at(0)) as string,
    rd: at(REC_RD) === X_SINK ? 0 : at(REC_RD) / 8,
    rs1: at(REC_RS1) / 8,
    rs2: at(REC_RS2) / 8,
    imm: view.getInt32(SCRATCH_RECORD + REC_IMM, true),
    byteLen: at(REC_LENGTH),
  };
}

/** Registers of a record are counted from x0: this is f0's number. */
const F0 = (HART_F - HART_X) / 8;

const upperName = ({ name }: InstructionRow) => name.toUpperCase().replaceAll(".", "_");

/** Transfers by a distance are decoded as far ones; their length stands in the record. */
function opName(row: InstructionRow, byteLen: number): string {
  if (row.kind === "branch" || row.name === "jal") return `${upperName(row)}_FAR`;
  return byteLen === 2 ? `C_${upperName(row)}` : upperName(row);
}

function slowDecode(word: number, extensions?: ReadonlySet<string>): Record {
  const decoded = decode(word, extensions);
  if (!decoded) return { op: "ILLEGAL", rd: 0, rs1: 0, rs2: 0, imm: 0, byteLen: (word & 3) === 3 ? 4 : 2 };
  const { row, operands, byteLen } = decoded;
  const { zimm = 0, imm, shamt, csr = 0 } = operands;
  const register = (name: "rd" | "rs1" | "rs2" | "rs3") => {
    const float = operands[`f${name}`];
    return float === undefined ? (operands[name] ?? 0) : F0 + float;
  };
  const rm = operands.rm ?? operands.rmx;
  const rounding = rm === undefined ? undefined : (rm << 16) | (operands.frs3 === undefined ? 0 : 8 * register("rs3"));
  return {
    op: opName(row, byteLen),
    rd: register("rd"),
    rs1: zimm || register("rs1"),
    rs2: register("rs2"),
    imm: rounding ?? imm ?? shamt ?? csr,
    byteLen,
  };
}

const agree = (word: number, extensions?: ReadonlySet<string>): void => {
  const [fast, slow] = [fastDecode(word), slowDecode(word, extensions)];
  // comparing in place first: 250,000 calls of expect take longer than all the decoding
  const isSame = (Object.keys(slow) as (keyof Record)[]).every((key) => fast[key] === slow[key]);
  if (!isSame) expect({ word: word.toString(16), ...fast }).toEqual({ word: word.toString(16), ...slow });
};

const isOf = ({ mask, match, operands }: EncodingRow, word: number) =>
  (word & mask) >>> 0 === match && operands.every((operand) => !operand.forbidden.includes(readField(operand, word)));

/** Words of an encoding: a factor for each operand, which is the number of values that it may have. */
const sizeOf = ({ operands }: EncodingRow) =>
  operands
    .map(({ slices, forbidden }) => 2 ** slices.reduce((sum, { count }) => sum + count, 0) - forbidden.length)
    .reduce((product, values) => product * values, 1);

describe("the decoder of the core and the tables", () => {
  it("agree on every halfword", () => {
    for (const word of HALFWORDS) agree(word);
  });

  it("agree on uniformly random words", () => {
    const words = fc.uint32Array({ minLength: 4096, maxLength: 4096 });
    fc.assert(
      fc.property(words, (sample) => {
        for (const word of sample) agree((word | 3) >>> 0);
      }),
      { numRuns: 30 },
    );
  });

  it("agree on legal words and on words that are one bit away from legal", () => {
    const words = fc.uint32Array({ minLength: 4096, maxLength: 4096 });
    fc.assert(
      fc.property(words, fc.nat(), (sample, salt) => {
        for (const [index, random] of sample.entries()) {
          const row = INSTRUCTIONS[(index + salt) % INSTRUCTIONS.length] as InstructionRow;
          const legal = wordOf(row, random);
          agree(legal);
          agree((legal ^ (4 << (index % 30))) >>> 0);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("agree whichever extensions are on", () => {
    const words = fc.uint32Array({ minLength: 2048, maxLength: 2048 });
    const names = EXTENSIONS_KNOWN.flatMap(({ name, bit }) => (bit === undefined ? [] : [{ name, bit: BigInt(bit) }]));
    const always = EXTENSIONS_KNOWN.filter(({ bit }) => bit === undefined).map(({ name }) => name);
    fc.assert(
      fc.property(words, fc.subarray(names), (sample, some) => {
        const on = new Set([...always, ...some.map(({ name }) => name)]);
        setExtensions(some.reduce((sum, { bit }) => sum | (1n << bit), 0n));
        for (const [index, random] of sample.entries()) {
          agree(wordOf(INSTRUCTIONS[index % INSTRUCTIONS.length] as InstructionRow, random), on);
          agree(wordOf(COMPRESSED[index % COMPRESSED.length] as CompressedRow, random & 0xffff), on);
        }
      }),
      { numRuns: 60 },
    );
    setExtensions(DEFAULT_ISA.word);
  });

  it("write nothing but the record", () => {
    const around = () => [
      ...new Uint8Array(view.buffer, SCRATCH_RECORD - 64, 64),
      ...new Uint8Array(view.buffer, SCRATCH_RECORD + RECORD, 64),
      ...new Uint8Array(view.buffer, 0, STATE_END),
    ];
    const before = around();
    for (const word of [0x00a00513, 0xffffffff, 0x0001, 0x0000]) fastDecode(word);
    expect(around()).toEqual(before);
  });
});

describe("the tables", () => {
  /** Instructions of RV64 by extension, as the listings of the manual count them; sret mret wfi sfence.vma are with I. */
  const COUNTS: { readonly [extension: string]: number } = {
    I: 40 + 12 + 4,
    Zifencei: 1,
    Zmmul: 5,
    M: 8,
    Zalrsc: 4,
    Zaamo: 18,
    F: 26 + 4,
    D: 26 + 6,
    Zfhmin: 4 + 4,
    Zfh: 22 + 4,
    Zba: 8,
    "Zbb|Zbkb": 11,
    Zbb: 13,
    Zbs: 8,
    "Zbc|Zbkc": 2,
    Zbc: 1,
    Zbkb: 4,
    Zbkx: 2,
    Zicond: 2,
    Zicsr: 6,
    Zawrs: 2,
    Zacas: 3,
    Zimop: 2,
    Zicbom: 3,
    Zicboz: 1,
    Svinval: 3,
  };

  it.each(Object.entries(COUNTS))("have the instructions of %s: %i", (extension, count) => {
    expect(INSTRUCTIONS.filter(({ extensions }) => extensions.join("|") === extension)).toHaveLength(count);
  });

  it("have no instruction of another extension", () => {
    const others = INSTRUCTIONS.filter(({ extensions }) => COUNTS[extensions.join("|")] === undefined);
    expect(others.map(({ name }) => name)).toEqual([]);
  });

  it("give no halfword to two rows", () => {
    const claimed = HALFWORDS.map((word) => COMPRESSED.filter(({ encoding }) => isOf(encoding, word)).length);
    expect(claimed.filter((count) => count > 1)).toEqual([]);
    // what GNU binutils disassembles as RV64GC (test/peers), and Zcb and Zcmop by the free bits of their rows
    expect(claimed.filter((count) => count === 1)).toHaveLength(46_743 + 1016);
  });

  it("give each compressed row as many halfwords as its free bits and forbidden values say", () => {
    const counts = Map.groupBy(HALFWORDS, (word) => decode(word)?.written.name);
    for (const row of COMPRESSED) expect(counts.get(row.name)?.length, row.name).toBe(sizeOf(row.encoding));
  });

  it("give no word to two rows", () => {
    for (const [index, a] of INSTRUCTIONS.entries())
      for (const b of INSTRUCTIONS.slice(0, index)) {
        const shared = a.encoding.mask & b.encoding.mask;
        // what is left of zext.h and packw: rs2 = x0 belongs to the first and is forbidden to the second
        const isApart = ((a.encoding.match ^ b.encoding.match) & shared) !== 0 || !isOf(a.encoding, b.encoding.match);
        expect(isApart, `${a.name} ${b.name}`).toBe(true);
      }
  });
});
