/**
 * The tables carry a translator: what an instruction means is computed three ways, by Wasm bytes emitted from the table's
 * expression, by unbounded integers, and by the machine that executes the instruction, and comes out the same.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { instantiateCore } from "../../core/core-module.ts";
import type { Decoded } from "../../core/decoder.ts";
import { decode } from "../../core/decoder.ts";
import { COMPRESSED, INSTRUCTIONS } from "../../core/isa.gen.ts";
import { Machine } from "../../core/machine.ts";
import { type Pa, pa } from "../../core/units.ts";
import { evaluate } from "../../isa/evaluate.ts";
import type { Expression } from "../../isa/expression.ts";
import type { Meaning } from "../../isa/instruction.ts";
import { loadIsa } from "../../isa/isa.ts";
import { legalWords } from "../core/legal-words.ts";
import { type Meanings, meaningModule, OPERANDS } from "./meaning-module.ts";

/** What an instruction computes, whatever it does with it. */
function expressionOf(meaning: Meaning): Expression | undefined {
  if (meaning.kind === "value" || meaning.kind === "amo") return meaning.value;
  if (meaning.kind === "branch") return meaning.condition;
  return meaning.kind === "jump" ? meaning.target : undefined;
}

const meanings = new Map(loadIsa().instructions.map(({ name, meaning }) => [name, meaning]));
const expressions = new Map(
  [...meanings].flatMap(([name, meaning]) => {
    const expression = expressionOf(meaning);
    return expression ? [[name, expression] as const] : [];
  }),
);
const rows = [...INSTRUCTIONS, ...COMPRESSED].filter((row) =>
  expressions.has("expansion" in row ? row.expansion.name : row.name),
);

const EBREAK = Uint8Array.of(0x02, 0x90);
/** The middle of a page, so that a short transfer stays in it. */
const CODE = 0x8000_0800;
const DATA = 0x8010_0000;
let machine: Machine;
let emitted: Meanings;

beforeAll(async () => {
  machine = await Machine.create({ mode: "monitor" });
  const core = (await instantiateCore("functional")).exports;
  const bytes = meaningModule(expressions);
  const { instance } = await WebAssembly.instantiate(bytes, { core: { ...core } });
  emitted = instance.exports as unknown as Meanings;
});

/** Two ways at once: emitted Wasm against unbounded integers. */
function compute(name: string, operands: Readonly<Record<string, bigint>>): bigint {
  const expression = expressions.get(name) as Expression;
  const slow = evaluate(expression, operands);
  const fast = emitted[name]?.(...OPERANDS.map((operand) => BigInt.asIntN(64, operands[operand] ?? 0n)));
  expect(fast, `${name} as Wasm`).toBe(slow);
  return slow;
}

const word = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.integer({ min: -70, max: 70 }).map(BigInt),
  fc.integer().map(BigInt),
  fc.nat(0xffff_ffff).map(BigInt),
  fc.constantFrom(
    -(2n ** 63n),
    2n ** 63n - 1n,
    -(2n ** 31n),
    2n ** 31n,
    2n ** 31n - 1n,
    2n ** 32n - 1n,
    2n ** 32n,
    0n,
    -1n,
  ),
);
const pair = fc.oneof(
  fc.tuple(word, word),
  word.map((same) => [same, same] as const),
);

function putInstruction(at: number, instruction: number, byteLen: number): void {
  const bytes = Uint8Array.from({ length: byteLen + 2 }, (_, index) => (instruction >>> (8 * index)) & 0xff);
  bytes.set(EBREAK, byteLen);
  machine.writeBytes(at as Pa, bytes);
  machine.pc = BigInt(at);
}

/** Puts values into rs1 and rs2 and gives back what the instruction will read there. */
function putRegisters({ operands }: Decoded, x: bigint, y: bigint): { x: bigint; y: bigint } {
  const { rs1 = 0, rs2 = 0 } = operands;
  if (rs1) machine.x[rs1] = BigInt.asUintN(64, x);
  if (rs2) machine.x[rs2] = BigInt.asUintN(64, y);
  return { x: machine.x[rs1] as bigint, y: machine.x[rs2] as bigint };
}

function checkRd({ operands: { rd = 0 } }: Decoded, value: bigint): void {
  expect(machine.x[rd]).toBe(rd ? BigInt.asUintN(64, value) : 0n);
  expect(machine.x[0]).toBe(0n);
}

