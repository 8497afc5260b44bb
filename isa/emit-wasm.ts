/**
 * Wasm for meanings: an expression becomes the bytes of a stack program (WebAssembly 2.0, section 5.4). A word is an
 * i64, a truth value an i32; operands are locals, functions that Wasm has no instruction for are calls. Expressions have
 * no effects, so both sides of a choice are computed and `select` takes one.
 *
 *     x <u i     local.get x, local.get i, i64.lt_u      20 00  20 01  54
 */
import type { BinaryOp, Expression } from "./expression.ts";

/** Where an expression finds what it names. */
export interface WasmNames {
  /** Index of the local that holds an operand. */
  local(operand: string): number;
  /** Index of a function that takes and returns words. */
  callee(name: string): number;
}

const LOCAL_GET = 0x20;
const CALL = 0x10;
const SELECT = 0x1b;
const I64_CONST = 0x42;
const I64_XOR = 0x85;
const I64_EXTEND_I32_U = 0xad;
const I32_WRAP_I64 = 0xa7;
const I64_EXTEND32_S = 0xc4;

const BINARY: Readonly<Record<BinaryOp, number>> = {
  "==": 0x51,
  "!=": 0x52,
  "<s": 0x53,
  "<u": 0x54,
  ">=s": 0x59,
  ">=u": 0x5a,
  "+": 0x7c,
  "-": 0x7d,
  "*": 0x7e,
  "&": 0x83,
  "|": 0x84,
  "^": I64_XOR,
  "<<": 0x86,
  ">>s": 0x87,
  ">>u": 0x88,
};

/** Functions that are instructions. */
export const INLINE: Readonly<Record<string, readonly number[]>> = {
  sext8: [0xc2],
  sext16: [0xc3],
  sext32: [I64_EXTEND32_S],
  zext32: [I32_WRAP_I64, I64_EXTEND_I32_U],
  clz: [0x79],
  ctz: [0x7a],
  cpop: [0x7b],
  rotl: [0x89],
  rotr: [0x8a],
};

/** Unsigned LEB128: seven bits a byte, lowest first, bit 7 says that more follow. 300 is ac 02. */
export function unsignedLeb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsignedLeb(Math.floor(value / 0x80))];
}

/** Signed LEB128: bit 6 of the last byte is the sign. 64 is c0 00, -64 is 40. */
export function signedLeb(value: bigint): number[] {
  if (value >= -64n && value < 64n) return [Number(value & 0x7fn)];
  return [Number(value & 0x7fn) | 0x80, ...signedLeb(value >> 7n)];
}

/** Instructions that leave the expression's value on the stack. */
function wasm(expression: Expression, names: WasmNames): number[] {
  const bytes = (part: Expression): number[] => wasm(part, names);
  switch (expression.kind) {
    case "operand":
      return [LOCAL_GET, ...unsignedLeb(names.local(expression.name))];
    case "constant":
      return [I64_CONST, ...signedLeb(expression.value)];
    case "not":
      return [...bytes(expression.of), I64_CONST, ...signedLeb(-1n), I64_XOR];
    case "call": {
      const inline = INLINE[expression.name];
      return [...expression.args.flatMap(bytes), ...(inline ?? [CALL, ...unsignedLeb(names.callee(expression.name))])];
    }
    case "binary":
      return [...bytes(expression.left), ...bytes(expression.right), BINARY[expression.op]];
    case "choice":
      return [...bytes(expression.yes), ...bytes(expression.no), ...bytes(expression.test), SELECT];
  }
}

/** As `wasm`, with a truth value widened to a word of 1 or 0. */
export const wasmWord = (expression: Expression, names: WasmNames): number[] => [
  ...wasm(expression, names),
  ...(expression.type === "truth" ? [I64_EXTEND_I32_U] : []),
];
