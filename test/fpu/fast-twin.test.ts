/**
 * The host's arithmetic (assembly/fpu/fast-*.ts) is the soft-float where it is used, and it is used where it can be:
 * results and flags beside the slow twin's, over hard operands, all rounding modes, whatever flags stand; and a count of
 * the operations that it did not serve.
 */
import { describe, expect, it } from "vitest";
import { FLAG_NX, RNE, RUP } from "../../assembly/fpu/codes.ts";
import { FPU_SLOW } from "../../assembly/layout.ts";
import { instantiateCore } from "../../core/core-module.ts";
import { Random } from "../../zoo/scene/random.ts";
import { Checker } from "./check.ts";
import { twinsOf } from "./fast-operations.ts";

const core = await instantiateCore("functional");
const random = new Random(0xfa57);
const checker = new Checker(core, random);
const memory = new DataView(core.memory.buffer);
const twins = twinsOf(random);

it("has a fast path for every operation on singles and doubles but minimum, maximum and class", () => {
  expect(twins.length).toBe(36);
});

describe.each(twins.map((pair) => [pair.fast.name, pair] as const))("%s", (_, { slow, fast }) => {
  it("is its slow twin", () => {
    for (let round = 0; round < 1500; round++) {
      const operands = fast.operands(random);
      for (let rm = 0; rm < 5; rm++) {
        // nothing stands, only NX does, or anything does
        const standing = random.pick([0, FLAG_NX, random.between(0, 31)]);
        const [here, there] = [fast, slow].map((twin) => checker.run(twin, operands, rm, standing));
        if (here!.bits === there!.bits && here!.flags === there!.flags) continue;
        const where = `${operands.map((operand) => operand.toString(16)).join(" ")} rm ${rm} fflags ${standing}`;
        expect({ where, ...here }).toEqual({ where, ...there });
      }
    }
  });

  it("is exact", () => {
    for (let round = 0; round < 200; round++) {
      const operands = fast.operands(random);
      for (let rm = 0; rm < 5; rm++) {
        const fault = checker.fault(fast, operands, rm);
        if (fault !== undefined) expect.fail(fault);
      }
    }
  });
});

const view = new DataView(new ArrayBuffer(8));
function bitsOf(value: number, width: number): bigint {
  if (width === 32) view.setFloat32(0, value);
  else view.setFloat64(0, value);
  return width === 32 ? BigInt(view.getUint32(0)) : view.getBigUint64(0);
}
/** A number between 2^-9 and 2^10, with as many digits as there are. */
const ordinary = (): number => (1 + random.word() / 2 ** 32 + random.word() / 2 ** 62) * 2 ** random.between(-9, 9);
const small = (): number => random.between(1, 1000);

describe("of operations on ordinary numbers", () => {
  const ROUNDS = 500;
  /** How many of ROUNDS the host did not serve. */
  function slowOnes(name: string, number: () => number, rm: number, standing: number): number {
    const { fast } = twins.find(({ slow }) => slow.name === name)!;
    const before = memory.getUint32(FPU_SLOW, true);
    for (let round = 0; round < ROUNDS; round++) {
      const isInteger = /^fcvt\.[sd]\.[lw]u?$/.test(name);
      const operands = fast.widths.map((width) => (isInteger ? BigInt(Math.ceil(number())) : bitsOf(number(), width)));
      checker.run(fast, operands, rm, standing);
    }
    return memory.getUint32(FPU_SLOW, true) - before;
  }

  it.each(twins.map(({ slow }) => slow.name))("%s is done by the host once NX stands", (name) => {
    // a fused sum may fall so close to a tie that the host's is not certain: once in 2^50
    expect(slowOnes(name, ordinary, RNE, FLAG_NX)).toBe(0);
  });

  it.each(["fadd", "fsub", "fmul", "fmadd"])("%s is done by the host while it is exact", (name) => {
    expect(slowOnes(`${name}.s`, small, RNE, 0)).toBe(0);
    expect(slowOnes(`${name}.d`, small, RNE, 0)).toBe(0);
  });

  it.each(["fadd.d", "fmul.s", "fdiv.d", "fsqrt.s", "fmadd.d"])("%s is not, in other rounding modes", (name) => {
    expect(slowOnes(name, ordinary, RUP, FLAG_NX)).toBe(ROUNDS);
  });

  it.each(["fadd.d", "fmul.d", "fdiv.s", "fsqrt.d", "fmadd.s"])("%s is not, while NX is to be found out", (name) => {
    expect(slowOnes(name, ordinary, RNE, 0)).toBeGreaterThan(ROUNDS / 4);
  });
});
