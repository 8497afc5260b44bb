/**
 * The soft-float beside arithmetic that nobody here wrote: the host's doubles, and its singles, for which a double
 * rounded once more is exact in + - * / and sqrt (53 >= 2 * 24 + 2). To nearest only, and without flags.
 */
import { describe, expect, it } from "vitest";
import { DOUBLE, RNE, SINGLE } from "../../assembly/fpu/codes.ts";
import { instantiateCore } from "../../core/core-module.ts";
import { Random } from "../../zoo/scene/random.ts";
import { HardOperands, SHAPES } from "./hard-operands.ts";

const { exports } = await instantiateCore("functional");
const view = new DataView(new ArrayBuffer(8));

const FORMATS = {
  double: {
    format: DOUBLE,
    toNumber: (bits: bigint): number => {
      view.setBigUint64(0, bits);
      return view.getFloat64(0);
    },
    toBits: (value: number): bigint => {
      view.setFloat64(0, value);
      return Number.isNaN(value) ? 0x7ff8_0000_0000_0000n : view.getBigUint64(0);
    },
  },
  single: {
    format: SINGLE,
    toNumber: (bits: bigint): number => {
      view.setUint32(0, Number(bits));
      return view.getFloat32(0);
    },
    toBits: (value: number): bigint => {
      view.setFloat32(0, value);
      return Number.isNaN(value) ? 0x7fc0_0000n : BigInt(view.getUint32(0));
    },
  },
} as const;

describe.each(["double", "single"] as const)("%s", (name) => {
  const { format, toNumber, toBits } = FORMATS[name];
  const operations = {
    fadd: (x: number, y: number) => x + y,
    fsub: (x: number, y: number) => x - y,
    fmul: (x: number, y: number) => x * y,
    fdiv: (x: number, y: number) => x / y,
  } as const;

  it.each(["fadd", "fsub", "fmul", "fdiv"] as const)("%s is the host's", (operation) => {
    const operands = new HardOperands(SHAPES[format]!, new Random(754));
    for (let round = 0; round < 10_000; round++) {
      const a = operands.any();
      const b = operands.beside(a);
      const result = BigInt.asUintN(64, exports[operation](format, a, b, RNE));
      const expected = toBits(operations[operation](toNumber(a), toNumber(b)));
      expect(result, `${operation} ${a.toString(16)} ${b.toString(16)}`).toBe(expected);
    }
  });

  it("fsqrt is the host's", () => {
    const operands = new HardOperands(SHAPES[format]!, new Random(1985));
    for (let round = 0; round < 10_000; round++) {
      const a = operands.any();
      const result = BigInt.asUintN(64, exports.fsqrt(format, a, RNE));
      expect(result, `fsqrt ${a.toString(16)}`).toBe(toBits(Math.sqrt(toNumber(a))));
    }
  });
});
