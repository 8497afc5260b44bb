/** Every operation of the floating-point unit: operands that are hard for it, how the core does it, what is exact. */
import { DOUBLE, HALF, RNE, RTZ, SINGLE } from "../../assembly/fpu/codes.ts";
import type { CoreExports } from "../../core/core-module.ts";
import type { Random } from "../../zoo/scene/random.ts";
import { exactClass, exactCompare, exactExtremum } from "./exact-comparison.ts";
import type { Outcome } from "./exact-number.ts";
import {
  exactAdd,
  exactConvert,
  exactDiv,
  exactFromInt,
  exactMul,
  exactMulAdd,
  exactSqrt,
  exactSub,
  exactToInt,
} from "./exact-operation.ts";
import { type FormatShape, HardOperands, hardInteger, randomBits, SHAPES } from "./hard-operands.ts";

export interface Operation {
  readonly name: string;
  /** Of each operand, in bits. */
  readonly widths: readonly number[];
  readonly operands: (random: Random) => readonly bigint[];
  readonly core: (exports: CoreExports, operands: readonly bigint[], rm: number) => bigint;
  readonly exact: (operands: readonly bigint[], rm: number) => Outcome;
}

const FORMATS = [HALF, SINGLE, DOUBLE] as const;
const LETTERS = ["h", "s", "d"] as const;
export const INTEGERS = [
  { letter: "w", isSigned: true, bits: 32 },
  { letter: "wu", isSigned: false, bits: 32 },
  { letter: "l", isSigned: true, bits: 64 },
  { letter: "lu", isSigned: false, bits: 64 },
] as const;

/** The pattern so many numbers away. */
const step = ({ width }: FormatShape, bits: bigint, by: number): bigint => BigInt.asUintN(width, bits + BigInt(by));
const flipped = ({ width }: FormatShape, bits: bigint): bigint => bits ^ (1n << BigInt(width - 1));

/** The smallest numbers, the smallest normal one and the one before it, the largest: where flags change. */
function threshold({ fractionBits, exponentBits }: FormatShape, random: Random): bigint {
  const minNormal = 1n << BigInt(fractionBits);
  return random.pick([
    1n,
    2n,
    minNormal - 1n,
    minNormal,
    ((2n ** BigInt(exponentBits) - 1n) << BigInt(fractionBits)) - 1n,
  ]);
}

/**
 * Operations of two operands and a rounding mode. Dividends are often almost products, so that quotients are ties;
 * products and quotients are often almost a threshold.
 */
function binaryOperations(format: number, hard: HardOperands): Operation[] {
  const shape = SHAPES[format]!;
  const letter = LETTERS[format]!;
  const widths = [shape.width, shape.width];
  const pair = (): bigint[] => {
    const a = hard.any();
    return [a, hard.beside(a)];
  };
  const product = (random: Random): bigint[] => {
    const [a, b] = pair() as [bigint, bigint];
    if (random.chance(2)) return [a, b];
    return [step(shape, exactDiv(shape, threshold(shape, random), b, RNE).bits, random.between(-1, 1)), b];
  };
  const quotient = (random: Random): bigint[] => {
    const [a, b] = pair() as [bigint, bigint];
    if (random.chance(2)) return [a, b];
    if (random.chance(2))
      return [step(shape, exactMul(shape, threshold(shape, random), b, RNE).bits, random.between(-1, 1)), b];
    return [step(shape, exactMul(shape, a, b, RNE).bits, random.between(-1, 1)), b];
  };
  return [
    {
      name: `fadd.${letter}`,
      widths,
      operands: pair,
      core: (exports, [a, b], rm) => exports.fadd(format, a!, b!, rm),
      exact: ([a, b], rm) => exactAdd(shape, a!, b!, rm),
    },
    {
      name: `fsub.${letter}`,
      widths,
      operands: pair,
      core: (exports, [a, b], rm) => exports.fsub(format, a!, b!, rm),
      exact: ([a, b], rm) => exactSub(shape, a!, b!, rm),
    },
    {
      name: `fmul.${letter}`,
      widths,
      operands: product,
      core: (exports, [a, b], rm) => exports.fmul(format, a!, b!, rm),
      exact: ([a, b], rm) => exactMul(shape, a!, b!, rm),
    },
    {
      name: `fdiv.${letter}`,
      widths,
      operands: quotient,
      core: (exports, [a, b], rm) => exports.fdiv(format, a!, b!, rm),
      exact: ([a, b], rm) => exactDiv(shape, a!, b!, rm),
    },
  ];
}

