/** guest/bench/expected.json and expected-float.json, which benchmarks hold every machine to, is right: another implementation says the same. */
import { expect, test } from "vitest";
import expected from "../../guest/bench/expected.json" with { type: "json" };
import expectedFloat from "../../guest/bench/expected-float.json" with { type: "json" };
import { BENCH_KERNELS, FLOAT_KERNELS } from "../../scripts/guest-programs.ts";
import { BENCH_TWINS } from "./bench-twins.ts";
import { FLOAT_TWINS } from "./float-twins.ts";

const twins = { ...BENCH_TWINS, ...FLOAT_TWINS };

test("there is one entry a kernel", () => {
  expect(Object.keys(expected)).toEqual([...BENCH_KERNELS]);
  expect(Object.keys(BENCH_TWINS)).toEqual([...BENCH_KERNELS]);
  expect(Object.keys(expectedFloat)).toEqual([...FLOAT_KERNELS]);
  expect(Object.keys(FLOAT_TWINS)).toEqual([...FLOAT_KERNELS]);
});

test.each(Object.entries({ ...expected, ...expectedFloat }))("%s", (name, { passes, checksum }) => {
  expect(twins[name]!(passes).toString(16).padStart(16, "0")).toBe(checksum);
});