function runValue(decoded: Decoded, instruction: number, x: bigint, y: bigint): void {
  const { row, operands, byteLen } = decoded;
  const sources = putRegisters(decoded, x, y);
  const i = BigInt(operands.imm ?? operands.shamt ?? 0);
  const value = compute(row.name, { ...sources, i, pc: BigInt(CODE) });
  putInstruction(CODE, instruction, byteLen);
  expect(machine.run(100)).toMatchObject({ kind: "trap", trap: { cause: 3n, epc: BigInt(CODE + byteLen) } });
  checkRd(decoded, value);
}

/** Where a transfer goes, one instruction at a time and, if there is room for it, as part of a run. */
function runTransfer(decoded: Decoded, instruction: number, x: bigint, y: bigint): void {
  const { row, operands, byteLen } = decoded;
  const sources = putRegisters(decoded, x, y);
  const pc = BigInt(CODE);
  const i = BigInt(operands.imm ?? 0);
  const result = compute(row.name, { ...sources, i, pc });
  const next = pc + BigInt(byteLen);
  const target = BigInt.asUintN(64, row.kind === "jump" ? result : result === 1n ? pc + i : next);
  putInstruction(CODE, instruction, byteLen);
  expect(machine.run(1)).toEqual({ kind: "budget" });
  expect(machine.pc).toBe(target);
  if (row.kind === "jump") checkRd(decoded, next);

  const isRoom =
    target >= machine.ramBase && target < machine.ramBase + 2 ** 24 && (target < pc - 1n || target >= next);
  if (!isRoom) return;
  putInstruction(CODE, instruction, byteLen);
  putRegisters(decoded, sources.x, sources.y);
  machine.writeBytes(pa(Number(target)), EBREAK);
  expect(machine.run(100)).toMatchObject({ kind: "trap", trap: { cause: 3n, epc: target } });
}

function runAmo(decoded: Decoded, instruction: number, x: bigint, y: bigint): void {
  const { row, operands } = decoded;
  const { rs1 = 0, rs2 = 0 } = operands;
  const type = row.memory as "i32" | "u32" | "i64";
  const extend = (value: bigint) =>
    type === "u32" ? BigInt.asUintN(32, value) : BigInt.asIntN(Number(type.slice(1)), value);
  const bits = type === "i64" ? 64 : 32;
  machine.write64(pa(DATA), BigInt.asUintN(64, x));
  putRegisters(decoded, BigInt(DATA), rs2 === rs1 ? BigInt(DATA) : y);
  const result = compute(row.name, { m: extend(x), y: extend(machine.x[rs2] as bigint) });
  putInstruction(CODE, instruction, 4);
  expect(machine.run(100)).toMatchObject({ kind: "trap", trap: { cause: 3n } });
  checkRd(decoded, BigInt.asIntN(bits, x));
  const above = bits === 64 ? 0n : (BigInt.asUintN(64, x) >> 32n) << 32n;
  expect(machine.read64(pa(DATA))).toBe(above | BigInt.asUintN(bits, result));
}

describe("emitted Wasm, unbounded integers and the machine agree on", () => {
  it.each(rows.map((row) => [row.name, row] as const))("%s", (_, row) => {
    fc.assert(
      fc.property(legalWords(row), pair, (instruction, [x, y]) => {
        const decoded = decode(instruction) as Decoded;
        const { kind } = decoded.row;
        // an AMO finds its address in rs1: x0 leads out of RAM
        fc.pre(kind !== "amo" || decoded.operands.rs1 !== 0);
        if (kind === "value") runValue(decoded, instruction, x, y);
        else if (kind === "amo") runAmo(decoded, instruction, x, y);
        else runTransfer(decoded, instruction, x, y);
      }),
      { numRuns: 300 },
    );
  });

  it("all value, branch, jump and AMO instructions, whole and compressed", () => {
    const kinds = Map.groupBy(meanings.values(), ({ kind }) => kind);
    expect(expressions.size).toBe(
      ["value", "branch", "jump", "amo"].reduce(
        (sum, kind) => sum + (kinds.get(kind as Meaning["kind"])?.length ?? 0),
        0,
      ),
    );
    expect(rows.length - expressions.size).toBe(COMPRESSED.length - 18);
  });
});
