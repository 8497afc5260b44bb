/**
 * One Wasm module with a function for each expression, in the binary format (WebAssembly 2.0, section 5.5). A function
 * takes the words x, y, i, m and pc and returns a word; what Wasm has no instruction for is imported.
 */
import { INLINE, unsignedLeb, type WasmNames, wasmWord } from "../../isa/emit-wasm.ts";
import { type Expression, FUNCTIONS } from "../../isa/expression.ts";

export const OPERANDS = ["x", "y", "i", "m", "pc"] as const;
type Operand = (typeof OPERANDS)[number];
export type Meanings = Readonly<Record<string, (...operands: bigint[]) => bigint>>;

const I64 = 0x7e;
const IMPORTED = Object.entries(FUNCTIONS).filter(([name]) => INLINE[name] === undefined);

const vector = (items: readonly (readonly number[])[]): number[] => [...unsignedLeb(items.length), ...items.flat()];
const text = (value: string): number[] => {
  const bytes = [...new TextEncoder().encode(value)];
  return [...unsignedLeb(bytes.length), ...bytes];
};
const sized = (content: readonly number[]): number[] => [...unsignedLeb(content.length), ...content];
const section = (id: number, content: readonly number[]): number[] => [id, ...sized(content)];
const functionType = (words: number): number[] => [0x60, ...vector(Array(words).fill([I64])), ...vector([[I64]])];

/** Bytes of the module. Type 0 is a meaning, type n a function of n words. */
export function meaningModule(meanings: ReadonlyMap<string, Expression>): Uint8Array<ArrayBuffer> {
  const names: WasmNames = {
    local: (operand) => OPERANDS.indexOf(operand as Operand),
    callee: (name) => IMPORTED.findIndex(([imported]) => imported === name),
  };
  const body = (expression: Expression) => sized([...unsignedLeb(0), ...wasmWord(expression, names), 0x0b]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([functionType(OPERANDS.length), functionType(1), functionType(2)])),
    ...section(2, vector(IMPORTED.map(([name, words]) => [...text("core"), ...text(name), 0, words]))),
    ...section(3, vector([...meanings].map(() => [0]))),
    ...section(
      7,
      vector([...meanings.keys()].map((name, index) => [...text(name), 0, ...unsignedLeb(IMPORTED.length + index)])),
    ),
    ...section(10, vector([...meanings.values()].map(body))),
  ]);
}
