/**
 * The soft-float (assembly/fpu/) is IEEE 754 and the RISC-V manual: every operation, format and rounding mode beside the
 * exact model, results and flags. Seeds are pinned; scripts/fpu-check.ts runs the same by the million.
 */
import { describe, expect, it } from "vitest";
import { instantiateCore } from "../../core/core-module.ts";
import { Random } from "../../zoo/scene/random.ts";
import { Checker } from "./check.ts";
import { landmarks, SHAPES } from "./hard-operands.ts";
import { type Operation, operationsOf } from "./operations.ts";

const ROUNDING_MODES = [0, 1, 2, 3, 4];
const core = await instantiateCore("functional");
const random = new Random(0x754);
const operations = operationsOf(random);
const checker = new Checker(core, random);

/** An expectation only where it fails: there are millions of cases. */
function holds(operation: Operation, operands: readonly bigint[], rm: number): void {
  const fault = checker.fault(operation, operands, rm);
  if (fault !== undefined) expect.fail(fault);
}

describe.each(operations.map((operation) => [operation.name, operation] as const))("%s", (_, operation) => {
  it("is exact for hard operands in all rounding modes", () => {
    for (let round = 0; round < 600; round++) {
      const operands = operation.operands(random);
      for (const rm of ROUNDING_MODES) holds(operation, operands, rm);
    }
  });
});

const unary = operations.filter(({ widths }) => widths.length === 1 && widths[0] === 16);
describe.each(unary.map((operation) => [operation.name, operation] as const))("%s", (name, operation) => {
  const modes = name.startsWith("fclass") ? [0] : ROUNDING_MODES;
  it("is exact for every operand there is", () => {
    for (const rm of modes) for (let a = 0n; a < 0x1_0000n; a++) holds(operation, [a], rm);
  });
});

const binary = operations.filter(({ widths }) => widths.length === 2);
describe.each(binary.map((operation) => [operation.name, operation] as const))("%s", (_, operation) => {
  it("is exact for every pair of landmarks, in one of the rounding modes", () => {
    const all = landmarks(SHAPES.find(({ width }) => width === operation.widths[0])!);
    for (const [index, a] of all.entries())
      for (const [at, b] of all.entries()) holds(operation, [a, b], (index + at) % 5);
  });
});

describe("the check itself", () => {
  const product = operations.find(({ name }) => name === "fmul.d")!;

  it("sees a wrong bit, and a flag too many", () => {
    const [one, third] = [0x3ff0_0000_0000_0000n, 0x3fd5_5555_5555_5555n];
    expect(checker.fault(product, [one, third], 0, 0)).toBeUndefined();
    const wrong = { ...product, core: () => third + 1n };
    expect(checker.fault(wrong, [one, third], 0, 0)).toContain("fmul.d 0x3ff0000000000000 0x3fd5555555555555 rm 0");
    const inexact = { ...product, exact: () => ({ bits: third, flags: 1 }) };
    expect(checker.fault(inexact, [one, third], 0, 0)).toContain("exactly 0x3fd5555555555555 fflags ");
  });

  it.each([
    ["fadd", 0b10101],
    ["fmul", 0b10111],
    ["fdiv", 0b11111],
    ["fmadd", 0b10111],
    ["fsqrt", 0b10001],
  ])("meets each flag of %s, and exact results", (name, expected) => {
    for (const letter of ["h", "s", "d"]) {
      const operation = operations.find((candidate) => candidate.name === `${name}.${letter}`)!;
      const seen = Array.from({ length: 600 }, () => operation.exact(operation.operands(random), 0).flags);
      expect(seen.reduce((all, flags) => all | flags)).toBe(expected);
      expect(seen.filter((flags) => flags === 0).length).toBeGreaterThan(60);
      expect(seen.filter((flags) => (flags & 1) === 1).length).toBeGreaterThan(60);
    }
  });
});
