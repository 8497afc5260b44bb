/**
 * A random program before it is bytes: set-up, iterations and items of code. An item is what stays together when a
 * program is shrunk; transfers name the item that they go to, so items can be taken out.
 */
import type { CompressedRow, InstructionRow } from "../../../core/isa-row.ts";
import { mayHold, placeField } from "../../../core/operand-fields.ts";
import type { Level } from "./fields.ts";
import { PAGE, SPACE } from "./place.ts";

export type Row = InstructionRow | CompressedRow;
export type Fields = Readonly<Record<string, number>>;

/** An instruction of the tables. `to` is the item that its immediate leads to: as a distance, or in parts of AUIPC and ADDI. */
export interface Instruction {
  readonly row: Row;
  readonly fields: Fields;
  readonly to?: { readonly item: number; readonly how: "distance" | "high" | "low" };
}

/** A word that no row has, or should not have. */
export interface RawWord {
  readonly raw: number;
  readonly byteLen: 2 | 4;
}

export type Code = Instruction | RawWord;
export type Item = readonly Code[];

/** One pass over the code. */
export interface Iteration {
  readonly level: Level;
  readonly mstatus: bigint;
  readonly sp: bigint;
  readonly gp: bigint;
  readonly s0: bigint;
  readonly s1: bigint;
}

export interface Program {
  readonly seed: number;
  /** Which block and space are its own; addresses in it are of that space. */
  readonly index: number;
  /** Distance of the first instruction from the end of the code's first page: any halfword. */
  readonly lead: number;
  /** x0 to x31 and f0 to f31 at the beginning. */
  readonly x: readonly bigint[];
  readonly f: readonly bigint[];
  /** Values of `SETUP_CSRS`; one that is missing is that of `SETUP_VALUES`, or 0. */
  readonly csrs: Readonly<Record<string, bigint>>;
  readonly iterations: readonly Iteration[];
  readonly items: readonly Item[];
  /** Doublewords of the space by their offset, page tables among them; the rest is zero. */
  readonly memory: ReadonlyMap<number, bigint>;
}

export const byteLenOf = (code: Code): 2 | 4 => ("raw" in code ? code.byteLen : "expansion" in code.row ? 2 : 4);

/** @throws RangeError if a field does not fit */
function encode(row: Row, fields: Fields): number {
  return row.encoding.operands.reduce(
    (word, operand) => (word | placeField(operand, fields[operand.name] ?? 0)) >>> 0,
    row.encoding.match,
  );
}

/** The program's code with every instruction in its place. */
export interface Placed {
  readonly bytes: Uint8Array;
  /** Offsets of the items, and of the ECALL behind them. */
  readonly offsets: readonly number[];
  readonly end: number;
}

const ECALL = 0x00000073;
/** `c.nop`, where a transfer's target is out of its reach. */
const NOP = 0x0001;
const NOP_WORD = 0x00000013;

export function placeCode({ items, lead }: Program): Placed {
  const offsets: number[] = [];
  let at = SPACE.CODE + PAGE - lead;
  for (const item of items) {
    offsets.push(at);
    for (const code of item) at += byteLenOf(code);
  }
  const end = at;
  if (end + 4 > SPACE.CODE + SPACE.CODE_SIZE) throw new Error(`code of ${end - lead} bytes is too long`);
  const bytes = new Uint8Array(SPACE.CODE_SIZE);
  const view = new DataView(bytes.buffer);
  const write = (offset: number, word: number, byteLen: number): void => {
    if (byteLen === 2) view.setUint16(offset, word & 0xffff, true);
    else view.setUint32(offset, word >>> 0, true);
  };
  for (const [index, item] of items.entries()) {
    let pc = offsets[index] as number;
    for (const code of item) {
      write(
        pc,
        wordOf(code, pc, (to) => offsets[to] ?? end),
        byteLenOf(code),
      );
      pc += byteLenOf(code);
    }
  }
  write(end, ECALL, 4);
  return { bytes, offsets, end };
}

function wordOf(code: Code, pc: number, offsetOf: (item: number) => number): number {
  if ("raw" in code) return code.raw;
  const { row, fields, to } = code;
  if (!to) return encode(row, fields);
  // of a pair, ADDI stands right behind its AUIPC
  const distance = offsetOf(to.item) - (to.how === "low" ? pc - 4 : pc);
  const low = ((distance & 0xfff) ^ 0x800) - 0x800;
  const value = to.how === "high" ? distance - low : to.how === "low" ? low : distance;
  const field = to.how === "distance" ? row.encoding.operands.find(({ name }) => name === "imm") : undefined;
  if (field && !mayHold(field, value)) return "expansion" in row ? NOP : NOP_WORD;
  return encode(row, { ...fields, imm: value });
}