/** What takes the exact product to a tie between its rounding and one of that one's neighbours, or almost: c for fma. */
function addendToTie(shape: FormatShape, a: bigint, b: bigint, random: Random): bigint {
  const rounded = exactMul(shape, a, b, RNE).bits;
  const missing = exactMulAdd(shape, flipped(shape, a), b, rounded, RNE).bits;
  const field = BigInt.asUintN(shape.exponentBits, rounded >> BigInt(shape.fractionBits));
  const below = field - BigInt(shape.fractionBits + 1);
  const halfUnit = (below > 0n ? below : 0n) << BigInt(shape.fractionBits);
  const away = random.chance(2) ? halfUnit : flipped(shape, halfUnit);
  return step(shape, exactAdd(shape, missing, away, RNE).bits, random.between(-1, 1));
}

/** Factors whose product is a tie, having one digit more than the format, and an addend far below that decides it. */
function tieAndTrifle({ width, fractionBits, exponentBits }: FormatShape, random: Random): bigint[] {
  const oneOf = (digits: number, field: number): bigint => {
    const odd = randomBits(random, digits) | 1n;
    const sign = BigInt(random.between(0, 1)) << BigInt(width - 1);
    return sign | (BigInt(field) << BigInt(fractionBits)) | (odd << BigInt(fractionBits - digits));
  };
  const bias = 2 ** (exponentBits - 1) - 1;
  const digits = random.between(1, fractionBits - 1);
  const below = bias - random.between(fractionBits + 1, 3 * fractionBits);
  return [oneOf(digits, bias), oneOf(fractionBits - digits + 1, bias), oneOf(fractionBits, Math.max(below, 0))];
}

/** Addends are often almost the product with its sign changed, or a few digits away from it, or lead to a tie. */
function fusedOperation(format: number, hard: HardOperands): Operation {
  const shape = SHAPES[format]!;
  return {
    name: `fmadd.${LETTERS[format]}`,
    widths: [shape.width, shape.width, shape.width],
    operands: (random) => {
      if (random.chance(8)) return tieAndTrifle(shape, random);
      const a = hard.any();
      const b = hard.beside(a);
      if (random.chance(4)) return [a, b, hard.any()];
      if (random.chance(4)) return [a, b, addendToTie(shape, a, b, random)];
      const product = flipped(shape, exactMul(shape, a, b, random.pick([RNE, RTZ])).bits);
      return [a, b, random.chance(2) ? step(shape, product, random.between(-1, 1)) : hard.beside(product)];
    },
    core: (exports, [a, b, c], rm) => exports.fmadd(format, a!, b!, c!, rm),
    exact: ([a, b, c], rm) => exactMulAdd(shape, a!, b!, c!, rm),
  };
}

/** Roots of what are almost squares. */
function rootOperation(format: number, hard: HardOperands): Operation {
  const shape = SHAPES[format]!;
  return {
    name: `fsqrt.${LETTERS[format]}`,
    widths: [shape.width],
    operands: (random) => {
      const a = hard.any();
      return [random.chance(2) ? a : step(shape, exactMul(shape, a, a, RNE).bits, random.between(-1, 1))];
    },
    core: (exports, [a], rm) => exports.fsqrt(format, a!, rm),
    exact: ([a], rm) => exactSqrt(shape, a!, rm),
  };
}

