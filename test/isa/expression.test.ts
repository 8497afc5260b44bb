/** The language of meanings: its grammar, and its two readers against each other on expressions that no table has. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type CoreExports, instantiateCore } from "../../core/core-module.ts";
import { signedLeb, unsignedLeb } from "../../isa/emit-wasm.ts";
import { evaluate } from "../../isa/evaluate.ts";
import { type BinaryOp, type Expression, FUNCTIONS, parseExpression } from "../../isa/expression.ts";
import { type Meanings, meaningModule, OPERANDS } from "./meaning-module.ts";

const parse = (text: string, type: "word" | "truth" = "word") =>
  parseExpression({ text, file: "t.isa", line: 1, column: 1 }, new Set(OPERANDS), type);
const MAX = 2n ** 63n - 1n;

describe("an expression is read in C's order of precedence", () => {
  it.each([
    ["2 + 3 * 4", 14n],
    ["(2 + 3) * 4", 20n],
    ["20 - 3 - 4", 13n],
    ["1 << 2 + 1", 8n],
    ["256 >>u 2 >>u 1", 32n],
    ["6 & 3 | 8 ^ 12", 6n],
    ["1 == 1 ? 2 == 3 ? 4 : 5 : 6", 5n],
    ["1 <s 2 ? 7 : 1 == 1 ? 8 : 9", 7n],
    ["~0 & 0xff", 255n],
    ["~~5", 5n],
  ])("%s", (text, value) => {
    expect(evaluate(parse(text), {})).toBe(value);
  });

  it("and a comparison binds tighter than &, as in C, which is no word then", () => {
    expect(() => parse("5 & 4 == 4")).toThrow("t.isa:1:5: a word expected, not a truth");
  });
});

describe("arithmetic is that of 64-bit words", () => {
  it.each([
    ["x + 1", { x: MAX }, -(2n ** 63n)],
    ["x * x", { x: 2n ** 32n }, 0n],
    ["x << 65", { x: 3n }, 6n],
    ["x >>s 63", { x: -1n }, -1n],
    ["x >>u 63", { x: -1n }, 1n],
    ["x >>u 0", { x: -1n }, -1n],
    ["sext32(x)", { x: 0x1_8000_0000n }, -0x8000_0000n],
    ["zext32(x)", { x: -1n }, 0xffff_ffffn],
    ["mulh(x, y)", { x: -1n, y: -1n }, 0n],
    ["mulhu(x, y)", { x: -1n, y: -1n }, -2n],
    ["mulhsu(x, y)", { x: -1n, y: -1n }, -1n],
    ["divs(x, y)", { x: -7n, y: 2n }, -3n],
    ["rems(x, y)", { x: -7n, y: 2n }, -1n],
    ["divs(x, y)", { x: 5n, y: 0n }, -1n],
    ["divu(x, y)", { x: 5n, y: 0n }, -1n],
    ["rems(x, y)", { x: 5n, y: 0n }, 5n],
    ["remu(x, y)", { x: 5n, y: 0n }, 5n],
    ["divs(x, y)", { x: -(2n ** 63n), y: -1n }, -(2n ** 63n)],
    ["rems(x, y)", { x: -(2n ** 63n), y: -1n }, 0n],
    ["divu(x, y)", { x: -1n, y: 2n }, MAX],
  ])("%s of %o", (text, operands, value) => {
    expect(evaluate(parse(text), operands as unknown as Record<string, bigint>)).toBe(value);
  });
});

describe("LEB128", () => {
  it.each([
    [0, [0]],
    [127, [0x7f]],
    [128, [0x80, 1]],
    [300, [0xac, 2]],
    [0xffff_ffff, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])("of %d, unsigned", (value, bytes) => {
    expect(unsignedLeb(value)).toEqual(bytes);
  });

  it.each([
    [63n, [0x3f]],
    [64n, [0xc0, 0]],
    [-1n, [0x7f]],
    [-64n, [0x40]],
    [-65n, [0xbf, 0x7f]],
    [MAX, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]],
  ])("of %d, signed", (value, bytes) => {
    expect(signedLeb(value)).toEqual(bytes);
  });
});

describe("random expressions", () => {
  let core: CoreExports;
  beforeAll(async () => {
    core = (await instantiateCore("functional")).exports;
  });

  const words: BinaryOp[] = ["*", "+", "-", "<<", ">>s", ">>u", "&", "^", "|"];
  const compares: BinaryOp[] = ["==", "!=", "<s", "<u", ">=s", ">=u"];
  const type = "word" as const;
  const { word } = fc.letrec<{ word: Expression; truth: Expression }>((tie) => ({
    truth: fc
      .tuple(fc.constantFrom(...compares), tie("word"), tie("word"))
      .map(([op, left, right]): Expression => ({ kind: "binary", op, left, right, type: "truth" })),
    word: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(...OPERANDS).map((name): Expression => ({ kind: "operand", name, type })),
      fc
        .oneof(fc.bigInt({ min: 0n, max: MAX }), fc.nat(130).map(BigInt))
        .map((value): Expression => ({ kind: "constant", value, type })),
      tie("word").map((of): Expression => ({ kind: "not", of, type })),
      fc
        .tuple(fc.constantFrom(...Object.entries(FUNCTIONS)), tie("word"), tie("word"))
        .map(([[name, arity], ...args]): Expression => ({ kind: "call", name, args: args.slice(0, arity), type })),
      fc
        .tuple(fc.constantFrom(...words), tie("word"), tie("word"))
        .map(([op, left, right]): Expression => ({ kind: "binary", op, left, right, type })),
      fc
        .tuple(tie("truth"), tie("word"), tie("word"))
        .map(([test, yes, no]): Expression => ({ kind: "choice", test, yes, no, type })),
    ),
  }));
  const values = fc.array(
    fc.oneof(fc.bigInt({ min: -MAX - 1n, max: MAX }), fc.integer({ min: -2, max: 65 }).map(BigInt)),
    { minLength: OPERANDS.length, maxLength: OPERANDS.length },
  );

  it("have the same value as Wasm and as integers", () => {
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 20, maxLength: 20 }),
        fc.array(values, { minLength: 5 }),
        (many, inputs) => {
          const module = new WebAssembly.Module(meaningModule(new Map(many.map((one, index) => [String(index), one]))));
          const emitted = new WebAssembly.Instance(module, { core: { ...core } }).exports as unknown as Meanings;
          for (const [index, expression] of many.entries())
            for (const input of inputs) {
              const operands = Object.fromEntries(OPERANDS.map((name, at) => [name, input[at] as bigint]));
              expect(emitted[index]?.(...input)).toBe(evaluate(expression, operands));
            }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("read back as they are when they are written with all their parentheses", () => {
    fc.assert(
      fc.property(word, (expression) => {
        expect(parse(written(expression))).toEqual(expression);
      }),
    );
  });

  function written(expression: Expression): string {
    switch (expression.kind) {
      case "operand":
        return expression.name;
      case "constant":
        return String(expression.value);
      case "not":
        return `~${written(expression.of)}`;
      case "call":
        return `${expression.name}(${expression.args.map(written).join(", ")})`;
      case "binary":
        return `(${written(expression.left)} ${expression.op} ${written(expression.right)})`;
      case "choice":
        return `(${written(expression.test)} ? ${written(expression.yes)} : ${written(expression.no)})`;
    }
  }
});
