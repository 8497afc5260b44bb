/** How a host call's result reaches the registers. Penglai reference §6.1. */
import { expect, test } from "vitest";
import { foldHostResult } from "../../monitor/penglai-tvm/outcome.ts";

test.each([
  { value: -1n, a0: -1n, a1: 0n },
  { value: 0n, a0: 0n, a1: 0n },
  { value: 1n, a0: 0n, a1: 1n },
  { value: 100n, a0: 0n, a1: 100n },
  { value: 101n, a0: 101n, a1: 0n },
  { value: 0x8000_0000n, a0: 0x8000_0000n, a1: 0n },
])("$value is returned as a0 = $a0, a1 = $a1", ({ value, a0, a1 }) => {
  expect(foldHostResult(value)).toEqual([
    [10, a0],
    [11, a1],
  ]);
});
