/**
 * Speed of floating-point kernels next to integer ones on the same machine, in turn, and next to QEMU's translator.
 * The number that matters is how many times fewer instructions a second they execute.
 */
import { benchInterpreter, type InterpreterResult, machineSpeed } from "./interpreter.ts";
import { FLOAT_KERNELS, KERNELS } from "./kernel-elf.ts";
import { geometricMean, interleave } from "./statistics.ts";

export interface FloatingPointResult extends InterpreterResult {
  /** Geometric mean of the integer kernels, functional, million instructions a second. */
  readonly integer: number;
  /** How many times slower than those the floating-point kernels are. */
  readonly integerRatio: number;
}

export async function benchFloatingPoint(rounds: number, say: (line: string) => void): Promise<FloatingPointResult> {
  const floats = await benchInterpreter(rounds, say, FLOAT_KERNELS);
  const integers = await interleave(
    Object.fromEntries(KERNELS.map((kernel) => [kernel, () => machineSpeed(kernel, "functional")])),
    rounds,
  );
  const integer = geometricMean(Object.values(integers).map(({ median }) => median));
  return { ...floats, integer, integerRatio: integer / floats.geometricMean.functional };
}
