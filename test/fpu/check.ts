/** One operation on one set of operands: the core beside the exact model. */
import { FLAG_NX } from "../../assembly/fpu/codes.ts";
import { HART_FFLAGS } from "../../assembly/layout.ts";
import type { CoreInstance } from "../../core/core-module.ts";
import type { Random } from "../../zoo/scene/random.ts";
import type { Outcome } from "./exact-number.ts";
import { randomBits } from "./hard-operands.ts";
import type { Operation } from "./operations.ts";

const hex = (bits: bigint): string => `0x${bits.toString(16)}`;

export class Checker {
  readonly #core: CoreInstance;
  readonly #random: Random;
  readonly #memory: Uint8Array;

  constructor(core: CoreInstance, random: Random) {
    this.#core = core;
    this.#random = random;
    this.#memory = new Uint8Array(core.memory.buffer, HART_FFLAGS, 1);
  }

  /** What the core makes of the operands when these flags stand. */
  run(operation: Operation, operands: readonly bigint[], rm: number, standing: number): Outcome {
    this.#memory[0] = standing;
    const bits = BigInt.asUintN(64, operation.core(this.#core.exports, operands, rm));
    return { bits, flags: this.#memory[0]! };
  }

  /**
   * Beside the exact result; flags accrue to those that stand, and bits above an operand's width are ignored.
   * @returns what is wrong, ready to be tried again, or undefined
   */
  fault(
    operation: Operation,
    operands: readonly bigint[],
    rm: number,
    standing = this.#random.pick([0, 0, FLAG_NX, this.#random.between(0, 31)]),
  ): string | undefined {
    const expected = operation.exact(operands, rm);
    const dirty = operands.map((operand, index) => {
      const width = operation.widths[index]!;
      return operand | (randomBits(this.#random, 64 - width) << BigInt(width));
    });
    const { bits, flags } = this.run(operation, dirty, rm, standing);
    if (bits === expected.bits && flags === (expected.flags | standing)) return undefined;
    return `${operation.name} ${operands.map(hex).join(" ")} rm ${rm} fflags ${standing}: ${hex(bits)} fflags ${flags}, exactly ${hex(expected.bits)} fflags ${expected.flags | standing}`;
  }
}