function comparisons(format: number, hard: HardOperands): Operation[] {
  const shape = SHAPES[format]!;
  const letter = LETTERS[format]!;
  const pair = (random: Random): bigint[] => {
    const a = hard.any();
    return [a, random.chance(4) ? a : random.chance(4) ? flipped(shape, a) : hard.beside(a)];
  };
  const of = (name: "feq" | "flt" | "fle" | "fmin" | "fmax", exact: (a: bigint, b: bigint) => Outcome): Operation => ({
    name: `${name}.${letter}`,
    widths: [shape.width, shape.width],
    operands: pair,
    core: (exports, [a, b]) => exports[name](format, a!, b!),
    exact: ([a, b]) => exact(a!, b!),
  });
  return [
    of("feq", (a, b) => exactCompare(shape, a, b, (difference) => difference === 0, true)),
    of("flt", (a, b) => exactCompare(shape, a, b, (difference) => difference < 0, false)),
    of("fle", (a, b) => exactCompare(shape, a, b, (difference) => difference <= 0, false)),
    of("fmin", (a, b) => exactExtremum(shape, a, b, -1)),
    of("fmax", (a, b) => exactExtremum(shape, a, b, 1)),
    {
      name: `fclass.${letter}`,
      widths: [shape.width],
      operands: () => [hard.any()],
      core: (exports, [a]) => exports.fclass(format, a!),
      exact: ([a]) => exactClass(shape, a!),
    },
  ];
}

function integerConversions(format: number, hard: HardOperands): Operation[] {
  const shape = SHAPES[format]!;
  return INTEGERS.flatMap(({ letter, isSigned, bits }): Operation[] => [
    {
      name: `fcvt.${letter}.${LETTERS[format]}`,
      widths: [shape.width],
      // often an integer of the type, or half of one, or next to it
      operands: (random) => {
        if (random.chance(3)) return [hard.any()];
        const integer = exactFromInt(shape, hardInteger(random), isSigned, bits, RNE).bits;
        const half = random.chance(2) ? exactMul(shape, integer, HALVES[format]!, RNE).bits : integer;
        return [step(shape, half, random.between(-1, 1))];
      },
      core: (exports, [a], rm) => exports.fcvtToInt(format, a!, rm, Number(isSigned), Number(bits === 64)),
      exact: ([a], rm) => exactToInt(shape, a!, rm, isSigned, bits),
    },
    {
      name: `fcvt.${LETTERS[format]}.${letter}`,
      widths: [64],
      operands: (random) => [hardInteger(random)],
      core: (exports, [value], rm) => exports.fcvtFromInt(format, value!, Number(isSigned), Number(bits === 64), rm),
      exact: ([value], rm) => exactFromInt(shape, value!, isSigned, bits, rm),
    },
  ]);
}

/** 0.5 in each format. */
const HALVES = [0x3800n, 0x3f00_0000n, 0x3fe0_0000_0000_0000n] as const;

function formatConversion(from: number, to: number, hard: readonly HardOperands[]): Operation {
  const [wide, narrow] = [SHAPES[from]!, SHAPES[to]!];
  return {
    name: `fcvt.${LETTERS[to]}.${LETTERS[from]}`,
    widths: [wide.width],
    // often a number of the other format, or one bit and a little away from it: ties and their neighbours
    operands: (random) => {
      if (random.chance(3)) return [hard[from]!.any()];
      const { bits } = exactConvert(narrow, wide, hard[to]!.any(), RNE);
      const bit = random.chance(3) ? 0n : 1n << BigInt(random.between(0, wide.fractionBits));
      return [BigInt.asUintN(wide.width, bits + bit + BigInt(random.between(-1, 1)))];
    },
    core: (exports, [a], rm) => exports.fcvt(from, to, a!, rm),
    exact: ([a], rm) => exactConvert(wide, narrow, a!, rm),
  };
}

/** All of them: 66. */
export function operationsOf(random: Random): Operation[] {
  const hard = SHAPES.map((shape) => new HardOperands(shape, random));
  return FORMATS.flatMap((format) => [
    ...binaryOperations(format, hard[format]!),
    fusedOperation(format, hard[format]!),
    rootOperation(format, hard[format]!),
    ...comparisons(format, hard[format]!),
    ...integerConversions(format, hard[format]!),
    ...FORMATS.filter((to) => to !== format).map((to) => formatConversion(format, to, hard)),
  ]);
}
